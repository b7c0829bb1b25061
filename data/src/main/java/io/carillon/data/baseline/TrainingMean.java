package io.carillon.data.baseline;

import io.carillon.data.ScalingFit;
import io.carillon.data.Splits;
import io.carillon.engine.Parallel;
import io.carillon.train.Dataset;
import io.carillon.train.Evaluator;
import java.util.Arrays;
import java.util.Optional;

/** Always the mean of the training targets. */
record TrainingMean() implements Baseline {
  @Override
  public String title() {
    return "training mean";
  }

  @Override
  public boolean learns() {
    return false;
  }

  @Override
  public Optional<String> obstacle(Splits data) {
    return data.train().target().isClass()
        ? Optional.of("the targets are no numbers")
        : Optional.empty();
  }

  @Override
  public Cost cost(Splits data, int known) {
    return Cost.NONE;
  }

  @Override
  public Evaluator.Answers fit(Dataset known, long seed, Parallel parallel) {
    ScalingFit statistics = new ScalingFit(known.outputSize());
    for (int i = 0; i < known.size(); i++) {
      statistics.addAll(known.targetValues(i));
    }
    double[] mean = statistics.scaling().mean();
    float[] answer = new float[mean.length];
    for (int k = 0; k < answer.length; k++) {
      answer[k] = (float) mean[k];
    }
    return everywhere(answer);
  }

  /** The same answer to every sequence, or to every one of its steps that has a target. */
  static Evaluator.Answers everywhere(float[] answer) {
    return (data, i) -> {
      if (!data.target().perStep()) {
        return answer;
      }
      int steps = data.lastSteps() > 0 ? data.lastSteps() : data.length(i);
      float[] all = Arrays.copyOf(answer, steps * answer.length);
      for (int k = answer.length; k < all.length; k++) {
        all[k] = all[k - answer.length];
      }
      return all;
    };
  }
}
