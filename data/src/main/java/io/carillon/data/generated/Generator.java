package io.carillon.data.generated;

import io.carillon.engine.SeededRandom;
import io.carillon.model.Meaning;
import io.carillon.train.Dataset;

/**
 * Draws samples of a task. One generator serves all parts of a data set, so it can keep them
 * disjoint.
 */
public interface Generator {

  /**
   * Draws {@code count} new samples.
   *
   * @param name of the data set
   * @param random the only source of randomness
   */
  Dataset draw(String name, int count, SeededRandom random);

  /**
   * Side of the square picture whose pixels are the steps of a sample, row by row; 0 where samples
   * are no pictures.
   */
  default int pictureSide() {
    return 0;
  }

  /** How the drawn data are to be understood. */
  Meaning.Builder describe(Meaning.Builder builder);
}
