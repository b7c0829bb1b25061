package io.carillon.cli.run;

import io.carillon.train.EpochRecord;
import io.carillon.train.StepRecord;
import io.carillon.train.TrainListener;
import io.carillon.train.TrainPlan;
import java.util.List;

/** Several listeners told one after the other. */
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
}
