package io.carillon.nn.ssm;

import io.carillon.config.SsmAlgorithm;
import io.carillon.engine.Carry;
import io.carillon.engine.Footprint;
import io.carillon.engine.Pass;
import io.carillon.nn.layer.ChunkStream;
import java.util.function.DoubleFunction;

/**
 * A state-space layer whose state no scan goes on from, S4 or one with a cut kernel, in the steps
 * of its stream: from a carried state, or from a state of zeros. For prediction only.
 */
final class SingleSteps implements Way {
  private final SsmShape layer;
  private final DoubleFunction<ChunkStream> streams;

  /**
   * Of a layer.
   *
   * @param streams how the layer goes on from a state, by rate
   */
  SingleSteps(SsmShape layer, DoubleFunction<ChunkStream> streams) {
    this.layer = layer;
    this.streams = streams;
  }

  @Override
  public SsmAlgorithm algorithm() {
    return SsmAlgorithm.RECURRENCE;
  }

  @Override
  public String obstacle(Pass pass) {
    return pass.training() ? "that has no gradient" : layer.streamingObstacle();
  }

  @Override
  public void forward(Pass pass, float[] u, float[] y) {
    layer.skip().forward(pass, u, y);
    ChunkStream stream =
        pass.prepared() != null
            ? pass.prepared().stream(layer.index(), ChunkStream.class)
            : streams.apply(pass.rate());
    Carry carry = pass.carry(layer.index());
    if (carry == null) {
      carry = new Carry(layer.stateSize(pass.rows().count()));
    }
    stream.forward(pass, carry, u, y);
  }

  @Override
  public void backward(Pass pass, float[] u, float[] g, float[] gu) {
    throw new IllegalStateException("single steps are for prediction: " + obstacle(pass));
  }

  @Override
  public Footprint memory(Pass pass) {
    return Footprint.NONE;
  }
}
