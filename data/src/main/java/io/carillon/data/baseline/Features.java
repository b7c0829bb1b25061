package io.carillon.data.baseline;

import io.carillon.engine.Parallel;
import io.carillon.train.Dataset;

/** A fixed number of numbers that describe a sequence of any length; for any number of threads. */
interface Features {
  /** How many there are. */
  int count();

  /** Those of sequence i, [count]. */
  float[] of(Dataset data, int i);

  /** Those of every sequence, [size][count]. */
  default float[][] ofAll(Dataset data, Parallel parallel) {
    float[][] all = new float[data.size()][];
    parallel.run(all.length, i -> all[i] = of(data, i));
    return all;
  }
}
