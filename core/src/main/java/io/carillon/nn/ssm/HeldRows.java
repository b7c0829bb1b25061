package io.carillon.nn.ssm;

import io.carillon.config.LayerConfig;
import io.carillon.config.SsmAlgorithm;
import io.carillon.engine.Buffer;
import io.carillon.engine.Buffers;
import io.carillon.engine.Footprint;
import io.carillon.engine.Pass;
import io.carillon.engine.Rows;
import java.util.Arrays;

/**
 * A state-space layer over whole sequences with whole gaps, for kernels that are no sum of
 * exponentials or are cut: a step of length g is spelled out as g ordinary steps with the same
 * input, these are convolved, and the output of the last is taken. Backward the same way. Exact;
 * the cost grows with the time that the sequences last, not with their events.
 *
 * <p>Of a gap longer than a cut kernel only as many steps are spelled out as the kernel has.
 */
final class HeldRows implements Way {
  /** Beyond this many times the events, prediction goes by a recurrence if there is one. */
  private static final int MOST_GROWTH = 16;

  private final SsmShape layer;
  private final Convolution convolution;
  private final int most;
  private final Buffers buffers = new Buffers(HeldRows.class);

  // For the rows spelled out.
  private final Buffer inputs;
  private final Buffer outputs;
  private final Buffer inputGradient;

  HeldRows(SsmShape layer, Convolution convolution) {
    this.layer = layer;
    this.convolution = convolution;
    int cut = layer.kernelMap().config().maxKernelLength();
    this.most = cut > 0 ? cut : Integer.MAX_VALUE;
    this.inputs = buffers.scratch("inputs", layer.channels());
    this.outputs = buffers.scratch("outputs", layer.kernels() * layer.channels());
    this.inputGradient = buffers.scratch("input gradient", layer.channels());
  }

  private int steps(Rows rows, int row) {
    return (int) Math.min(rows.gaps()[row], most);
  }

  /** Steps of sequence b when they are spelled out. */
  private long steps(Rows rows, int b, int length) {
    long steps = 0;
    for (int r = rows.start(b); r < rows.start(b) + length; r++) {
      steps += steps(rows, r);
    }
    return steps;
  }

  /** Whether the steps spelled out are not many times as many as the events. */
  boolean isShort(Rows rows) {
    long steps = 0;
    for (int b = 0; b < rows.count(); b++) {
      steps += steps(rows, b, rows.length(b));
    }
    return steps <= (long) MOST_GROWTH * rows.total();
  }

  /**
   * The rows spelled out.
   *
   * @throws IllegalArgumentException if a sequence lasts too long to be trained on, or for an array
   */
  private Rows spelledOut(Rows rows, boolean training) {
    int[] lengths = new int[rows.count()];
    long total = 0;
    for (int b = 0; b < lengths.length; b++) {
      long steps = steps(rows, b, rows.length(b));
      LayerConfig config = layer.kernelMap().config();
      if (training && steps > config.longestTraining()) {
        throw new IllegalArgumentException(
            "sequence "
                + b
                + " lasts "
                + steps
                + " steps with its gaps; training layers of kind "
                + config.kind()
                + " needs a kernel_length of as many, it is "
                + config.longestTraining());
      }
      total += steps;
      lengths[b] = (int) Math.min(steps, Integer.MAX_VALUE);
    }
    if (total * Math.max(layer.channels(), layer.kernels() * layer.channels())
        > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "the sequences last "
              + total
              + " steps with their gaps, too many to be convolved at once; use fewer sequences at"
              + " once, or layers of kind s4d, dss or dlr");
    }
    return Rows.of(lengths);
  }

  @Override
  public SsmAlgorithm algorithm() {
    return SsmAlgorithm.CONVOLUTION;
  }

  @Override
  public String obstacle(Pass pass) {
    return pass.carry(layer.index()) == null ? null : "a convolution goes over whole sequences";
  }

  @Override
  public void forward(Pass pass, float[] u, float[] y) {
    Rows rows = pass.rows();
    Pass held = pass.withRows(spelledOut(rows, pass.training()));
    int width = layer.kernels() * layer.channels();
    float[] in = spelledOut(rows, u, inputs.of(held));
    float[] out = outputs.of(held);
    convolution.forward(held, in, out);
    for (int r = 0, last = -1; r < rows.total(); r++) {
      last += steps(rows, r);
      System.arraycopy(out, last * width, y, r * width, width);
    }
  }

  @Override
  public void backward(Pass pass, float[] u, float[] g, float[] gu) {
    Rows rows = pass.rows();
    Pass held = pass.withRows(spelledOut(rows, true));
    int channels = layer.channels();
    int width = layer.kernels() * channels;
    float[] in = spelledOut(rows, u, inputs.of(held));
    float[] out = outputs.of(held);
    Arrays.fill(out, 0, held.rows().total() * width, 0f);
    for (int r = 0, last = -1; r < rows.total(); r++) {
      last += steps(rows, r);
      System.arraycopy(g, r * width, out, last * width, width);
    }
    float[] gin = inputGradient.of(held);
    convolution.backward(held, in, out, gin);
    Arrays.fill(gu, 0, rows.total() * channels, 0f);
    for (int r = 0, from = 0; r < rows.total(); r++) {
      for (int k = steps(rows, r); k > 0; k--, from++) {
        for (int h = 0; h < channels; h++) {
          gu[r * channels + h] += gin[from * channels + h];
        }
      }
    }
  }

  private float[] spelledOut(Rows rows, float[] u, float[] in) {
    int channels = layer.channels();
    for (int r = 0, to = 0; r < rows.total(); r++) {
      for (int k = steps(rows, r); k > 0; k--, to++) {
        System.arraycopy(u, r * channels, in, to * channels, channels);
      }
    }
    return in;
  }

  @Override
  public Footprint memory(Pass pass) {
    Pass held = pass.withRows(spelledOut(pass.rows(), false));
    return buffers.footprint(held).beside(convolution.memory(held));
  }
}
