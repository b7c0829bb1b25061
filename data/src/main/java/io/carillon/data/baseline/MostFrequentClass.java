package io.carillon.data.baseline;

import io.carillon.data.Splits;
import io.carillon.engine.Parallel;
import io.carillon.train.Dataset;
import io.carillon.train.Dataset.Target;
import io.carillon.train.Evaluator;
import java.util.Optional;

/** Always the class that is the most frequent one in the training part, of sequences or steps. */
record MostFrequentClass() implements Baseline {
  @Override
  public String title() {
    return "most frequent class";
  }

  @Override
  public boolean learns() {
    return false;
  }

  @Override
  public Optional<String> obstacle(Splits data) {
    return data.train().target().isClass()
        ? Optional.empty()
        : Optional.of("the targets are no classes");
  }

  @Override
  public Cost cost(Splits data, int known) {
    return Cost.NONE;
  }

  @Override
  public Evaluator.Answers fit(Dataset known, long seed, Parallel parallel) {
    int[] counts = new int[known.outputSize()];
    for (int i = 0; i < known.size(); i++) {
      int[] labels =
          known.target() == Target.CLASS ? new int[] {known.label(i)} : known.stepLabels(i);
      for (int label : labels) {
        if (label != Dataset.IGNORE) {
          counts[label]++;
        }
      }
    }
    int best = 0;
    for (int c = 1; c < counts.length; c++) {
      best = counts[c] > counts[best] ? c : best;
    }
    float[] scores = new float[counts.length];
    scores[best] = 1;
    return TrainingMean.everywhere(scores);
  }
}
