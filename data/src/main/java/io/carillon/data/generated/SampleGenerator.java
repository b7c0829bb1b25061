package io.carillon.data.generated;

import io.carillon.engine.SeededRandom;
import io.carillon.train.Dataset;

/**
 * Draws samples of a task one by one, each from randomness of its own, so that none has to be kept.
 * Immutable, and may be asked by several threads.
 */
public interface SampleGenerator extends Generator {

  /** Number of steps that every sample has at least. */
  int minLength();

  /** Number of steps that no sample exceeds. */
  int maxLength();

  /**
   * Draws one sample.
   *
   * @param part 0 training, 1 validation, 2 test: a task with few different samples keeps them
   *     apart
   * @param random the only source of randomness
   * @return a stored data set of one sequence
   */
  Dataset sample(int part, SeededRandom random);

  @Override
  default Dataset draw(String name, int count, SeededRandom random) {
    return Dataset.ofSource(name, new SampleStream(this, 0, count, random)).stored();
  }
}
