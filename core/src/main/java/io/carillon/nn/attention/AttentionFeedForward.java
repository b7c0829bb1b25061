package io.carillon.nn.attention;

import io.carillon.engine.Buffer;
import io.carillon.engine.Buffers;
import io.carillon.engine.Footprint;
import io.carillon.engine.Operand;
import io.carillon.engine.Parameter;
import io.carillon.engine.Pass;
import io.carillon.engine.RowStage;
import io.carillon.engine.SeededRandom;
import io.carillon.nn.layer.Linear;
import io.carillon.nn.norm.LayerNorm;
import java.util.ArrayList;
import java.util.List;

/** The block y = x + Linear(GELU(Linear(LayerNorm x))) inside an attention layer (papers B.3). */
final class AttentionFeedForward {
  private final int channels;
  private final int wide;
  private final LayerNorm norm;
  private final Linear expand;
  private final Linear contract;
  private final Buffers buffers = new Buffers(AttentionFeedForward.class);
  private final Buffer normed;
  private final Buffer hidden;
  private final Buffer active;
  private final Buffer activeGradient;
  private final Buffer normedGradient;

  AttentionFeedForward(String name, int channels, int wide, SeededRandom random) {
    this.channels = channels;
    this.wide = wide;
    this.norm = new LayerNorm(name + ".norm", channels);
    this.expand = new Linear(name + ".expand", channels, wide, false, random);
    this.contract = new Linear(name + ".contract", wide, channels, false, random);
    this.normed = buffers.kept("normed", channels);
    this.hidden = buffers.kept("hidden", wide);
    this.active = buffers.scratch("active", wide);
    this.activeGradient = buffers.scratch("active gradient", wide);
    this.normedGradient = buffers.scratch("normed gradient", channels);
  }

  /** What a training step takes for it. */
  Footprint memory(Pass pass) {
    Footprint maps = expand.memory(pass).then(contract.memory(pass));
    return buffers.footprint(pass).beside(maps).beside(norm.memory(pass));
  }

  List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>(norm.parameters());
    all.addAll(expand.parameters());
    all.addAll(contract.parameters());
    return all;
  }

  /** y [rows][channels] from x; y must not be x. */
  void forward(Pass pass, float[] x, float[] y) {
    pass.scoped(() -> compute(pass, x, y));
  }

  private void compute(Pass pass, float[] x, float[] y) {
    float[] n = normed.of(pass);
    float[] h = hidden.of(pass);
    float[] a = active.of(pass);
    pass.fuse(
        pass.rowTasks(),
        wide,
        norm.forwardStage(pass, Operand.of(x), Operand.of(n)),
        expand.forwardStage(pass, n, h),
        (task, r0, r1) -> pass.kernels().gelu(h, a, r0 * wide, r1 * wide),
        contract.forwardStage(pass, a, y),
        add(x, y));
  }

  /** Adds the gradients of the parameters; writes that of x to gx, which must not be g or x. */
  void backward(Pass pass, float[] x, float[] g, float[] gx) {
    pass.scoped(() -> differentiate(pass, x, g, gx));
  }

  private void differentiate(Pass pass, float[] x, float[] g, float[] gx) {
    float[] h = hidden.of(pass);
    float[] a = active.of(pass);
    float[] ga = activeGradient.of(pass);
    float[] gNormed = normedGradient.of(pass);
    int tasks = contract.backwardTasks(pass);
    pass.fuse(
        tasks,
        wide,
        (task, r0, r1) -> pass.kernels().gelu(h, a, r0 * wide, r1 * wide),
        contract.backwardStage(pass, tasks, a, g, ga),
        (task, r0, r1) -> pass.kernels().geluBackward(h, ga, ga, r0 * wide, r1 * wide));
    expand.backward(pass, normed.of(pass), ga, gNormed);
    norm.backward(pass, x, gNormed, gx);
    pass.fuse(pass.rowTasks(), channels, add(g, gx));
  }

  private RowStage add(float[] from, float[] to) {
    return (task, r0, r1) -> {
      for (int i = r0 * channels; i < r1 * channels; i++) {
        to[i] += from[i];
      }
    };
  }
}
