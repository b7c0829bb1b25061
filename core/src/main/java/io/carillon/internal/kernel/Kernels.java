package io.carillon.internal.kernel;

/**
 * The inner loops, all single-threaded and on plain float arrays. Callers split the work over
 * threads by ranges of sequences, channels or rows; a call writes only inside the range it is
 * given. Checks of shapes are the caller's; implementations only assert.
 *
 * <p>Layouts: activations [rows][channels] row-major; per-mode arrays are [modes][channels], so
 * that SIMD lanes run over neighbouring channels.
 */
public interface Kernels {

  /** Steps of a recurrence after which the rounding of λ is corrected. */
  int SCAN_BLOCK = 64;

  /** What is running, for messages: {@code scalar} or {@code vector-512} and so on. */
  String name();

  /** Channels that one inner step handles together; channel ranges are best multiples of it. */
  int lanes();

  /**
   * Diagonal recurrence of one sequence over channels h0 .. h1-1:
   *
   * <pre>
   *   x_t[m,h] = λ[m,h] x_{t-1}[m,h] + u_t[h],   y_t[h] += Re Σ_m w[m,h] x_t[m,h]
   * </pre>
   *
   * λ is rounded to float, which over L steps turns the phase by up to L half-ulps. To stay exact
   * at any length, the state at the end of every full block of SCAN_BLOCK steps (counted in scan
   * order from the start of the call) is corrected by {@code drift · (state at the start of the
   * block)}, drift = λ^SCAN_BLOCK − fl(λ)^SCAN_BLOCK: one multiply-add per mode and block. The
   * backward scan uses the conjugate correction for the state gradient.
   *
   * <p>With {@code reverse} the sequence is scanned from its end and sees strictly future inputs:
   * {@code x_t = λ x_{t+1} + u_{t+1}} with {@code u_L = 0}; y is updated in the same way.
   *
   * @param modes λ and w
   * @param u input [length][uStride], element (t, h) at {@code uOffset + t * uStride + h}
   * @param y output, added to, same addressing with yOffset and yStride
   * @param length number of steps
   * @param state re and im planes [2][modes][channels]: on entry the state before the first step
   *     (for reverse: after the last), on return the state after the last step; never null; starts
   *     at stateOffset
   */
  void scanForward(
      ScanModes modes,
      int h0,
      int h1,
      boolean reverse,
      float[] u,
      int uOffset,
      int uStride,
      float[] y,
      int yOffset,
      int yStride,
      int length,
      float[] state,
      int stateOffset);

  /**
   * One step of {@link #scanForward} over channels h0 .. h1-1, forward in time:
   *
   * <pre>
   *   x[m,h] ← λ[m,h] x[m,h] + u[h],   y[h] += Re Σ_m w[m,h] x[m,h]
   * </pre>
   *
   * A single step has no block to correct the rounding of λ after; it multiplies by λ in two
   * floats, λ + low, so that the phase stays exact over any number of calls. Allocates nothing.
   *
   * @param u input, element h at {@code uOffset + h}
   * @param y output, added to, element h at {@code yOffset + h}
   * @param state re and im planes [2][modes][channels] at stateOffset, updated
   */
  void scanStep(
      ScanModes modes,
      int h0,
      int h1,
      float[] u,
      int uOffset,
      float[] y,
      int yOffset,
      float[] state,
      int stateOffset);

  /**
   * {@link #scanStep} of all channels for streams r0 .. r1-1, with the same bits.
   *
   * @param u inputs [streams][channels]
   * @param y outputs, added to, element (r, h) at {@code yOffset + r * yStride + h}
   * @param states for each stream its states of all layers; different arrays for all streams
   * @param layer which of them
   * @param stateOffset where in them the planes begin
   */
  default void scanSteps(
      ScanModes modes,
      float[] u,
      float[] y,
      int yOffset,
      int yStride,
      float[][][] states,
      int layer,
      int stateOffset,
      int r0,
      int r1) {
    int channels = modes.channels();
    for (int r = r0; r < r1; r++) {
      int out = yOffset + r * yStride;
      scanStep(modes, 0, channels, u, r * channels, y, out, states[r][layer], stateOffset);
    }
  }

  /**
   * Adjoint of {@link #scanForward}. Adds to {@code gu} the gradient of u, and to {@code gradient}
   * the gradients of λ and w (∂L/∂Re, ∂L/∂Im planes).
   *
   * @param g gradient of y, addressed like y
   * @param gu gradient of u, added to, addressed like u
   * @param stateBefore [2][modes][channels]: the state before the first step of the forward scan;
   *     null for zero; starts at stateOffset
   * @param stateGradient [2][modes][channels]: on entry the gradient of the state after the last
   *     step, on return the gradient of the state before the first step; null if the former is zero
   *     and the latter not asked for; starts at stateOffset
   * @param gradient sums over the sequence, added to
   */
  void scanBackward(
      ScanModes modes,
      int h0,
      int h1,
      boolean reverse,
      float[] u,
      int uOffset,
      int uStride,
      float[] g,
      int gOffset,
      int gStride,
      float[] gu,
      int guOffset,
      int guStride,
      int length,
      float[] stateBefore,
      float[] stateGradient,
      int stateOffset,
      ScanGradient gradient);

  /**
   * y[r][o] = bias[o] + Σ_i x[r][i] weight[o][i] for rows r0 .. r1-1.
   *
   * @param x [rows][in]
   * @param weight [out][in]
   * @param bias [out], or null for zero
   * @param y [rows][out], overwritten
   */
  void linear(float[] x, int r0, int r1, int in, float[] weight, float[] bias, int out, float[] y);

  /** Numbers of a packed weight; 0 if it is read as it is. */
  int packedSize(int in, int out);

  /**
   * Packs the weight [out][in] of a linear map in the order in which {@link #linearPacked} reads
   * it.
   *
   * @param to room for {@link #packedSize} numbers
   * @return {@code to}, or the weight itself if it is read as it is
   */
  float[] pack(float[] weight, int in, int out, float[] to);

  /**
   * {@link #linear} with a weight that was packed once for many calls: for all tiles of a pass, or
   * all steps of a live stream.
   *
   * @param packed what {@link #pack} of the same object made of the weight
   */
  void linearPacked(
      float[] x, int r0, int r1, int in, float[] packed, float[] bias, int out, float[] y);

  /** gx[r][i] = Σ_o g[r][o] weight[o][i] for rows r0 .. r1-1; gx is overwritten. */
  void linearBackwardInput(float[] g, int r0, int r1, int out, float[] weight, int in, float[] gx);

  /**
   * gWeight[o][i] += Σ_r g[r][o] x[r][i] and gBias[o] += Σ_r g[r][o] over rows r0 .. r1-1 for
   * outputs o0 .. o1-1, in an order that depends on the sizes only.
   *
   * @param gBias [out], or null
   */
  void linearBackwardWeight(
      float[] g,
      float[] x,
      int r0,
      int r1,
      int out,
      int in,
      int o0,
      int o1,
      float[] gWeight,
      float[] gBias);

  /** y[i] = x[i] Φ(x[i]) (erf form of GELU) for i in [from, to); y may be x. */
  void gelu(float[] x, float[] y, int from, int to);

  /** gx[i] = g[i] · d GELU(x[i]) for i in [from, to); gx may be g. */
  void geluBackward(float[] x, float[] g, float[] gx, int from, int to);

  /** y[r][o] = a · σ(b), with a = x[r][o], b = x[r][n+o], for rows r0 .. r1-1; x [rows][2n]. */
  void glu(float[] x, int r0, int r1, int n, float[] y);

  /** Adjoint of {@link #glu}: gx [rows][2n] overwritten from x and g [rows][n]. */
  void gluBackward(float[] x, float[] g, int r0, int r1, int n, float[] gx);

  /** The largest of x[i] for i in [from, to); −∞ if there are none. */
  float max(float[] x, int from, int to);

  /**
   * x[i] ← exp(x[i] − shift) for i in [from, to), with the accuracy and the range of {@link
   * FloatMath#exp}.
   *
   * @param shift at least the largest x[i] less 88
   * @return Σ x[i] as written, rounded in single precision
   */
  float exponentials(float[] x, int from, int to, float shift);

  /**
   * Layer norm over channels: y = (x − μ) / sqrt(σ² + eps) · weight + bias, population variance,
   * for rows r0 .. r1-1.
   *
   * @param stats [rows][2]: μ and 1 / sqrt(σ² + eps), written
   */
  void layerNorm(
      float[] x,
      int r0,
      int r1,
      int n,
      float[] weight,
      float[] bias,
      float eps,
      float[] y,
      float[] stats);

  /**
   * Gradient of {@link #layerNorm} with respect to its input, for rows r0 .. r1-1: gx is
   * overwritten (may be g). Adds the gradients of weight and bias over these rows to gWeight and
   * gBias [n].
   */
  void layerNormBackward(
      float[] x,
      float[] stats,
      float[] g,
      int r0,
      int r1,
      int n,
      float[] weight,
      float[] gx,
      float[] gWeight,
      float[] gBias);

  /**
   * y[r][h] = x[r][h] · factor[h] for rows r0 .. r1-1, overwritten; y may be x.
   *
   * @param x [rows][n]
   * @param factor [n] at factorOffset
   * @param y element (r, h) at {@code yOffset + r * yStride + h}
   */
  void scaleColumns(
      float[] x,
      int r0,
      int r1,
      int n,
      float[] factor,
      int factorOffset,
      float[] y,
      int yOffset,
      int yStride);

  /**
   * Adjoint of {@link #scaleColumns}: adds to gx [rows][n] and, at factorOffset, to gFactor [n].
   *
   * @param g gradient of y, addressed like y
   */
  void scaleColumnsBackward(
      float[] x,
      float[] g,
      int gOffset,
      int gStride,
      int r0,
      int r1,
      int n,
      float[] factor,
      int factorOffset,
      float[] gx,
      float[] gFactor);
}
