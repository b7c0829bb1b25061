package io.carillon.train;

import io.carillon.engine.SeededRandom;
import io.carillon.nn.Network;

/**
 * The copy of the network that a run would return: the best validated one, and until there is one,
 * the last whose loss and gradient were finite.
 */
final class KeptModel {
  private final Network copy;
  private final boolean higherIsBetter;
  private EpochRecord best;
  private int worse;

  KeptModel(Network network, boolean higherIsBetter) {
    this.copy = new Network(network.config(), new SeededRandom(0));
    this.copy.copyFrom(network);
    this.higherIsBetter = higherIsBetter;
  }

  Network network() {
    return copy;
  }

  /** The epoch of the best validated model, or null. */
  EpochRecord best() {
    return best;
  }

  /** Validations in a row that brought no better model. */
  int worse() {
    return worse;
  }

  void restore(EpochRecord record, int count) {
    best = record;
    worse = count;
  }

  /** Keeps a network that computes finite numbers, unless a validated one is kept. */
  void keepFinite(Network network) {
    if (best == null) {
      copy.copyFrom(network);
    }
  }

  boolean isBetter(Evaluation evaluation) {
    if (best == null) {
      return true;
    }
    int order = Double.compare(evaluation.main(), best.validationMetric());
    return order == 0 ? evaluation.loss() < best.validationLoss() : higherIsBetter == order > 0;
  }

  /** Takes note of a validated epoch. */
  void note(EpochRecord record, Network network) {
    if (record.isBest()) {
      best = record;
      worse = 0;
      copy.copyFrom(network);
    } else {
      worse++;
    }
  }
}
