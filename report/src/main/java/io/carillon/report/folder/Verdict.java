package io.carillon.report.folder;

import io.carillon.report.console.Text;
import io.carillon.train.Evaluation;

/**
 * What a model reached on a part of the data, against the best answer that does not look at the
 * input.
 *
 * <p>A finite part lets a useless model be a little better by chance: always answering a class that
 * happens to be frequent in it, or numbers near the mean. So the model must be better by more than
 * that. The least is set by the number of sequences, because the steps of one are not independent.
 *
 * @param metric which metric both are: the main metric of the data, mse in place of r2
 * @param reached by the model
 * @param guessed by the answer {@code guess}
 * @param guess the answer that does not look at the input, in words
 * @param better whether the model is better than a guess by more than chance
 */
public record Verdict(String metric, double reached, double guessed, String guess, boolean better) {
  /** Two standard errors: chance gives more in one case of forty. */
  private static final double ERRORS = 2;

  /** Least share of the mean squared error that a model must take away. */
  private static final double LEAST_SHARE = 0.001;

  /**
   * Of the variance of n values a useless answer takes away 1/n by chance; this is twice as far.
   */
  private static final double CHANCE_SHARES = 4;

  /**
   * Judges an evaluation.
   *
   * @param sequences how many were evaluated
   * @param withoutLearning further scores that need no learning, of the same part
   */
  public static Verdict of(
      Evaluation evaluation, int sequences, WithoutLearning.Scores withoutLearning) {
    return evaluation.confusion() != null
        ? ofClasses(evaluation, sequences)
        : ofValues(evaluation, sequences, withoutLearning);
  }

  private static Verdict ofClasses(Evaluation evaluation, int sequences) {
    long most = 0;
    long all = 0;
    int occurring = 0;
    for (long[] row : evaluation.confusion()) {
      long count = 0;
      for (long predicted : row) {
        count += predicted;
      }
      most = Math.max(most, count);
      all += count;
      occurring += count > 0 ? 1 : 0;
    }
    double share = (double) most / all;
    double error = Math.sqrt(share * (1 - share) / sequences);
    double guessed = share;
    if (evaluation.mainMetric().equals("macro_f1")) {
      // F1 of the one class that is always answered, over all classes, and its slope in the share.
      guessed = 2 * share / (1 + share) / occurring;
      error *= 2 / (1 + share) / (1 + share) / occurring;
    } else if (evaluation.mainMetric().equals("balanced_accuracy")) {
      guessed = 1.0 / occurring;
      error /= occurring * share;
    }
    double reached = evaluation.main();
    // With very few sequences nothing but perfection is out of reach of chance.
    boolean better = reached > guessed + ERRORS * error || reached == 1 && share < 1;
    return new Verdict(
        evaluation.mainMetric(), reached, guessed, "always the most frequent class", better);
  }

  private static Verdict ofValues(
      Evaluation evaluation, int sequences, WithoutLearning.Scores withoutLearning) {
    double reached = evaluation.metrics().get("mse");
    double r2 = evaluation.metrics().get("r2");
    // r2 compares with the mean of this very part. Where all targets are equal it is no ratio.
    double guessed = r2 < 1 && reached > 0 && !Double.isInfinite(r2) ? reached / (1 - r2) : 0;
    String guess = "always the mean";
    for (var other : withoutLearning.values().entrySet()) {
      if (withoutLearning.metric().equals("mse") && other.getValue() < guessed) {
        guessed = other.getValue();
        guess = other.getKey();
      }
    }
    double least = Math.max(LEAST_SHARE, Math.min(0.5, CHANCE_SHARES / sequences));
    boolean better = reached <= guessed * (1 - least) || reached == 0;
    return new Verdict("mse", reached, guessed, guess, better);
  }

  /** {@code accuracy 0.9880; without learning (always the most frequent class) 0.1780}. */
  public String inWords() {
    return Text.format(
        "%s %s; without learning (%s) %s",
        metric, Text.number(reached), guess, Text.number(guessed));
  }
}
