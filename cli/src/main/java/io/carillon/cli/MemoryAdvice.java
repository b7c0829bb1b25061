package io.carillon.cli;

import io.carillon.data.DataException;
import io.carillon.data.Option;
import io.carillon.data.generated.Tasks;
import io.carillon.engine.Heap;
import io.carillon.report.console.CommandFailure;
import io.carillon.report.console.Text;
import io.carillon.report.folder.DataSource;
import io.carillon.report.folder.RunData;
import io.carillon.train.InsufficientMemoryException;
import io.carillon.train.InsufficientMemoryException.Remedy;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is said when the memory of the Java machine does not suffice, with the names that settings
 * have on the command line.
 */
final class MemoryAdvice {
  /** How the program is given more. */
  private static final String VARIABLE = "CARILLON_OPTS=";

  /** Settings of data of which less is read, the most direct first. */
  private static final List<String> LESS_DATA =
      List.of("limit", "per-class", "train-limit", "train", "test-limit", "max-length");

  /** Settings of data that say how long sequences are. */
  private static final List<String> SHORTER =
      List.of("max-length", "history", "length", "tokens", "chars");

  private MemoryAdvice() {}

  /** A training that was refused before it began. */
  static CommandFailure refused(InsufficientMemoryException e, RunData data) {
    StringBuilder text = new StringBuilder();
    text.append("this training needs about ").append(Text.bytes(e.needed()));
    text.append(" of memory; Java may use ").append(Text.bytes(Heap.most()));
    text.append(", of which about ").append(Text.bytes(e.available()));
    text.append(" are free beside the data and the program. ");
    boolean advised = false;
    for (Remedy remedy : e.remedies()) {
      Optional<String> setting = setting(remedy, data);
      if (setting.isPresent()) {
        text.append(setting.get()).append(" would fit (");
        text.append(Text.bytes(remedy.bytes())).append("); or ");
        advised = true;
      }
    }
    if (!advised) {
      text.append("No smaller batch, width or depth alone is enough; ");
    }
    text.append("give more with ").append(VARIABLE).append(e.option());
    return new CommandFailure(text.toString(), e);
  }

  private static Optional<String> setting(Remedy remedy, RunData data) {
    return switch (remedy.size()) {
      case SHARD_SIZE -> Optional.of("--set train.shard_size=" + remedy.value());
      case BATCH_SIZE -> Optional.of("--set train.batch_size=" + remedy.value());
      case WIDTH -> Optional.of("--set network.width=" + remedy.value());
      case DEPTH -> Optional.of("--set network.depth=" + remedy.value());
      case LENGTH -> ofLength(data, remedy.value());
    };
  }

  /**
   * The setting with which no sequence has more steps.
   *
   * @return empty if the data have none, or do not take what it would have to be
   */
  static Optional<String> ofLength(RunData data, int steps) {
    return known(data.source().options(), SHORTER)
        .flatMap(
            key -> {
              int value = data.source().task() == null ? steps : ofTask(data, key, steps);
              return value == 0 ? Optional.empty() : Optional.of("--set data." + key + "=" + value);
            });
  }

  /** A task may have more steps than its setting says, and refuse small ones; 0 if it does. */
  private static int ofTask(RunData data, String key, int steps) {
    Map<String, String> options = new HashMap<>(data.options());
    int value = steps;
    while (value > 0) {
      options.put(key, Integer.toString(value));
      int longest;
      try {
        longest = Tasks.get(data.source().task()).sample(1, options, data.seed()).maxLength();
      } catch (DataException e) {
        return 0;
      }
      if (longest <= steps) {
        return value;
      }
      value = Math.min(value - 1, (int) ((long) value * steps / longest));
    }
    return 0;
  }

  /** Data that could not be held while they were read. */
  static CommandFailure tooMuchData(DataSource source, OutOfMemoryError e) {
    String less =
        known(source.options(), LESS_DATA)
            .map(key -> "Use less of them with --set data." + key + "=…, or give")
            .orElse("Use less of them, or give");
    return new CommandFailure(
        source.title()
            + ": the data do not fit into memory, Java may use "
            + Text.bytes(Heap.most())
            + ". "
            + less
            + " more with "
            + VARIABLE
            + "-Xmx…",
        e);
  }

  /** Sequences to answer for that are too much for the model in the memory there is. */
  static CommandFailure tooMuchInput(Path file, String why, OutOfMemoryError e) {
    return new CommandFailure(
        file
            + ": answering for it takes more memory than the "
            + Text.bytes(Heap.most())
            + " that Java may use"
            + why
            + ". Cut the file into parts, or give more with "
            + VARIABLE
            + "-Xmx…",
        e);
  }

  private static Optional<String> known(List<Option> options, List<String> wanted) {
    return wanted.stream()
        .filter(key -> options.stream().anyMatch(option -> option.key().equals(key)))
        .findFirst();
  }
}
