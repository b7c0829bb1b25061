package io.carillon.train;

/**
 * A metric of one's own, reported for every epoch beside the usual ones; {@link
 * Objective#choosingBy} makes it the one that the best epoch is chosen by. It is a function of sums
 * over the answers, so that batches, shards and machines can be added up, and an epoch can be gone
 * on with in its middle. An example is in {@code docs/extending.md}.
 *
 * <p>Called from one thread at a time; a metric keeps no state but the sums.
 */
public interface Metric {
  /** Its key in records and files: lower-case letters, digits and underscores. */
  String name();

  /** Whether a larger value is better. */
  boolean higherIsBetter();

  /** How many sums it needs, at least 1. */
  int sums();

  /**
   * Adds an answer.
   *
   * @param answer with its target
   * @param sums [{@link #sums}] to add to; zero before the first answer
   */
  void add(Answer answer, double[] sums);

  /**
   * The value for everything that was added, at least one answer.
   *
   * @param sums [{@link #sums}] not to be changed
   * @return NaN if it is not defined for these answers; not allowed if epochs are chosen by it
   */
  double value(double[] sums);
}
