package io.carillon.nn.attention;

import io.carillon.engine.KernelChoice;
import io.carillon.engine.Parallel;
import io.carillon.engine.Parameter;
import io.carillon.engine.Pass;
import io.carillon.engine.Rows;
import io.carillon.engine.SeededRandom;
import io.carillon.engine.Workspace;
import io.carillon.reference.ReferenceCase;
import io.carillon.reference.ReferenceCase.Precision;
import io.carillon.reference.ReferenceConfig;
import io.carillon.reference.ReferenceReport;
import io.carillon.reference.UsesShared;
import io.carillon.ssm.diagonal.OfficialConfigs;
import org.junit.jupiter.api.Test;

/** Attention against the official code in float64: family 04_attention. */
@UsesShared
class AttentionReferenceTest {
  @Test
  void attentionLayers() {
    ReferenceReport.check("04_attention", AttentionReferenceTest::check);
  }

  private static void check(ReferenceCase reference) {
    ReferenceConfig c = reference.config();
    int width = c.integer("d_model");
    Rows rows = Rows.uniform(c.integer("B"), c.integer("L"));
    boolean channelsFirst = c.flag("transposed", false);
    AttentionLayer layer =
        new AttentionLayer(
            "x.attention",
            0,
            width,
            OfficialConfigs.attention(c),
            !c.flag("causal", true),
            new SeededRandom(1));
    for (Parameter p : layer.parameters()) {
      float[] official = reference.tensor("param." + name(p)).floats();
      System.arraycopy(official, 0, p.value(), 0, p.size());
    }
    float[] x = rowsFirst(reference.tensor("x").floats(), rows, width, channelsFirst);
    float[] g = rowsFirst(reference.tensor("g").floats(), rows, width, channelsFirst);
    float[] y = new float[x.length];
    float[] gx = new float[x.length];
    Pass pass = Pass.training(rows, new Workspace(), Parallel.serial(), KernelChoice.select(), 0);
    layer.forward(pass, x, y);
    layer.backward(pass, x, g, gx);
    reference.compare("y", official(y, rows, width, channelsFirst), Precision.FLOAT);
    reference.compare("grad.x", official(gx, rows, width, channelsFirst), Precision.FLOAT);
    for (Parameter p : layer.parameters()) {
      reference.compare("grad." + name(p), widen(p.gradient()), Precision.FLOAT);
    }
  }

  private static String name(Parameter p) {
    return OfficialConfigs.attentionName("", p.name());
  }

  private static double[] official(float[] x, Rows rows, int width, boolean channelsFirst) {
    return widen(channelsFirst ? transposed(x, rows, width, rows.maxLength()) : x);
  }

  private static float[] rowsFirst(float[] x, Rows rows, int width, boolean channelsFirst) {
    return channelsFirst ? transposed(x, rows, rows.maxLength(), width) : x;
  }

  /** [B][b][a] to [B][a][b]. */
  private static float[] transposed(float[] x, Rows rows, int a, int b) {
    float[] y = new float[x.length];
    for (int s = 0; s < rows.count(); s++) {
      for (int i = 0; i < a; i++) {
        for (int j = 0; j < b; j++) {
          y[(s * a + i) * b + j] = x[(s * b + j) * a + i];
        }
      }
    }
    return y;
  }

  private static double[] widen(float[] x) {
    double[] y = new double[x.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = x[i];
    }
    return y;
  }
}
