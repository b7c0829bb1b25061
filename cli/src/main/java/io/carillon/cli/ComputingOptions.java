package io.carillon.cli;

import io.carillon.config.SsmAlgorithm;
import io.carillon.engine.KernelChoice;
import io.carillon.nn.ssm.ImpossibleAlgorithmException;
import io.carillon.report.console.UsageException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/** The options that force how a network is computed; its answers stay the same up to rounding. */
final class ComputingOptions {
  /** Inner loops to choose from. */
  enum KernelKind {
    AUTO,
    SCALAR,
    VECTOR
  }

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
   * Runs a command with these choices.
   *
   * @throws UsageException if the machine or a layer of the network has no such way to compute
   */
  int inside(Callable<Integer> command) throws Exception {
    String kernelsBefore = set(KernelChoice.PROPERTY, kernels);
    String algorithmBefore = set(SsmAlgorithm.PROPERTY, algorithm);
    try {
      checkKernels();
      return command.call();
    } catch (ImpossibleAlgorithmException e) {
      throw new UsageException(e.getMessage() + ": give --algorithm auto or convolution", e);
    } finally {
      restore(KernelChoice.PROPERTY, kernelsBefore);
      restore(SsmAlgorithm.PROPERTY, algorithmBefore);
    }
  }

  private static void checkKernels() {
    try {
      KernelChoice.select();
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }

  /** Sets a property unless nothing was chosen; returns what it was. */
  private static String set(String property, Enum<?> choice) {
    String before = System.getProperty(property);
    if (choice != null) {
      System.setProperty(property, choice.name().toLowerCase(Locale.ROOT));
    }
    return before;
  }

  private static void restore(String property, String value) {
    if (value == null) {
      System.clearProperty(property);
    } else {
      System.setProperty(property, value);
    }
  }
}
