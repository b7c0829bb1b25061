package io.carillon.nn;

import io.carillon.config.Activation;
import io.carillon.engine.Parameter;
import io.carillon.engine.Pass;
import io.carillon.engine.SeededRandom;
import io.carillon.nn.layer.Activations;
import io.carillon.nn.layer.Linear;
import java.util.ArrayList;
import java.util.List;

/**
 * The answer for two sequences from what the same network has made of each: with pooled features a
 * and b of width H, {@code W₂ GELU(W₁ [a, b, a − b, a ∘ b] + c₁) + c₂}, where W₁ is [H][4H] and W₂
 * is [outputs][H] (the decoder of the Retrieval task in the S4 repository, v3.0.0).
 */
final class PairHead {
  private static final int JOINED = 0;
  private static final int HIDDEN = 1;
  private static final int ACTIVE = 2;
  private static final int HIDDEN_GRADIENT = 3;
  private static final int JOINED_GRADIENT = 4;

  private final int width;
  private final Linear hidden;
  private final Linear output;

  /** A head with fresh weights; parameters decoder.hidden, decoder.output. */
  PairHead(int width, int outputs, SeededRandom random) {
    this.width = width;
    this.hidden = new Linear("decoder.hidden", 4 * width, width, false, random);
    this.output = new Linear("decoder.output", width, outputs, false, random);
  }

  List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>(hidden.parameters());
    all.addAll(output.parameters());
    return all;
  }

  /**
   * Answers out [pairs][outputs].
   *
   * @param pass with one row per pair
   * @param x [2 pairs][H] pooled features, the two of a pair one after the other
   */
  void forward(Pass pass, float[] x, float[] out) {
    int pairs = pass.rows().total();
    float[] joined = pass.own(this, JOINED, pairs * 4 * width);
    float[] h = pass.own(this, HIDDEN, pairs * width);
    float[] active = pass.own(this, ACTIVE, pairs * width);
    for (int p = 0; p < pairs; p++) {
      join(x, p, joined);
    }
    hidden.forward(pass, joined, h);
    Activations.forward(Activation.GELU, pass.kernels(), h, active, 0, pairs * width);
    output.forward(pass, active, out);
  }

  private void join(float[] x, int pair, float[] joined) {
    int from = 2 * pair * width;
    int to = 4 * pair * width;
    for (int i = 0; i < width; i++) {
      float a = x[from + i];
      float b = x[from + width + i];
      joined[to + i] = a;
      joined[to + width + i] = b;
      joined[to + 2 * width + i] = a - b;
      joined[to + 3 * width + i] = a * b;
    }
  }

  /**
   * Adds the gradients of the weights and writes that of x to {@code gx} [2 pairs][H]. Follows
   * {@link #forward} with the same pass.
   *
   * @param g gradient of the answers [pairs][outputs]
   */
  void backward(Pass pass, float[] x, float[] g, float[] gx) {
    int pairs = pass.rows().total();
    float[] joined = pass.own(this, JOINED, pairs * 4 * width);
    float[] h = pass.own(this, HIDDEN, pairs * width);
    float[] gHidden = pass.own(this, HIDDEN_GRADIENT, pairs * width);
    float[] gJoined = pass.own(this, JOINED_GRADIENT, pairs * 4 * width);
    output.backward(pass, pass.own(this, ACTIVE, pairs * width), g, gHidden);
    Activations.backward(Activation.GELU, pass.kernels(), h, gHidden, gHidden, 0, pairs * width);
    hidden.backward(pass, joined, gHidden, gJoined);
    for (int p = 0; p < pairs; p++) {
      part(x, p, gJoined, gx);
    }
  }

  private void part(float[] x, int pair, float[] g, float[] gx) {
    int to = 2 * pair * width;
    int from = 4 * pair * width;
    for (int i = 0; i < width; i++) {
      float difference = g[from + 2 * width + i];
      float product = g[from + 3 * width + i];
      gx[to + i] = g[from + i] + difference + product * x[to + width + i];
      gx[to + width + i] = g[from + width + i] - difference + product * x[to + i];
    }
  }
}
