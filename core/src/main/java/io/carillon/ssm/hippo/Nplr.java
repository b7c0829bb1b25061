package io.carillon.ssm.hippo;

import io.carillon.config.kernel.HippoMeasure;
import io.carillon.math.Complex;
import io.carillon.math.HermitianEigen;
import java.util.Arrays;

/**
 * Normal plus low rank: A = V (Λ − P̃ P̃*) V* and B = V B̃ for a HiPPO matrix, of which one mode of
 * each conjugate pair is kept (papers A.4). With M = N/2 kept modes, real part the same for all:
 *
 * <p>A = 2 Re(V (Λ − P̃ P̃*) V*) restricted to the kept columns.
 *
 * <p>LegS and the Fourier measures use closed forms; others the Jacobi method on the Hermitian
 * matrix −iS, O(N³).
 *
 * @param re Re Λ
 * @param im Im Λ, ≤ 0, most negative first, [M]
 * @param vectors V, [M][N]: one unit eigenvector per kept mode, first non-zero component real and
 *     positive
 * @param lowRank P̃ = V*P, [rank][M]
 * @param input B̃ = V*B, [M]
 */
public record Nplr(
    double re, double[] im, Complex[][] vectors, Complex[][] lowRank, Complex[] input) {
  private static final double ZERO_COMPONENT = 1e-9;

  /**
   * Diagonalises the normal part.
   *
   * @param size N, even
   * @throws IllegalArgumentException if the measure has no such form with this rank
   */
  public static Nplr of(HippoMeasure measure, int size, int rank) {
    HippoMatrix matrix = HippoMatrix.of(measure, size);
    double[][] p = matrix.lowRank(rank);
    if (size % 2 != 0) {
      throw new IllegalArgumentException("HiPPO " + measure + ": size " + size + " must be even");
    }
    double[][] normal = normalPart(matrix.a(), p);
    double trace = 0;
    for (int n = 0; n < size; n++) {
      trace += normal[n][n];
    }
    double[] im = new double[size / 2];
    Complex[][] vectors = new Complex[size / 2][];
    switch (measure) {
      case LEGS, LEGSD -> legs(size, im, vectors);
      case FOUD, FOURIER, FOURIER_DECAY, FOURIER2 -> blocks(normal, im, vectors);
      default -> general(normal, im, vectors);
    }
    Complex[][] projected = new Complex[rank][];
    for (int r = 0; r < rank; r++) {
      projected[r] = project(vectors, p[r]);
    }
    return new Nplr(trace / size, im, vectors, projected, project(vectors, matrix.b()));
  }

  private static double[][] normalPart(double[][] a, double[][] p) {
    int size = a.length;
    double[][] normal = new double[size][size];
    for (int n = 0; n < size; n++) {
      for (int k = 0; k < size; k++) {
        double sum = a[n][k];
        for (double[] row : p) {
          sum += row[n] * row[k];
        }
        normal[n][k] = sum;
      }
    }
    return normal;
  }

  private static void legs(int size, double[] im, Complex[][] vectors) {
    double[] frequency = LegsSpectrum.frequencies(size);
    for (int m = 0; m < im.length; m++) {
      im[m] = -frequency[m];
      vectors[m] = LegsSpectrum.eigenvector(size, frequency[m]);
    }
  }

  /** Rotation blocks [[·, −ω], [ω, ·]]: eigenvalue −iω with eigenvector (1, i)/√2. */
  private static void blocks(double[][] normal, double[] im, Complex[][] vectors) {
    int half = im.length;
    for (int m = 0; m < half; m++) {
      int block = half - 1 - m;
      im[m] = normal[2 * block][2 * block + 1];
      Complex[] v = new Complex[2 * half];
      Arrays.fill(v, Complex.ZERO);
      v[2 * block] = new Complex(Math.sqrt(0.5), 0);
      v[2 * block + 1] = new Complex(0, Math.sqrt(0.5));
      vectors[m] = v;
    }
  }

  private static void general(double[][] normal, double[] im, Complex[][] vectors) {
    HermitianEigen eigen = HermitianEigen.ofSkew(normal);
    for (int m = 0; m < im.length; m++) {
      im[m] = eigen.values()[m];
      vectors[m] = withRealStart(eigen.vectors()[m]);
    }
  }

  /** The same direction with its first non-zero component real and positive. */
  private static Complex[] withRealStart(Complex[] v) {
    int first = 0;
    while (v[first].absSquared() < ZERO_COMPONENT * ZERO_COMPONENT) {
      first++;
    }
    Complex phase = v[first].conj().times(1 / Math.sqrt(v[first].absSquared()));
    Complex[] turned = new Complex[v.length];
    for (int n = 0; n < v.length; n++) {
      turned[n] = v[n].times(phase);
    }
    return turned;
  }

  private static Complex[] project(Complex[][] vectors, double[] real) {
    Complex[] result = new Complex[vectors.length];
    for (int m = 0; m < vectors.length; m++) {
      Complex sum = Complex.ZERO;
      for (int n = 0; n < real.length; n++) {
        sum = sum.plus(vectors[m][n].conj().times(real[n]));
      }
      result[m] = sum;
    }
    return result;
  }
}
