package io.carillon.engine;

import io.carillon.config.Computing;
import io.carillon.config.SsmAlgorithm;
import io.carillon.internal.kernel.Kernels;

/**
 * A {@link Computing} made ready on this machine.
 *
 * @param kernels inner loops
 * @param algorithm of the state-space layers
 * @param parallel threads
 */
public record Engine(Kernels kernels, SsmAlgorithm algorithm, Parallel parallel) {

  /**
   * For a model: one thread unless it is told more. The threads start with the first work for them.
   *
   * @throws IllegalArgumentException if the kernels cannot run on this machine
   */
  public static Engine of(Computing computing) {
    return new Engine(
        KernelChoice.select(computing.kernels()),
        computing.algorithm(),
        Parallel.of(Math.max(1, computing.threads())));
  }
}
