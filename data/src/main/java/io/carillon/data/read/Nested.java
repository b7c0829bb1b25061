package io.carillon.data.read;

import io.carillon.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Finds the folder of a data set, which archives put into one more folder. */
public final class Nested {
  private Nested() {}

  /** The folder itself or, when it does not match, the only sub-folder of it that does. */
  public static Optional<Path> find(Path folder, Predicate<Path> matches) {
    if (matches.test(folder)) {
      return Optional.of(folder);
    }
    List<Path> inside = folders(folder).stream().filter(matches).toList();
    return inside.size() == 1 ? Optional.of(inside.get(0)) : Optional.empty();
  }

  /** The sub-folders in ascending order. */
  public static List<Path> folders(Path folder) {
    return children(folder, Files::isDirectory);
  }

  /** The regular files of a folder in ascending order. */
  public static List<Path> files(Path folder) {
    return children(folder, Files::isRegularFile);
  }

  private static List<Path> children(Path folder, Predicate<Path> wanted) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(folder)) {
      return children.filter(wanted).sorted().toList();
    } catch (IOException e) {
      throw DataException.unreadable(folder, e);
    }
  }
}
