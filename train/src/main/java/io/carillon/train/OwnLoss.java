package io.carillon.train;

import java.util.Arrays;

/** The mean of a {@link Loss} over a batch, and its gradient. */
final class OwnLoss {
  private OwnLoss() {}

  /**
   * As {@link Losses#crossEntropy}, of any loss.
   *
   * @param classWeights [classes], or null for all 1
   * @param gradient [rows][size] of the mean, overwritten; null when not needed
   */
  static Losses.Value mean(
      Loss loss,
      float[] outputs,
      Targets targets,
      int size,
      double[] classWeights,
      float[] gradient) {
    Answer answer = new Answer(size, size / loss.outputsPerTarget());
    double weight = 0;
    for (int r = 0; r < targets.rows(); r++) {
      weight += weight(answer.at(outputs, targets, r), classWeights);
    }
    double[] slope = gradient == null ? null : new double[size];
    double sum = 0;
    for (int r = 0; r < targets.rows(); r++) {
      double v = weight(answer.at(outputs, targets, r), classWeights);
      if (gradient != null) {
        Arrays.fill(slope, 0);
      }
      if (v != 0) {
        sum += answer.finite() ? v * value(loss, answer, slope) : Double.NaN;
      }
      for (int k = 0; gradient != null && k < size; k++) {
        gradient[r * size + k] = v == 0 ? 0 : (float) (v / weight * slope[k]);
      }
    }
    return new Losses.Value(sum, weight);
  }

  private static double weight(Answer answer, double[] classWeights) {
    if (!answer.counts()) {
      return 0;
    }
    return classWeights == null || !answer.isClass() ? 1 : classWeights[answer.label()];
  }

  private static double value(Loss loss, Answer answer, double[] slope) {
    double value;
    try {
      value = loss.of(answer, slope);
    } catch (RuntimeException e) {
      throw new ExtensionException("loss '" + loss.name() + "' failed for " + answer, e);
    }
    if (!Double.isFinite(value)) {
      throw unusable(loss, "" + value, answer);
    }
    for (int k = 0; slope != null && k < slope.length; k++) {
      if (!Double.isFinite(slope[k])) {
        throw unusable(loss, "derivative " + slope[k] + " by output " + k, answer);
      }
    }
    return value;
  }

  private static ExtensionException unusable(Loss loss, String what, Answer answer) {
    return new ExtensionException(
        "loss '"
            + loss.name()
            + "' gave "
            + what
            + " for "
            + answer
            + "; it must be finite for every finite output");
  }
}
