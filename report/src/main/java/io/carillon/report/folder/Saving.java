package io.carillon.report.folder;

import io.carillon.report.console.CommandFailure;
import io.carillon.report.console.Console;
import io.carillon.report.console.Errors;
import io.carillon.report.console.Text;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * Says what keeps a run from being written, and tries again: until it can, what was trained is in
 * memory only, and must not be dropped before the user had a chance to make room.
 */
public final class Saving {
  private static final long BETWEEN_WARNINGS = Duration.ofMinutes(1).toNanos();
  private static final long LITTLE_SPACE = 64L << 20;

  private final Console console;
  private final RunFolder folder;
  private final Map<String, Object> settings;
  private final Retry retry;
  private long warned;
  private boolean quietUntilLater;

  /** Something that is written. */
  public interface Write {
    /** Writes it. */
    void run() throws IOException;
  }

  /**
   * For a run.
   *
   * @param settings of the run, for the case that its folder must be made again
   */
  public Saving(Console console, RunFolder folder, Map<String, Object> settings, Retry retry) {
    this.console = console;
    this.folder = folder;
    this.settings = settings;
    this.retry = retry;
  }

  /**
   * Makes the folder of the run again if it was removed and the folder around it is there.
   *
   * @return whether it did, so that another attempt makes sense at once
   */
  public boolean restored() {
    Path path = folder.path().toAbsolutePath();
    if (Files.exists(path) || !Files.isDirectory(path.getParent())) {
      return false;
    }
    try {
      Files.createDirectory(path);
      folder.writeSettings(settings);
    } catch (IOException | CommandFailure e) {
      return false;
    }
    console.warn(
        "the folder %s was removed during the training; it is made again with what is in memory",
        folder.path());
    return true;
  }

  /**
   * Something cannot be written now and will be tried again while the training goes on. That is
   * said, but not more than once a minute.
   */
  public void later(String what, IOException cause) {
    long now = System.nanoTime();
    if (!quietUntilLater || now - warned >= BETWEEN_WARNINGS) {
      warned = now;
      quietUntilLater = true;
      console.warn(
          "%s cannot be written: %s. %sThe training goes on, nothing is lost while it runs, and it"
              + " is tried again",
          what, Errors.message(cause), advice());
    }
  }

  /**
   * Writes what must not be lost, as often as it takes.
   *
   * @throws CommandFailure if it cannot be written for longer than {@link Retry#atMost}
   */
  public void insist(String what, Write write) {
    long begin = System.nanoTime();
    while (true) {
      try {
        write.run();
        return;
      } catch (IOException e) {
        if (!restored() && !waited(what, e, begin)) {
          throw new CommandFailure(
              what + " cannot be written to " + folder.path() + ": " + Errors.message(e), e);
        }
      }
    }
  }

  /** How patiently it is tried. */
  Retry retry() {
    return retry;
  }

  /**
   * Says what is in the way at the end of a training, and waits.
   *
   * @param begin of the first attempt, by {@link System#nanoTime}
   * @return false if it has been waited long enough
   */
  boolean waited(String what, IOException cause, long begin) {
    if (System.nanoTime() - begin > retry.atMost().toNanos()) {
      return false;
    }
    console.warn(
        "%s cannot be written: %s. %sIt is kept in memory and tried again every %s; Ctrl-C twice"
            + " gives it up",
        what, Errors.message(cause), advice(), Text.duration(retry.pause().toMillis() / 1000.0));
    try {
      Thread.sleep(retry.pause().toMillis());
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private String advice() {
    Path path = folder.path().toAbsolutePath().normalize();
    if (Files.exists(path) && !Files.isDirectory(path)) {
      return "Where the folder of the run was, there is a file; move it away. ";
    }
    if (!Files.exists(path)) {
      return "The folder is gone; make it again: mkdir -p " + path + ". ";
    }
    try {
      FileStore store = Files.getFileStore(path);
      long free = store.getUsableSpace();
      return free > LITTLE_SPACE
          ? ""
          : Text.bytes(free)
              + " are free on "
              + store
              + "; make room there, for example by removing runs in "
              + path.getParent()
              + " that are no longer needed. ";
    } catch (IOException e) {
      return "";
    }
  }
}
