package io.carillon.model.stream;

import io.carillon.config.Pooling;
import io.carillon.nn.Network;

/**
 * What the states of one model have in common.
 *
 * @param model fingerprint of the model, see {@link Fingerprint}
 * @param layers numbers in the state of each layer along the sequence
 * @param pooled numbers in the running sum of the features: H with mean pooling, else 0
 */
public record StateShape(long model, int[] layers, int pooled) {

  static StateShape of(Network network, long model) {
    int[] layers = network.layers().stream().mapToInt(l -> l.stateSize(1)).toArray();
    boolean mean = network.config().pooling() == Pooling.MEAN;
    return new StateShape(model, layers, mean ? network.config().width() : 0);
  }

  /** All layers together. */
  public long floats() {
    long sum = 0;
    for (int size : layers) {
      sum += size;
    }
    return sum;
  }
}
