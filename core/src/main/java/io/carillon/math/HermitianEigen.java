package io.carillon.math;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Eigenvalues and eigenvectors of a complex Hermitian matrix by cyclic Jacobi rotations: slow
 * (about ten sweeps of N² rotations of length N) but accurate to rounding relative to the norm.
 * Used once per initialisation of measures without a closed form; a second at N = 128.
 *
 * @param values ascending, [N]
 * @param vectors unit eigenvectors in the same order, [N][N]
 */
public record HermitianEigen(double[] values, Complex[][] vectors) {
  private static final int MAX_SWEEPS = 60;
  private static final double ROUNDING = 1e-16;

  /** Of −iS, S the skew-symmetric part of a real matrix; its eigenvalues are Im of those of S. */
  public static HermitianEigen ofSkew(double[][] matrix) {
    int size = matrix.length;
    Complex[][] h = new Complex[size][size];
    for (int n = 0; n < size; n++) {
      for (int k = 0; k < size; k++) {
        h[n][k] = new Complex(0, -(matrix[n][k] - matrix[k][n]) / 2);
      }
    }
    return of(h);
  }

  private static HermitianEigen of(Complex[][] h) {
    int size = h.length;
    Complex[][] v = new Complex[size][size];
    for (int n = 0; n < size; n++) {
      for (int k = 0; k < size; k++) {
        v[n][k] = n == k ? Complex.ONE : Complex.ZERO;
      }
    }
    int sweep = 0;
    while (!isDiagonal(h)) {
      if (++sweep > MAX_SWEEPS) {
        throw new IllegalStateException(
            "the eigenvalues of a "
                + size
                + " x "
                + size
                + " matrix did not converge after "
                + MAX_SWEEPS
                + " sweeps; are its entries finite?");
      }
      for (int p = 0; p < size; p++) {
        for (int q = p + 1; q < size; q++) {
          rotate(h, v, p, q);
        }
      }
    }
    return sorted(h, v);
  }

  /** Whether all entries above the diagonal are at rounding level; false for NaN. */
  private static boolean isDiagonal(Complex[][] h) {
    double total = 0;
    double off = 0;
    for (int p = 0; p < h.length; p++) {
      for (int q = 0; q < h.length; q++) {
        double square = h[p][q].absSquared();
        total += square;
        off += q > p ? square : 0;
      }
    }
    return off <= ROUNDING * ROUNDING * total;
  }

  /** Makes h[p][q] zero: first its phase is turned away, then a real rotation. */
  private static void rotate(Complex[][] h, Complex[][] v, int p, int q) {
    double modulus = Math.sqrt(h[p][q].absSquared());
    if (modulus == 0) {
      return;
    }
    Complex phase = h[p][q].conj().times(1 / modulus);
    double theta = (h[q][q].re() - h[p][p].re()) / (2 * modulus);
    double tangent = Math.copySign(1, theta) / (Math.abs(theta) + Math.hypot(theta, 1));
    double cosine = 1 / Math.hypot(tangent, 1);
    double sine = tangent * cosine;
    for (int n = 0; n < h.length; n++) {
      rotateColumns(h[n], p, q, phase, cosine, sine);
      rotateColumns(v[n], p, q, phase, cosine, sine);
    }
    for (int k = 0; k < h.length; k++) {
      Complex a = h[p][k];
      Complex b = h[q][k].timesConj(phase);
      h[p][k] = a.times(cosine).minus(b.times(sine));
      h[q][k] = a.times(sine).plus(b.times(cosine));
    }
    h[p][q] = Complex.ZERO;
    h[q][p] = Complex.ZERO;
  }

  private static void rotateColumns(
      Complex[] row, int p, int q, Complex phase, double cosine, double sine) {
    Complex a = row[p];
    Complex b = row[q].times(phase);
    row[p] = a.times(cosine).minus(b.times(sine));
    row[q] = a.times(sine).plus(b.times(cosine));
  }

  private static HermitianEigen sorted(Complex[][] h, Complex[][] v) {
    int size = h.length;
    int[] order =
        IntStream.range(0, size)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer n) -> h[n][n].re()))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] values = new double[size];
    Complex[][] vectors = new Complex[size][size];
    for (int i = 0; i < size; i++) {
      values[i] = h[order[i]][order[i]].re();
      for (int n = 0; n < size; n++) {
        vectors[i][n] = v[n][order[i]];
      }
    }
    return new HermitianEigen(values, vectors);
  }
}
