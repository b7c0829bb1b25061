package io.carillon.train;

import io.carillon.model.Parity;
import io.carillon.model.SequenceModel;
import java.util.List;

/**
 * What training gave.
 *
 * @param model the best model by the main validation metric; without validation data the last one.
 *     Its info holds the certificate under {@link Parity#INFO}
 * @param parity how far the model's ways to compute are apart, measured on some sequences of the
 *     validation data, or of the training data without them; its obstacle says why a model that
 *     cannot stream was not compared step by step
 * @param history every epoch in order, also those before a resume
 * @param best the epoch the model is from; null if it is from an epoch that has not ended, because
 *     training diverged before the first one did, or was stopped and can be resumed
 * @param end why training ended
 * @param steps optimiser steps done
 * @param seconds spent by this run
 */
public record TrainResult(
    SequenceModel model,
    Parity parity,
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
