package io.carillon.ssm.hippo;

import io.carillon.config.Range;
import io.carillon.config.kernel.HippoMeasure;
import io.carillon.math.RealMatrix;

/**
 * The basis functions K_n(t) = e_nᵀ e^{tA} B of any HiPPO matrix to which a rank-1 term is added,
 * seen through the bilinear discretisation: what theorem 3 of the S4D paper says of LegS alone does
 * not hold for another term, nor for another measure (papers A.7).
 *
 * <p>All in double precision and by dense matrices of size N × N: O(N³) once and O(N²) a tap.
 */
public final class HippoBasis {
  private HippoBasis() {}

  /**
   * The functions of A + q qᵀ with input B times a factor.
   *
   * @param measure gives A and B
   * @param q what is added, [N]: zeros for the basis of the measure itself, {@link #lowRank} for
   *     that of its normal part
   * @param inputFactor multiplies B
   * @param count functions n = 0 .. count − 1
   * @param dt Δ
   * @param length taps
   * @return [count][length], K_n[l]/Δ; may overflow to an infinity where A + q qᵀ is unstable
   * @throws IllegalArgumentException for a size the measure does not have, or others that do not
   *     fit
   */
  public static double[][] of(
      HippoMeasure measure, double[] q, double inputFactor, int count, double dt, int length) {
    Range.between(1, q.length).check("count", count);
    Range.POSITIVE.check("dt", dt);
    Range.atLeast(1).check("length", length);
    HippoMatrix system = HippoMatrix.of(measure, q.length);
    int size = q.length;
    double[][] minus = new double[size][size];
    double[][] plus = new double[size][size];
    for (int n = 0; n < size; n++) {
      for (int k = 0; k < size; k++) {
        double half = dt / 2 * (system.a()[n][k] + q[n] * q[k]);
        minus[n][k] = (n == k ? 1 : 0) - half;
        plus[n][k] = (n == k ? 1 : 0) + half;
      }
    }
    double[][] inverse = RealMatrix.inverse(minus);
    double[][] step = RealMatrix.product(inverse, plus);
    double[] input = system.b().clone();
    for (int n = 0; n < size; n++) {
      input[n] *= inputFactor;
    }
    double[] x = times(inverse, input);
    double[][] taps = new double[count][length];
    for (int l = 0; l < length; l++) {
      for (int n = 0; n < count; n++) {
        taps[n][l] = x[n];
      }
      x = times(step, x);
    }
    return taps;
  }

  /**
   * P with A + P Pᵀ normal.
   *
   * @return [N]
   * @throws IllegalArgumentException if the measure has no such vector of rank 1
   */
  public static double[] lowRank(HippoMeasure measure, int size) {
    return HippoMatrix.of(measure, size).lowRank(1)[0];
  }

  private static double[] times(double[][] matrix, double[] x) {
    double[] y = new double[x.length];
    for (int n = 0; n < x.length; n++) {
      double sum = 0;
      for (int k = 0; k < x.length; k++) {
        sum += matrix[n][k] * x[k];
      }
      y[n] = sum;
    }
    return y;
  }
}
