package io.carillon.cli;

import io.carillon.cli.run.MetricsLog;
import io.carillon.cli.show.MetricsTable;
import io.carillon.cli.show.ProgressBars;
import io.carillon.cli.show.ProgressLines;
import io.carillon.data.Splits;
import io.carillon.data.baseline.Baselines;
import io.carillon.model.SequenceModel;
import io.carillon.report.console.CommandFailure;
import io.carillon.report.console.Console;
import io.carillon.report.console.Errors;
import io.carillon.report.console.ExitCode;
import io.carillon.report.console.StopRequest;
import io.carillon.report.folder.BaselineScores;
import io.carillon.report.folder.Reached;
import io.carillon.report.folder.Retry;
import io.carillon.report.folder.RunFolder;
import io.carillon.report.folder.RunKeeper;
import io.carillon.report.folder.RunRecord;
import io.carillon.report.folder.Saving;
import io.carillon.report.folder.Verdict;
import io.carillon.report.folder.WithoutLearning;
import io.carillon.report.run.RunReport;
import io.carillon.train.Calibration;
import io.carillon.train.Dataset;
import io.carillon.train.DisagreementException;
import io.carillon.train.Evaluation;
import io.carillon.train.Evaluator;
import io.carillon.train.TrainListener;
import io.carillon.train.TrainResult;
import io.carillon.train.Trainer;
import io.carillon.train.TrainingDivergedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A training from its first line to its last, with everything around it. */
final class TrainingSession {
  /** Seconds that a baseline may take at the end of a training. */
  private static final double QUICK = 5;

  private final Console console;
  private final boolean quiet;
  private final RunFolder folder;
  private final RunRecord record;
  private final TrainListener also;
  private final Saving saving;
  private final MetricsLog metrics;
  private boolean withBaselines;

  TrainingSession(Console console, boolean quiet, RunFolder folder, RunRecord record) {
    this(console, quiet, folder, record, TrainListener.NONE, Retry.ofProperties());
  }

  /**
   * A session with one more listener.
   *
   * @param retry how patiently it tries to write what cannot be written
   */
  TrainingSession(
      Console console,
      boolean quiet,
      RunFolder folder,
      RunRecord record,
      TrainListener also,
      Retry retry) {
    this.console = console;
    this.quiet = quiet;
    this.folder = folder;
    this.record = record;
    this.also = also;
    this.saving = new Saving(console, folder, record.settings(), retry);
    this.metrics = new MetricsLog(folder.metrics(), saving);
  }

  /** Measures at the end the baselines that take a few seconds: not for each run of a grid. */
  TrainingSession withBaselines() {
    withBaselines = true;
    return this;
  }

  /** Trains, saves, evaluates, and returns the exit code. */
  int run(Trainer trainer) {
    trainer.withResumeFolder(folder.path());
    try (StopRequest request = StopRequest.watch(trainer::requestStop)) {
      return ended(fit(trainer), request);
    } catch (TrainingDivergedException e) {
      report(save(e.result(), null), null);
      throw new CommandFailure(
          e.getMessage() + System.lineSeparator() + "The last good model is in " + folder.path(),
          e);
    }
  }

  /** The run is kept whole when the model disagrees with itself, but has failed. */
  private int ended(Fitted fitted, StopRequest request) {
    saving.insist("the record of the metrics", metrics::write);
    int code;
    if (fitted.result.stopped() || request.requested()) {
      save(fitted.result, null);
      code = stopped(fitted.result);
    } else {
      request.nothingToLose(
          () ->
              console.say(
                  "Stopped after the last step, before the model was measured; go on with:"
                      + " carillon train --resume %s",
                  folder.path()));
      code = completed(fitted.result);
    }
    if (fitted.disagreement != null) {
      throw new CommandFailure(
          fitted.disagreement.getMessage()
              + System.lineSeparator()
              + "The model is in "
              + folder.path()
              + ", to look into; see: carillon verify "
              + folder.path(),
          fitted.disagreement);
    }
    return code;
  }

  /** What training gave, and the complaint about it, or null. */
  private record Fitted(TrainResult result, DisagreementException disagreement) {}

  private Fitted fit(Trainer trainer) {
    int epochs = record.train().epochs();
    List<TrainListener> listeners = new ArrayList<>();
    listeners.add(new RunKeeper(folder, record, saving));
    listeners.add(new TrainSummary(console, quiet, folder, record));
    listeners.add(metrics);
    try (ProgressBars bars = new ProgressBars(console, epochs)) {
      if (!quiet) {
        listeners.add(console.terminal() ? bars : new ProgressLines(console, epochs));
      }
      listeners.add(also);
      Dataset validation = record.splits().validation();
      TrainResult result =
          trainer.fit(
              record.splits().train(),
              validation.size() == 0 ? null : validation,
              TrainListener.all(listeners));
      return new Fitted(result, null);
    } catch (DisagreementException e) {
      return new Fitted(e.result(), e);
    }
  }

  /** Writes the report. The run is good without it, so that a failure is only said. */
  private void report(SequenceModel model, Evaluation test) {
    try {
      RunReport.ended(folder, onThreads(model), record.splits(), test).write(folder.report());
    } catch (IOException | RuntimeException e) {
      console.warn("the report cannot be written: %s", Errors.message(e));
    }
  }

  /** The trained model, measured on as many threads as it was trained on. */
  private SequenceModel onThreads(SequenceModel model) {
    return model.withComputing(record.train().computing(model.computing()));
  }

  /** Saves the model and returns it as it was saved. */
  private SequenceModel save(TrainResult result, Evaluation test) {
    return save(record.describe(result.model(), Reached.at(result), test));
  }

  private SequenceModel save(SequenceModel model) {
    saving.insist(
        "the model",
        () -> {
          model.save(folder.path());
          folder.dropBest();
        });
    return model;
  }

  private int stopped(TrainResult result) {
    console.say(
        "Stopped after step %d. The %s is in %s; its report: carillon report %s; go on with:"
            + " carillon train --resume %s",
        result.steps(),
        result.best() != null && result.best().validated()
            ? "best model (epoch " + result.best().epoch() + ")"
            : "model",
        folder.path(),
        folder.path(),
        folder.path());
    return ExitCode.INTERRUPTED;
  }

  private int completed(TrainResult result) {
    MetricsTable table = new MetricsTable();
    SequenceModel model = onThreads(result.model());
    Evaluation validated = add(table, "validation", model, record.splits().validation());
    Evaluation test = add(table, "test", model, record.splits().test());
    SequenceModel saved =
        save(withInterval(record.describe(result.model(), Reached.at(result), test)));
    String beside = baselines(test, model.computing().threads());
    report(saved, test);
    String judged = test == null ? "validation" : "test";
    Verdict verdict = verdict(validated, test);
    if (!quiet) {
      console.say("");
      console.say("%s", end(result));
    }
    table.print(console);
    say(verdict, judged);
    if (!quiet) {
      if (beside != null) {
        console.say("Beside the quick ones of 'carillon baselines': %s", beside);
      }
      nextSteps(result.model());
    }
    return ExitCode.OK;
  }

  /**
   * With the intervals that are asked for. A model is good without them: a failure is only said.
   */
  private SequenceModel withInterval(SequenceModel model) {
    double coverage = model.meaning().wantedCoverage();
    Dataset validation = record.splits().validation();
    if (coverage == 0) {
      return model;
    }
    try {
      return model.withMeaning(
          model.meaning().withInterval(Calibration.of(onThreads(model), validation, coverage)));
    } catch (IllegalArgumentException e) {
      console.warn("the model has no intervals: %s", Errors.message(e));
      return model;
    }
  }

  /**
   * Measures the baselines that take a few seconds with all there is to learn from, and keeps them
   * for the report; generated data have none, because nobody knows how long drawing takes. The run
   * is good without them, so that a failure is only said.
   *
   * @return who wins; null if nothing was measured
   */
  private String baselines(Evaluation test, int threads) {
    Splits splits = record.splits();
    if (!withBaselines || test == null || splits.train().isGenerated()) {
      return null;
    }
    Baselines.Bounds bounds = Baselines.Bounds.ofSeconds(QUICK).fromAll();
    long seed = record.train().seed();
    try {
      BaselineScores scores =
          BaselineScores.of(
              splits, seed, Baselines.measure(splits, bounds, seed, threads, plan -> {}));
      scores.write(folder);
      return scores.winner(test.metrics().get(scores.metric()));
    } catch (IOException | RuntimeException e) {
      console.warn("the baselines cannot be measured: %s", Errors.message(e));
      return null;
    }
  }

  /** The test part is judged, the validation part when there is none; null without both. */
  private Verdict verdict(Evaluation validation, Evaluation test) {
    if (test != null) {
      WithoutLearning.Scores scores = WithoutLearning.scores(record.splits());
      return Verdict.of(test, record.splits().test().size(), scores);
    }
    return validation == null
        ? null
        : Verdict.of(validation, record.splits().validation().size(), WithoutLearning.Scores.NONE);
  }

  private void say(Verdict verdict, String part) {
    if (verdict == null) {
      return;
    }
    if (!quiet) {
      console.say("Reached on the %s part: %s", part, verdict.inWords());
      WithoutLearning.others(record.splits()).ifPresent(line -> console.say("%s", line));
    }
    if (!verdict.better()) {
      console.warn(
          "the model in %s is NO BETTER THAN GUESSING on the %s part: %s. Train for longer"
              + " (train.epochs is %d), then try another train.learning_rate or a larger network",
          folder.path(), part, verdict.inWords(), record.train().epochs());
    }
  }

  private static Evaluation add(
      MetricsTable table, String split, SequenceModel model, Dataset data) {
    if (data.size() == 0) {
      return null;
    }
    Evaluation evaluation = Evaluator.evaluate(model, data);
    table.add(split, data.size(), evaluation);
    return evaluation;
  }

  private String end(TrainResult result) {
    String best =
        result.best().validated()
            ? "the best model by validation is of epoch " + result.best().epoch()
            : "the model is that of the last epoch";
    return result.end() == TrainResult.End.EARLY
        ? "No improvement any more, ended after epoch "
            + result.history().size()
            + "; "
            + best
            + "."
        : "Done; " + best + ".";
  }

  private void nextSteps(SequenceModel model) {
    String path = folder.path().toString();
    console.say("");
    console.say("The model is in %s, its report in %s. Next:", path, folder.report());
    console.say("  carillon evaluate %s", path);
    console.say("  carillon predict %s --input FILE --output answers.csv", path);
    if (model.streamingObstacle().isEmpty()) {
      console.say("  carillon stream %s", path);
    }
    console.say("  carillon verify %s", path);
    console.say("  carillon describe %s", path);
    model
        .streamingObstacle()
        .ifPresent(reason -> console.say("It answers for whole sequences only: %s", reason));
  }
}
