package io.carillon.papers.compare;

import io.carillon.config.Nearest;
import io.carillon.report.console.UsageException;
import io.carillon.report.settings.Yaml;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The comparisons that come with the command, and files of the user. */
public final class Comparisons {
  private static final String FOLDER = "/comparisons/";

  private Comparisons() {}

  /** Names of the comparisons that come with the command, in the order in which they are listed. */
  public static List<String> names() {
    return resource("list.txt").lines().map(String::trim).filter(line -> !line.isEmpty()).toList();
  }

  /**
   * The comparison of that name, or in that file when the name ends in {@code .yaml} or {@code
   * .yml}.
   *
   * @throws UsageException for an unknown name, suggesting the nearest
   * @throws io.carillon.error.FormatException naming the key if the file is no comparison
   * @throws IOException if the file cannot be read
   */
  public static Comparison load(String name) throws IOException {
    if (name.endsWith(".yaml") || name.endsWith(".yml")) {
      Path file = Path.of(name);
      String own = file.getFileName().toString().replaceFirst("\\.ya?ml$", "");
      return new ComparisonReader(name).read(own, Yaml.read(Files.readString(file), name));
    }
    if (!names().contains(name)) {
      throw new UsageException(
          "there is no comparison '"
              + name
              + "'"
              + Nearest.hint(name, names())
              + "; 'carillon reproduce' lists them");
    }
    return new ComparisonReader("comparison " + name)
        .read(name, Yaml.read(resource(name + ".yaml"), name));
  }

  private static String resource(String file) {
    try (InputStream in = Comparisons.class.getResourceAsStream(FOLDER + file)) {
      if (in == null) {
        throw new IllegalStateException(
            "the program is incomplete: " + FOLDER + file + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
