package io.carillon.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/** The time left is told from a pace that lasts. The clock is a made one. */
class StepClockTest {
  private static final int STEPS = 1000;

  private long nanos;

  /** Runs all steps, of which step k takes {@code seconds(k)}; returns the time left after each. */
  private double[] left(int from, IntToDoubleFunction seconds) {
    StepClock clock = new StepClock(STEPS, () -> nanos);
    clock.start(from);
    double[] left = new double[STEPS + 1];
    for (int step = from + 1; step <= STEPS; step++) {
      nanos += Math.round(1e9 * seconds.applyAsDouble(step));
      left[step] = clock.secondsLeft(step);
    }
    return left;
  }

  private static int firstKnown(double[] left, int from) {
    int step = from + 1;
    while (Double.isNaN(left[step])) {
      step++;
    }
    return step;
  }

  @Test
  void nothingIsToldWhileTheStepsBecomeFaster() {
    // From one second to a twentieth within the first hundred steps.
    IntToDoubleFunction seconds = k -> Math.max(0.05, Math.pow(0.05, k / 100.0));
    double[] left = left(0, seconds);
    int first = firstKnown(left, 0);
    assertThat(first).isBetween(100, 300);
    for (int step = first; step <= STEPS; step++) {
      double truth = 0.05 * (STEPS - step);
      assertThat(left[step]).as("step %d", step).isCloseTo(truth, within(0.1 * truth + 1e-6));
    }
  }

  @Test
  void aSlowBeginningIsNotTakenForThePace() {
    // The same pace for a while, then ten times as fast: what an interpreter does before a
    // compiler.
    double[] left = left(0, k -> k <= 25 ? 0.5 : 0.05);
    int first = firstKnown(left, 0);
    assertThat(left[first]).isCloseTo(0.05 * (STEPS - first), within(1e-6));
  }

  @Test
  void anEvenPaceIsKnownAfterThreeStretches() {
    double[] left = left(0, k -> 0.25);
    assertThat(firstKnown(left, 0)).isEqualTo(30 + 3 * 10);
    assertThat(left[60]).isCloseTo(0.25 * (STEPS - 60), within(1e-6));
    assertThat(left[STEPS]).isZero();
  }

  @Test
  void longStepsNeedFewOfThem() {
    assertThat(firstKnown(left(0, k -> 30), 0)).isEqualTo(2 + 3);
  }

  @Test
  void aRunThatGoesOnCountsItsOwnStepsOnly() {
    double[] left = left(600, k -> 0.25);
    assertThat(firstKnown(left, 600)).isEqualTo(660);
    assertThat(left[700]).isCloseTo(75, within(1e-6));
  }

  @Test
  void unevenStepsAreGivenUpOnAfterAWhile() {
    // Ten slow steps, then thirty quick ones in the same time.
    double[] left = left(0, k -> k % 40 < 10 ? 0.2 : 2.0 / 30);
    int first = firstKnown(left, 0);
    assertThat(first).isBetween(200, 400);
    assertThat(left[STEPS / 2]).isCloseTo(0.1 * STEPS / 2, within(0.1 * STEPS / 2));
  }

  @Test
  void aShortRunEndsBeforeAnythingIsKnown() {
    double[] left = left(STEPS - 5, k -> 0.1);
    assertThat(left[STEPS]).isNaN();
  }
}
