package io.carillon.cli.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.carillon.cli.show.Console;
import io.carillon.cli.show.Errors;
import io.carillon.io.AtomicFile;
import io.carillon.train.EpochRecord;
import io.carillon.train.StepRecord;
import io.carillon.train.TrainListener;
import io.carillon.train.TrainPlan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * {@code metrics.jsonl}: one JSON object a line, {@code "type": "epoch"} for every epoch and {@code
 * "type": "step"} for about a thousand steps of the run. Every line is written whole and at once,
 * so a reader sees complete lines only. A number that is not finite is left out.
 */
public final class MetricsLog implements TrainListener {
  private static final int STEP_LINES = 1000;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Path file;
  private final Console console;
  private long every = 1;
  private boolean broken;

  /** Appends to the file. If that fails, it is said once and training goes on. */
  public MetricsLog(Path file, Console console) {
    this.file = file;
    this.console = console;
  }

  @Override
  public void onStart(TrainPlan plan) {
    every = Math.max(1, plan.totalSteps() / STEP_LINES);
    if (Files.exists(file)) {
      forgetAfter(plan.doneSteps());
    }
  }

  /** Drops the lines of an epoch that was broken off and is done again, and a broken line. */
  private void forgetAfter(long step) {
    try {
      StringBuilder kept = new StringBuilder();
      for (String line : Files.readAllLines(file)) {
        if (stepOf(line) <= step) {
          kept.append(line).append('\n');
        }
      }
      AtomicFile.writeText(file, kept.toString());
    } catch (IOException e) {
      console.warn("the metrics of the earlier run cannot be read: %s", Errors.message(e));
    }
  }

  private static long stepOf(String line) {
    try {
      return MAPPER.readTree(line).path("step").asLong(Long.MAX_VALUE);
    } catch (JsonProcessingException e) {
      // What a process that died in the middle of a line has left.
      return Long.MAX_VALUE;
    }
  }

  @Override
  public void onStep(StepRecord r) {
    if (r.step() % every != 0) {
      return;
    }
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("type", "step");
    line.put("step", r.step());
    line.put("epoch", r.epoch());
    put(line, "loss", r.loss());
    put(line, r.metric(), r.metricSoFar());
    put(line, "learning_rate", r.learningRate());
    put(line, "gradient_norm", r.gradientNorm());
    put(line, "steps_per_second", r.stepsPerSecond());
    append(line);
  }

  @Override
  public void onEpoch(EpochRecord r) {
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
    append(line);
  }

  private static void put(Map<String, Object> line, String key, double value) {
    if (Double.isFinite(value)) {
      line.put(key, value);
    }
  }

  private void append(Map<String, Object> line) {
    if (broken) {
      return;
    }
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
      ByteBuffer bytes = ByteBuffer.wrap(text(line).getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      broken = true;
      console.warn("the metrics are no longer recorded: %s", Errors.message(e));
    }
  }

  private static String text(Map<String, Object> line) throws JsonProcessingException {
    return MAPPER.writeValueAsString(line) + "\n";
  }
}
