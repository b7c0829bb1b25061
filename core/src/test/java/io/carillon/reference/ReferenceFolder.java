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
 * {@code shared/reference} beside the project or above it, else the copy in the test resources.
 */
final class ReferenceFolder {
  static final String PROPERTY = "carillon.reference";

  /** The families, each of which is read by at least one test. */
  static final List<String> FAMILIES =
      List.of(
          "01_s4d_kernel",
          "01_s4d_layer",
          "02_init",
          "02_s4_conv_block",
          "02_s4_diag",
          "03_dplr",
          "04_attention",
          "04_dlr_kernel",
          "04_dss_block",
          "04_dss_kernel",
          "04_sgconv",
          "05_dlr_seqmodel",
          "05_s4model",
          "06_listops",
          "06_pathfinder",
          "06_sequence1d");

  private ReferenceFolder() {}

  /**
   * The folder, or empty if there is none.
   *
   * @throws IllegalArgumentException if the property names something that is not a folder
   */
  static Optional<Path> locate() {
    // Other modules see the resources inside a jar, so they look beside themselves for the sources.
    return SharedFolder.find(PROPERTY, "shared/reference")
        .or(ReferenceFolder::inResources)
        .or(() -> SharedFolder.inParents("core/src/test/resources/reference"));
  }

  /** Names of the folders of families in a reference folder, sorted. */
  static List<String> families(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(Files::isDirectory)
          .map(file -> file.getFileName().toString())
          .sorted()
          .toList();
    }
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
