package io.carillon.train;

/**
 * A 64-bit hash of everything in a data set that training sees, to recognise it on resume. Of a
 * generated data set, whose samples follow from a seed, the first few stand for all.
 */
final class Fingerprint {
  private static final int MOST_DRAWN = 8;

  private long hash = 0xCBF29CE484222325L;

  private Fingerprint() {}

  /** Hash as hexadecimal digits; "none" for null. */
  static String of(Dataset data) {
    if (data == null) {
      return "none";
    }
    Fingerprint f = new Fingerprint();
    f.add(data.size());
    f.add(data.outputSize());
    int known = data.size();
    if (data.isGenerated()) {
      f.add(data.minLength());
      f.add(data.maxLength());
      known = Math.min(known, MOST_DRAWN);
    }
    for (int i = 0; i < known; i++) {
      f.addInput(data, i);
      f.addTarget(data, i);
    }
    return String.format("%016x", f.hash);
  }

  private void addInput(Dataset data, int i) {
    add(data.length(i));
    if (data.isPairs()) {
      add(data.firstLength(i));
    }
    if (data.isTokens()) {
      add(data.tokens(i));
    } else {
      add(data.values(i));
    }
    if (data.mask(i) != null) {
      add(data.mask(i));
    }
    if (data.gaps(i) != null) {
      for (double gap : data.gaps(i)) {
        add(Long.hashCode(Double.doubleToLongBits(gap)));
      }
    }
  }

  private void addTarget(Dataset data, int i) {
    switch (data.target()) {
      case CLASS -> add(data.label(i));
      case CLASS_PER_STEP -> add(data.stepLabels(i));
      case VALUE, VALUE_PER_STEP -> add(data.targetValues(i));
    }
  }

  private void add(int value) {
    hash = (hash ^ value) * 0x100000001B3L;
    hash ^= hash >>> 29;
  }

  private void add(int[] values) {
    for (int value : values) {
      add(value);
    }
  }

  private void add(float[] values) {
    for (float value : values) {
      add(Float.floatToIntBits(value));
    }
  }
}
