package io.carillon.papers.tasks;

import io.carillon.data.Options;
import io.carillon.data.generated.Generator;
import io.carillon.data.generated.Task;
import io.carillon.engine.SeededRandom;
import io.carillon.model.Meaning;
import io.carillon.train.Dataset;
import java.util.List;

/**
 * The adding problem (Hochreiter and Schmidhuber 1997): of a sequence of numbers, evenly from [0,
 * 1), two are marked, one in either half; their sum is the answer.
 */
final class AddingTask implements Generator {
  private final int length;

  private AddingTask(Options options) {
    length = options.integer("length", 2, 10_000_000);
  }

  static Task task() {
    return Task.named("adding", AddingTask::new)
        .describe(
            "Two numbers of a long sequence are marked, one in either half; their sum is asked for."
                + " Always answering 1 gives an MSE of 1/6.")
        .length("400")
        .target("1 value", "MSE")
        .source("Hochreiter and Schmidhuber 1997; generated, no licence needed")
        .option("length", 400, "steps per sequence")
        .sizes(5000, 500, 500);
  }

  @Override
  public Dataset draw(String name, int count, SeededRandom random) {
    float[][] inputs = new float[count][2 * length];
    float[][] targets = new float[count][1];
    int half = length / 2;
    for (int i = 0; i < count; i++) {
      for (int t = 0; t < length; t++) {
        inputs[i][2 * t] = (float) random.uniform();
      }
      int first = random.nextInt(half);
      int second = half + random.nextInt(length - half);
      inputs[i][2 * first + 1] = 1f;
      inputs[i][2 * second + 1] = 1f;
      targets[i][0] = inputs[i][2 * first] + inputs[i][2 * second];
    }
    return Dataset.ofValues(2, inputs).name(name).targets(1, targets).build();
  }

  @Override
  public Meaning.Builder describe(Meaning.Builder builder) {
    return builder.values(2, List.of("number", "marker"), null).quantities(1, List.of("sum"), null);
  }
}
