package io.carillon.nn;

import io.carillon.config.Activation;
import io.carillon.config.BlockConfig;
import io.carillon.config.Mixer;
import io.carillon.engine.Buffer;
import io.carillon.engine.Buffers;
import io.carillon.engine.Footprint;
import io.carillon.engine.Operand;
import io.carillon.engine.Parameter;
import io.carillon.engine.Pass;
import io.carillon.engine.RowStage;
import io.carillon.engine.SeededRandom;
import io.carillon.engine.Tile;
import io.carillon.nn.layer.Activations;
import io.carillon.nn.layer.Dropout;
import io.carillon.nn.layer.Geglu;
import io.carillon.nn.layer.LayerStream;
import io.carillon.nn.layer.Linear;
import io.carillon.nn.layer.PreparedModes;
import io.carillon.nn.layer.SequenceLayer;
import io.carillon.nn.layer.StepBounds;
import io.carillon.nn.layer.StepContext;
import java.util.ArrayList;
import java.util.List;

/**
 * A layer along the sequence, (gate,) activation, dropout, output map (papers A.8, B.4):
 *
 * <pre>
 *   s = layer(x);   m = s₁ · gate(s₂) or s;   out = mixer(dropout(activation(m)) + (x or 0))
 * </pre>
 *
 * x is added for attention only (papers B.3). Everything after the layer goes tile by tile. Only s,
 * and what the mixer's linear map gives if that is not large, are kept for the backward pass; the
 * rest is computed again, with the same bits, and exists for one tile at a time.
 */
final class SequenceBody implements Body {
  /**
   * 16 MiB: to compute the linear map again takes longer than to read what it gave, but large
   * batches should not need much more memory for it.
   */
  private static final int MOST_KEPT = 1 << 22;

  private final SequenceLayer layer;
  private final BlockConfig config;
  private final Linear linear;
  private final Dropout dropout;
  private final int width;
  private final int inner;
  private final Buffers buffers = new Buffers(SequenceBody.class);

  /** The backward pass replaces it by its gradient. */
  private final Buffer layerOut;

  /** The output of the linear map, unless it is large. */
  private final Buffer linearOut;

  private final Buffer addedGradient;
  private final Tile loaded;
  private final Tile gated;
  private final Tile gateGradient;
  private final Tile activated;
  private final Tile activatedGradient;
  private final Tile mixed;
  private final Tile mixedGradient;

  SequenceBody(String name, int index, int width, BlockConfig config, SeededRandom random) {
    this.config = config;
    this.width = width;
    this.inner = width * config.kernels();
    this.layer = LayerKind.build(new LayerKind.Place(name, index, width, config, random));
    this.linear =
        config.mixer() == Mixer.NONE
            ? null
            : new Linear(
                name + ".output",
                inner,
                width * config.mixer().factor(),
                config.weightNorm(),
                random);
    this.dropout = new Dropout(config.dropout(), config.tiedDropout(), 2L * index + 1, inner);
    boolean unit = unit();
    this.layerOut = buffers.kept("layer output", layerWidth());
    this.linearOut = unit ? buffers.kept("output of the map", this::keptOfLinear) : null;
    this.addedGradient = layer.addsInput() ? buffers.scratch("added gradient", width) : null;
    this.loaded = buffers.tile("loaded", layerWidth());
    this.gated = gated() ? buffers.tile("gated", inner) : null;
    this.gateGradient = gated() ? buffers.tile("gate gradient", 2 * inner) : null;
    this.activated = linear != null ? buffers.tile("activated", inner) : null;
    this.activatedGradient = linear != null ? buffers.tile("activated gradient", inner) : null;
    this.mixed = unit ? buffers.tile("mixed", mixedWidth()) : null;
    this.mixedGradient = unit ? buffers.tile("mixed gradient", mixedWidth()) : null;
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
  public int widest() {
    return Math.max(layerWidth(), mixedWidth());
  }

  /** Whether the linear map is followed by a gated unit. */
  private boolean unit() {
    return linear != null && config.mixer() != Mixer.LINEAR;
  }

  /** Floats of the linear map's output that are kept for the backward pass, 0 if it is not. */
  private long keptOfLinear(Pass pass) {
    long size = (long) pass.rows().total() * mixedWidth();
    return pass.training() && size <= MOST_KEPT ? size : 0;
  }

  @Override
  public Footprint memory(Pass pass) {
    Footprint all = buffers.footprint(pass).beside(dropout.memory(pass));
    all = linear == null ? all : all.beside(linear.memory(pass));
    return all.beside(layer.memory(pass));
  }

  @Override
  public void mixForward(Pass pass, float[] x) {
    float[] s = layerOut.of(pass);
    pass.scoped(() -> layer.forward(pass, x, s));
  }

  @Override
  public void addForward(Pass pass, float[] x, Operand out, List<RowStage> stages) {
    new Chain(pass, x, layerOut.of(pass), stages).addOutput(out, false);
  }

  @Override
  public void addStepStages(
      Pass pass, StepContext context, float[] x, Operand out, List<RowStage> stages) {
    float[] s = layerOut.of(pass);
    stages.add(layerStage(pass, context, x, s));
    new Chain(pass, x, s, stages).addOutput(out, false);
  }

  private RowStage layerStage(Pass pass, StepContext context, float[] x, float[] s) {
    if (layer.streamingObstacle() != null) {
      throw new UnsupportedOperationException(
          "layer " + layer.index() + " cannot step: " + layer.streamingObstacle());
    }
    return layer.stepStage(pass, context, x, s);
  }

  @Override
  public List<StepBounds.Part> bounds(PreparedModes prepared) {
    List<StepBounds.Part> parts = new ArrayList<>();
    parts.add(layerBound(prepared));
    if (gated()) {
      parts.add(StepBounds.of(x -> x * Activations.bound(config.gate(), x)));
    }
    parts.add(StepBounds.of(x -> Activations.bound(config.activation(), x)));
    if (linear != null) {
      parts.add(StepBounds.of(linear.bound()));
      if (config.mixer() == Mixer.GEGLU) {
        parts.add(StepBounds.of(x -> x * Activations.bound(Activation.GELU, x)));
      }
    }
    return parts;
  }

  private StepBounds.Part layerBound(PreparedModes prepared) {
    int index = layer.index();
    LayerStream stream = prepared.stream(index, LayerStream.class);
    double direct = layer.largestDirect();
    return (x, states, steps) -> direct * x + stream.bound(x, states[index], steps);
  }

  @Override
  public int backwardTasks(Pass pass) {
    return linear == null ? pass.rowTasks() : linear.backwardTasks(pass);
  }

  @Override
  public void addBackward(
      Pass pass,
      int tasks,
      float[] x,
      Operand out,
      List<RowStage> before,
      Operand g,
      float[] gx,
      List<RowStage> stages) {
    Chain chain = new Chain(pass, x, layerOut.of(pass), stages);
    chain.addOutput(out, true);
    stages.addAll(before);
    Operand ga = chain.addMixingBackward(tasks, g);
    if (layer.addsInput()) {
      stages.add(ga.storeStage(addedGradient.of(pass), width));
    }
    chain.addActivationBackward(ga);
  }

  @Override
  public void mixBackward(Pass pass, float[] x, float[] gx) {
    float[] gs = layerOut.of(pass);
    pass.scoped(() -> layer.backward(pass, x, gs, gx));
    if (layer.addsInput()) {
      RowStage add = Operand.of(gx).addStage(addedGradient.of(pass), width);
      pass.fuse(pass.rowTasks(), width, add);
    }
  }

  /** The stages after the layer. */
  private final class Chain {
    private final Pass pass;
    private final float[] x;
    private final float[] s;
    private final List<RowStage> stages;
    private Operand in;
    private Operand product;
    private Operand a;
    private Operand mix;

    Chain(Pass pass, float[] x, float[] s, List<RowStage> stages) {
      this.pass = pass;
      this.x = x;
      this.s = s;
      this.stages = stages;
    }

    /**
     * Adds the way from s to the output.
     *
     * @param out null if only what the backward pass needs is wanted
     * @param again whether the forward pass has been here
     */
    void addOutput(Operand out, boolean again) {
      in = loaded.load(pass, stages, s);
      product = in;
      if (gated()) {
        product = gated.of(pass);
        stages.add(gateForward());
      }
      if (linear == null) {
        if (out != null) {
          addActivation(out);
        }
        return;
      }
      a = activated.of(pass);
      addActivation(a);
      mix = unit() ? mixed.of(pass) : out;
      if (mix != null) {
        addLinear(again);
      }
      if (unit() && out != null) {
        stages.add(gatedUnit(out));
      }
    }

    private void addLinear(boolean again) {
      float[] kept = unit() && keptOfLinear(pass) > 0 ? linearOut.of(pass) : null;
      if (again && kept != null) {
        stages.add(mix.loadStage(kept, mixedWidth()));
        return;
      }
      stages.add(linear.forwardStage(pass, a, mix));
      if (kept != null) {
        stages.add(mix.storeStage(kept, mixedWidth()));
      }
    }

    /** a = dropout(activation(s₁ · gate(s₂))), plus x where the layer wants it. */
    private void addActivation(Operand to) {
      stages.add(
          (task, r0, r1) -> {
            int first = to.row(r0) * inner;
            int end = first + (r1 - r0) * inner;
            Activations.forward(
                config.activation(), pass.kernels(), product.of(task), to.of(task), first, end);
          });
      stages.add(dropout.stage(pass, to));
      if (layer.addsInput()) {
        stages.add(to.addStage(x, width));
      }
    }

    private RowStage gateForward() {
      return (task, r0, r1) -> {
        float[] values = in.of(task);
        float[] m = product.of(task);
        int first = in.row(r0);
        for (int r = first; r < first + r1 - r0; r++) {
          for (int i = 0; i < inner; i++) {
            int value = r * 2 * inner + i;
            m[r * inner + i] =
                (float) (values[value] * Activations.value(config.gate(), values[value + inner]));
          }
        }
      };
    }

    private RowStage gatedUnit(Operand out) {
      return (task, r0, r1) -> {
        int from = out.row(r0);
        int to = from + r1 - r0;
        if (config.mixer() == Mixer.GLU) {
          pass.kernels().glu(mix.of(task), from, to, width, out.of(task));
        } else {
          Geglu.forward(mix.of(task), from, to, width, out.of(task));
        }
      };
    }

    /** From the gradient g of the output to that of the activation, which is returned. */
    Operand addMixingBackward(int tasks, Operand g) {
      if (linear == null) {
        return g;
      }
      Operand gMixed = g;
      if (unit()) {
        gMixed = mixedGradient.of(pass);
        stages.add(gatedUnitBackward(g, gMixed));
      }
      Operand ga = activatedGradient.of(pass);
      stages.add(linear.backwardStage(pass, tasks, a, gMixed, ga));
      return ga;
    }

    private RowStage gatedUnitBackward(Operand g, Operand gMixed) {
      return (task, r0, r1) -> {
        int from = g.row(r0);
        int to = from + r1 - r0;
        if (config.mixer() == Mixer.GLU) {
          pass.kernels().gluBackward(mix.of(task), g.of(task), from, to, width, gMixed.of(task));
        } else {
          Geglu.backward(mix.of(task), g.of(task), from, to, width, gMixed.of(task));
        }
      };
    }

    /** From the gradient ga of the activation, which is overwritten, to that of s in its place. */
    void addActivationBackward(Operand ga) {
      stages.add(dropout.stage(pass, ga));
      stages.add(
          (task, r0, r1) -> {
            int from = ga.row(r0) * inner;
            int to = from + (r1 - r0) * inner;
            float[] m = product.of(task);
            Activations.backward(
                config.activation(), pass.kernels(), m, ga.of(task), ga.of(task), from, to);
          });
      if (gated()) {
        Operand gs = gateGradient.of(pass);
        stages.add(gateBackward(ga, gs));
        stages.add(gs.storeStage(s, 2 * inner));
      } else {
        stages.add(ga.storeStage(s, inner));
      }
    }

    private RowStage gateBackward(Operand gProduct, Operand gLoaded) {
      return (task, r0, r1) -> {
        float[] values = in.of(task);
        float[] gm = gProduct.of(task);
        float[] gs = gLoaded.of(task);
        int first = gProduct.row(r0);
        for (int r = first; r < first + r1 - r0; r++) {
          for (int i = 0; i < inner; i++) {
            int value = r * 2 * inner + i;
            float gate = values[value + inner];
            float g = gm[r * inner + i];
            gs[value] = (float) (g * Activations.value(config.gate(), gate));
            gs[value + inner] =
                (float) (g * values[value] * Activations.derivative(config.gate(), gate));
          }
        }
      };
    }
  }
}
