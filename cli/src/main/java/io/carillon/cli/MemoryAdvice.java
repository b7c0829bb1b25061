package io.carillon.cli;

import io.carillon.data.Option;
import io.carillon.engine.Heap;
import io.carillon.report.console.CommandFailure;
import io.carillon.report.console.Text;
import io.carillon.report.folder.DataSource;
import io.carillon.train.InsufficientMemoryException;
import io.carillon.train.InsufficientMemoryException.Remedy;
import java.nio.file.Path;
import java.util.List;
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
  static CommandFailure refused(InsufficientMemoryException e, DataSource source) {
    StringBuilder text = new StringBuilder();
    text.append("this training needs about ").append(Text.bytes(e.needed()));
    text.append(" of memory; Java may use ").append(Text.bytes(Heap.most()));
    text.append(", of which about ").append(Text.bytes(e.available()));
    text.append(" are free beside the data and the program. ");
    for (Remedy remedy : e.remedies()) {
      setting(remedy, source)
          .ifPresent(
              setting ->
                  text.append(setting)
                      .append(" would fit (")
                      .append(Text.bytes(remedy.bytes()))
                      .append("); or "));
    }
    if (e.remedies().isEmpty()) {
      text.append("No smaller batch, width or depth alone is enough; ");
    }
    text.append("give more with ").append(VARIABLE).append(e.option());
    return new CommandFailure(text.toString(), e);
  }

  private static Optional<String> setting(Remedy remedy, DataSource source) {
    return switch (remedy.size()) {
      case BATCH_SIZE -> Optional.of("--set train.batch_size=" + remedy.value());
      case WIDTH -> Optional.of("--set network.width=" + remedy.value());
      case DEPTH -> Optional.of("--set network.depth=" + remedy.value());
      case LENGTH ->
          known(source.options(), SHORTER).map(key -> "--set data." + key + "=" + remedy.value());
    };
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
