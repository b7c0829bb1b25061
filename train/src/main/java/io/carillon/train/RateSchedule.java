package io.carillon.train;

import java.util.List;

/**
 * A schedule of one's own, instead of {@link TrainConfig#schedule}: what all learning rates are
 * multiplied by, step by step. It depends on nothing but what it is given, and keeps no state: that
 * is why a run that is resumed has the rates that it would have had. An example is in {@code
 * docs/extending.md}.
 */
@FunctionalInterface
public interface RateSchedule {
  /**
   * What has been done when a step is about to be done.
   *
   * @param step steps that are done, 0 at the first
   * @param totalSteps of all epochs
   * @param stepsPerEpoch of one
   * @param epochs that are finished, with their validations, in order
   */
  record Progress(long step, long totalSteps, int stepsPerEpoch, List<EpochRecord> epochs) {
    /** Finished epochs, and what is done of the present one: 1.5 in the middle of the second. */
    public double epoch() {
      return (double) step / stepsPerEpoch;
    }
  }

  /**
   * The factor for the next step.
   *
   * @return finite, 0 or more
   */
  double factor(Progress done);
}
