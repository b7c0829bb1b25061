package io.carillon.report.folder;

import io.carillon.model.SequenceModel;
import io.carillon.report.settings.Trees;
import io.carillon.train.EpochRecord;
import io.carillon.train.StepRecord;
import io.carillon.train.TrainConfig;
import io.carillon.train.TrainListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Keeps the best model so far in the folder of the run, from the first validation on, so that every
 * command works on a training that runs or was killed.
 */
public final class RunKeeper implements TrainListener {
  private final RunFolder folder;
  private final RunRecord record;
  private final Saving saving;

  /** The best model that could not be written yet, and its epoch; else null. */
  private SequenceModel waiting;

  private EpochRecord waitingEpoch;
  private long tried;

  /** When the state to resume from could not be written at the end for the first time, or 0. */
  private long failingSince;

  /** Keeps the models of a run in its folder. */
  public RunKeeper(RunFolder folder, RunRecord record, Saving saving) {
    this.folder = folder;
    this.record = record;
    this.saving = saving;
  }

  /** Settings that a run has from now on are those of its {@code run.yaml}. */
  @Override
  public void onResume(List<EpochRecord> epochs, long step) {
    try {
      Map<String, Object> settings = folder.readSettings();
      Map<String, Object> train = Trees.child(settings, "train");
      if (!TrainConfig.DEFAULT.with(train).equals(record.train())) {
        Trees.put(settings, "train", record.train().toMap());
        Trees.put(settings, "given.set", record.changes());
        folder.writeSettings(settings);
      }
    } catch (IOException e) {
      saving.later("the settings of the run", e);
    }
  }

  @Override
  public void onBest(EpochRecord epoch, Supplier<SequenceModel> model) {
    waiting = record.describe(model.get(), Reached.until(epoch), null);
    waitingEpoch = epoch;
    write();
  }

  /** A model that could not be written is tried again, but not in every step. */
  @Override
  public void onStep(StepRecord step) {
    if (waiting != null && System.nanoTime() - tried >= saving.retry().pause().toNanos()) {
      write();
    }
  }

  private void write() {
    tried = System.nanoTime();
    try {
      folder.saveBest(waitingEpoch.epoch(), waiting);
      waiting = null;
    } catch (IOException e) {
      if (saving.restored()) {
        write();
      } else {
        saving.later("the best model so far", e);
      }
    }
  }

  @Override
  public boolean onCheckpointFailure(Path path, IOException cause, boolean last) {
    if (saving.restored()) {
      return true;
    }
    String what = "the state to resume from";
    if (!last) {
      saving.later(what, cause);
      return false;
    }
    failingSince = failingSince == 0 ? System.nanoTime() : failingSince;
    return saving.waited(what, cause, failingSince);
  }
}
