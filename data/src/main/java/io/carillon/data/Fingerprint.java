package io.carillon.data;

import io.carillon.train.Dataset;
import java.nio.ByteBuffer;
import java.util.zip.Checksum;

/**
 * Feeds the contents of a data set to a checksum, in a fixed byte order. Of a generated data set,
 * whose samples follow from a seed, the first few stand for all.
 */
final class Fingerprint {
  private static final int MOST_DRAWN = 8;

  private Fingerprint() {}

  static void update(Checksum sum, Dataset data) {
    add(sum, data.size());
    int known = data.size();
    if (data.isGenerated()) {
      add(sum, data.minLength(), data.maxLength());
      known = Math.min(known, MOST_DRAWN);
    }
    for (int i = 0; i < known; i++) {
      if (data.isPairs()) {
        add(sum, data.firstLength(i));
      }
      if (data.isTokens()) {
        add(sum, data.tokens(i));
      } else {
        add(sum, data.values(i));
      }
      if (data.mask(i) != null) {
        add(sum, data.mask(i));
      }
      if (data.gaps(i) != null) {
        add(sum, data.gaps(i));
      }
      switch (data.target()) {
        case CLASS -> add(sum, data.label(i));
        case CLASS_PER_STEP -> add(sum, data.stepLabels(i));
        case VALUE, VALUE_PER_STEP -> add(sum, data.targetValues(i));
      }
    }
  }

  private static void add(Checksum sum, float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
    bytes.asFloatBuffer().put(values);
    sum.update(bytes);
  }

  private static void add(Checksum sum, double[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Double.BYTES);
    bytes.asDoubleBuffer().put(values);
    sum.update(bytes);
  }

  private static void add(Checksum sum, int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Integer.BYTES);
    bytes.asIntBuffer().put(values);
    sum.update(bytes);
  }
}
