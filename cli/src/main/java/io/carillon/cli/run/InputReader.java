package io.carillon.cli.run;

import io.carillon.config.Nearest;
import io.carillon.data.DataFormat;
import io.carillon.data.InputSink;
import io.carillon.data.InputSize;
import io.carillon.data.Inputs;
import io.carillon.data.Loaders;
import io.carillon.data.Option;
import io.carillon.data.tensors.TensorInputs;
import io.carillon.model.Meaning;
import io.carillon.model.SequenceModel;
import io.carillon.report.console.CommandFailure;
import io.carillon.report.console.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads what is to be predicted for. */
public final class InputReader {
  /** Ending of the files that hold tensors. */
  public static final String TENSORS = ".safetensors";

  private final SequenceModel model;
  private final Meaning meaning;
  private final boolean raw;

  /**
   * For a model.
   *
   * @param raw whether the numbers are already what the network takes, so that they are not scaled;
   *     only tensors can be
   */
  public InputReader(SequenceModel model, boolean raw) {
    this.model = model;
    this.meaning = model.meaning();
    this.raw = raw;
  }

  /**
   * Reads a file: tensors, or any kind of data without targets.
   *
   * @param options how to read it, where that differs from the training
   */
  public Inputs read(Path file, Map<String, String> options) throws IOException {
    if (!isTensors(file, options)) {
      return Loaders.inputs(file, meaning, changes(file, options));
    }
    return TensorInputs.read(file, model, raw ? meaning.unscaled() : meaning);
  }

  /** How much {@link #read} would have to hold; empty for what {@link #stream} cannot read. */
  public Optional<InputSize> size(Path file, Map<String, String> options) {
    return isTensors(file, options)
        ? Optional.empty()
        : Loaders.size(file, meaning, changes(file, options));
  }

  /**
   * Hands on what {@link #read} reads as it comes.
   *
   * @return notes for the user
   */
  public List<String> stream(Path file, Map<String, String> options, InputSink sink) {
    return Loaders.stream(file, meaning, changes(file, options), sink);
  }

  private boolean isTensors(Path file, Map<String, String> options) {
    if (!Files.exists(file)) {
      throw new CommandFailure(file + ": there is no such file");
    }
    boolean tensors = file.toString().endsWith(TENSORS);
    if (tensors && !options.isEmpty()) {
      throw new UsageException("a .safetensors file has no settings, but --set is given");
    }
    if (!tensors && raw) {
      throw new UsageException("--raw is for .safetensors inputs only");
    }
    return tensors;
  }

  /** Settings by their plain names, all of which the kind of file has. */
  private Map<String, String> changes(Path file, Map<String, String> options) {
    if (options.isEmpty()) {
      return options;
    }
    DataFormat kind = Loaders.inputFormat(file, meaning);
    List<String> known = kind.options().stream().map(Option::key).toList();
    Map<String, String> changes = new LinkedHashMap<>();
    options.forEach(
        (key, value) -> {
          String plain = key.replaceFirst("^data\\.", "");
          if (!known.contains(plain)) {
            throw new UsageException(
                kind.kind() + " data have no setting '" + key + "'" + Nearest.hint(plain, known));
          }
          changes.put(plain, value);
        });
    return changes;
  }
}
