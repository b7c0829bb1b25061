package io.carillon.cli;

import io.carillon.config.Computing;
import io.carillon.config.KernelKind;
import io.carillon.config.SsmAlgorithm;
import io.carillon.engine.KernelChoice;
import io.carillon.error.ImpossibleAlgorithmException;
import io.carillon.report.console.UsageException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/** The options that force how a network is computed; its answers stay the same up to rounding. */
final class ComputingOptions {
  @Option(
      names = "--algorithm",
      paramLabel = "NAME",
      description =
          "Compute the state-space layers by recurrence or by convolution; else auto, whatever is"
              + " estimated to be faster.")
  private SsmAlgorithm algorithm;

  @Option(
      names = "--kernels",
      paramLabel = "NAME",
      description = "Inner loops: scalar or vector; else auto, vector where they can run.")
  private KernelKind kernels;

  /**
   * These choices; where none is given, the standard one.
   *
   * @param threads 0 for what is usual
   * @throws UsageException if the machine has no such way to compute
   */
  Computing computing(int threads) {
    try {
      Computing computing = Computing.standard();
      if (threads > 0) {
        computing = computing.withThreads(threads);
      }
      if (algorithm != null) {
        computing = computing.withAlgorithm(algorithm);
      }
      if (kernels != null) {
        computing = computing.withKernels(kernels);
      }
      KernelChoice.select(computing.kernels());
      return computing;
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }

  /**
   * Runs a command.
   *
   * @throws UsageException if a layer of the network cannot be computed in the way that is asked
   *     for
   */
  static int possible(Callable<Integer> command) throws Exception {
    try {
      return command.call();
    } catch (ImpossibleAlgorithmException e) {
      throw new UsageException(e.getMessage() + ": give --algorithm auto or convolution", e);
    }
  }
}
