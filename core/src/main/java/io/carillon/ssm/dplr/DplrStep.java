package io.carillon.ssm.dplr;

import io.carillon.math.RealMatrix;

/**
 * One step of the bilinear discretisation of a {@link DplrSystem}, O(R M) (papers A.5): with D =
 * 1/(2/Δ − Λ) and, over conjugate pairs, W = I + P* D P (real, R × R),
 *
 * <pre>
 *   v = (2/Δ + Λ) x − P (P* x) + 2 B u,     x ← D v − D P W⁻¹ (P* D v)
 * </pre>
 *
 * The state x [M] holds one of each conjugate pair; P* x = 2 Re Σ conj(P_n) x_n. Immutable.
 */
public final class DplrStep {
  private final DplrSystem system;
  private final int modes;
  private final int rank;
  private final double rate;
  private final double[] dRe;
  private final double[] dIm;
  private final double[][] inverse;

  public DplrStep(DplrSystem system) {
    this.system = system;
    this.modes = system.modes;
    this.rank = system.rank;
    this.rate = 2 / system.dt;
    this.dRe = new double[modes];
    this.dIm = new double[modes];
    for (int n = 0; n < modes; n++) {
      double re = rate - system.lambdaRe[n];
      double im = -system.lambdaIm[n];
      double norm = re * re + im * im;
      dRe[n] = re / norm;
      dIm[n] = -im / norm;
    }
    this.inverse = RealMatrix.inverse(correction());
  }

  /** W⁻¹. */
  double[][] inverse() {
    return inverse;
  }

  /** W. */
  private double[][] correction() {
    double[][] w = new double[rank][rank];
    for (int r = 0; r < rank; r++) {
      for (int s = 0; s < rank; s++) {
        double sum = 0;
        for (int n = 0; n < modes; n++) {
          double re = system.leftRe[1 + s][n] * dRe[n] - system.leftIm[1 + s][n] * dIm[n];
          double im = system.leftRe[1 + s][n] * dIm[n] + system.leftIm[1 + s][n] * dRe[n];
          sum += 2 * (system.leftRe[1 + r][n] * re + system.leftIm[1 + r][n] * im);
        }
        w[r][s] = sum + (r == s ? 1 : 0);
      }
    }
    return w;
  }

  /** 2 Re Σ conj(P_r) x. */
  private double projection(int r, double[] re, double[] im) {
    double sum = 0;
    for (int n = 0; n < modes; n++) {
      sum += system.leftRe[1 + r][n] * re[n] + system.leftIm[1 + r][n] * im[n];
    }
    return 2 * sum;
  }

  /** x − factor · row r of P. */
  private void subtract(int r, double factor, double[] re, double[] im) {
    for (int n = 0; n < modes; n++) {
      re[n] -= factor * system.leftRe[1 + r][n];
      im[n] -= factor * system.leftIm[1 + r][n];
    }
  }

  /** 2 Re Σ c P_r for a row vector c. */
  private double product(int r, double[] re, double[] im) {
    double sum = 0;
    for (int n = 0; n < modes; n++) {
      sum += system.leftRe[1 + r][n] * re[n] - system.leftIm[1 + r][n] * im[n];
    }
    return 2 * sum;
  }

  /** c − factor · conj(row r of P). */
  private void subtractConj(int r, double factor, double[] re, double[] im) {
    for (int n = 0; n < modes; n++) {
      re[n] -= factor * system.leftRe[1 + r][n];
      im[n] += factor * system.leftIm[1 + r][n];
    }
  }

  /** x ← D x. */
  private void resolve(double[] re, double[] im) {
    for (int n = 0; n < modes; n++) {
      double x = re[n] * dRe[n] - im[n] * dIm[n];
      im[n] = re[n] * dIm[n] + im[n] * dRe[n];
      re[n] = x;
    }
  }

  /** x ← (2/Δ + Λ) x. */
  private void advance(double[] re, double[] im) {
    for (int n = 0; n < modes; n++) {
      double a = rate + system.lambdaRe[n];
      double x = re[n] * a - im[n] * system.lambdaIm[n];
      im[n] = re[n] * system.lambdaIm[n] + im[n] * a;
      re[n] = x;
    }
  }

  /** x ← Ā x + B̄ u, in place. */
  public void forward(double[] re, double[] im, double u) {
    double[] projections = new double[rank];
    for (int r = 0; r < rank; r++) {
      projections[r] = projection(r, re, im);
    }
    advance(re, im);
    for (int r = 0; r < rank; r++) {
      subtract(r, projections[r], re, im);
    }
    for (int n = 0; n < modes; n++) {
      re[n] += 2 * u * system.leftRe[0][n];
      im[n] += 2 * u * system.leftIm[0][n];
    }
    // D (v − P W⁻¹ P* D v): the correction needs D v, so D is applied to a copy first.
    double[] copyRe = re.clone();
    double[] copyIm = im.clone();
    resolve(copyRe, copyIm);
    for (int r = 0; r < rank; r++) {
      projections[r] = projection(r, copyRe, copyIm);
    }
    for (int r = 0; r < rank; r++) {
      double factor = 0;
      for (int s = 0; s < rank; s++) {
        factor += inverse[r][s] * projections[s];
      }
      subtract(r, factor, re, im);
    }
    resolve(re, im);
  }

  /** c ← c Ā for a row vector c, whose product with a state is 2 Re Σ c_n x_n; in place. */
  void backward(double[] re, double[] im) {
    double[] copyRe = re.clone();
    double[] copyIm = im.clone();
    resolve(copyRe, copyIm);
    double[] products = new double[rank];
    for (int r = 0; r < rank; r++) {
      products[r] = product(r, copyRe, copyIm);
    }
    for (int s = 0; s < rank; s++) {
      double factor = 0;
      for (int r = 0; r < rank; r++) {
        factor += products[r] * inverse[r][s];
      }
      subtractConj(s, factor, re, im);
    }
    resolve(re, im);
    for (int r = 0; r < rank; r++) {
      products[r] = product(r, re, im);
    }
    advance(re, im);
    for (int r = 0; r < rank; r++) {
      subtractConj(r, products[r], re, im);
    }
  }

  /** Ā as a real matrix on (Re x, Im x), [2 M][2 M]. */
  double[][] dense() {
    double[][] matrix = new double[2 * modes][2 * modes];
    for (int column = 0; column < 2 * modes; column++) {
      double[] re = new double[modes];
      double[] im = new double[modes];
      (column < modes ? re : im)[column % modes] = 1;
      forward(re, im, 0);
      for (int n = 0; n < modes; n++) {
        matrix[n][column] = re[n];
        matrix[modes + n][column] = im[n];
      }
    }
    return matrix;
  }
}
