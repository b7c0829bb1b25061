package io.carillon.cli;

import io.carillon.cli.run.OutputFile;
import io.carillon.cli.run.SampleFile;
import io.carillon.config.Nearest;
import io.carillon.data.generated.Task;
import io.carillon.model.Meaning;
import io.carillon.papers.tasks.ListOpsFiles;
import io.carillon.report.console.ExitCode;
import io.carillon.report.console.Text;
import io.carillon.report.console.UsageException;
import io.carillon.report.settings.Change;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes samples of a generated task. */
@Command(
    name = "generate",
    sortOptions = false,
    description = {
      "Write samples of a generated task to a file.",
      ".csv: one row per step, for tasks with numbers. .tsv: one line per sequence, for tasks with"
          + " tokens. .safetensors: x, y and lengths. .png: pictures, for pathfinder-segmentation: the"
          + " input and beside it the classes."
    })
final class GenerateCommand extends ConsoleCommand {
  /** Settings of a task that say how many samples a training gets. */
  private static final List<String> SIZES = List.of("train", "validation", "test");

  /** Settings of listops that the files of the Long Range Arena can have. */
  private static final List<String> LENGTHS = List.of("min-length", "max-length");

  @Parameters(index = "0", paramLabel = "TASK", description = "A task of 'carillon tasks'.")
  private String name;

  @Option(
      names = {"-n", "--count"},
      defaultValue = "10",
      paramLabel = "N",
      description = "Number of samples (default: ${DEFAULT-VALUE}).")
  private int count;

  @Option(
      names = "--seed",
      defaultValue = "0",
      paramLabel = "S",
      description = "The same seed gives the same samples (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = {"-o", "--out", "--output"},
      required = true,
      paramLabel = "FILE",
      description = "Where they go.")
  private Path out;

  @Option(
      names = "--lra",
      description =
          "Of listops: basic_train.tsv with N expressions, and basic_val.tsv and basic_test.tsv, as in"
              + " the Long Range Arena, into the folder FILE.")
  private boolean lra;

  @Mixin private SettingsOptions settings = new SettingsOptions();

  @Override
  public Integer call() throws IOException {
    Task task = DefaultPreset.task(name);
    if (count < 1) {
      throw new UsageException("--count is " + count + "; give at least 1");
    }
    if (lra) {
      return longRangeArena(task);
    }
    OutputFile.check(out);
    Map<String, String> options = options(task);
    SampleFile file =
        new SampleFile(
            out,
            task.sample(count, options, seed),
            names(task, options),
            task.pictureSide(options));
    file.write();
    console.say("%s of task %s in %s", Text.count(count, "sample", "samples"), name, out);
    if (!file.readWith().isEmpty()) {
      console.say("Train on it: carillon train --data %s %s", out, file.readWith());
    }
    return ExitCode.OK;
  }

  private int longRangeArena(Task task) {
    Map<String, String> options = options(task);
    if (!task.name().equals("listops") || !LENGTHS.containsAll(options.keySet())) {
      throw new UsageException(
          "--lra writes the task listops; it takes the settings " + String.join(", ", LENGTHS));
    }
    ListOpsFiles.write(out, count, number(options, 0), number(options, 1), seed);
    console.say("%s for training in %s", Text.count(count, "expression", "expressions"), out);
    console.say("Train on it: carillon train --data %s --preset lra-listops-small", out);
    return ExitCode.OK;
  }

  /** A length that is given, or 0 for the published one. */
  private static int number(Map<String, String> options, int i) {
    String value = options.getOrDefault(LENGTHS.get(i), "0");
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new UsageException(LENGTHS.get(i) + " is '" + value + "'; give a whole number", e);
    }
  }

  private Map<String, String> options(Task task) {
    List<String> known =
        task.options().stream()
            .map(io.carillon.data.Option::key)
            .filter(key -> !SIZES.contains(key))
            .toList();
    Map<String, String> options = new LinkedHashMap<>();
    for (Change change : settings.changes()) {
      String key = change.key().replaceFirst("^data\\.", "").replace('_', '-');
      if (!known.contains(key)) {
        throw new UsageException(
            "task " + name + " has no setting '" + change.key() + "'" + Nearest.hint(key, known));
      }
      options.put(key, change.value());
    }
    return options;
  }

  /** What the numbers of the task are called; one sample is enough to ask it. */
  private static Meaning names(Task task, Map<String, String> options) {
    Map<String, String> one = new LinkedHashMap<>(options);
    one.put("train", "1");
    one.put("validation", "0");
    one.put("test", "0");
    return task.splits(one, 0).meaning();
  }
}
