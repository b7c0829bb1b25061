package io.carillon.interop.plain;

import java.util.List;

/**
 * A layer along the sequence, from u_t [H] to y_t [C H], in the numbers that it computes with at
 * the rate of training. Where there is a number of {@code sets}, it is C, or 2 C in a bidirectional
 * layer: then the sets from C on see the inputs after step t, and set C + c adds to the outputs of
 * set c. {@code direct} is D [C][H]: D u_t is added to the outputs.
 */
public sealed interface PlainLayer {

  /**
   * A sum of exponentials (S4D, DLR, DSS): x ← e^z x + u, y += Re Σ_m w x.
   *
   * @param kernels C
   * @param sets C or 2 C
   * @param channels H
   * @param modes M
   * @param rows H, or 1 where all channels have the same z
   * @param logRe Re z, [rows][M]
   * @param logIm Im z, [rows][M]
   * @param wRe Re w, [sets][H][M]
   * @param wIm Im w, [sets][H][M]
   */
  record Recurrence(
      int kernels,
      int sets,
      int channels,
      int modes,
      int rows,
      double[] logRe,
      double[] logIm,
      double[] wRe,
      double[] wIm,
      float[] direct)
      implements PlainLayer {}

  /**
   * Coupled modes (S4): x ← E x + B u − Σ_r F_r (a_r · x), y += Re Σ_m C x, where a_r · x is the
   * real number Σ_m (Re a_r Re x + Im a_r Im x).
   *
   * @param kernels C
   * @param sets C or 2 C
   * @param channels H
   * @param modes M
   * @param rank R
   * @param eRe Re E, [H][M]
   * @param eIm Im E, [H][M]
   * @param bRe Re B, [H][M]
   * @param bIm Im B, [H][M]
   * @param fRe Re F, [R][H][M]
   * @param fIm Im F, [R][H][M]
   * @param aRe Re a, [R][H][M]
   * @param aIm Im a, [R][H][M]
   * @param cRe Re C, [sets][H][M]
   * @param cIm Im C, [sets][H][M]
   */
  record Coupled(
      int kernels,
      int sets,
      int channels,
      int modes,
      int rank,
      double[] eRe,
      double[] eIm,
      double[] bRe,
      double[] bIm,
      double[] fRe,
      double[] fIm,
      double[] aRe,
      double[] aIm,
      double[] cRe,
      double[] cIm,
      float[] direct)
      implements PlainLayer {}

  /**
   * A kernel that ends (those cut at a longest length, SGConv): y_t += Σ_j K[j] u_{t−j}, and for
   * the sets that look ahead Σ_j K[j] u_{t+1+j}.
   *
   * @param kernels C
   * @param sets C or 2 C
   * @param channels H
   * @param taps T
   * @param kernel K, [sets][H][T]
   */
  record Taps(int kernels, int sets, int channels, int taps, float[] kernel, float[] direct)
      implements PlainLayer {}

  /**
   * A gated recurrent unit: [r z n]ᵢ = input(u), [r z n]ₕ = hidden(h), r = σ(rᵢ + rₕ), z = σ(zᵢ +
   * zₕ), n = tanh(nᵢ + r nₕ), h ← (1 − z) n + z h = y.
   *
   * @param input from [H] to [3 H]
   * @param hidden from [H] to [3 H]
   */
  record Gru(Affine input, Affine hidden) implements PlainLayer {}

  /**
   * Softmax attention with rotary positions: pair m of a head's channels turns by t · frequency[m].
   *
   * @param heads heads side by side
   * @param size channels of a head
   * @param chunk 0, or the steps of a chunk: a step sees its own and the one before, and if not
   *     causal the one after
   * @param causal whether later steps are hidden
   * @param scale factor of the queries
   * @param frequency [size / 2], radians per step
   * @param blocks two feed-forward blocks on the output, or none
   */
  record Attention(
      int heads,
      int size,
      int chunk,
      boolean causal,
      float scale,
      double[] frequency,
      Affine query,
      Affine key,
      Affine value,
      Affine output,
      List<FeedForward> blocks)
      implements PlainLayer {}

  /**
   * x + contract(GELU(expand(norm(x)))) with a layer norm.
   *
   * @param gain of the norm, [H]
   * @param shift of the norm, [H]
   */
  record FeedForward(float[] gain, float[] shift, Affine expand, Affine contract) {}
}
