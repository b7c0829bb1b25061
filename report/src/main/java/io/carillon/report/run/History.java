package io.carillon.report.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code metrics.jsonl} says of a run. Names of metrics are taken as they come; what a line
 * does not say is NaN.
 */
final class History {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String TRAIN = "train_";
  private static final String VALIDATION = "validation_";

  private final List<Map<String, Double>> epochs = new ArrayList<>();
  private final List<Map<String, Double>> steps = new ArrayList<>();
  private int damaged;

  private History() {}

  /** Reads the file; without one the history is empty. A line that is no JSON object is skipped. */
  static History read(Path file) throws IOException {
    History history = new History();
    if (Files.isRegularFile(file)) {
      for (String line : Files.readAllLines(file)) {
        history.add(line);
      }
    }
    return history;
  }

  private void add(String line) {
    if (line.isBlank()) {
      return;
    }
    try {
      JsonNode node = MAPPER.readTree(line);
      Map<String, Double> numbers = new LinkedHashMap<>();
      node.properties()
          .forEach(
              field -> {
                JsonNode value = field.getValue();
                if (value.isNumber() || value.isBoolean()) {
                  numbers.put(field.getKey(), value.asDouble(value.asBoolean() ? 1 : 0));
                }
              });
      switch (node.path("type").asText()) {
        case "epoch" -> epochs.add(numbers);
        case "step" -> steps.add(numbers);
        default -> damaged++;
      }
    } catch (IOException e) {
      damaged++;
    }
  }

  /** Lines that say nothing of an epoch or step. */
  int damaged() {
    return damaged;
  }

  /** Number of epochs. */
  int count() {
    return epochs.size();
  }

  /** Values of all epochs. */
  double[] epochs(String key) {
    return column(epochs, key);
  }

  /** Values of all recorded steps. */
  double[] steps(String key) {
    return column(steps, key);
  }

  private static double[] column(List<Map<String, Double>> lines, String key) {
    return lines.stream().mapToDouble(line -> line.getOrDefault(key, Double.NaN)).toArray();
  }

  /**
   * Steps counted in epochs, to be drawn over the same axis. The first epoch says how many steps an
   * epoch has; the last may have been broken off.
   */
  double[] stepsInEpochs() {
    double perEpoch = epochs.isEmpty() ? Double.NaN : epochs("step")[0] / epochs("epoch")[0];
    double[] places = steps("step");
    for (int i = 0; i < places.length; i++) {
      places[i] /= perEpoch;
    }
    return places;
  }

  /** A value of the last epoch, or NaN. */
  double last(String key) {
    return epochs.isEmpty()
        ? Double.NaN
        : epochs.get(epochs.size() - 1).getOrDefault(key, Double.NaN);
  }

  /** Seconds of all epochs together. */
  double seconds() {
    double sum = 0;
    for (double seconds : epochs("seconds")) {
      sum += Double.isNaN(seconds) ? 0 : seconds;
    }
    return sum;
  }

  /** Position of the epoch that the model is from, or −1. */
  int best() {
    double[] best = epochs("best");
    for (int i = best.length - 1; i >= 0; i--) {
      if (best[i] == 1) {
        return i;
      }
    }
    return -1;
  }

  /** Name of the metric that is measured on the training batches too, or null. */
  String mainMetric() {
    return names(TRAIN).stream().findFirst().orElse(null);
  }

  /** Names of all metrics on the validation data. */
  List<String> validationMetrics() {
    return names(VALIDATION);
  }

  private List<String> names(String prefix) {
    return epochs.stream()
        .flatMap(line -> line.keySet().stream())
        .filter(key -> key.startsWith(prefix) && !key.equals(prefix + "loss"))
        .map(key -> key.substring(prefix.length()))
        .distinct()
        .toList();
  }
}
