package io.carillon.cli.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.carillon.io.AtomicFile;
import io.carillon.report.folder.Saving;
import io.carillon.train.EpochRecord;
import io.carillon.train.StepRecord;
import io.carillon.train.TrainListener;
import io.carillon.train.TrainPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code metrics.jsonl}: one JSON object a line, {@code "type": "epoch"} for every epoch and {@code
 * "type": "step"} for about a thousand steps of the run. Every line is written whole and at once,
 * so a reader sees complete lines only. A number that is not finite is left out.
 *
 * <p>A run that is gone on with has the lines of what counts as done, each once: those of steps as
 * far as they were written, those of all epochs.
 */
public final class MetricsLog implements TrainListener {
  private static final int STEP_LINES = 1000;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Path file;
  private final Saving saving;
  private final List<EpochRecord> epochs = new ArrayList<>();

  /** Lines that are not in the file yet. */
  private final StringBuilder pending = new StringBuilder();

  private long every = 1;
  private boolean written;

  /** Appends to the file. Lines that cannot be written are kept until they can. */
  public MetricsLog(Path file, Saving saving) {
    this.file = file;
    this.saving = saving;
  }

  @Override
  public void onStart(TrainPlan plan) {
    every = Math.max(1, plan.totalSteps() / STEP_LINES);
  }

  @Override
  public void onResume(List<EpochRecord> done, long step) {
    epochs.addAll(done);
    try {
      String before = Files.exists(file) ? Files.readString(file) : "";
      String now = linesUntil(step, before);
      if (!now.equals(before)) {
        AtomicFile.writeText(file, now);
      }
      written = true;
    } catch (IOException e) {
      saving.later("the metrics of the earlier run", e);
    }
  }

  /** The lines of all epochs that are done, with those of steps until {@code last} among them. */
  private String linesUntil(long last, String before) {
    Deque<String> steps = new ArrayDeque<>();
    Deque<Long> numbers = new ArrayDeque<>();
    for (String line : before.split("\n")) {
      long step = stepOf(line);
      if (step <= last && (numbers.isEmpty() || step > numbers.getLast())) {
        steps.add(line);
        numbers.add(step);
      }
    }
    StringBuilder lines = new StringBuilder();
    for (EpochRecord epoch : epochs) {
      while (!steps.isEmpty() && numbers.getFirst() <= epoch.step()) {
        lines.append(steps.removeFirst()).append('\n');
        numbers.removeFirst();
      }
      lines.append(line(epoch));
    }
    steps.forEach(line -> lines.append(line).append('\n'));
    return lines.toString();
  }

  /** Number of the step that a line is about; the largest number for any other line. */
  private static long stepOf(String line) {
    try {
      JsonNode node = MAPPER.readTree(line);
      return node.path("type").asText().equals("step")
          ? node.path("step").asLong(Long.MAX_VALUE)
          : Long.MAX_VALUE;
    } catch (JsonProcessingException e) {
      return Long.MAX_VALUE;
    }
  }

  @Override
  public void onStep(StepRecord r) {
    if (r.step() % every == 0) {
      pending.append(line(r));
    }
    append();
  }

  @Override
  public void onEpoch(EpochRecord r) {
    epochs.add(r);
    pending.append(line(r));
    append();
  }

  private static String line(StepRecord r) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("type", "step");
    line.put("step", r.step());
    line.put("epoch", r.epoch());
    put(line, "loss", r.loss());
    put(line, r.metric(), r.metricSoFar());
    put(line, "learning_rate", r.learningRate());
    put(line, "gradient_norm", r.gradientNorm());
    put(line, "steps_per_second", r.stepsPerSecond());
    return text(line);
  }

  private static String line(EpochRecord r) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("type", "epoch");
    line.put("epoch", r.epoch());
    line.put("step", r.step());
    put(line, "train_loss", r.trainLoss());
    put(line, "train_" + r.metric(), r.trainMetric());
    put(line, "validation_loss", r.validationLoss());
    r.validationMetrics().forEach((name, value) -> put(line, "validation_" + name, value));
    put(line, "learning_rate", r.learningRate());
    line.put("best", r.isBest());
    put(line, "seconds", r.seconds());
    return text(line);
  }

  private static void put(Map<String, Object> line, String key, double value) {
    if (Double.isFinite(value)) {
      line.put(key, value);
    }
  }

  private static String text(Map<String, Object> line) {
    try {
      return MAPPER.writeValueAsString(line) + "\n";
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void append() {
    try {
      write();
    } catch (IOException e) {
      saving.later("the record of the metrics", e);
    }
  }

  /**
   * Writes the lines that are not in the file yet. A file that has vanished begins again with the
   * epochs before.
   *
   * @throws IOException if it cannot; then the file ends as before
   */
  public void write() throws IOException {
    if (pending.isEmpty()) {
      return;
    }
    if (!Files.isDirectory(file.toAbsolutePath().getParent())) {
      throw new NoSuchFileException(file.toString(), null, "the folder of the run is gone");
    }
    StringBuilder lines = new StringBuilder();
    if (written && !Files.exists(file)) {
      epochs.stream()
          .map(MetricsLog::line)
          .filter(line -> pending.indexOf(line) < 0)
          .forEach(lines::append);
    }
    append(lines.append(pending).toString());
    pending.setLength(0);
    written = true;
  }

  private void append(String lines) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
      long end = channel.size();
      ByteBuffer bytes = ByteBuffer.wrap(lines.getBytes(StandardCharsets.UTF_8));
      try {
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      } catch (IOException e) {
        // What fitted in before the disk was full is written again with the rest.
        channel.truncate(end);
        throw e;
      }
    }
  }
}
