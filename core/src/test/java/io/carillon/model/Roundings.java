package io.carillon.model;

import io.carillon.engine.Parameter;
import io.carillon.engine.SeededRandom;
import io.carillon.nn.Network;
import java.util.function.ToDoubleFunction;

/**
 * How much of a difference between two ways is that of the network.
 *
 * <p>A network whose answers move much when its weights move by a rounding cannot be expected to
 * give the same by two ways: a norm without ε of rows that are nearly constant, products of gates,
 * a dozen layers. Its differences are allowed to be {@link #ALLOWED} times what weights that are
 * off by about one rounding (2^-23, normally distributed) do to the answers.
 */
final class Roundings {
  /**
   * The two systems of the seeds 0 to 724 that need this differ by at most half of it; 64 times it
   * would be more than 1e-4 for a third of all systems, and hide what is wrong with them.
   */
  static final double ALLOWED = 8;

  private static final int MOVES = 3;

  private Roundings() {}

  /**
   * How far answers move at most.
   *
   * @param distance from the answers of the network to those of one with other weights
   */
  static double moved(Network network, SeededRandom random, ToDoubleFunction<Network> distance) {
    double most = 0;
    for (int move = 0; move < MOVES; move++) {
      most = Math.max(most, distance.applyAsDouble(rounded(network, random)));
    }
    return most;
  }

  private static Network rounded(Network network, SeededRandom random) {
    Network copy = network.copy();
    for (Parameter p : copy.parameters()) {
      for (int k = 0; k < p.size(); k++) {
        p.value()[k] *= (float) (1 + 0x1.0p-23 * random.normal());
      }
    }
    return copy;
  }
}
