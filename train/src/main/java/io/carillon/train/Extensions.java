package io.carillon.train;

import java.util.ArrayList;
import java.util.List;

/**
 * What a training is given besides settings and data.
 *
 * @param objective loss and metrics
 * @param scheduleName of the schedule of one's own, or null
 * @param schedule in place of that of the settings, or null
 * @param gradients computes them in place of the loop, or null
 */
record Extensions(
    Objective objective, String scheduleName, RateSchedule schedule, GradientSource gradients) {
  /** None. */
  static final Extensions NONE = new Extensions(Objective.DEFAULT, null, null, null);

  Extensions withObjective(Objective value) {
    return new Extensions(value, scheduleName, schedule, gradients);
  }

  Extensions withSchedule(String name, RateSchedule value) {
    return new Extensions(objective, name, value, gradients);
  }

  Extensions withGradients(GradientSource value) {
    return new Extensions(objective, scheduleName, schedule, value);
  }

  /** The factor of the schedule of one's own. */
  double factor(RateSchedule.Progress done) {
    double factor;
    try {
      factor = schedule.factor(done);
    } catch (RuntimeException e) {
      throw new ExtensionException(
          "schedule '" + scheduleName + "' failed for step " + (done.step() + 1), e);
    }
    if (!(factor >= 0 && factor < Double.POSITIVE_INFINITY)) {
      throw new ExtensionException(
          "schedule '"
              + scheduleName
              + "' gave "
              + factor
              + " for step "
              + (done.step() + 1)
              + "; a factor must be finite and 0 or more");
    }
    return factor;
  }

  /**
   * What a run to resume must be given again, in words. Where gradients are computed changes
   * nothing.
   */
  List<String> inWords() {
    List<String> words = new ArrayList<>(objective.inWords());
    if (schedule != null) {
      words.add("schedule '" + scheduleName + "'");
    }
    return words;
  }

  static String listed(List<String> words) {
    return words.isEmpty() ? "nothing of one's own" : String.join(", ", words);
  }
}
