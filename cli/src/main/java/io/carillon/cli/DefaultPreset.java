package io.carillon.cli;

import io.carillon.cli.settings.Presets;
import io.carillon.data.DataException;
import io.carillon.data.generated.Task;
import io.carillon.data.generated.Tasks;
import io.carillon.report.console.UsageException;
import io.carillon.train.Dataset;
import java.util.stream.Stream;

/** Which preset is used when none is given. */
final class DefaultPreset {
  /** Training steps of time, over all sequences, up to which data are small. */
  private static final long SMALL = 100_000;

  private DefaultPreset() {}

  /**
   * The preset of a generated task: the one of its name, else the one for short sequences of it,
   * else the one for anything small.
   */
  static String forTask(String task) {
    return Stream.of(task, task + "-small")
        .filter(Presets.names()::contains)
        .findFirst()
        .orElse("small");
  }

  /** A preset that fits the amount of data. */
  static String forData(Dataset train) {
    long steps = 0;
    for (int i = 0; i < train.size(); i++) {
      steps += train.length(i);
    }
    return steps < SMALL ? "small" : "s4d";
  }

  /**
   * The task of that name.
   *
   * @throws UsageException if there is none
   */
  static Task task(String name) {
    try {
      return Tasks.get(name);
    } catch (DataException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }
}
