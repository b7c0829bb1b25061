package io.carillon.cli.run;

import io.carillon.engine.Engine;
import io.carillon.engine.Pass;
import io.carillon.engine.Rows;
import io.carillon.engine.Workspace;
import io.carillon.model.SequenceModel;
import io.carillon.model.inside.Inside;
import io.carillon.nn.Network;
import io.carillon.report.console.Text;
import java.util.List;

/**
 * How this machine computes a network.
 *
 * @param kernels which inner loops run: {@code scalar} or {@code vector-512} and so on
 * @param algorithms how each layer is computed, in network order
 */
public record LayerMethods(String kernels, List<String> algorithms) {

  /**
   * For training on sequences of the given length.
   *
   * @throws io.carillon.error.ImpossibleAlgorithmException if a layer cannot be computed in the way
   *     that is asked for
   */
  public static LayerMethods of(Network network, Engine engine, int length) {
    Pass pass = Pass.training(Rows.of(length), new Workspace(), engine, 0);
    return new LayerMethods(
        engine.kernels().name(),
        network.layers().stream().map(layer -> layer.method(pass)).toList());
  }

  /** One line for the user: how a model computes a sequence of the given length. */
  public static String line(SequenceModel model, int length) {
    Engine engine = Inside.engine(model);
    return of(Inside.network(model), engine, length).line(engine.parallel().threads());
  }

  private String line(int threads) {
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
