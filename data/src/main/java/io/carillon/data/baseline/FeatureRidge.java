package io.carillon.data.baseline;

import io.carillon.data.Splits;
import io.carillon.engine.Parallel;
import io.carillon.train.Dataset;
import io.carillon.train.Dataset.Target;
import io.carillon.train.Evaluator;
import java.util.Optional;

/**
 * Ridge regression on features of whole sequences. Classes are regressed as 1 for the right one and
 * −1 for every other.
 */
enum FeatureRidge implements Baseline {
  /** {@link LogSpectra}. */
  LOG_SPECTRA("log-spectra + ridge") {
    @Override
    Features features(Dataset known, long seed) {
      return LogSpectra.fit(known);
    }

    @Override
    int count(Dataset train) {
      return LogSpectra.countFor(Signals.medianLength(train), train.inputSize());
    }

    @Override
    double ofOne(double length, int inputSize) {
      return LogSpectra.cost(length, inputSize);
    }
  },

  /** {@link MiniRocket}. */
  MINI_ROCKET("MiniRocket + ridge") {
    @Override
    Features features(Dataset known, long seed) {
      return MiniRocket.fit(known, seed);
    }

    @Override
    int count(Dataset train) {
      return MiniRocket.FEATURES;
    }

    @Override
    double ofOne(double length, int inputSize) {
      return MiniRocket.cost(length, inputSize);
    }
  };

  private final String title;

  FeatureRidge(String title) {
    this.title = title;
  }

  abstract Features features(Dataset known, long seed);

  /** Features of data like these. */
  abstract int count(Dataset train);

  /** Operations for the features of a sequence. */
  abstract double ofOne(double length, int inputSize);

  @Override
  public String title() {
    return title;
  }

  @Override
  public boolean learns() {
    return true;
  }

  @Override
  public Optional<String> obstacle(Splits data) {
    Dataset train = data.train();
    if (train.target() != Target.CLASS && train.target() != Target.VALUE) {
      return Optional.of("its features are of whole sequences, the targets of single steps");
    }
    if (train.isTokens()) {
      return Optional.of("it is for numbers, the inputs are tokens");
    }
    if (train.isPairs()) {
      return Optional.of("it is for single sequences, these are pairs");
    }
    return train.size() + data.validation().size() < 2
        ? Optional.of("it needs at least 2 training sequences")
        : Optional.empty();
  }

  @Override
  public Cost cost(Splits data, int known) {
    Dataset train = data.train();
    double length = train.isGenerated() ? train.maxLength() : meanLength(train);
    double features = count(train);
    int targets = train.outputSize();
    double sequences = known + (double) data.test().size();
    return new Cost(
        sequences * (ofOne(length, train.inputSize()) + features * targets)
            + Ridge.cost(known, features, targets),
        Float.BYTES * known * features + Ridge.bytes(known, features, targets));
  }

  private static double meanLength(Dataset data) {
    double steps = 0;
    for (int i = 0; i < data.size(); i++) {
      steps += data.length(i);
    }
    return steps / Math.max(1, data.size());
  }

  @Override
  public Evaluator.Answers fit(Dataset known, long seed, int threads) {
    Features features = features(known, seed);
    Ridge ridge;
    try (Parallel parallel = Parallel.of(threads)) {
      ridge = Ridge.fit(features.ofAll(known, parallel), targets(known));
    }
    return (data, i) -> {
      double[] predicted = ridge.predict(features.of(data, i));
      float[] answer = new float[predicted.length];
      for (int k = 0; k < answer.length; k++) {
        answer[k] = (float) predicted[k];
      }
      return answer;
    };
  }

  private static double[][] targets(Dataset known) {
    double[][] targets = new double[known.size()][known.outputSize()];
    for (int i = 0; i < targets.length; i++) {
      for (int k = 0; k < targets[i].length; k++) {
        targets[i][k] =
            known.target() == Target.VALUE
                ? known.targetValues(i)[k]
                : known.label(i) == k ? 1 : -1;
      }
    }
    return targets;
  }
}
