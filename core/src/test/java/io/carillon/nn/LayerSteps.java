package io.carillon.nn;

import io.carillon.engine.KernelChoice;
import io.carillon.engine.Parallel;
import io.carillon.engine.Pass;
import io.carillon.engine.RowStage;
import io.carillon.engine.Rows;
import io.carillon.engine.SeededRandom;
import io.carillon.engine.Workspace;
import io.carillon.nn.layer.PreparedModes;
import io.carillon.nn.layer.StepContext;
import io.carillon.nn.ssm.SsmLayer;
import io.carillon.ssm.KernelMap;
import java.util.Arrays;
import java.util.List;

/** A single layer without D by the steps that streams take, for numbers of the official code. */
public final class LayerSteps {
  private LayerSteps() {}

  /**
   * Outputs [B][C][H][L], or null if the layer cannot stream.
   *
   * @param u [B][H][L]
   */
  public static double[] run(KernelMap map, float[] u, int batch, int length) {
    SsmLayer layer = new SsmLayer("ssm", 0, map, false, new SeededRandom(0));
    if (layer.streamingObstacle() != null) {
      return null;
    }
    Arrays.fill(layer.parameters().get(layer.parameters().size() - 1).value(), 0f);
    int channels = map.channels();
    int width = layer.kernels() * channels;
    Pass pass =
        Pass.inference(Rows.of(batch), new Workspace(), Parallel.serial(), KernelChoice.select())
            .withPrepared(PreparedModes.of(List.of(layer), KernelChoice.select()));
    StepContext context = new StepContext(batch);
    for (int b = 0; b < batch; b++) {
      context.states[b] = new float[][] {new float[layer.stateSize(1)]};
    }
    float[] x = new float[batch * channels];
    float[] y = new float[batch * width];
    RowStage step = layer.stepStage(pass, context, x, y);
    double[] all = new double[batch * width * length];
    for (int t = 0; t < length; t++) {
      for (int i = 0; i < x.length; i++) {
        x[i] = u[i * length + t];
      }
      step.rows(0, 0, batch);
      for (int i = 0; i < y.length; i++) {
        all[i * length + t] = y[i];
      }
    }
    return all;
  }
}
