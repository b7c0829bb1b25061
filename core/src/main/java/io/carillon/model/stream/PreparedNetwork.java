package io.carillon.model.stream;

import io.carillon.config.NetworkConfig;
import io.carillon.internal.kernel.Kernels;
import io.carillon.nn.LayerObserver;
import io.carillon.nn.Network;
import io.carillon.nn.Stepper;
import io.carillon.nn.layer.PreparedModes;

/**
 * A network made ready to stream: what depends on the weights alone, computed once. Shared by
 * threads.
 *
 * @param shape sizes of its states
 * @param modes of its state-space layers, for steps of length 1
 * @param gaps for steps of other lengths
 */
public record PreparedNetwork(
    Network network, Kernels kernels, StateShape shape, PreparedModes modes, GapTable gaps) {

  /**
   * Prepares a network, whose weights must not change any more.
   *
   * @param model its fingerprint
   * @throws UnsupportedOperationException if it cannot stream
   */
  public static PreparedNetwork of(Network network, Kernels kernels, long model) {
    String obstacle = StreamingObstacle.of(network);
    if (obstacle != null) {
      throw new UnsupportedOperationException(obstacle);
    }
    PreparedModes modes = PreparedModes.of(network.layers(), kernels);
    return new PreparedNetwork(
        network, kernels, StateShape.of(network, model), modes, new GapTable(modes));
  }

  public NetworkConfig config() {
    return network.config();
  }

  /** A new stepper for up to so many streams that shows every layer's output to an observer. */
  public Stepper stepper(int capacity, LayerObserver observer) {
    return new Stepper(network, modes, kernels, capacity, observer);
  }
}
