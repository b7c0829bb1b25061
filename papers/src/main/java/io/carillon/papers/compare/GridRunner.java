package io.carillon.papers.compare;

import io.carillon.papers.compare.RunResult.Status;
import io.carillon.report.console.CommandFailure;
import io.carillon.report.console.Console;
import io.carillon.report.console.Errors;
import io.carillon.report.console.Text;
import io.carillon.report.folder.RunFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Trains all runs of a grid, several at a time if asked. A finished run is not trained again; a run
 * that was interrupted is gone on with; one that fails does not end the others.
 */
final class GridRunner {
  private final Console console;
  private final RunTrainer trainer;
  private final Path folder;
  private final int jobs;
  private final RunResult[] results;
  private final List<PlannedRun> runs;
  private volatile boolean stopped;
  private int done;

  /**
   * A runner.
   *
   * @param folder holds the folders of the runs
   * @param jobs runs at a time
   */
  GridRunner(Console console, RunTrainer trainer, Path folder, int jobs, List<PlannedRun> runs) {
    this.console = console;
    this.trainer = trainer;
    this.folder = folder;
    this.jobs = jobs;
    this.runs = runs;
    this.results = new RunResult[runs.size()];
  }

  /**
   * Reads what earlier invocations have left.
   *
   * @throws CommandFailure if a run of other settings is in the way
   */
  List<RunResult> read() throws IOException {
    for (int i = 0; i < results.length; i++) {
      PlannedRun run = runs.get(i);
      results[i] = RunResult.read(run, folder.resolve(run.id()));
      RunFolder files = RunFolder.at(results[i].folder());
      if (results[i].status() != Status.MISSING && !trainer.fits(run, files)) {
        throw new CommandFailure(
            results[i].folder()
                + ": holds a run with other settings. Give another folder with --out, or remove"
                + " this one");
      }
    }
    done = (int) List.of(results).stream().filter(RunResult::isDone).count();
    return List.of(results);
  }

  /**
   * Trains what is missing; call {@link #read} first.
   *
   * @return what all runs have given
   * @throws IOException if files cannot be read or written
   */
  List<RunResult> run() throws IOException {
    ExecutorService pool = Executors.newFixedThreadPool(jobs);
    try {
      List<Future<?>> futures = new ArrayList<>();
      for (int i = 0; i < results.length; i++) {
        if (!results[i].isDone()) {
          int index = i;
          futures.add(
              pool.submit(
                  () -> {
                    one(index);
                    return null;
                  }));
        }
      }
      for (Future<?> future : futures) {
        future.get();
      }
    } catch (ExecutionException e) {
      stop();
      throw rethrown(e.getCause());
    } catch (InterruptedException e) {
      stop();
      Thread.currentThread().interrupt();
    } finally {
      pool.shutdown();
    }
    return List.of(results);
  }

  private static RuntimeException rethrown(Throwable cause) throws IOException {
    if (cause instanceof IOException io) {
      throw io;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return (RuntimeException) cause;
  }

  /** Ends the runs that go on after their step, and begins no more. */
  void stop() {
    stopped = true;
    trainer.stop();
  }

  /** Whether {@link #stop} was called. */
  boolean stopped() {
    return stopped;
  }

  private void one(int index) throws IOException {
    if (stopped) {
      return;
    }
    RunResult before = results[index];
    PlannedRun run = before.run();
    say("%s: %s", run.title(), before.status() == Status.INTERRUPTED ? "going on" : "starting");
    String failure = "";
    try {
      trainer.train(run, RunFolder.at(before.folder()));
    } catch (CommandFailure | IllegalArgumentException | OutOfMemoryError e) {
      failure = Errors.message(e).lines().findFirst().orElse("");
    } catch (IllegalStateException e) {
      // A run that would begin while the process ends after Ctrl-C is refused by the machine.
      if (!stopped) {
        throw e;
      }
    }
    RunResult after = RunResult.read(run, before.folder());
    if (!failure.isEmpty() && after.status() != Status.DIVERGED) {
      after = after.failed(failure);
    }
    results[index] = after;
    report(after);
  }

  private synchronized void report(RunResult result) {
    if (result.isDone()) {
      done++;
    }
    String what =
        switch (result.status()) {
          case FINISHED -> first(result) + ", " + Text.duration(result.seconds());
          case INTERRUPTED, MISSING -> "stopped; the same command goes on with it";
          case DIVERGED, FAILED -> result.status().word() + ": " + result.reason();
        };
    say("%s: %s  (%d of %d runs done)", result.run().title(), what, done, results.length);
  }

  private static String first(RunResult result) {
    return result.test().entrySet().stream()
        .map(e -> "test " + e.getKey() + " " + Text.number(e.getValue()))
        .findFirst()
        .orElse("finished");
  }

  private synchronized void say(String format, Object... values) {
    console.say(format, values);
  }
}
