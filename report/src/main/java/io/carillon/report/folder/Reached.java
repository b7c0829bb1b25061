package io.carillon.report.folder;

import io.carillon.model.Parity;
import io.carillon.train.EpochRecord;
import io.carillon.train.TrainResult;
import java.util.Locale;

/**
 * How far the training of a model has come, for its info.
 *
 * @param end why it ended, or {@value #RUNNING}
 * @param best epoch the model is from, or null
 * @param steps optimiser steps done
 * @param seconds spent by the run, NaN if unknown
 * @param parity certificate, or null
 */
public record Reached(String end, EpochRecord best, long steps, double seconds, Parity parity) {
  /** Of a training that has not ended, as far as the model knows. */
  public static final String RUNNING = "running";

  /** Of a training that was stopped. */
  public static final String STOPPED = "stopped";

  /** At the end of a training. */
  public static Reached at(TrainResult result) {
    return new Reached(
        result.end().name().toLowerCase(Locale.ROOT),
        result.best(),
        result.steps(),
        result.seconds(),
        result.parity());
  }

  /** After an epoch that others follow. */
  static Reached until(EpochRecord epoch) {
    return new Reached(RUNNING, epoch, epoch.step(), Double.NaN, null);
  }
}
