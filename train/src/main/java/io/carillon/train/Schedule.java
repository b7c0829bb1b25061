package io.carillon.train;

/** How the learning rates change while training; formulas in {@link LearningRateSchedule}. */
public enum Schedule {
  /** Not at all. */
  CONSTANT,
  /** Half a cosine from the full rate to zero. */
  COSINE,
  /** Linear from zero to the full rate, then half a cosine to zero. */
  COSINE_WARMUP,
  /** Multiplied by a factor at the start of given epochs. */
  MULTISTEP,
  /** Multiplied by a factor when the validation metric stops improving. */
  PLATEAU
}
