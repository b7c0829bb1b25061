package io.carillon.nn;

import io.carillon.core.Parameter;
import io.carillon.core.SeededRandom;
import io.carillon.ssm.AttentionConfig;
import io.carillon.ssm.GruConfig;
import io.carillon.ssm.KernelConfig;
import io.carillon.ssm.KernelMap;
import java.util.ArrayList;
import java.util.List;

/**
 * A layer along the sequence, (gate,) activation, dropout, output map (papers A.8, B.4):
 *
 * <pre>
 *   s = layer(x);   m = s₁ · gate(s₂) or s;   out = mixer(dropout(activation(m)) + (x or 0))
 * </pre>
 *
 * x is added for attention only (papers B.3). Everything after the layer goes tile by tile. Only s
 * and the output of the linear map are kept for the backward pass; the cheap pointwise parts are
 * computed again.
 */
final class SequenceBody implements Body {
  // What is kept for the backward pass.
  private static final int LAYER_OUT = 0;
  private static final int MIXED = 1;

  // Scratch.
  private static final int ACTIVATED = 0;
  private static final int GATED = 1;
  private static final int ACTIVATED_GRADIENT = 2;
  private static final int MIXED_GRADIENT = 3;
  private static final int GATE_GRADIENT = 4;
  private static final int ADDED_GRADIENT = 5;

  private final SequenceLayer layer;
  private final BlockConfig config;
  private final Linear linear;
  private final Dropout dropout;
  private final int width;
  private final int inner;

  SequenceBody(String name, int index, int width, BlockConfig config, SeededRandom random) {
    this.config = config;
    this.width = width;
    this.inner = width * config.kernels();
    this.layer = layer(name, index, width, config, random);
    this.linear =
        config.mixer() == Mixer.NONE
            ? null
            : new Linear(
                name + ".output",
                inner,
                width * config.mixer().factor(),
                config.weightNorm(),
                random);
    this.dropout = new Dropout(config.dropout(), config.tiedDropout(), 2L * index + 1);
  }

  private static SequenceLayer layer(
      String name, int index, int width, BlockConfig config, SeededRandom random) {
    if (config.ssm() instanceof AttentionConfig attention) {
      return new AttentionLayer(
          name + ".attention", index, width, attention, config.bidirectional(), random);
    }
    if (config.ssm() instanceof GruConfig) {
      return new GruLayer(name + ".gru", index, width, random);
    }
    int kernels = config.kernels() * (config.gate() == Activation.NONE ? 1 : 2);
    int sets = kernels * (config.bidirectional() ? 2 : 1);
    String ssm = name + ".ssm";
    KernelMap map = ((KernelConfig) config.ssm()).kernelMap(ssm, width, sets, random);
    return new SsmLayer(ssm, index, map, config.bidirectional(), random);
  }

  SequenceLayer layer() {
    return layer;
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>(layer.parameters());
    if (linear != null) {
      all.addAll(linear.parameters());
    }
    return all;
  }

  private boolean gated() {
    return config.gate() != Activation.NONE;
  }

  private int layerWidth() {
    return gated() ? 2 * inner : inner;
  }

  private int mixedWidth() {
    return width * config.mixer().factor();
  }

  @Override
  public void forward(Pass pass, float[] x, float[] out, RowStage... after) {
    float[] s = pass.keep(this, LAYER_OUT, pass.rows().total() * layerWidth());
    layer.forward(pass, x, s);
    List<RowStage> stages = new ArrayList<>();
    addMixing(pass, x, s, out, stages);
    stages.addAll(List.of(after));
    pass.fuse(pass.rowTasks(), widest(), stages);
  }

  @Override
  public void addStepStages(
      Pass pass, StepContext context, float[] x, float[] out, List<RowStage> stages) {
    float[] s = pass.keep(this, LAYER_OUT, pass.rows().total() * layerWidth());
    stages.add(layerStage(pass, context, x, s));
    addMixing(pass, x, s, out, stages);
  }

  private RowStage layerStage(Pass pass, StepContext context, float[] x, float[] s) {
    if (layer.streamingObstacle() == null && layer instanceof SsmLayer ssm) {
      return ssm.stepStage(pass, context, x, s);
    }
    if (layer instanceof GruLayer gru) {
      return gru.stepStage(pass, context, x, s);
    }
    throw new UnsupportedOperationException(
        "layer " + layer.index() + " cannot step: " + layer.streamingObstacle());
  }

  /** out from the input x and the output s of the layer. */
  private void addMixing(Pass pass, float[] x, float[] s, float[] out, List<RowStage> stages) {
    int rows = pass.rows().total();
    float[] a = linear == null ? out : pass.scratch(this, ACTIVATED, rows * inner);
    addActivation(stages, pass, x, s, a);
    if (linear != null) {
      boolean unit = config.mixer() != Mixer.LINEAR;
      float[] mixed = unit ? pass.keep(this, MIXED, rows * mixedWidth()) : out;
      stages.add(linear.forwardStage(pass, a, mixed));
      if (unit) {
        stages.add(gatedUnit(pass, mixed, out));
      }
    }
  }

  /** Channels of the widest rows. */
  private int widest() {
    return Math.max(layerWidth(), mixedWidth());
  }

  /** a = dropout(activation(s₁ · gate(s₂))), plus x where the layer wants it. */
  private void addActivation(List<RowStage> stages, Pass pass, float[] x, float[] s, float[] a) {
    float[] m = s;
    if (gated()) {
      m = pass.scratch(this, GATED, pass.rows().total() * inner);
      stages.add(gateForward(s, m));
    }
    float[] from = m;
    stages.add(
        (task, r0, r1) ->
            config.activation().forward(pass.kernels(), from, a, r0 * inner, r1 * inner));
    stages.add(dropout.stage(pass, a, inner));
    if (layer.addsInput()) {
      stages.add(add(x, a));
    }
  }

  private RowStage add(float[] from, float[] to) {
    return (task, r0, r1) -> {
      for (int i = r0 * width; i < r1 * width; i++) {
        to[i] += from[i];
      }
    };
  }

  private RowStage gateForward(float[] s, float[] m) {
    return (task, r0, r1) -> {
      for (int r = r0; r < r1; r++) {
        for (int i = 0; i < inner; i++) {
          int value = r * 2 * inner + i;
          m[r * inner + i] = (float) (s[value] * config.gate().value(s[value + inner]));
        }
      }
    };
  }

  private RowStage gatedUnit(Pass pass, float[] mixed, float[] out) {
    return config.mixer() == Mixer.GLU
        ? (task, r0, r1) -> pass.kernels().glu(mixed, r0, r1, width, out)
        : (task, r0, r1) -> Geglu.forward(mixed, r0, r1, width, out);
  }

  @Override
  public int backwardTasks(Pass pass) {
    return linear == null ? pass.rowTasks() : linear.backwardTasks(pass);
  }

  @Override
  public void backward(Pass pass, int tasks, float[] x, float[] g, float[] gx, RowStage... before) {
    int rows = pass.rows().total();
    float[] s = pass.keep(this, LAYER_OUT, rows * layerWidth());
    List<RowStage> stages = new ArrayList<>(List.of(before));
    float[] ga = g;
    float[] a = pass.scratch(this, ACTIVATED, rows * inner);
    if (linear == null) {
      addGate(stages, pass, s);
    } else {
      ga = pass.scratch(this, ACTIVATED_GRADIENT, rows * inner);
      addActivation(stages, pass, x, s, a);
      float[] gMixed = g;
      if (config.mixer() != Mixer.LINEAR) {
        float[] mixed = pass.keep(this, MIXED, rows * mixedWidth());
        gMixed = pass.scratch(this, MIXED_GRADIENT, rows * mixedWidth());
        stages.add(gatedUnitBackward(pass, mixed, g, gMixed));
      }
      stages.add(linear.backwardStage(pass, tasks, a, gMixed, ga));
    }
    float[] gAdded = ga;
    if (layer.addsInput()) {
      gAdded = pass.scratch(this, ADDED_GRADIENT, rows * width);
      stages.add(copy(ga, gAdded));
    }
    stages.add(dropout.stage(pass, ga, inner));
    float[] gs = addActivationBackward(stages, pass, s, ga);
    pass.fuse(tasks, widest(), stages);
    layer.backward(pass, x, gs, gx);
    if (layer.addsInput()) {
      pass.fuse(pass.rowTasks(), width, add(gAdded, gx));
    }
  }

  private RowStage copy(float[] from, float[] to) {
    return (task, r0, r1) -> System.arraycopy(from, r0 * width, to, r0 * width, (r1 - r0) * width);
  }

  /** Only the product of the gate is needed again, not the activation. */
  private void addGate(List<RowStage> stages, Pass pass, float[] s) {
    if (gated()) {
      stages.add(gateForward(s, pass.scratch(this, GATED, pass.rows().total() * inner)));
    }
  }

  /** Turns ga into the gradient of the activation's input; returns the gradient of s. */
  private float[] addActivationBackward(List<RowStage> stages, Pass pass, float[] s, float[] ga) {
    int rows = pass.rows().total();
    float[] m = gated() ? pass.scratch(this, GATED, rows * inner) : s;
    stages.add(
        (task, r0, r1) ->
            config.activation().backward(pass.kernels(), m, ga, ga, r0 * inner, r1 * inner));
    if (!gated()) {
      return ga;
    }
    float[] gs = pass.scratch(this, GATE_GRADIENT, rows * 2 * inner);
    stages.add(gateBackward(s, ga, gs));
    return gs;
  }

  private RowStage gatedUnitBackward(Pass pass, float[] mixed, float[] g, float[] gMixed) {
    return config.mixer() == Mixer.GLU
        ? (task, r0, r1) -> pass.kernels().gluBackward(mixed, g, r0, r1, width, gMixed)
        : (task, r0, r1) -> Geglu.backward(mixed, g, r0, r1, width, gMixed);
  }

  private RowStage gateBackward(float[] s, float[] gm, float[] gs) {
    return (task, r0, r1) -> {
      for (int r = r0; r < r1; r++) {
        for (int i = 0; i < inner; i++) {
          int value = r * 2 * inner + i;
          float gate = s[value + inner];
          float g = gm[r * inner + i];
          gs[value] = (float) (g * config.gate().value(gate));
          gs[value + inner] = (float) (g * s[value] * config.gate().derivative(gate));
        }
      }
    };
  }
}
