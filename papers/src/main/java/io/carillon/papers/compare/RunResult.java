package io.carillon.papers.compare;

import io.carillon.error.FormatException;
import io.carillon.io.Json;
import io.carillon.report.folder.RunFolder;
import io.carillon.report.settings.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a run has given so far, read from its folder.
 *
 * @param run which one
 * @param folder of the run
 * @param status how far it is
 * @param reason why it failed; empty if it did not
 * @param test metrics on the test part; empty unless it is finished
 * @param validation metrics of the best epoch on the validation part
 * @param curve every epoch of {@code metrics.jsonl}, in order
 */
record RunResult(
    PlannedRun run,
    Path folder,
    Status status,
    String reason,
    Map<String, Double> test,
    Map<String, Double> validation,
    List<Map<String, Double>> curve) {

  /** How far a run is. */
  enum Status {
    /** Not begun. */
    MISSING,
    /** Begun; can be gone on with. */
    INTERRUPTED,
    /** Trained to its end and measured. */
    FINISHED,
    /** The loss or weights were no longer finite. */
    DIVERGED,
    /** It could not be trained. */
    FAILED;

    /** As written in CSV. */
    String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /**
   * Reads a run folder.
   *
   * @throws FormatException if a file in it is damaged
   * @throws IOException if one cannot be read
   */
  static RunResult read(PlannedRun run, Path folder) throws IOException {
    RunFolder files = RunFolder.at(folder);
    List<Map<String, Double>> curve = curve(files.metrics());
    if (!files.hasModel()) {
      Status status = files.canResume() ? Status.INTERRUPTED : Status.MISSING;
      return new RunResult(run, folder, status, "", Map.of(), Map.of(), curve);
    }
    Map<String, Object> config = Json.parseObject(Files.readString(folder.resolve("config.json")));
    Map<String, Object> info = Trees.child(config, "info");
    Map<String, Double> test = numbers(Trees.child(Trees.child(info, "metrics"), "test"));
    Map<String, Double> best = numbers(Trees.child(Trees.child(info, "metrics"), "validation"));
    Object end = Trees.get(info, "provenance.end");
    if ("diverged".equals(end)) {
      return new RunResult(
          run, folder, Status.DIVERGED, "training diverged", Map.of(), best, curve);
    }
    boolean ended = "completed".equals(end) || "early".equals(end);
    Status status = ended && !test.isEmpty() ? Status.FINISHED : Status.INTERRUPTED;
    return new RunResult(
        run, folder, status, "", status == Status.FINISHED ? test : Map.of(), best, curve);
  }

  /** The same run, but it could not be trained. */
  RunResult failed(String why) {
    return new RunResult(run, folder, Status.FAILED, why, Map.of(), validation, curve);
  }

  /** Whether nothing is left to do for it. */
  boolean isDone() {
    return status == Status.FINISHED || status == Status.DIVERGED;
  }

  /** A metric on the test part, NaN if it is not known. */
  double test(String metric) {
    return test.getOrDefault(metric, Double.NaN);
  }

  /** Seconds of all its epochs. */
  double seconds() {
    return curve.stream().mapToDouble(epoch -> epoch.getOrDefault("seconds", 0.0)).sum();
  }

  private static Map<String, Double> numbers(Map<String, Object> tree) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    tree.forEach(
        (key, value) -> {
          if (value instanceof Number n) {
            numbers.put(key, n.doubleValue());
          }
        });
    return numbers;
  }

  private static List<Map<String, Double>> curve(Path metrics) throws IOException {
    List<Map<String, Double>> epochs = new ArrayList<>();
    if (!Files.exists(metrics)) {
      return epochs;
    }
    for (String line : Files.readAllLines(metrics)) {
      Map<String, Object> record = Json.parseObject(line);
      if ("epoch".equals(record.get("type"))) {
        epochs.add(numbers(record));
      }
    }
    return epochs;
  }
}
