package io.carillon.nn.gru;

import io.carillon.engine.Buffer;
import io.carillon.engine.Buffers;
import io.carillon.engine.KernelChoice;
import io.carillon.engine.Pass;
import io.carillon.engine.RowStage;
import io.carillon.internal.kernel.Kernels;
import io.carillon.nn.layer.LayerStream;
import io.carillon.nn.layer.StepBounds;
import io.carillon.nn.layer.StepContext;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/** Steps of a gated recurrent unit; memory: its output of the step before, [H]. */
public final class GruStream implements LayerStream {
  /** A step without input still changes the state in a way that has no short cut. */
  private static final long MOST_STEPS = 1L << 24;

  private final GruLayer layer;

  // Not scratch: a step runs many times.
  private final Buffer inputGates;
  private final Buffer hiddenGates;
  private final Buffer states;
  private final DoubleUnaryOperator inputBound;
  private final DoubleUnaryOperator hiddenBound;

  public GruStream(GruLayer layer) {
    this.layer = layer;
    Buffers buffers = new Buffers(GruStream.class);
    this.inputGates = buffers.own("gates of the input", 3 * layer.width());
    this.hiddenGates = buffers.own("gates of the state", 3 * layer.width());
    this.states = buffers.own("states", layer.width());
    this.inputBound = layer.input().bound();
    this.hiddenBound = layer.hidden().bound();
  }

  @Override
  public RowStage stage(Pass pass, StepContext context, float[] u, float[] y) {
    int width = layer.width();
    float[] fromInput = inputGates.of(pass);
    float[] fromHidden = hiddenGates.of(pass);
    float[] h = states.of(pass);
    RowStage input = layer.input().forwardStage(pass, u, fromInput);
    RowStage hidden = layer.hidden().forwardStage(pass, h, fromHidden);
    return (task, r0, r1) -> {
      for (int r = r0; r < r1; r++) {
        System.arraycopy(context.states[r][layer.index()], 0, h, r * width, width);
      }
      input.rows(task, r0, r1);
      hidden.rows(task, r0, r1);
      for (int r = r0; r < r1; r++) {
        layer.cell(fromInput, 3 * r * width, fromHidden, 3 * r * width, h, r * width);
        System.arraycopy(h, r * width, y, r * width, width);
        System.arraycopy(h, r * width, context.states[r][layer.index()], 0, width);
      }
    };
  }

  /** The gates are between 0 and 1, so that the memory does not leave ±1; NaN is ∞ − ∞. */
  @Override
  public double bound(double input, double state, int steps) {
    double memory = Math.max(1, state);
    double most = inputBound.applyAsDouble(input) + hiddenBound.applyAsDouble(memory);
    return most <= StepBounds.LARGEST ? 2 * memory : Double.POSITIVE_INFINITY;
  }

  /** Step by step, until the state stays as it is. */
  @Override
  public void rest(float[] state, long steps) {
    if (steps > MOST_STEPS) {
      throw new IllegalArgumentException(
          "steps is "
              + steps
              + "; a GRU goes through every step that it skips, and can skip 2^24 at a time");
    }
    int width = layer.width();
    Kernels kernels = KernelChoice.select();
    float[] fromInput = layer.input().biases();
    float[] fromHidden = new float[3 * width];
    for (long i = 0; i < steps; i++) {
      float[] before = state.clone();
      kernels.linear(
          state,
          0,
          1,
          width,
          layer.hidden().weights(),
          layer.hidden().biases(),
          3 * width,
          fromHidden);
      layer.cell(fromInput, 0, fromHidden, 0, state, 0);
      if (Arrays.equals(before, state)) {
        return;
      }
    }
  }
}
