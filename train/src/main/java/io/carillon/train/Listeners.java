package io.carillon.train;

import io.carillon.model.SequenceModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** Several listeners told one after the other; at least one. */
record Listeners(List<TrainListener> all) implements TrainListener {

  Listeners {
    FitChecks.require(!all.isEmpty(), "there is no listener; give one, e.g. TrainListener.NONE");
  }

  @Override
  public void onStart(TrainPlan plan) {
    all.forEach(listener -> listener.onStart(plan));
  }

  @Override
  public void onResume(List<EpochRecord> epochs, long step) {
    all.forEach(listener -> listener.onResume(epochs, step));
  }

  @Override
  public void onStep(StepRecord record) {
    all.forEach(listener -> listener.onStep(record));
  }

  @Override
  public void onValidation(int epoch) {
    all.forEach(listener -> listener.onValidation(epoch));
  }

  @Override
  public void onEpoch(EpochRecord record) {
    all.forEach(listener -> listener.onEpoch(record));
  }

  @Override
  public void onBest(EpochRecord record, Supplier<SequenceModel> model) {
    all.forEach(listener -> listener.onBest(record, model));
  }

  @Override
  public void onCheckpoint(Path folder, long step) {
    all.forEach(listener -> listener.onCheckpoint(folder, step));
  }

  @Override
  public void onEnd(TrainResult result) {
    all.forEach(listener -> listener.onEnd(result));
  }

  @Override
  public boolean onCheckpointFailure(Path folder, IOException cause, boolean last) {
    return all.get(0).onCheckpointFailure(folder, cause, last);
  }
}
