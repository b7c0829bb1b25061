package io.carillon.nn.layer;

import io.carillon.engine.Buffer;
import io.carillon.engine.Buffers;
import io.carillon.engine.Footprint;
import io.carillon.engine.Operand;
import io.carillon.engine.Parameter;
import io.carillon.engine.PartialSums;
import io.carillon.engine.Pass;
import io.carillon.engine.Role;
import io.carillon.engine.RowStage;
import io.carillon.engine.SeededRandom;
import io.carillon.internal.kernel.Kernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Supplier;

/**
 * Position-wise linear map y = W x + b with W [out][in], b [out]. With weight normalisation W = g v
 * / ‖v‖ per output row, and v [out][in], g [out] are what is trained.
 *
 * <p>Initialised like PyTorch's {@code nn.Linear}: weight and bias uniform in ±1/√in.
 */
public final class Linear {
  /** With fewer rows, packing the weight would cost more than the product. */
  private static final int WORTH_PACKING = 4;

  /** End of the name of a direction v. */
  private static final String DIRECTION = ".weight_v";

  private final int in;
  private final int out;
  private final Parameter weight;
  private final Parameter gain;
  private final Parameter bias;

  private final Buffers buffers = new Buffers(Linear.class);
  private final Buffer packed;
  private final Buffer normalised;
  private final Buffer normalisedGradient;
  private final Buffer weightSums;
  private final Buffer biasSums;

  /**
   * Creates a map with fresh weights.
   *
   * @param name prefix of the parameter names
   * @param in number of input channels
   * @param out number of output channels
   * @param weightNorm whether the weight is trained as gain and direction
   * @param random source of the initial weights
   */
  public Linear(String name, int in, int out, boolean weightNorm, SeededRandom random) {
    this.in = in;
    this.out = out;
    float bound = (float) (1 / Math.sqrt(in));
    float[] w = uniform(in * out, bound, random);
    this.weight =
        new Parameter(
            name + (weightNorm ? DIRECTION : ".weight"), Role.WEIGHT, new int[] {out, in}, w, true);
    this.gain =
        weightNorm
            ? new Parameter(name + ".weight_g", Role.WEIGHT, new int[] {out, 1}, rowNorms(w), true)
            : null;
    this.bias =
        new Parameter(
            name + ".bias", Role.BIAS, new int[] {out}, uniform(out, bound, random), true);
    this.packed =
        buffers.own("packed", pass -> packs(pass) ? pass.kernels().packedSize(in, out) : 0);
    this.normalised = weightNorm ? buffers.scratch("weight", pass -> in * out) : null;
    this.normalisedGradient = weightNorm ? buffers.scratch("gradient", pass -> in * out) : null;
    this.weightSums = buffers.sums("weight sums", this::backwardTasks, in * out);
    this.biasSums = buffers.sums("bias sums", this::backwardTasks, out);
  }

  private static boolean packs(Pass pass) {
    return pass.rows().total() >= WORTH_PACKING;
  }

  /** What a training step takes for this map. */
  public Footprint memory(Pass pass) {
    return buffers.footprint(pass);
  }

  private static float[] uniform(int n, float bound, SeededRandom random) {
    float[] w = new float[n];
    for (int i = 0; i < n; i++) {
      w[i] = (float) random.uniform(-bound, bound);
    }
    return w;
  }

  private float[] rowNorms(float[] v) {
    float[] norms = new float[out];
    for (int o = 0; o < out; o++) {
      norms[o] = (float) rowNorm(v, o);
    }
    return norms;
  }

  private double rowNorm(float[] v, int o) {
    double sum = 0;
    for (int i = 0; i < in; i++) {
      sum += (double) v[o * in + i] * v[o * in + i];
    }
    return Math.sqrt(sum);
  }

  /** Input channels. */
  public int in() {
    return in;
  }

  /** Output channels. */
  public int out() {
    return out;
  }

  /** The live weight [out][in] of a map without weight normalisation. */
  public float[] weights() {
    return weight.value();
  }

  /** The live bias [out]. */
  public float[] biases() {
    return bias.value();
  }

  /** Weight (or direction and gain), then bias. */
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>();
    if (gain != null) {
      all.add(gain);
    }
    all.add(weight);
    all.add(bias);
    return all;
  }

  /**
   * The first row of a direction that has none, because all of it is zero: the weights made of it
   * are 0/0.
   *
   * @param parameters of a network
   * @return its name in words, or null
   */
  public static String rowWithoutDirection(List<Parameter> parameters) {
    for (Parameter p : parameters) {
      if (!p.name().endsWith(DIRECTION)) {
        continue;
      }
      int in = p.shape()[1];
      for (int o = 0; o < p.shape()[0]; o++) {
        if (StepBounds.largest(p.value(), o * in, (o + 1) * in) == 0) {
          return "row " + o + " of " + p.name();
        }
      }
    }
    return null;
  }

  /**
   * Of the present weights: the bound on |y| for magnitudes up to |x|; NaN if the direction of a
   * row is zero, which makes its weights NaN. See {@link StepBounds}.
   */
  public DoubleUnaryOperator bound() {
    double largest = 0;
    for (int o = 0; o < out; o++) {
      double sum = 0;
      for (int i = 0; i < in; i++) {
        sum += Math.abs(weight.value()[o * in + i]);
      }
      double scale = gain == null ? 1 : Math.abs(gain.value()[o]) / rowNorm(weight.value(), o);
      largest = Math.max(largest, sum * scale);
    }
    double factor = largest;
    double shift = StepBounds.largest(bias.value());
    return x -> factor * x + shift;
  }

  /** y [rows][out] = W x + b for x [rows][in]. */
  public void forward(Pass pass, float[] x, float[] y) {
    pass.scoped(() -> pass.fuse(pass.rowTasks(), Math.max(in, out), forwardStage(pass, x, y)));
  }

  /** {@link #forward} as a stage. */
  public RowStage forwardStage(Pass pass, float[] x, float[] y) {
    return forwardStage(pass, Operand.of(x), Operand.of(y));
  }

  /** {@link #forward} as a stage. */
  public RowStage forwardStage(Pass pass, Operand x, Operand y) {
    Kernels kernels = pass.kernels();
    int size = kernels.packedSize(in, out);
    if (pass.prepared() != null) {
      // Kernels may keep the weight as it is, and what is prepared outlives the pass.
      float[] ready =
          pass.prepared()
              .packed(
                  this, () -> kernels.pack(effectiveWeight(this::fresh), in, out, new float[size]));
      return (task, r0, r1) -> multiplyPacked(kernels, x, r0, r1, ready, y, task);
    }
    if (!packs(pass)) {
      return new RowStage() {
        private float[] w;

        @Override
        public void begin() {
          w = effectiveWeight(() -> normalised.of(pass));
        }

        @Override
        public void rows(int task, int r0, int r1) {
          int row = x.row(r0);
          kernels.linear(x.of(task), row, row + r1 - r0, in, w, bias.value(), out, y.of(task));
        }
      };
    }
    float[] room = packed.of(pass);
    return new RowStage() {
      private float[] ready;

      @Override
      public void begin() {
        ready = kernels.pack(effectiveWeight(() -> normalised.of(pass)), in, out, room);
      }

      @Override
      public void rows(int task, int r0, int r1) {
        multiplyPacked(kernels, x, r0, r1, ready, y, task);
      }
    };
  }

  private void multiplyPacked(
      Kernels kernels, Operand x, int r0, int r1, float[] packed, Operand y, int task) {
    int row = x.row(r0);
    kernels.linearPacked(x.of(task), row, row + r1 - r0, in, packed, bias.value(), out, y.of(task));
  }

  /**
   * Adds the gradients of weight and bias; writes the gradient of x to {@code gx} unless null.
   *
   * @param g [rows][out] gradient of y
   */
  public void backward(Pass pass, float[] x, float[] g, float[] gx) {
    int tasks = backwardTasks(pass);
    Operand to = gx == null ? null : Operand.of(gx);
    pass.scoped(
        () ->
            pass.fuse(
                tasks,
                Math.max(in, out),
                backwardStage(pass, tasks, Operand.of(x), Operand.of(g), to)));
  }

  /** Tasks that {@link #backwardStage} may have. */
  public int backwardTasks(Pass pass) {
    return pass.rowTasks(Math.multiplyExact(in, out));
  }

  /** {@link #backward} as a stage. */
  public RowStage backwardStage(Pass pass, int tasks, float[] x, float[] g, float[] gx) {
    return backwardStage(pass, tasks, Operand.of(x), Operand.of(g), Operand.of(gx));
  }

  /** {@link #backward} as a stage. */
  public RowStage backwardStage(Pass pass, int tasks, Operand x, Operand g, Operand gx) {
    PartialSums gw = new PartialSums(pass, weightSums, tasks, in * out);
    PartialSums gb = new PartialSums(pass, biasSums, tasks, out);
    return new RowStage() {
      private float[] w;

      @Override
      public void begin() {
        w = effectiveWeight(() -> normalised.of(pass));
        gw.clear();
        gb.clear();
      }

      @Override
      public void rows(int task, int r0, int r1) {
        int from = x.row(r0);
        int to = from + r1 - r0;
        if (gx != null) {
          pass.kernels().linearBackwardInput(g.of(task), from, to, out, w, in, gx.of(task));
        }
        pass.kernels()
            .linearBackwardWeight(
                g.of(task), x.of(task), from, to, out, in, 0, out, gw.of(task), gb.of(task));
      }

      @Override
      public void finish() {
        addWeightGradient(pass, gw);
        gb.addTo(bias.gradient());
      }
    };
  }

  private void addWeightGradient(Pass pass, PartialSums parts) {
    if (gain == null) {
      parts.addTo(weight.gradient());
      return;
    }
    float[] gw = normalisedGradient.of(pass);
    Arrays.fill(gw, 0, in * out, 0f);
    parts.addTo(gw);
    backwardNormalisation(gw);
  }

  private float[] fresh() {
    return new float[in * out];
  }

  private float[] effectiveWeight(Supplier<float[]> room) {
    if (gain == null) {
      return weight.value();
    }
    float[] w = room.get();
    for (int o = 0; o < out; o++) {
      double scale = gain.value()[o] / rowNorm(weight.value(), o);
      for (int i = 0; i < in; i++) {
        w[o * in + i] = (float) (scale * weight.value()[o * in + i]);
      }
    }
    return w;
  }

  /** From the gradient of W = g v / ‖v‖ to those of g and v. */
  private void backwardNormalisation(float[] gw) {
    float[] v = weight.value();
    for (int o = 0; o < out; o++) {
      double norm = rowNorm(v, o);
      double dot = 0;
      for (int i = 0; i < in; i++) {
        dot += (double) gw[o * in + i] * v[o * in + i];
      }
      gain.gradient()[o] += (float) (dot / norm);
      double scale = gain.value()[o] / norm;
      for (int i = 0; i < in; i++) {
        int k = o * in + i;
        weight.gradient()[k] += (float) (scale * (gw[k] - v[k] * dot / (norm * norm)));
      }
    }
  }
}
