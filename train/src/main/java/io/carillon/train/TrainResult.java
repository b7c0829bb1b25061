package io.carillon.train;

import io.carillon.model.SequenceModel;
import java.util.List;

/**
 * What training gave.
 *
 * @param model the best model by the main validation metric; without validation data the last one
 * @param history every epoch in order, also those before a resume
 * @param best the epoch the model is from; null only when training diverged before the first epoch
 *     ended
 * @param end why training ended
 * @param steps optimiser steps done
 * @param seconds spent by this run
 */
public record TrainResult(
    SequenceModel model,
    List<EpochRecord> history,
    EpochRecord best,
    End end,
    long steps,
    double seconds) {

  /** Why training ended. */
  public enum End {
    /** All epochs are done. */
    COMPLETED,
    /** The validation metric did not improve for {@link TrainConfig#patience} validations. */
    EARLY,
    /** {@link Trainer#requestStop} was called. */
    STOPPED,
    /** A loss or gradient was not finite; see {@link TrainingDivergedException}. */
    DIVERGED
  }

  /** Whether {@link Trainer#requestStop} ended the training. */
  public boolean stopped() {
    return end == End.STOPPED;
  }
}
