package io.carillon.math;

/** Small dense complex matrices. */
public final class ComplexMatrix {
  private ComplexMatrix() {}

  /** Gauss-Jordan elimination with row pivots; the matrix is destroyed. */
  public static void invert(Complex[][] matrix, Complex[][] inverse) {
    int n = matrix.length;
    for (int r = 0; r < n; r++) {
      for (int s = 0; s < n; s++) {
        inverse[r][s] = r == s ? Complex.ONE : Complex.ZERO;
      }
    }
    for (int p = 0; p < n; p++) {
      int best = p;
      for (int r = p + 1; r < n; r++) {
        if (matrix[r][p].absSquared() > matrix[best][p].absSquared()) {
          best = r;
        }
      }
      swap(matrix, p, best);
      swap(inverse, p, best);
      Complex pivot = matrix[p][p].reciprocal();
      scale(matrix[p], pivot);
      scale(inverse[p], pivot);
      for (int r = 0; r < n; r++) {
        if (r != p) {
          Complex factor = matrix[r][p];
          subtract(matrix[r], matrix[p], factor);
          subtract(inverse[r], inverse[p], factor);
        }
      }
    }
  }

  private static void swap(Complex[][] rows, int i, int j) {
    Complex[] row = rows[i];
    rows[i] = rows[j];
    rows[j] = row;
  }

  private static void scale(Complex[] row, Complex factor) {
    for (int s = 0; s < row.length; s++) {
      row[s] = row[s].times(factor);
    }
  }

  private static void subtract(Complex[] row, Complex[] other, Complex factor) {
    for (int s = 0; s < row.length; s++) {
      row[s] = row[s].minus(other[s].times(factor));
    }
  }
}
