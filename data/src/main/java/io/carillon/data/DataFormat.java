package io.carillon.data;

import io.carillon.model.Meaning;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A kind of data that can be read: its name, its settings, how it is recognised, how it is read.
 *
 * <p>Formats are found as services ({@link java.util.ServiceLoader}), so that other modules can add
 * theirs: a class and its name in {@code META-INF/services/io.carillon.data.DataFormat} (and among
 * what the module provides, where it is one) are all that a new format takes. Lists, help, errors,
 * training, evaluation and prediction ask the formats that are found.
 */
public interface DataFormat extends Loader {

  /**
   * How data of a kind are listed and found.
   *
   * @param kind name as kept in {@link Meaning#kind()}
   * @param description what such data look like on disk
   * @param options the settings with their defaults
   * @param place in lists for people, ascending
   * @param precedence when the kind is asked whether a path is of it, ascending: what looks at the
   *     names of official files comes before what looks at endings alone
   */
  record About(String kind, String description, List<Option> options, int place, int precedence) {

    /** Listed after the kinds of the project, and asked after those that look at names of files. */
    public About(String kind, String description, List<Option> options) {
      this(kind, description, options, 1000, 100);
    }
  }

  /** How it is listed and found. */
  About about();

  /** {@link About#kind}. */
  default String kind() {
    return about().kind();
  }

  /** {@link About#description}. */
  default String description() {
    return about().description();
  }

  /** {@link About#options}. */
  default List<Option> options() {
    return about().options();
  }

  /**
   * Whether a file is of this kind, by its name.
   *
   * @param ending what follows the last dot of its name, in lower case
   */
  boolean readsFile(Path file, String ending);

  /** Whether a folder, which is not empty, is of this kind. */
  default boolean readsFolder(Path folder) {
    return false;
  }

  /** Whether sequences are tokens, not numbers. */
  default boolean isTokens() {
    return false;
  }

  /** Whether a folder holds a test part beside the others, which cannot be read as one set. */
  default boolean hasTestPart() {
    return false;
  }

  /** Whether a file that is of no kind as data for training is an input of this kind. */
  default boolean readsInput(Path file) {
    return false;
  }

  /** Whether a model of this kind takes every folder as a folder of such inputs. */
  default boolean takesAnyFolder() {
    return false;
  }

  /** Name of another kind whose files are inputs for a model of this kind. */
  default Optional<String> alsoTakes() {
    return Optional.empty();
  }

  /** Whether inputs and model must both be of this kind: what a token is differs from others. */
  default boolean isOnlyForItself() {
    return false;
  }
}
