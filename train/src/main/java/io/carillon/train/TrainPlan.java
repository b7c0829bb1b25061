package io.carillon.train;

import java.util.List;

/**
 * What a training run is going to do, known before its first step.
 *
 * @param parameters number of trainable numbers
 * @param sequences number of training sequences
 * @param stepsPerEpoch optimiser steps per epoch
 * @param totalSteps optimiser steps of all epochs
 * @param doneSteps steps already done when the run continues an earlier one, else 0
 * @param threads computing threads
 * @param kernels which inner loops run: {@code scalar} or {@code vector-512} and so on
 * @param algorithms how each layer is computed at the longest length, in a word, in network order
 * @param memory bytes that the largest possible batch needs
 */
public record TrainPlan(
    long parameters,
    int sequences,
    int stepsPerEpoch,
    long totalSteps,
    long doneSteps,
    int threads,
    String kernels,
    List<String> algorithms,
    MemoryEstimate memory) {

  /** Estimated largest resident set of the process. */
  public long estimatedPeakBytes() {
    return memory.total();
  }
}
