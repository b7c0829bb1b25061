package io.carillon.cli.run;

import io.carillon.engine.KernelChoice;
import io.carillon.engine.Parallel;
import io.carillon.engine.Pass;
import io.carillon.engine.Rows;
import io.carillon.engine.Workspace;
import io.carillon.internal.kernel.Kernels;
import io.carillon.nn.Network;
import io.carillon.report.console.Text;
import java.util.List;

/**
 * How this machine computes a network.
 *
 * @param kernels which inner loops run: {@code scalar} or {@code vector-512} and so on
 * @param algorithms how each layer is computed, in network order
 */
public record Computing(String kernels, List<String> algorithms) {

  /**
   * For training on sequences of the given length.
   *
   * @throws io.carillon.nn.ssm.ImpossibleAlgorithmException if a layer cannot be computed in the
   *     way that is asked for
   */
  public static Computing of(Network network, int length) {
    Kernels kernels = KernelChoice.select();
    Pass pass = Pass.training(Rows.of(length), new Workspace(), Parallel.serial(), kernels, 0);
    return new Computing(
        kernels.name(), network.layers().stream().map(layer -> layer.method(pass)).toList());
  }

  /** One line for the user: the algorithms of the layers, kernels and threads. */
  public String line(int threads) {
    return "computing  "
        + (algorithms.stream().distinct().count() == 1
            ? algorithms.get(0) + " in all layers"
            : "layers by " + String.join(", ", algorithms))
        + ", "
        + kernels
        + " kernels, "
        + Text.count(threads, "thread", "threads");
  }
}
