package io.carillon.data.baseline;

import java.util.Arrays;

/**
 * A symmetric matrix as Q T Qᵀ with Q orthogonal and T tridiagonal, by Householder reflections.
 * Everything that a ridge regression asks for many penalties can be had from it without
 * eigenvalues, whose iterations are the greater part of a decomposition into them.
 */
final class Tridiagonal {
  /** Columns of Q that are computed at once, so that they stay in the cache. */
  private static final int BLOCK = 64;

  private final int n;
  private final double[] diagonal;
  private final double[] off;

  /** Row i: entry i of every column of Q. */
  private final double[][] q;

  private Tridiagonal(int n) {
    this.n = n;
    this.diagonal = new double[n];
    this.off = new double[n];
    this.q = new double[n][n];
  }

  /**
   * Decomposes a matrix.
   *
   * @param a [n][n], symmetric; overwritten
   */
  static Tridiagonal of(double[][] a) {
    Tridiagonal result = new Tridiagonal(a.length);
    result.accumulate(result.reduce(a));
    return result;
  }

  /** Flops of {@link #of}, about. */
  static double cost(double n) {
    return 4 * n * n * n;
  }

  /**
   * Fills T and returns the reflections: H_k = I − 2 v vᵀ with v over the entries after k, null
   * where there is nothing to reflect.
   *
   * <p>A pass over the matrix updates it by one reflection and multiplies it by the next, because a
   * large matrix is read from memory each time.
   */
  private double[][] reduce(double[][] a) {
    double[][] reflections = new double[Math.max(0, n - 2)][];
    double[] v = null;
    double[] w = new double[n];
    for (int k = 0; k < n; k++) {
      // Row k after all earlier reflections but the last, whose update is still due from here on.
      if (v != null) {
        update(a[k], v, w, k, k);
      }
      diagonal[k] = a[k][k];
      double[] next = k < n - 2 ? reflection(a[k], k) : null;
      if (next != null) {
        reflections[k] = next;
      } else if (k < n - 1) {
        off[k] = a[k][k + 1];
      }
      double[] product = new double[n];
      for (int i = k + 1; i < n; i++) {
        if (v != null) {
          update(a[i], v, w, i, k + 1);
        }
        if (next != null) {
          double factor = next[i];
          double[] row = a[i];
          for (int j = k + 1; j < n; j++) {
            product[j] += factor * row[j];
          }
        }
      }
      v = next;
      if (next != null) {
        double along = 0;
        for (int j = k + 1; j < n; j++) {
          along += next[j] * product[j];
        }
        for (int j = k + 1; j < n; j++) {
          w[j] = 2 * (product[j] - along * next[j]);
        }
      }
    }
    return reflections;
  }

  /** Row i less v_i w + w_i v, from entry {@code from} on. */
  private void update(double[] row, double[] v, double[] w, int i, int from) {
    double first = v[i];
    double second = w[i];
    for (int j = from; j < n; j++) {
      row[j] -= first * w[j] + second * v[j];
    }
  }

  /**
   * The unit vector v whose reflection maps the entries after k of a row to the first of them,
   * which becomes {@code off[k]}; null if the others are 0.
   */
  private double[] reflection(double[] row, int k) {
    double largest = 0;
    for (int j = k + 2; j < n; j++) {
      largest = Math.max(largest, Math.abs(row[j]));
    }
    if (largest == 0) {
      return null;
    }
    largest = Math.max(largest, Math.abs(row[k + 1]));
    double[] v = new double[n];
    double squares = 0;
    for (int j = k + 1; j < n; j++) {
      v[j] = row[j] / largest;
      squares += v[j] * v[j];
    }
    double image = v[k + 1] > 0 ? -Math.sqrt(squares) : Math.sqrt(squares);
    double length = Math.sqrt(2 * (squares - image * v[k + 1]));
    v[k + 1] -= image;
    for (int j = k + 1; j < n; j++) {
      v[j] /= length;
    }
    off[k] = image * largest;
    return v;
  }

  private void accumulate(double[][] reflections) {
    double[][] block = new double[n][BLOCK];
    double[] along = new double[BLOCK];
    for (int first = 0; first < n; first += BLOCK) {
      int width = Math.min(BLOCK, n - first);
      for (int i = 0; i < n; i++) {
        Arrays.fill(block[i], 0);
        if (i >= first && i < first + width) {
          block[i][i - first] = 1;
        }
      }
      // Later reflections leave these columns of the identity alone.
      for (int k = Math.min(reflections.length, first + width) - 1; k >= 0; k--) {
        if (reflections[k] != null) {
          reflect(block, reflections[k], k + 1, along);
        }
      }
      for (int i = 0; i < n; i++) {
        System.arraycopy(block[i], 0, q[i], first, width);
      }
    }
  }

  private void reflect(double[][] block, double[] v, int from, double[] along) {
    Arrays.fill(along, 0);
    for (int i = from; i < n; i++) {
      double factor = v[i];
      double[] row = block[i];
      for (int r = 0; r < BLOCK; r++) {
        along[r] += factor * row[r];
      }
    }
    for (int i = from; i < n; i++) {
      double factor = 2 * v[i];
      double[] row = block[i];
      for (int r = 0; r < BLOCK; r++) {
        row[r] -= factor * along[r];
      }
    }
  }

  /** Rows of Q; not a copy. */
  double[][] q() {
    return q;
  }

  /** T + shift as L D Lᵀ, for a shift that makes it positive definite. */
  Shifted shifted(double shift) {
    double[] lower = new double[n];
    double[] pivots = new double[n];
    for (int j = 0; j < n; j++) {
      pivots[j] = diagonal[j] + shift;
      if (j > 0) {
        lower[j] = off[j - 1] / pivots[j - 1];
        pivots[j] -= lower[j] * off[j - 1];
      }
    }
    return new Shifted(lower, pivots);
  }

  /**
   * T + shift, factored.
   *
   * @param lower entries of L below its diagonal of 1
   * @param pivots D
   */
  record Shifted(double[] lower, double[] pivots) {
    /** xᵀ (T + shift)⁻¹ x. */
    double quadratic(double[] x) {
      double sum = 0;
      double before = 0;
      for (int j = 0; j < x.length; j++) {
        before = x[j] - lower[j] * before;
        sum += before * before / pivots[j];
      }
      return sum;
    }

    /** (T + shift)⁻¹ x for every column of x [n][m], in place. */
    void solve(double[][] x) {
      int last = x.length - 1;
      for (int j = 1; j <= last; j++) {
        subtract(x[j], lower[j], x[j - 1]);
      }
      for (int j = last; j >= 0; j--) {
        for (int c = 0; c < x[j].length; c++) {
          x[j][c] /= pivots[j];
        }
        if (j < last) {
          subtract(x[j], lower[j + 1], x[j + 1]);
        }
      }
    }

    private static void subtract(double[] from, double factor, double[] row) {
      for (int c = 0; c < from.length; c++) {
        from[c] -= factor * row[c];
      }
    }
  }
}
