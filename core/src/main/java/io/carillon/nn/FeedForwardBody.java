package io.carillon.nn;

import io.carillon.core.Parameter;
import io.carillon.core.SeededRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * Position-wise Linear(H → kH), GELU, dropout, Linear(kH → H): the {@code ff} layer of the codes.
 */
final class FeedForwardBody implements Body {
  private static final int GRAIN = 1 << 13;

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
  public void forward(Pass pass, float[] x, float[] out) {
    float[] h = pass.keep(this, 0, pass.rows().total() * inner);
    expand.forward(pass, x, h);
    contract.forward(pass, activated(pass, h), out);
  }

  private float[] activated(Pass pass, float[] h) {
    int n = pass.rows().total() * inner;
    float[] a = pass.scratch(this, 0, n);
    pass.overRange(n, GRAIN, (task, from, to) -> pass.kernels().gelu(h, a, from, to));
    dropout.apply(pass, a, inner);
    return a;
  }

  @Override
  public void backward(Pass pass, float[] x, float[] g, float[] gx) {
    int n = pass.rows().total() * inner;
    float[] h = pass.keep(this, 0, n);
    float[] ga = pass.scratch(this, 1, n);
    contract.backward(pass, activated(pass, h), g, ga);
    dropout.apply(pass, ga, inner);
    pass.overRange(n, GRAIN, (task, from, to) -> pass.kernels().geluBackward(h, ga, ga, from, to));
    expand.backward(pass, x, ga, gx);
  }
}
