package io.carillon.reference;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where the reference cases are: the folder of the system property {@code carillon.reference}, else
 * {@code ../shared/reference} next to the project or one of its parents, else the copy in the test
 * resources.
 */
public final class ReferenceFolder {
  private static final String PROPERTY = "carillon.reference";

  private ReferenceFolder() {}

  /**
   * The folder, or empty if there is none.
   *
   * @throws IllegalArgumentException if the property names something that is not a folder
   */
  public static Optional<Path> locate() {
    String property = System.getProperty(PROPERTY);
    if (property != null && !property.isBlank()) {
      Path folder = Path.of(property);
      if (!Files.isDirectory(folder)) {
        throw new IllegalArgumentException(
            "-D" + PROPERTY + "=" + property + " is not a folder; give the folder of the families");
      }
      return Optional.of(folder);
    }
    // Other modules see the resources inside a jar, so they look beside themselves for the sources.
    return inParents("shared/reference")
        .or(ReferenceFolder::inResources)
        .or(() -> inParents("core/src/test/resources/reference"));
  }

  /** The folder of one family, or empty if it is absent. */
  public static Optional<Path> family(String name) {
    return locate().map(folder -> folder.resolve(name)).filter(Files::isDirectory);
  }

  /** One case, or empty if it is absent. */
  public static Optional<ReferenceCase> find(String family, String name) throws IOException {
    Optional<Path> json =
        family(family).map(folder -> folder.resolve(name + ".json")).filter(Files::exists);
    return json.isPresent() ? Optional.of(ReferenceCase.read(json.get())) : Optional.empty();
  }

  /** The descriptions (JSON) of the cases of a family folder, sorted by name. */
  static List<Path> descriptions(Path family) throws IOException {
    try (Stream<Path> files = Files.list(family)) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }

  private static Optional<Path> inParents(String folder) {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path candidate = at.resolve(folder);
      if (Files.isDirectory(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  private static Optional<Path> inResources() {
    URL url = ReferenceFolder.class.getResource("/reference");
    if (url == null || !url.getProtocol().equals("file")) {
      return Optional.empty();
    }
    try {
      return Optional.of(Path.of(url.toURI()));
    } catch (URISyntaxException e) {
      throw new IllegalStateException("cannot read the folder " + url, e);
    }
  }
}
