package io.carillon.ssm.dplr;

import io.carillon.math.Complex;

/**
 * Collects the gradients of Cauchy sums r = Δ Σ_n (i y a_n − b_n) d_n over tiles of nodes, see
 * {@link DplrSpectrum}. With s = |Δλ|², t = Δ Re λ and d = 1/(s − y² − 2 i y t): ∂d/∂s = −d², ∂d/∂t
 * = 2 i y d².
 */
final class DplrCauchyGradient {
  private final DplrSystem system;
  private final double[][] a;
  private final double[][] b;
  private final double[][] gA;
  private final double[][] gB;
  private final double[] gSquare;
  private final double[] gDecay;
  private double gStep;

  /**
   * For sums with these numerators.
   *
   * @param a [rows][M], row = left · rights + right
   * @param b [rows][M]
   */
  DplrCauchyGradient(DplrSystem system, double[][] a, double[][] b) {
    this.system = system;
    this.a = a;
    this.b = b;
    this.gA = new double[a.length][system.modes];
    this.gB = new double[a.length][system.modes];
    this.gSquare = new double[system.modes];
    this.gDecay = new double[system.modes];
  }

  /** Adds what mode n receives from {@code count} nodes, given d there and the gradients of r. */
  void add(
      int n, int count, double[] y, double[] dRe, double[] dIm, double[][] gRe, double[][] gIm) {
    double square = 0;
    double decay = 0;
    for (int row = 0; row < a.length; row++) {
      double sumA = 0;
      double sumB = 0;
      double an = a[row][n];
      double bn = b[row][n];
      for (int k = 0; k < count; k++) {
        double re = gRe[row][k];
        double im = gIm[row][k];
        sumA += y[k] * (im * dRe[k] - re * dIm[k]);
        sumB -= re * dRe[k] + im * dIm[k];
        // conj(g) (i y a − b) d²
        double eRe = im * y[k] * an - re * bn;
        double eIm = re * y[k] * an + im * bn;
        double d2Re = dRe[k] * dRe[k] - dIm[k] * dIm[k];
        double d2Im = 2 * dRe[k] * dIm[k];
        square -= eRe * d2Re - eIm * d2Im;
        decay -= 2 * y[k] * (eRe * d2Im + eIm * d2Re);
      }
      gA[row][n] += system.dt * sumA;
      gB[row][n] += system.dt * sumB;
    }
    gSquare[n] += system.dt * square;
    gDecay[n] += system.dt * decay;
  }

  /** Adds what the factor Δ of the sums receives. */
  void addStep(int count, double[][] rRe, double[][] rIm, double[][] gRe, double[][] gIm) {
    for (int row = 0; row < a.length; row++) {
      for (int k = 0; k < count; k++) {
        gStep += (gRe[row][k] * rRe[row][k] + gIm[row][k] * rIm[row][k]) / system.dt;
      }
    }
  }

  /** Adds the node ω = −1, where k̂ of a set is Δ/2 Σ a. */
  void addLast(int set, double g) {
    for (int n = 0; n < system.modes; n++) {
      gA[set][n] += g * system.dt / 2;
      gStep += g * a[set][n] / 2;
    }
  }

  /**
   * The gradients of the system's numbers.
   *
   * @param rightRe right factors of the products, C of every set and then conj(P)
   */
  DplrSystem finish(double[][] rightRe, double[][] rightIm) {
    DplrSystem sum = new DplrSystem(system.modes, system.rank, system.sets());
    double dt = system.dt;
    sum.dt = gStep;
    for (int n = 0; n < system.modes; n++) {
      double re = system.lambdaRe[n];
      double im = system.lambdaIm[n];
      sum.dt += 2 * dt * (re * re + im * im) * gSquare[n] + re * gDecay[n];
      sum.lambdaRe[n] = 2 * dt * dt * re * gSquare[n] + dt * gDecay[n];
      sum.lambdaIm[n] = 2 * dt * dt * im * gSquare[n];
      for (int row = 0; row < a.length; row++) {
        addProduct(sum, row, n, rightRe, rightIm);
      }
    }
    return sum;
  }

  /** Through a = 2 Re v, b = 2 Δ Re(v conj λ), v = left · right. */
  private void addProduct(DplrSystem sum, int row, int n, double[][] rightRe, double[][] rightIm) {
    int i = row / rightRe.length;
    int j = row % rightRe.length;
    Complex lambda = new Complex(system.lambdaRe[n], system.lambdaIm[n]);
    Complex left = new Complex(system.leftRe[i][n], system.leftIm[i][n]);
    Complex right = new Complex(rightRe[j][n], rightIm[j][n]);
    Complex v = left.times(right);
    double dB = gB[row][n];
    sum.dt += 2 * v.timesConj(lambda).re() * dB;
    sum.lambdaRe[n] += 2 * system.dt * v.re() * dB;
    sum.lambdaIm[n] += 2 * system.dt * v.im() * dB;
    Complex gV = lambda.times(2 * system.dt * dB).plus(new Complex(2 * gA[row][n], 0));
    Complex gLeft = gV.timesConj(right);
    Complex gRight = gV.timesConj(left);
    sum.leftRe[i][n] += gLeft.re();
    sum.leftIm[i][n] += gLeft.im();
    int sets = system.sets();
    if (j < sets) {
      sum.outRe[j][n] += gRight.re();
      sum.outIm[j][n] += gRight.im();
    } else {
      // The right factor is conj(P).
      sum.leftRe[1 + j - sets][n] += gRight.re();
      sum.leftIm[1 + j - sets][n] -= gRight.im();
    }
  }
}
