package io.carillon.papers.tasks;

import io.carillon.data.Options;
import io.carillon.data.generated.Generator;
import io.carillon.data.generated.Task;
import io.carillon.engine.SeededRandom;
import io.carillon.model.Meaning;
import io.carillon.train.Dataset;
import java.util.List;

/** Repeats a noise {@code delay} steps later: y[t] = x[t - delay], 0 before. */
final class DelayTask implements Generator {
  private final int length;
  private final int delay;

  private DelayTask(Options options) {
    length = options.integer("length", 2, 10_000_000);
    delay = options.integer("delay", 1, length - 1);
  }

  static Task task() {
    return Task.named("delay", DelayTask::new)
        .describe(
            "White noise (normal, deviation 1) must be put out again a fixed number of steps later;"
                + " always answering 0 gives an MSE of 1 - delay/length.")
        .length("512")
        .target("1 value per step", "MSE")
        .option("length", 512, "steps per sequence")
        .option("delay", 64, "steps between a value and its repetition")
        .sizes(2000, 200, 200);
  }

  @Override
  public Dataset draw(String name, int count, SeededRandom random) {
    float[][] inputs = new float[count][length];
    float[][] targets = new float[count][length];
    for (int i = 0; i < count; i++) {
      for (int t = 0; t < length; t++) {
        inputs[i][t] = (float) random.normal();
        targets[i][t] = t < delay ? 0f : inputs[i][t - delay];
      }
    }
    return Dataset.ofValues(1, inputs).name(name).stepTargets(1, targets).build();
  }

  @Override
  public Meaning.Builder describe(Meaning.Builder builder) {
    return builder
        .values(1, List.of("x"), null)
        .perStep(true)
        .quantities(1, List.of("delayed"), null);
  }
}
