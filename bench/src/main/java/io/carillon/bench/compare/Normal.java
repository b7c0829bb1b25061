package io.carillon.bench.compare;

import io.carillon.engine.SeededRandom;

/** Standard normal inputs. */
final class Normal {
  private Normal() {}

  static float[] floats(SeededRandom random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.normal();
    }
    return values;
  }
}
