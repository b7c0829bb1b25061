package io.carillon.papers.compare;

import io.carillon.report.folder.RunFolder;
import java.io.IOException;

/** Trains runs, in the way of the command {@code train}. */
public interface RunTrainer {
  /**
   * Checks the settings of a run without its data.
   *
   * @throws io.carillon.report.console.UsageException if one is unknown or wrong
   * @throws IOException if a preset cannot be read
   */
  void check(PlannedRun run) throws IOException;

  /**
   * Whether the run in a folder is the one that is planned, not one with other settings.
   *
   * @throws IOException if the folder cannot be read
   */
  boolean fits(PlannedRun run, RunFolder folder) throws IOException;

  /**
   * Trains a run in its folder, goes on with it where it was interrupted, and measures it.
   *
   * @return whether it ended; false if it was stopped and can be resumed
   * @throws io.carillon.report.console.CommandFailure if it cannot be trained, or diverged
   * @throws IOException if files cannot be read or written
   */
  boolean train(PlannedRun run, RunFolder folder) throws IOException;

  /** Stops the runs that are being trained after their step, and those that are started later. */
  void stop();
}
