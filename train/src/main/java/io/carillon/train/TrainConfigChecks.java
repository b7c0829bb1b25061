package io.carillon.train;

import java.util.List;

/** Bounds of the training settings; messages use the names of configuration files. */
final class TrainConfigChecks {
  private TrainConfigChecks() {}

  static void counts(int epochs, int batchSize, int validateEvery) {
    require(epochs >= 1, "epochs", epochs, "give at least 1");
    require(batchSize >= 1, "batch_size", batchSize, "give at least 1");
    require(validateEvery >= 1, "validate_every", validateEvery, "give at least 1");
  }

  static void notNegative(String name, int value) {
    require(value >= 0, name, value, "give 0 or more");
  }

  static void rate(String name, double value) {
    require(value >= 0 && value < Double.POSITIVE_INFINITY, name, value, "give 0 or more");
  }

  static void rateOrRule(String name, double value) {
    if (!Double.isNaN(value)) {
      rate(name, value);
    }
  }

  static void fraction(String name, double value) {
    require(value > 0 && value <= 1, name, value, "give more than 0 and at most 1");
  }

  static void moment(String name, double value) {
    require(value >= 0 && value < 1, name, value, "give at least 0 and less than 1");
  }

  static void notNull(String name, Object value) {
    require(value != null, name, value, "choose one");
  }

  static void schedule(
      Schedule schedule, List<Integer> milestones, int warmupSteps, int totalSteps) {
    notNull("schedule", schedule);
    int before = 0;
    for (int milestone : milestones) {
      require(
          milestone > before,
          "milestones",
          milestones,
          "give increasing numbers of finished epochs, the first at least 1");
      before = milestone;
    }
    require(
        schedule != Schedule.MULTISTEP || !milestones.isEmpty(),
        "milestones",
        milestones,
        "schedule multistep needs at least one");
    require(
        totalSteps == 0 || warmupSteps < totalSteps,
        "warmup_steps",
        warmupSteps,
        "give less than total_steps " + totalSteps);
  }

  private static void require(boolean condition, String name, Object value, String whatToDo) {
    if (!condition) {
      throw new IllegalArgumentException(name + " is " + value + "; " + whatToDo);
    }
  }
}
