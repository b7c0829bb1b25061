package io.carillon.ssm.hippo;

import io.carillon.config.Range;
import io.carillon.config.kernel.Discretisation;
import io.carillon.config.kernel.HippoMeasure;
import io.carillon.math.Complex;
import io.carillon.math.MutableComplex;
import io.carillon.ssm.Discretiser;

/**
 * The basis functions of HiPPO-LegS, K_n(t) = e_nᵀ e^{tA} B, seen through a discretisation: the
 * kernels K_n[l] = e_nᵀ Āˡ B̄ that read out state n (papers A.7, theorem 3 of the S4D paper).
 *
 * <p>S4-LegS has exactly these functions, for every state size N &gt; n, since A is lower
 * triangular. S4D-LegS drops the low-rank term of A; its functions depend on N and approach those
 * of S4-LegS as N grows, when the input vector is halved.
 *
 * <p>All in double precision. Kernels are divided by Δ, so that they have the scale of K_n(t) for
 * any Δ.
 */
public final class LegsBasis {
  private LegsBasis() {}

  /**
   * The continuous function K_n(t) = √(2n+1) P_n(2e^{−t} − 1) e^{−t}, with Legendre polynomials
   * P_n.
   *
   * @param n which function, from 0
   * @param t time, at least 0
   */
  public static double continuous(int n, double t) {
    return Math.sqrt(2 * n + 1) * legendre(n, 2 * Math.exp(-t) - 1) * Math.exp(-t);
  }

  /**
   * The functions of S4-LegS, A with its low-rank term: zero-order hold by the integral of {@link
   * #continuous} over each step, bilinear by steps of the first {@code count} states.
   *
   * @param discretisation ZOH or BILINEAR
   * @param count functions n = 0 .. count − 1
   * @param dt Δ
   * @param length taps
   * @return [count][length], K_n[l]/Δ
   * @throws IllegalArgumentException for another discretisation, or sizes that are not positive
   */
  public static double[][] full(Discretisation discretisation, int count, double dt, int length) {
    check(discretisation, count, dt, length);
    return discretisation == Discretisation.ZOH
        ? heldFull(count, dt, length)
        : bilinearFull(count, dt, length);
  }

  /**
   * The functions of S4D-LegS: the normal part A + PPᵀ of size N instead of A.
   *
   * @param discretisation ZOH or BILINEAR
   * @param stateSize N, even and at least {@code count}
   * @param inputFactor multiplies the input vector B: ½ in the theorem
   * @param count functions n = 0 .. count − 1
   * @param dt Δ
   * @param length taps
   * @return [count][length], K_n[l]/Δ
   * @throws IllegalArgumentException for another discretisation, or sizes that do not fit
   */
  public static double[][] normalPart(
      Discretisation discretisation,
      int stateSize,
      double inputFactor,
      int count,
      double dt,
      int length) {
    check(discretisation, count, dt, length);
    if (count > stateSize) {
      throw new IllegalArgumentException(
          "count is " + count + "; a state of size " + stateSize + " has no more functions");
    }
    double[][] taps = new double[count][length];
    Discretiser mode = new Discretiser();
    for (double omega : LegsSpectrum.frequencies(stateSize)) {
      mode.forward(discretisation, new MutableComplex().set(-0.5, -omega), dt, length);
      Complex log = new Complex(mode.log.re, mode.log.im);
      Complex input =
          LegsSpectrum.inputComponent(stateSize, omega)
              .times(new Complex(mode.beta.re, mode.beta.im));
      Complex[] readOut = LegsSpectrum.eigenvector(stateSize, omega);
      for (int l = 0; l < length; l++) {
        Complex state = log.times(l).exp().times(input).times(2 * inputFactor / dt);
        for (int n = 0; n < count; n++) {
          taps[n][l] += readOut[n].times(state).re();
        }
      }
    }
    return taps;
  }

  /**
   * The imaginary parts of the modes of S4D-LegS, largest first; the other half of the eigenvalues
   * are their conjugates.
   *
   * @param stateSize N, even
   * @return [N/2]
   * @throws IllegalArgumentException if N is odd or below 2
   */
  public static double[] frequencies(int stateSize) {
    return LegsSpectrum.frequencies(stateSize);
  }

  private static void check(Discretisation discretisation, int count, double dt, int length) {
    if (discretisation != Discretisation.ZOH && discretisation != Discretisation.BILINEAR) {
      throw new IllegalArgumentException(
          "discretisation is " + discretisation + "; the basis of LegS is known for ZOH, BILINEAR");
    }
    Range.atLeast(1).check("count", count);
    Range.POSITIVE.check("dt", dt);
    Range.atLeast(1).check("length", length);
  }

  private static double[][] heldFull(int count, double dt, int length) {
    double[][] taps = new double[count][length];
    for (int n = 0; n < count; n++) {
      double scale = Math.sqrt(2 * n + 1) / (2 * dt);
      double before = integral(n, 1);
      for (int l = 0; l < length; l++) {
        double after = integral(n, 2 * Math.exp(-(l + 1) * dt) - 1);
        taps[n][l] = scale * (before - after);
        before = after;
      }
    }
    return taps;
  }

  /** (I − ΔA/2) x' = (I + ΔA/2) x by forward substitution; the first state is that of B̄. */
  private static double[][] bilinearFull(int count, double dt, int length) {
    HippoMatrix system = HippoMatrix.of(HippoMeasure.LEGS, count);
    double[][] taps = new double[count][length];
    double[] right = system.b().clone();
    for (int l = 0; l < length; l++) {
      double[] x = new double[count];
      for (int n = 0; n < count; n++) {
        double sum = right[n];
        for (int k = 0; k < n; k++) {
          sum += dt / 2 * system.a()[n][k] * x[k];
        }
        x[n] = sum / (1 - dt / 2 * system.a()[n][n]);
        taps[n][l] = x[n];
      }
      for (int n = 0; n < count; n++) {
        right[n] = x[n];
        for (int k = 0; k <= n; k++) {
          right[n] += dt / 2 * system.a()[n][k] * x[k];
        }
      }
    }
    return taps;
  }

  /** ∫ P_n = (P_{n+1} − P_{n−1})/(2n + 1), up to a constant. */
  private static double integral(int n, double u) {
    return n == 0 ? u : (legendre(n + 1, u) - legendre(n - 1, u)) / (2 * n + 1);
  }

  /** P_n(u) by the three-term recurrence. */
  private static double legendre(int n, double u) {
    double before = 0;
    double p = 1;
    for (int k = 0; k < n; k++) {
      double next = ((2 * k + 1) * u * p - k * before) / (k + 1);
      before = p;
      p = next;
    }
    return p;
  }
}
