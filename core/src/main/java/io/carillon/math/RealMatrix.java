package io.carillon.math;

/** Small dense real matrices. */
public final class RealMatrix {
  private RealMatrix() {}

  /** a b. */
  public static double[][] product(double[][] a, double[][] b) {
    int n = b[0].length;
    double[][] c = new double[a.length][n];
    for (int i = 0; i < a.length; i++) {
      for (int k = 0; k < b.length; k++) {
        double factor = a[i][k];
        for (int j = 0; j < n; j++) {
          c[i][j] += factor * b[k][j];
        }
      }
    }
    return c;
  }

  /** The matrix to the power {@code exponent} ≥ 1, by repeated squaring. */
  public static double[][] power(double[][] matrix, int exponent) {
    double[][] result = null;
    double[][] square = matrix;
    for (int left = exponent; left > 0; left >>= 1) {
      if ((left & 1) == 1) {
        result = result == null ? square : product(result, square);
      }
      if (left > 1) {
        square = product(square, square);
      }
    }
    return result;
  }

  /** Gauss-Jordan elimination with row pivots. */
  public static double[][] inverse(double[][] matrix) {
    int n = matrix.length;
    double[][] a = new double[n][2 * n];
    for (int r = 0; r < n; r++) {
      System.arraycopy(matrix[r], 0, a[r], 0, n);
      a[r][n + r] = 1;
    }
    for (int p = 0; p < n; p++) {
      int best = p;
      for (int r = p + 1; r < n; r++) {
        best = Math.abs(a[r][p]) > Math.abs(a[best][p]) ? r : best;
      }
      double[] pivot = a[best];
      a[best] = a[p];
      a[p] = pivot;
      double factor = 1 / pivot[p];
      for (int j = 0; j < 2 * n; j++) {
        pivot[j] *= factor;
      }
      for (int r = 0; r < n; r++) {
        double multiple = a[r][p];
        for (int j = 0; r != p && j < 2 * n; j++) {
          a[r][j] -= multiple * pivot[j];
        }
      }
    }
    double[][] inverse = new double[n][n];
    for (int r = 0; r < n; r++) {
      System.arraycopy(a[r], n, inverse[r], 0, n);
    }
    return inverse;
  }
}
