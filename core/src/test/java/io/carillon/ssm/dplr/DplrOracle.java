package io.carillon.ssm.dplr;

import io.carillon.math.Complex;
import io.carillon.math.ComplexMatrix;

/**
 * The definition of an S4 kernel with dense complex N × N matrices: A = Λ − P P*, bilinear
 * transform, C = C̃ (I − Ā^n)⁻¹ with n = l / rate, K_t = C Ā^t B̄.
 */
final class DplrOracle {
  private DplrOracle() {}

  /** The kernels [set][length] of channel h. */
  static double[][] kernel(DplrKernel map, double[][] raw, int h, int length, double rate) {
    Dense system = new Dense(map.system(raw, h, rate));
    Complex[][] power = identity(system.size, Complex.ONE);
    for (int i = 0; i < Math.round(map.config().kernelLength() / rate); i++) {
      power = product(power, system.aBar);
    }
    Complex[][] rest = identity(system.size, Complex.ONE);
    for (int i = 0; i < system.size; i++) {
      for (int j = 0; j < system.size; j++) {
        rest[i][j] = rest[i][j].minus(power[i][j]);
      }
    }
    Complex[][] c = product(system.c, inverse(rest));
    double[][] kernel = new double[c.length][length];
    Complex[][] x = system.bBar;
    for (int t = 0; t < length; t++) {
      Complex[][] y = product(c, x);
      for (int s = 0; s < c.length; s++) {
        kernel[s][t] = y[s][0].re();
      }
      x = product(system.aBar, x);
    }
    return kernel;
  }

  /** Ā [N][N], B̄ [N][1] and C [sets][N] with the conjugates after the stored modes. */
  static final class Dense {
    final int size;
    final Complex[][] aBar;
    final Complex[][] bBar;
    final Complex[][] c;

    Dense(DplrSystem s) {
      size = 2 * s.modes;
      Complex[][] a = new Complex[size][size];
      Complex[][] p = new Complex[s.rank][];
      for (int r = 0; r < s.rank; r++) {
        p[r] = both(s.leftRe[1 + r], s.leftIm[1 + r]);
      }
      Complex[] lambda = both(s.lambdaRe, s.lambdaIm);
      for (int i = 0; i < size; i++) {
        for (int j = 0; j < size; j++) {
          a[i][j] = i == j ? lambda[i] : Complex.ZERO;
          for (Complex[] row : p) {
            a[i][j] = a[i][j].minus(row[i].timesConj(row[j]));
          }
        }
      }
      Complex[][] minus = identity(size, Complex.ONE);
      Complex[][] plus = identity(size, Complex.ONE);
      for (int i = 0; i < size; i++) {
        for (int j = 0; j < size; j++) {
          minus[i][j] = minus[i][j].minus(a[i][j].times(s.dt / 2));
          plus[i][j] = plus[i][j].plus(a[i][j].times(s.dt / 2));
        }
      }
      Complex[][] solve = inverse(minus);
      aBar = product(solve, plus);
      Complex[] input = both(s.leftRe[0], s.leftIm[0]);
      Complex[][] b = new Complex[size][1];
      for (int i = 0; i < size; i++) {
        b[i][0] = input[i].times(s.dt);
      }
      bBar = product(solve, b);
      c = new Complex[s.sets()][];
      for (int set = 0; set < c.length; set++) {
        c[set] = both(s.outRe[set], s.outIm[set]);
      }
    }

    private static Complex[] both(double[] re, double[] im) {
      Complex[] all = new Complex[2 * re.length];
      for (int n = 0; n < re.length; n++) {
        all[n] = new Complex(re[n], im[n]);
        all[re.length + n] = all[n].conj();
      }
      return all;
    }
  }

  private static Complex[][] identity(int n, Complex one) {
    Complex[][] matrix = new Complex[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        matrix[i][j] = i == j ? one : Complex.ZERO;
      }
    }
    return matrix;
  }

  private static Complex[][] product(Complex[][] a, Complex[][] b) {
    Complex[][] c = new Complex[a.length][b[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < b[0].length; j++) {
        c[i][j] = Complex.ZERO;
        for (int k = 0; k < b.length; k++) {
          c[i][j] = c[i][j].plus(a[i][k].times(b[k][j]));
        }
      }
    }
    return c;
  }

  private static Complex[][] inverse(Complex[][] matrix) {
    Complex[][] inverse = new Complex[matrix.length][matrix.length];
    ComplexMatrix.invert(matrix, inverse);
    return inverse;
  }
}
