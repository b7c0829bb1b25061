package io.carillon.data;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Finds real data and reference numbers, which are not part of the project. */
final class SharedFolder {
  private SharedFolder() {}

  /** A file or folder among the real data; the test is skipped when it is not there. */
  static Path data(String name) {
    return require("carillon.data", "data", name);
  }

  /** A file or folder among the reference cases; the test is skipped when it is not there. */
  static Path reference(String name) {
    return require("carillon.reference", "reference", name);
  }

  private static Path require(String property, String folder, String name) {
    Path found = null;
    String given = System.getProperty(property);
    if (given != null) {
      found = Path.of(given).resolve(name);
    }
    Path at = Path.of("").toAbsolutePath();
    for (; found == null && at.getParent() != null; at = at.getParent()) {
      Path candidate = at.getParent().resolve("shared").resolve(folder).resolve(name);
      found = Files.exists(candidate) ? candidate : null;
    }
    Assumptions.assumeTrue(
        found != null && Files.exists(found),
        "no " + folder + "/" + name + ": set -D" + property + "=FOLDER to run this test");
    return found;
  }
}
