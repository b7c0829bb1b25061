package io.carillon.train;

/** How the learning rates change while training; formulas in {@link LearningRateSchedule}. */
public enum Schedule {
  /** Not at all. */
  CONSTANT,
  /** Half a cosine from the full rate to zero; beyond, see {@link TrainConfig#cosineRises}. */
  COSINE,
  /** Linear from zero to the full rate, then as COSINE. */
  COSINE_WARMUP,
  /** Multiplied by a factor at the start of given epochs. */
  MULTISTEP,
  /** Multiplied by a factor when the validation metric stops improving. */
  PLATEAU
}
