package io.carillon.nn;

import io.carillon.core.Parameter;
import io.carillon.core.SeededRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * State-space layer, (gate,) activation, dropout, output map (papers A.8, B.4):
 *
 * <pre>
 *   s = SSM(x);   m = s₁ · gate(s₂) or s;   out = mixer(dropout(activation(m)))
 * </pre>
 *
 * Only s and the output of the linear map are kept for the backward pass; the cheap pointwise parts
 * are computed again.
 */
final class SsmBody implements Body {
  private static final int GRAIN = 1 << 13;
  private static final int ROW_GRAIN = 64;
  private static final int SSM_OUT = 0;
  private static final int MIXED = 1;

  private final SsmLayer ssm;
  private final BlockConfig config;
  private final Linear linear;
  private final Dropout dropout;
  private final int width;
  private final int inner;

  SsmBody(String name, int index, int width, BlockConfig config, SeededRandom random) {
    this.config = config;
    this.width = width;
    this.inner = width * config.kernels();
    int kernels = config.kernels() * (config.gate() == Activation.NONE ? 1 : 2);
    int sets = kernels * (config.bidirectional() ? 2 : 1);
    this.ssm =
        new SsmLayer(
            name + ".ssm",
            index,
            config.ssm().parameterisation(name + ".ssm", width, sets, random),
            config.bidirectional(),
            random);
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

  SsmLayer ssm() {
    return ssm;
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>(ssm.parameters());
    if (linear != null) {
      all.addAll(linear.parameters());
    }
    return all;
  }

  private boolean gated() {
    return config.gate() != Activation.NONE;
  }

  private int ssmWidth() {
    return gated() ? 2 * inner : inner;
  }

  private int mixedWidth() {
    return width * config.mixer().factor();
  }

  @Override
  public void forward(Pass pass, float[] x, float[] out) {
    int rows = pass.rows().total();
    float[] s = pass.keep(this, SSM_OUT, rows * ssmWidth());
    ssm.forward(pass, x, s);
    switch (config.mixer()) {
      case NONE -> activate(pass, s, out);
      case LINEAR -> linear.forward(pass, activated(pass, s), out);
      case GLU, GEGLU -> {
        float[] mixed = pass.keep(this, MIXED, rows * mixedWidth());
        linear.forward(pass, activated(pass, s), mixed);
        gatedUnit(pass, mixed, out);
      }
    }
  }

  private float[] activated(Pass pass, float[] s) {
    float[] a = pass.scratch(this, 0, pass.rows().total() * inner);
    activate(pass, s, a);
    return a;
  }

  /** a = dropout(activation(s₁ · gate(s₂))). */
  private void activate(Pass pass, float[] s, float[] a) {
    float[] m = gated() ? gateForward(pass, s) : s;
    pass.overRange(
        pass.rows().total() * inner,
        GRAIN,
        (task, from, to) -> config.activation().forward(pass.kernels(), m, a, from, to));
    dropout.apply(pass, a, inner);
  }

  private float[] gateForward(Pass pass, float[] s) {
    float[] m = pass.scratch(this, 1, pass.rows().total() * inner);
    pass.overRange(
        pass.rows().total(),
        ROW_GRAIN,
        (task, r0, r1) -> {
          for (int r = r0; r < r1; r++) {
            for (int i = 0; i < inner; i++) {
              int value = r * 2 * inner + i;
              m[r * inner + i] = (float) (s[value] * config.gate().value(s[value + inner]));
            }
          }
        });
    return m;
  }

  private void gatedUnit(Pass pass, float[] mixed, float[] out) {
    pass.overRange(
        pass.rows().total(),
        ROW_GRAIN,
        (task, r0, r1) -> {
          if (config.mixer() == Mixer.GLU) {
            pass.kernels().glu(mixed, r0, r1, width, out);
          } else {
            Geglu.forward(mixed, r0, r1, width, out);
          }
        });
  }

  @Override
  public void backward(Pass pass, float[] x, float[] g, float[] gx) {
    int rows = pass.rows().total();
    float[] s = pass.keep(this, SSM_OUT, rows * ssmWidth());
    float[] ga = pass.scratch(this, 2, rows * inner);
    switch (config.mixer()) {
      case NONE -> System.arraycopy(g, 0, ga, 0, rows * inner);
      case LINEAR -> linear.backward(pass, activated(pass, s), g, ga);
      case GLU, GEGLU -> {
        float[] mixed = pass.keep(this, MIXED, rows * mixedWidth());
        float[] gMixed = pass.scratch(this, 3, rows * mixedWidth());
        gatedUnitBackward(pass, mixed, g, gMixed);
        linear.backward(pass, activated(pass, s), gMixed, ga);
      }
    }
    dropout.apply(pass, ga, inner);
    float[] m = gated() ? gateForward(pass, s) : s;
    pass.overRange(
        rows * inner,
        GRAIN,
        (task, from, to) -> config.activation().backward(pass.kernels(), m, ga, ga, from, to));
    float[] gs = gated() ? gateBackward(pass, s, ga) : ga;
    ssm.backward(pass, x, gs, gx);
  }

  private void gatedUnitBackward(Pass pass, float[] mixed, float[] g, float[] gMixed) {
    pass.overRange(
        pass.rows().total(),
        ROW_GRAIN,
        (task, r0, r1) -> {
          if (config.mixer() == Mixer.GLU) {
            pass.kernels().gluBackward(mixed, g, r0, r1, width, gMixed);
          } else {
            Geglu.backward(mixed, g, r0, r1, width, gMixed);
          }
        });
  }

  private float[] gateBackward(Pass pass, float[] s, float[] gm) {
    float[] gs = pass.scratch(this, 4, pass.rows().total() * 2 * inner);
    pass.overRange(
        pass.rows().total(),
        ROW_GRAIN,
        (task, r0, r1) -> {
          for (int r = r0; r < r1; r++) {
            for (int i = 0; i < inner; i++) {
              int value = r * 2 * inner + i;
              float gate = s[value + inner];
              gs[value] = (float) (gm[r * inner + i] * config.gate().value(gate));
              gs[value + inner] =
                  (float) (gm[r * inner + i] * s[value] * config.gate().derivative(gate));
            }
          }
        });
    return gs;
  }
}
