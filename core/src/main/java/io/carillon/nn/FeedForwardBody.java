package io.carillon.nn;

import io.carillon.config.Activation;
import io.carillon.config.BlockConfig;
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
import io.carillon.nn.layer.Linear;
import io.carillon.nn.layer.PreparedModes;
import io.carillon.nn.layer.StepBounds;
import io.carillon.nn.layer.StepContext;
import java.util.ArrayList;
import java.util.List;

/**
 * Position-wise Linear(H → kH), GELU, dropout, Linear(kH → H): the {@code ff} layer of the codes.
 * Everything exists for one tile at a time; the backward pass computes it again.
 */
final class FeedForwardBody implements Body {
  private final int width;
  private final int inner;
  private final Linear expand;
  private final Linear contract;
  private final Dropout dropout;
  private final Buffers buffers = new Buffers(FeedForwardBody.class);
  private final Tile loaded;
  private final Tile hidden;
  private final Tile activated;
  private final Tile hiddenGradient;
  private final Tile inputGradient;

  FeedForwardBody(String name, long salt, int width, BlockConfig config, SeededRandom random) {
    this.width = width;
    this.inner = width * config.feedForward();
    this.expand = new Linear(name + ".expand", width, inner, false, random);
    this.contract = new Linear(name + ".contract", inner, width, false, random);
    this.dropout = new Dropout(config.dropout(), config.tiedDropout(), salt, inner);
    this.loaded = buffers.tile("loaded", width);
    this.hidden = buffers.tile("hidden", inner);
    this.activated = buffers.tile("activated", inner);
    this.hiddenGradient = buffers.tile("hidden gradient", inner);
    this.inputGradient = buffers.tile("input gradient", width);
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>(expand.parameters());
    all.addAll(contract.parameters());
    return all;
  }

  @Override
  public int widest() {
    return inner;
  }

  @Override
  public Footprint memory(Pass pass) {
    // The two maps collect their gradients in one loop.
    return buffers
        .footprint(pass)
        .beside(expand.memory(pass))
        .beside(contract.memory(pass))
        .beside(dropout.memory(pass));
  }

  @Override
  public void mixForward(Pass pass, float[] x) {
    // Every row is on its own.
  }

  @Override
  public void addForward(Pass pass, float[] x, Operand out, List<RowStage> stages) {
    new Chain(pass, x, stages).addOutput(out);
  }

  @Override
  public void addStepStages(
      Pass pass, StepContext context, float[] x, Operand out, List<RowStage> stages) {
    new Chain(pass, x, stages).addOutput(out);
  }

  @Override
  public List<StepBounds.Part> bounds(PreparedModes prepared) {
    List<StepBounds.Part> parts = StepBounds.startingWith(expand.bound());
    parts.add(StepBounds.of(x -> Activations.bound(Activation.GELU, x)));
    parts.add(StepBounds.of(contract.bound()));
    return parts;
  }

  @Override
  public int backwardTasks(Pass pass) {
    return contract.backwardTasks(pass);
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
    Chain chain = new Chain(pass, x, stages);
    chain.addOutput(out);
    stages.addAll(before);
    stages.add(chain.addBackward(tasks, g).storeStage(gx, width));
  }

  @Override
  public void mixBackward(Pass pass, float[] x, float[] gx) {
    // Every row is on its own.
  }

  /** The stages of one pass. */
  private final class Chain {
    private final Pass pass;
    private final List<RowStage> stages;
    private final Operand in;
    private final Operand h;
    private final Operand a;

    Chain(Pass pass, float[] x, List<RowStage> stages) {
      this.pass = pass;
      this.stages = stages;
      this.in = loaded.load(pass, stages, x);
      this.h = hidden.of(pass);
      this.a = activated.of(pass);
    }

    /**
     * Adds the way to the output.
     *
     * @param out null if only what the backward pass needs is wanted
     */
    void addOutput(Operand out) {
      stages.add(expand.forwardStage(pass, in, h));
      stages.add(
          (task, r0, r1) -> {
            int from = h.row(r0) * inner;
            int to = from + (r1 - r0) * inner;
            pass.kernels().gelu(h.of(task), a.of(task), from, to);
          });
      stages.add(dropout.stage(pass, a));
      if (out != null) {
        stages.add(contract.forwardStage(pass, a, out));
      }
    }

    /** From the gradient g of the output to that of the input, which is returned. */
    Operand addBackward(int tasks, Operand g) {
      Operand gh = hiddenGradient.of(pass);
      stages.add(contract.backwardStage(pass, tasks, a, g, gh));
      stages.add(dropout.stage(pass, gh));
      stages.add(
          (task, r0, r1) -> {
            int from = gh.row(r0) * inner;
            int to = from + (r1 - r0) * inner;
            pass.kernels().geluBackward(h.of(task), gh.of(task), gh.of(task), from, to);
          });
      Operand gIn = inputGradient.of(pass);
      stages.add(expand.backwardStage(pass, tasks, in, gh, gIn));
      return gIn;
    }
  }
}
