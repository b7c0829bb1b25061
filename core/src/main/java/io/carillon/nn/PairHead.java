package io.carillon.nn;

import io.carillon.config.Activation;
import io.carillon.engine.Buffer;
import io.carillon.engine.Buffers;
import io.carillon.engine.Footprint;
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
  private final int width;
  private final Linear hidden;
  private final Linear output;
  private final Buffers buffers = new Buffers(PairHead.class);
  private final Buffer joined;
  private final Buffer between;
  private final Buffer active;
  private final Buffer betweenGradient;
  private final Buffer joinedGradient;

  /** A head with fresh weights; parameters decoder.hidden, decoder.output. */
  PairHead(int width, int outputs, SeededRandom random) {
    this.width = width;
    this.hidden = new Linear("decoder.hidden", 4 * width, width, false, random);
    this.output = new Linear("decoder.output", width, outputs, false, random);
    this.joined = buffers.kept("joined", 4 * width);
    this.between = buffers.kept("between", width);
    this.active = buffers.kept("active", width);
    this.betweenGradient = buffers.scratch("gradient between", width);
    this.joinedGradient = buffers.scratch("joined gradient", 4 * width);
  }

  /** What a training step takes for it; a pass with one row per pair. */
  Footprint memory(Pass pass) {
    return buffers.footprint(pass).beside(hidden.memory(pass).then(output.memory(pass)));
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
    pass.scoped(
        () -> {
          float[] all = joined.of(pass);
          float[] h = between.of(pass);
          float[] a = active.of(pass);
          for (int p = 0; p < pairs; p++) {
            join(x, p, all);
          }
          hidden.forward(pass, all, h);
          Activations.forward(Activation.GELU, pass.kernels(), h, a, 0, pairs * width);
          output.forward(pass, a, out);
        });
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
    pass.scoped(
        () -> {
          float[] h = between.of(pass);
          float[] gh = betweenGradient.of(pass);
          float[] gJoined = joinedGradient.of(pass);
          output.backward(pass, active.of(pass), g, gh);
          Activations.backward(Activation.GELU, pass.kernels(), h, gh, gh, 0, pairs * width);
          hidden.backward(pass, joined.of(pass), gh, gJoined);
          for (int p = 0; p < pairs; p++) {
            part(x, p, gJoined, gx);
          }
        });
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
