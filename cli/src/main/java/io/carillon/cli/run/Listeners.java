package io.carillon.cli.run;

import io.carillon.model.SequenceModel;
import io.carillon.train.EpochRecord;
import io.carillon.train.StepRecord;
import io.carillon.train.TrainListener;
import io.carillon.train.TrainPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** Several listeners told one after the other; at least one. */
public record Listeners(List<TrainListener> all) implements TrainListener {

  /** Keeps their order. */
  public Listeners {
    all = List.copyOf(all);
  }

  @Override
  public void onStart(TrainPlan plan) {
    all.forEach(listener -> listener.onStart(plan));
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
  public void onResume(List<EpochRecord> epochs, long step) {
    all.forEach(listener -> listener.onResume(epochs, step));
  }

  @Override
  public void onBest(EpochRecord record, Supplier<SequenceModel> model) {
    all.forEach(listener -> listener.onBest(record, model));
  }

  /** The first listener answers. */
  @Override
  public boolean onCheckpointFailure(Path folder, IOException cause, boolean last) {
    return all.get(0).onCheckpointFailure(folder, cause, last);
  }
}
