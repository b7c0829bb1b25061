package io.carillon.internal.kernel.scalar;

import io.carillon.internal.kernel.FloatMath;

/**
 * GELU and the logistic function in loops that the compiler turns into SIMD code by itself: it does
 * so only with short loops of sums, products, quotients and minima on arrays read at the same
 * index. There is no way to set the exponent of a float among these, so that the exponential is
 *
 * <pre>
 *   e^s − 1 = E₆,   E₀ = e^(s/64) − 1,   E_{k+1} = E_k (E_k + 2),
 * </pre>
 *
 * which keeps the relative accuracy of E for small s and loses a few bits of e^s for large s. It is
 * used for s ≥ 0 in 1 / e^s, where 64 roundings of a small number do not matter, and for any s in 1
 * / (1 + e^s).
 */
final class ScalarFunctions {
  /** s / 64 from the argument of a Gaussian, s = a² / 2. */
  private static final float GAUSS = 0.5f / 64;

  /** a of e^(−a²/2) = {@link FloatMath#EXP_LOWEST}; larger ones are cut. */
  private static final float FARTHEST = 10f;

  private static final float HIGHEST = -FloatMath.EXP_LOWEST;
  private static final float C2 = 1f / 2;
  private static final float C3 = 1f / 6;
  private static final float C4 = 1f / 24;
  private static final float C5 = 1f / 120;
  private static final float C6 = 1f / 720;
  private static final float C7 = 1f / 5040;
  private static final float C8 = 1f / 40_320;

  /** Turns a number of any size that matters into its sign. */
  private static final float STEEP = 1e20f;

  private ScalarFunctions() {}

  /** y = x Φ(x) for x = t[0]: x₊ − a Φ(−a) with a = |x|, cut where Φ(−a) vanishes; into t[1]. */
  static void gelu(float[][] t, int n) {
    tail(t, n);
    gelu(t[0], t[1], t[4], n);
  }

  /** dy/dx · g for x = t[0] and g = t[5]; into t[1]. */
  static void geluBackward(float[][] t, int n) {
    tail(t, n);
    cdf(t[0], t[4], n);
    slope(t[0], t[2], t[4], t[5], t[1], n);
  }

  /** From x = t[0]: a into t[1], e^(−a²/2) into t[2], Φ(−a) into t[4]; t[3] is destroyed. */
  private static void tail(float[][] t, int n) {
    size(t[0], t[1], n);
    gaussRoot(t[1], t[2], n);
    raise(t[2], n);
    quotients(t[1], t[2], t[3], n);
    polynomial(t[3], t[4], n);
    product(t[4], t[3], t[2], n);
  }

  private static void size(float[] x, float[] a, int n) {
    for (int i = 0; i < n; i++) {
      a[i] = Math.min(Math.abs(x[i]), FARTHEST);
    }
  }

  private static void gaussRoot(float[] a, float[] e, int n) {
    for (int i = 0; i < n; i++) {
      float v = a[i] * a[i] * GAUSS;
      float p = (((C8 * v + C7) * v + C6) * v + C5) * v + C4;
      e[i] = (((p * v + C3) * v + C2) * v + 1f) * v;
    }
  }

  /** E₀ to E₆. */
  private static void raise(float[] e, int n) {
    for (int i = 0; i < n; i++) {
      float v = e[i];
      v = v * (v + 2f);
      v = v * (v + 2f);
      v = v * (v + 2f);
      v = v * (v + 2f);
      v = v * (v + 2f);
      e[i] = v * (v + 2f);
    }
  }

  /** t = 1 / (1 + T a), e = 1 / (1 + E), both by one division. */
  private static void quotients(float[] a, float[] e, float[] t, int n) {
    for (int i = 0; i < n; i++) {
      float power = e[i] + 1f;
      float w = FloatMath.T * a[i] + 1f;
      float both = 1f / (power * w);
      t[i] = both * power;
      e[i] = both * w;
    }
  }

  /** Of {@link FloatMath}: Φ(−a) = e^(−a²/2) t (P0 + P1 t + …). */
  private static void polynomial(float[] t, float[] q, int n) {
    for (int i = 0; i < n; i++) {
      float v = t[i];
      float p =
          (((FloatMath.P8 * v + FloatMath.P7) * v + FloatMath.P6) * v + FloatMath.P5) * v
              + FloatMath.P4;
      q[i] = (((p * v + FloatMath.P3) * v + FloatMath.P2) * v + FloatMath.P1) * v + FloatMath.P0;
    }
  }

  private static void product(float[] q, float[] t, float[] e, int n) {
    for (int i = 0; i < n; i++) {
      q[i] = q[i] * (t[i] * e[i]);
    }
  }

  private static void gelu(float[] x, float[] a, float[] tail, int n) {
    for (int i = 0; i < n; i++) {
      a[i] = Math.max(x[i], 0f) - a[i] * tail[i];
    }
  }

  /** Φ(x) from Φ(−|x|). */
  private static void cdf(float[] x, float[] tail, int n) {
    for (int i = 0; i < n; i++) {
      float sign = Math.max(-1f, Math.min(1f, x[i] * STEEP));
      tail[i] = 0.5f + sign * (0.5f - tail[i]);
    }
  }

  private static void slope(float[] x, float[] gauss, float[] cdf, float[] g, float[] to, int n) {
    for (int i = 0; i < n; i++) {
      to[i] = g[i] * (cdf[i] + x[i] * gauss[i] * FloatMath.DENSITY);
    }
  }

  /** σ(x) in place. */
  static void sigmoid(float[] x, int n) {
    sigmoidRoot(x, n);
    raise(x, n);
    for (int i = 0; i < n; i++) {
      x[i] = 1f / (x[i] + 2f);
    }
  }

  /** E₀ for s = −x. */
  private static void sigmoidRoot(float[] x, int n) {
    for (int i = 0; i < n; i++) {
      float v = Math.max(-HIGHEST, Math.min(HIGHEST, x[i])) * (-1f / 64);
      float p = (((C8 * v + C7) * v + C6) * v + C5) * v + C4;
      x[i] = (((p * v + C3) * v + C2) * v + 1f) * v;
    }
  }

  /** to = a b. */
  static void multiply(float[] a, float[] b, float[] to, int n) {
    for (int i = 0; i < n; i++) {
      to[i] = a[i] * b[i];
    }
  }

  /** From the gate σ: ∂a = g σ into g, ∂b = g σ a (1 − σ) into a. */
  static void gates(float[] g, float[] a, float[] gate, int n) {
    for (int i = 0; i < n; i++) {
      float passed = g[i] * gate[i];
      g[i] = passed;
      a[i] = passed * a[i] * (1f - gate[i]);
    }
  }
}
