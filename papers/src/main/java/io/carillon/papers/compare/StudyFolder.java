package io.carillon.papers.compare;

import io.carillon.io.AtomicFile;
import io.carillon.io.Json;
import io.carillon.report.console.CommandFailure;
import io.carillon.report.console.Errors;
import io.carillon.report.settings.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The folder of a comparison: {@code reproduce.yaml} with what was asked for, {@code runs/} with a
 * folder for every run, {@code analysis/} with what was measured of them, and the results.
 */
final class StudyFolder {
  private static final String FORMAT = "carillon-comparison";
  private static final String SETTINGS = "reproduce.yaml";

  /** What must be the same when a comparison is gone on with. */
  private static final List<String> FIXED = List.of("comparison", "size", "data", "set", "limit");

  private final Path path;

  StudyFolder(Path path) {
    this.path = path;
  }

  Path path() {
    return path;
  }

  Path runs() {
    return path.resolve("runs");
  }

  Path report() {
    return path.resolve("report.html");
  }

  Path csv(String name) {
    return path.resolve(name + ".csv");
  }

  /**
   * Creates the folder, or sees that it belongs to the same comparison.
   *
   * @param asked what {@link #FIXED} names, as plain values
   * @throws CommandFailure if something else is there, or it cannot be created
   */
  void open(Map<String, Object> asked) throws IOException {
    Path file = path.resolve(SETTINGS);
    if (Files.isRegularFile(file)) {
      Map<String, Object> before = Yaml.read(Files.readString(file), file.toString());
      for (String key : FIXED) {
        if (!String.valueOf(before.get(key)).equals(String.valueOf(asked.get(key)))) {
          throw new CommandFailure(
              path
                  + ": holds a comparison with "
                  + key
                  + " "
                  + before.get(key)
                  + ", not "
                  + asked.get(key)
                  + "; give another folder with --out");
        }
      }
      return;
    }
    if (Files.exists(path) && !isEmptyFolder()) {
      throw new CommandFailure(
          path + ": is there already and holds no comparison; give another folder with --out");
    }
    try {
      Files.createDirectories(runs());
      Map<String, Object> settings = new LinkedHashMap<>();
      settings.put("format", FORMAT);
      settings.put("version", 1);
      settings.putAll(asked);
      AtomicFile.writeText(file, Yaml.write(settings));
    } catch (IOException e) {
      throw new CommandFailure("cannot create the folder " + path + ": " + Errors.message(e), e);
    }
  }

  private boolean isEmptyFolder() throws IOException {
    if (!Files.isDirectory(path)) {
      return false;
    }
    try (var files = Files.list(path)) {
      return files.findAny().isEmpty();
    }
  }

  /** What was measured of a run, or null. */
  Map<String, Object> analysis(String run) throws IOException {
    Path file = analysisFile(run);
    return Files.isRegularFile(file) ? Json.parseObject(Files.readString(file)) : null;
  }

  /** Keeps what was measured of a run. */
  void keepAnalysis(String run, Map<String, Object> values) throws IOException {
    Files.createDirectories(analysisFile(run).getParent());
    AtomicFile.writeText(analysisFile(run), Json.write(values));
  }

  private Path analysisFile(String run) {
    return path.resolve("analysis").resolve(run + ".json");
  }
}
