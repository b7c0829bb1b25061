package io.carillon.data;

import io.carillon.model.Meaning;
import io.carillon.train.Dataset;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads one kind of file. */
public interface Loader {

  /**
   * Data divided for training.
   *
   * @param path file or folder
   * @param options settings of this kind
   * @param seed of every random division
   * @param fitted meaning of an existing model to be used as it is; when absent it is found from
   *     the training part
   */
  Splits splits(Path path, Options options, long seed, Optional<Meaning> fitted);

  /** All labelled sequences as one set, prepared for an existing model. */
  Dataset labelled(Path path, Options options, Meaning fitted);

  /** All sequences without their targets, prepared for an existing model. */
  Inputs inputs(Path path, Options options, Meaning fitted);

  /**
   * Whether and how {@link #stream} can read a file that need not fit into memory.
   *
   * @return its size; empty if the kind of file can only be read as a whole
   */
  default Optional<InputSize> size(Path path, Options options, Meaning fitted) {
    return Optional.empty();
  }

  /**
   * Hands on all sequences without their targets, prepared for an existing model.
   *
   * @return what was changed on the way, for the user to read
   */
  default List<String> stream(Path path, Options options, Meaning fitted, InputSink sink) {
    throw new UnsupportedOperationException("this kind of file is read as a whole");
  }
}
