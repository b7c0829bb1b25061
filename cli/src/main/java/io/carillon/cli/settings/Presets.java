package io.carillon.cli.settings;

import io.carillon.config.Nearest;
import io.carillon.error.FormatException;
import io.carillon.report.console.UsageException;
import io.carillon.report.settings.Yaml;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The presets that come with the command, and preset files of the user. */
public final class Presets {
  private static final String FOLDER = "/presets/";
  private static final int DEEPEST = 8;

  private Presets() {}

  /** Names of the presets that come with the command, in the order in which they are listed. */
  public static List<String> names() {
    return resource("list.txt").lines().map(String::trim).filter(line -> !line.isEmpty()).toList();
  }

  /**
   * The preset of that name, or in that file when the name ends in {@code .yaml} or {@code .yml}.
   *
   * @throws UsageException for an unknown name, suggesting the nearest
   * @throws FormatException if the file is no preset
   * @throws IOException if the file cannot be read
   */
  public static Preset load(String name) throws IOException {
    return load(name, 0);
  }

  private static Preset load(String name, int depth) throws IOException {
    if (depth > DEEPEST) {
      throw new FormatException("preset " + name + ": based_on leads in a circle");
    }
    Map<String, Object> contents = Yaml.read(text(name), name);
    Object base = contents.get("based_on");
    return Preset.of(
        name, contents, base == null ? Preset.EMPTY : load(String.valueOf(base), depth + 1));
  }

  private static String text(String name) throws IOException {
    if (isFile(name)) {
      try {
        return Files.readString(Path.of(name));
      } catch (CharacterCodingException e) {
        throw new FormatException(name + ": is no text in UTF-8", e);
      }
    }
    if (!names().contains(name)) {
      throw new UsageException("there is no preset '" + name + "'" + Nearest.hint(name, names()));
    }
    return resource(name + ".yaml");
  }

  /** Whether the name means a file of the user. */
  static boolean isFile(String name) {
    return name.endsWith(".yaml") || name.endsWith(".yml");
  }

  private static String resource(String file) {
    try (InputStream in = Presets.class.getResourceAsStream(FOLDER + file)) {
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
