package io.carillon.data.baseline;

import io.carillon.data.Splits;
import io.carillon.train.Dataset;
import io.carillon.train.Evaluator;
import java.util.Optional;

/** A cheap way to answer, which a trained model has to beat. Immutable. */
public interface Baseline {
  /** In words, for tables. */
  String title();

  /**
   * Whether it learns from examples: then it is given those of the validation part too, because it
   * has no epochs to choose from.
   */
  boolean learns();

  /** Why it cannot answer data like these; empty if it can. */
  Optional<String> obstacle(Splits data);

  /**
   * What it will take, about.
   *
   * @param known sequences that it is fitted on
   */
  Cost cost(Splits data, int known);

  /**
   * Fits.
   *
   * @param known the sequences to learn from, stored
   * @param seed of what it draws; the same seed and data give the same answers on any number of
   *     threads
   * @param threads that fit it, at least 1
   * @return answers, for any number of threads at once
   */
  Evaluator.Answers fit(Dataset known, long seed, int threads);
}
