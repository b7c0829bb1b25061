package io.carillon.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * When the state to resume from is written, and what happens when it cannot be: training goes on,
 * and it is tried again. Without a folder nothing is ever written.
 */
final class Checkpoints {
  /** After a failure, when to try again at the latest. */
  private static final double RETRY_SECONDS = 10;

  private final Path folder;
  private final double interval;
  private final TrainListener listener;
  private final Supplier<ResumeState> state;
  private long lastNanos = System.nanoTime();
  private boolean failing;

  /**
   * Writes nothing yet.
   *
   * @param folder existing, or null
   * @param interval seconds between two states at most
   * @param state gives the present one
   */
  Checkpoints(Path folder, double interval, TrainListener listener, Supplier<ResumeState> state) {
    this.folder = folder;
    this.interval = interval;
    this.listener = listener;
    this.state = state;
  }

  /** Whether a run that is broken off can be gone on with. */
  boolean kept() {
    return folder != null;
  }

  /**
   * Before the first step, so that a folder that cannot be written shows at once.
   *
   * @throws UncheckedIOException if it cannot
   */
  void begin() {
    if (!kept()) {
      return;
    }
    try {
      write();
    } catch (IOException e) {
      throw failure(folder, e);
    }
  }

  static UncheckedIOException failure(Path folder, IOException cause) {
    return new UncheckedIOException(
        "the state to resume from cannot be written to " + folder + ": " + cause, cause);
  }

  /** After a step: writes if it is time. */
  void afterStep() {
    double waited = (System.nanoTime() - lastNanos) * 1e-9;
    if (kept() && waited >= (failing ? Math.min(interval, RETRY_SECONDS) : interval)) {
      write(false);
    }
  }

  /** After an epoch, when others follow. */
  void afterEpoch() {
    if (kept()) {
      write(false);
    }
  }

  /** At the end, whatever it is. */
  void atEnd() {
    if (kept()) {
      write(true);
    }
  }

  private void write(boolean last) {
    boolean again = true;
    while (again) {
      try {
        write();
        again = false;
      } catch (IOException e) {
        failing = true;
        lastNanos = System.nanoTime();
        again = listener.onCheckpointFailure(folder, e, last);
      }
    }
  }

  private void write() throws IOException {
    ResumeState written = state.get();
    written.write(folder);
    lastNanos = System.nanoTime();
    failing = false;
    listener.onCheckpoint(folder, written.step());
  }
}
