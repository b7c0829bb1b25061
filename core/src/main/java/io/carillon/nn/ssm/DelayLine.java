package io.carillon.nn.ssm;

import io.carillon.engine.Buffer;
import io.carillon.engine.Buffers;
import io.carillon.engine.Carry;
import io.carillon.engine.KernelChoice;
import io.carillon.engine.Parallel;
import io.carillon.engine.Pass;
import io.carillon.engine.RowStage;
import io.carillon.engine.Rows;
import io.carillon.nn.layer.ChunkStream;
import io.carillon.nn.layer.StepBounds;
import io.carillon.nn.layer.StepContext;

/**
 * Steps of a layer whose kernel is cut at T steps: the last T inputs are kept and weighed by the
 * taps,
 *
 * <pre>
 *   y_t += Σ_{l&lt;T} K[l] u_{t−l}
 * </pre>
 *
 * T multiply-adds per channel and kernel. The cheaper difference of two recurrences, x ← λ x + u_t
 * − λ^T u_{t−T}, would keep rounding errors for as long as |λ| lets it: for ever where |λ| = 1, and
 * growing where it is larger. The sum forgets everything after T steps, and works for product
 * kernels too.
 *
 * <p>A gap of g steps, a whole number, puts the input into the line g times, or T times if that is
 * fewer, and weighs once: what g single steps leave, and the output of the last.
 *
 * <p>Memory: the place p of the oldest input, a whole number, then the inputs [T][H]; the newest is
 * at place p − 1 (mod T).
 */
final class DelayLine implements ChunkStream {
  /** Rows that are weighed directly rather than by FFT over the whole line. */
  private static final int DIRECT = 32;

  private final Convolution convolution;
  private final int index;
  private final int taps;
  private final int channels;
  private final int width;
  private final int stateSize;

  // For the line and a chunk together.
  private final Buffer inputs;
  private final Buffer outputs;

  /** [set][T][H]. */
  private final float[][] kernels;

  /** The largest Σ |K|. */
  private final double weights;

  DelayLine(SsmShape layer, Convolution convolution, int taps) {
    this.convolution = convolution;
    this.index = layer.index();
    this.taps = taps;
    this.channels = layer.channels();
    this.width = layer.kernels() * channels;
    this.stateSize = layer.stateSize(1);
    Buffers buffers = new Buffers(DelayLine.class);
    this.inputs = buffers.scratch("inputs", channels);
    this.outputs = buffers.scratch("outputs", width);
    float[] byChannel = new float[Math.multiplyExact(width, taps)];
    layer.kernelMap().kernel(KernelChoice.select(), Parallel.serial(), taps, 1, byChannel);
    this.kernels = new float[layer.kernels()][taps * channels];
    for (int i = 0; i < byChannel.length; i++) {
      int row = i / taps;
      kernels[row / channels][i % taps * channels + row % channels] = byChannel[i];
    }
    this.weights = StepBounds.largestRow(byChannel, width, taps);
  }

  @Override
  public RowStage stage(Pass pass, StepContext context, float[] u, float[] y) {
    return (task, r0, r1) -> {
      for (int r = r0; r < r1; r++) {
        double gap = context.gaps == null ? 1 : context.gaps[r];
        step(context.states[r][index], 0, gap, u, r * channels, y, r * width);
      }
    };
  }

  private void step(
      float[] state, int at, double gap, float[] u, int uOffset, float[] y, int yOffset) {
    int place = hold(state, at, (long) gap, u, uOffset);
    for (int set = 0; set < kernels.length; set++) {
      int out = yOffset + set * channels;
      // From the newest input down to place 0, then from the last place down to the oldest.
      for (int lag = 0; lag <= place; lag++) {
        weigh(kernels[set], lag, state, at + 1 + (place - lag) * channels, y, out);
      }
      for (int lag = place + 1; lag < taps; lag++) {
        weigh(kernels[set], lag, state, at + 1 + (place - lag + taps) * channels, y, out);
      }
    }
  }

  private void weigh(float[] kernel, int lag, float[] state, int from, float[] y, int out) {
    int tap = lag * channels;
    for (int h = 0; h < channels; h++) {
      y[out + h] += kernel[tap + h] * state[from + h];
    }
  }

  @Override
  public double bound(double input, double state, int steps) {
    return weights * Math.max(input, state);
  }

  /** Puts an input into the line {@code steps} times, at least once; returns the last place. */
  private int hold(float[] state, int at, long steps, float[] u, int uOffset) {
    if (steps > taps) {
      // The first of them leave the line again, but move its end.
      state[at] = ((long) state[at] + (steps - taps) % taps) % taps;
    }
    int place = 0;
    for (long again = Math.min(steps, taps); again > 0; again--) {
      place = push(state, at, u, uOffset);
    }
    return place;
  }

  /** Puts an input in the place of the oldest; returns that place. */
  private int push(float[] state, int at, float[] u, int uOffset) {
    int place = (int) state[at];
    System.arraycopy(u, uOffset, state, at + 1 + place * channels, channels);
    state[at] = place + 1 == taps ? 0 : place + 1;
    return place;
  }

  @Override
  public void forward(Pass pass, Carry carry, float[] u, float[] y) {
    Rows rows = pass.rows();
    for (int b = 0; b < rows.count(); b++) {
      int at = b * stateSize;
      if (rows.timed() || rows.length(b) <= DIRECT) {
        for (int r = rows.start(b); r < rows.start(b) + rows.length(b); r++) {
          double gap = rows.timed() ? rows.gaps()[r] : 1;
          step(carry.state(), at, gap, u, r * channels, y, r * width);
        }
      } else {
        convolve(pass, b, carry.state(), at, u, y);
      }
    }
  }

  /** The line and the chunk as one sequence, of whose outputs the last ones are wanted. */
  private void convolve(Pass pass, int b, float[] state, int at, float[] u, float[] y) {
    int start = pass.rows().start(b);
    int length = pass.rows().length(b);
    int before = taps - 1;
    Pass together = pass.withRows(Rows.of(before + length));
    float[] all = inputs.of(together);
    int oldest = (int) state[at];
    for (int j = 0; j < before; j++) {
      int place = (oldest + 1 + j) % taps;
      System.arraycopy(state, at + 1 + place * channels, all, j * channels, channels);
    }
    System.arraycopy(u, start * channels, all, before * channels, length * channels);
    float[] out = outputs.of(together);
    convolution.forward(together, all, out);
    System.arraycopy(out, before * width, y, start * width, length * width);
    for (int r = start + Math.max(0, length - taps); r < start + length; r++) {
      push(state, at, u, r * channels);
    }
  }

  @Override
  public void rest(float[] state, long steps) {
    if (steps > 0) {
      hold(state, 0, steps, new float[channels], 0);
    }
  }

  @Override
  public String fault(float[] state) {
    float place = state[0];
    return place >= 0 && place < taps && place == (int) place
        ? null
        : "the place of the oldest input is " + place + ", not a whole number below " + taps;
  }
}
