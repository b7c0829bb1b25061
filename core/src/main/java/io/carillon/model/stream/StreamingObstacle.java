package io.carillon.model.stream;

import io.carillon.nn.Network;
import io.carillon.nn.layer.SequenceLayer;

/** Which networks cannot answer step by step. */
public final class StreamingObstacle {
  private StreamingObstacle() {}

  /** Why a network cannot stream and what to do, or null. */
  public static String of(Network network) {
    if (network.config().pairs()) {
      return "this model cannot stream: it answers for two whole sequences together. Predict whole"
          + " pairs";
    }
    for (SequenceLayer layer : network.layers()) {
      if (layer.streamingObstacle() != null) {
        return "this model cannot stream: layer "
            + layer.index()
            + ": "
            + layer.streamingObstacle()
            + ". Predict whole sequences, or "
            + layer.streamingRemedy();
      }
    }
    return null;
  }
}
