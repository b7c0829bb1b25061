package io.carillon.report.run;

import java.util.ArrayList;
import java.util.List;

/** Some of many, spread evenly. */
final class Spread {
  private Spread() {}

  /** At most {@code most} (at least 1) of the numbers 0 .. n−1, in order. */
  static List<Integer> over(int n, int most) {
    int count = Math.min(n, Math.max(1, most));
    List<Integer> chosen = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      chosen.add((int) ((long) i * n / count));
    }
    return chosen;
  }
}
