package io.carillon.ssm.dplr;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Many steps of one channel of S4 at once, with the input held: x ← Ā^g x + (I + Ā + … + Ā^{g−1})
 * B̄ u, on the real state (Re x, Im x) of 2M numbers. With the augmented matrix
 *
 * <pre>
 *   S_i = ( Ā  B̄ u ) ^ (2^i)
 *         ( 0    1 )
 * </pre>
 *
 * the binary digits of g say which S_i are applied: a product of a matrix and a vector for each.
 * The S_i are made by squaring when they are first needed, O(M³) each, and those up to i = {@value
 * #LAST_KEPT} are kept. In double; nothing grows, because the Hermitian part of Λ − P P* is
 * negative, so that no power of Ā is longer than 1.
 *
 * <p>Modes apart would be cheaper, but the eigenvectors of the HiPPO matrices are so nearly
 * parallel that no digit would be left; and an eigenvalue of Ā may be negative, so that there is no
 * real power between whole numbers. Shared by threads.
 */
final class DplrPowers {
  /** S_i with smaller i are dearer than the steps they stand for. */
  private static final int FIRST = 3;

  /** Steps below this number are to be done one by one. */
  static final int FEW = 1 << FIRST;

  private static final int LAST_KEPT = 16;

  private final DplrStep step;
  private final int size;

  /** [2M][2M + 1] row-major, the last row left out. */
  private final AtomicReferenceArray<double[]> kept =
      new AtomicReferenceArray<>(LAST_KEPT - FIRST + 1);

  DplrPowers(DplrStep step, int modes) {
    this.step = step;
    this.size = 2 * modes;
  }

  /**
   * Advances a state by a multiple of {@link #FEW} steps.
   *
   * @param x [2M] in the first places, updated
   * @param u the input that is held
   * @param room for 2M numbers, overwritten
   */
  void apply(double[] x, double u, long steps, double[] room) {
    double[] beyond = null;
    int i = FIRST;
    for (long left = steps >> FIRST; left > 0; left >>= 1, i++) {
      if (i > LAST_KEPT) {
        beyond = square(beyond == null ? power(LAST_KEPT) : beyond);
      }
      if ((left & 1) == 1) {
        multiply(beyond == null ? power(i) : beyond, x, u, room);
      }
    }
  }

  private void multiply(double[] s, double[] x, double u, double[] room) {
    for (int r = 0; r < size; r++) {
      int row = r * (size + 1);
      double sum = s[row + size] * u;
      for (int c = 0; c < size; c++) {
        sum += s[row + c] * x[c];
      }
      room[r] = sum;
    }
    System.arraycopy(room, 0, x, 0, size);
  }

  /** S_i for a kept i. Threads that make the same one at the same time make the same numbers. */
  private double[] power(int i) {
    double[] found = kept.get(i - FIRST);
    if (found == null) {
      if (i > FIRST) {
        found = square(power(i - 1));
      } else {
        found = single();
        for (int k = 0; k < FIRST; k++) {
          found = square(found);
        }
      }
      kept.set(i - FIRST, found);
    }
    return found;
  }

  /** S_0. */
  private double[] single() {
    int modes = size / 2;
    double[][] matrix = step.dense();
    double[] re = new double[modes];
    double[] im = new double[modes];
    step.forward(re, im, 1);
    double[] s = new double[size * (size + 1)];
    for (int r = 0; r < size; r++) {
      System.arraycopy(matrix[r], 0, s, r * (size + 1), size);
      s[r * (size + 1) + size] = r < modes ? re[r] : im[r - modes];
    }
    return s;
  }

  private double[] square(double[] s) {
    int width = size + 1;
    double[] product = new double[s.length];
    for (int r = 0; r < size; r++) {
      for (int k = 0; k < size; k++) {
        double factor = s[r * width + k];
        for (int c = 0; c < width; c++) {
          product[r * width + c] += factor * s[k * width + c];
        }
      }
      product[r * width + size] += s[r * width + size];
    }
    return product;
  }
}
