package io.carillon.nn;

import io.carillon.core.Parameter;
import io.carillon.core.SeededRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * Position-wise Linear(H → kH), GELU, dropout, Linear(kH → H): the {@code ff} layer of the codes.
 */
final class FeedForwardBody implements Body {
  private final int inner;
  private final Linear expand;
  private final Linear contract;
  private final Dropout dropout;

  FeedForwardBody(String name, long salt, int width, BlockConfig config, SeededRandom random) {
    this.inner = width * config.feedForward();
    this.expand = new Linear(name + ".expand", width, inner, false, random);
    this.contract = new Linear(name + ".contract", inner, width, false, random);
    this.dropout = new Dropout(config.dropout(), config.tiedDropout(), salt);
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>(expand.parameters());
    all.addAll(contract.parameters());
    return all;
  }

  @Override
  public void forward(Pass pass, float[] x, float[] out, RowStage... after) {
    List<RowStage> stages = new ArrayList<>();
    addStages(pass, x, out, stages);
    stages.addAll(List.of(after));
    pass.fuse(pass.rowTasks(), inner, stages);
  }

  @Override
  public void addStepStages(
      Pass pass, StepContext context, float[] x, float[] out, List<RowStage> stages) {
    addStages(pass, x, out, stages);
  }

  private void addStages(Pass pass, float[] x, float[] out, List<RowStage> stages) {
    int n = pass.rows().total() * inner;
    float[] h = pass.keep(this, 0, n);
    float[] a = pass.scratch(this, 0, n);
    stages.add(expand.forwardStage(pass, x, h));
    addActivation(stages, pass, h, a);
    stages.add(contract.forwardStage(pass, a, out));
  }

  private void addActivation(List<RowStage> stages, Pass pass, float[] h, float[] a) {
    stages.add((task, r0, r1) -> pass.kernels().gelu(h, a, r0 * inner, r1 * inner));
    stages.add(dropout.stage(pass, a, inner));
  }

  @Override
  public int backwardTasks(Pass pass) {
    return contract.backwardTasks(pass);
  }

  @Override
  public void backward(Pass pass, int tasks, float[] x, float[] g, float[] gx, RowStage... before) {
    int n = pass.rows().total() * inner;
    float[] h = pass.keep(this, 0, n);
    float[] a = pass.scratch(this, 0, n);
    float[] ga = pass.scratch(this, 1, n);
    List<RowStage> stages = new ArrayList<>(List.of(before));
    addActivation(stages, pass, h, a);
    stages.add(contract.backwardStage(pass, tasks, a, g, ga));
    stages.add(dropout.stage(pass, ga, inner));
    stages.add((task, r0, r1) -> pass.kernels().geluBackward(h, ga, ga, r0 * inner, r1 * inner));
    pass.fuse(tasks, inner, stages);
    // Not in the same chain: the two maps collect their weight gradients in the same scratch.
    expand.backward(pass, x, ga, gx);
  }
}
