package io.carillon.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LearningRateScheduleTest {
  private static final TrainConfig CONFIG = TrainConfig.DEFAULT.withEpochs(4);

  /** Factors of the given steps with 5 steps per epoch, 20 in all. */
  private static double[] factors(TrainConfig config, long... steps) {
    LearningRateSchedule schedule = new LearningRateSchedule(config, 5);
    return LongStream.of(steps).mapToDouble(schedule::factor).toArray();
  }

  @Test
  void constant() {
    assertThat(factors(CONFIG.withSchedule(Schedule.CONSTANT), 0, 7, 100)).containsExactly(1, 1, 1);
  }

  @Test
  void cosineFallsFromOneToZeroAndStays() {
    double root = Math.sqrt(0.5);
    assertThat(factors(CONFIG.withSchedule(Schedule.COSINE), 0, 5, 10, 20, 30))
        .containsExactly(new double[] {1, (1 + root) / 2, 0.5, 0, 0}, offset(1e-15));
    assertThat(factors(CONFIG.withSchedule(Schedule.COSINE).withTotalSteps(40), 20, 40))
        .containsExactly(new double[] {0.5, 0}, offset(1e-15));
  }

  /** As PyTorch's CosineAnnealingLR, whose period is 2T: its rate after T is that before T. */
  @Test
  void cosineMayRiseAgainBeyondItsTotalAsTheOfficialOneDoes() {
    double root = Math.sqrt(0.5);
    TrainConfig config =
        CONFIG.withSchedule(Schedule.COSINE).withTotalSteps(4).withCosineRises(true);
    assertThat(factors(config, 0, 1, 2, 3, 4, 5, 6, 8))
        .containsExactly(
            new double[] {1, (1 + root) / 2, 0.5, (1 - root) / 2, 0, (1 - root) / 2, 0.5, 1},
            offset(1e-15));
    assertThat(factors(config.withCosineRises(false), 4, 5, 6, 8)).containsOnly(0);
  }

  /** 35 words of Speech Commands: some 212,000 steps with T = 200,000 end at 0.9 % of the rate. */
  @Test
  void theOfficialTrainingOnSpeechCommandsEndsOnTheRise() {
    TrainConfig config =
        CONFIG
            .withSchedule(Schedule.COSINE_WARMUP)
            .withWarmupSteps(1000)
            .withTotalSteps(200_000)
            .withCosineRises(true);
    assertThat(factors(config, 199_999, 200_000)[1]).isZero();
    assertThat(factors(config, 212_000)[0]).isCloseTo(0.009, offset(5e-4));
  }

  @Test
  void cosinePerEpochChangesBetweenEpochsOnly() {
    TrainConfig config = CONFIG.withSchedule(Schedule.COSINE).withSchedulePerEpoch(true);
    double root = Math.sqrt(0.5);
    // As CosineAnnealingLR(T_max = epochs) stepped once per epoch.
    assertThat(factors(config, 0, 4, 5, 9, 10))
        .containsExactly(new double[] {1, 1, (1 + root) / 2, (1 + root) / 2, 0.5}, offset(1e-15));
  }

  @Test
  void warmUpIsLinearFromZero() {
    TrainConfig config = CONFIG.withSchedule(Schedule.COSINE_WARMUP).withWarmupSteps(4);
    assertThat(factors(config, 0, 1, 4, 12, 20, 25))
        .containsExactly(new double[] {0, 0.25, 1, 0.5, 0, 0}, offset(1e-15));
  }

  @Test
  void warmUpIsATenthUnlessGiven() {
    assertThat(factors(CONFIG.withSchedule(Schedule.COSINE_WARMUP), 0, 1, 2, 11))
        .containsExactly(new double[] {0, 0.5, 1, 0.5}, offset(1e-15));
    LearningRateSchedule longRun =
        new LearningRateSchedule(CONFIG.withSchedule(Schedule.COSINE_WARMUP), 100_000);
    assertThat(longRun.factor(500)).isEqualTo(0.5);
  }

  @Test
  void warmUpMustEndBeforeTheRun() {
    TrainConfig config = CONFIG.withSchedule(Schedule.COSINE_WARMUP).withWarmupSteps(20);
    assertThatThrownBy(() -> new LearningRateSchedule(config, 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("warmup_steps is 20")
        .hasMessageContaining("20 steps");
  }

  @Test
  void multistepCountsFinishedEpochs() {
    assertThat(factors(CONFIG.withMilestones(0.1, List.of(1, 3)), 0, 4, 5, 14, 15))
        .containsExactly(new double[] {1, 1, 0.1, 0.1, 0.01}, offset(1e-15));
  }

  @Test
  void plateauWaitsForMoreThanItsPatience() {
    LearningRateSchedule schedule = new LearningRateSchedule(CONFIG.withPlateau(0.2, 1), 5);
    double[] accuracies = {0.5, 0.6, 0.6, 0.60001, 0.3, 0.7, 0.7, 0.7};
    double[] expected = {1, 1, 1, 0.2, 0.2, 0.2, 0.2, 0.04};
    for (int i = 0; i < accuracies.length; i++) {
      schedule.observe(accuracies[i], true);
      assertThat(schedule.factor(0)).as("validation " + i).isCloseTo(expected[i], offset(1e-15));
    }
  }

  @Test
  void plateauOfAnErrorImprovesDownwards() {
    LearningRateSchedule schedule = new LearningRateSchedule(CONFIG.withPlateau(0.5, 0), 5);
    schedule.observe(2, false);
    schedule.observe(1, false);
    assertThat(schedule.factor(0)).isEqualTo(1);
    schedule.observe(1, false);
    assertThat(schedule.factor(0)).isEqualTo(0.5);
  }
}
