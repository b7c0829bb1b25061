package io.carillon.train;

/**
 * Told about the progress of training, on the training thread: a slow listener slows training, and
 * an exception of a listener ends it. Listeners may call {@link Trainer#requestStop}.
 */
public interface TrainListener {
  /** Does nothing. */
  TrainListener NONE = new TrainListener() {};

  /** Before the first step. */
  default void onStart(TrainPlan plan) {}

  /** After every optimiser step. */
  default void onStep(StepRecord record) {}

  /** Before the validation data are evaluated, with the number of finished epochs. */
  default void onValidation(int epoch) {}

  /** At the end of every epoch, after its validation if there was one. */
  default void onEpoch(EpochRecord record) {}
}
