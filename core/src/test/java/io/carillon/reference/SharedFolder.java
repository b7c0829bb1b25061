package io.carillon.reference;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/**
 * Finds the folders that are shared by several checkouts and are no part of the project: the one
 * that a system property names, else {@code shared/…} beside the project or above it.
 */
public final class SharedFolder {
  private static final String DATA = "carillon.data";

  private SharedFolder() {}

  /** A file or folder among the real data sets; where it is absent the test is skipped. */
  public static Path data(String name) {
    Optional<Path> found = find(DATA, "shared/data").map(folder -> folder.resolve(name));
    if (found.isEmpty() || !Files.exists(found.get())) {
      skip("data %s: not found in %s", name, found.map(Path::getParent), DATA);
    }
    return found.orElseThrow();
  }

  /**
   * The folder of a property, else the one of that name beside the project or above it, else empty.
   *
   * @throws IllegalArgumentException if the property names something that is not a folder
   */
  static Optional<Path> find(String property, String folder) {
    UsesShared.Watch.requireMark();
    String given = System.getProperty(property);
    if (given == null || given.isBlank()) {
      return inParents(folder);
    }
    if (!Files.isDirectory(Path.of(given))) {
      throw new IllegalArgumentException("-D" + property + "=" + given + " is not a folder");
    }
    return Optional.of(Path.of(given));
  }

  /** Skips the test, and says so on the console: JUnit's own reason ends in a file. */
  static void skip(String format, String name, Optional<Path> folder, String property) {
    String reason =
        String.format(
            format + " (put shared/ beside the project or set -D%s=FOLDER)",
            name,
            folder.map(Path::toString).orElse("any shared folder"),
            property);
    System.out.println("skipped " + reason);
    Assumptions.abort(reason);
  }

  static Optional<Path> inParents(String folder) {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path candidate = at.resolve(folder);
      if (Files.isDirectory(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }
}
