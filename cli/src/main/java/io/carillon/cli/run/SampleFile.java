package io.carillon.cli.run;

import io.carillon.data.csv.CsvWriter;
import io.carillon.io.SafeTensors;
import io.carillon.io.SafeTensors.Tensor;
import io.carillon.model.Meaning;
import io.carillon.report.console.UsageException;
import io.carillon.train.Dataset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/**
 * Writes a data set to a file that {@code train --data} or other programs can read: {@code
 * .safetensors}; {@code .csv} with one row per step for numbers; {@code .tsv} with one line per
 * sequence for tokens; {@code .png} for pictures, see {@link PictureFile}.
 */
public final class SampleFile {
  private static final String END = "<eos>";

  private final Path file;
  private final Dataset data;
  private final Meaning names;
  private final int pictureSide;

  /**
   * For a data set.
   *
   * @param names what its numbers are called
   * @param pictureSide side of the square picture that a sequence is; 0 if it is none
   * @throws UsageException if the file's ending does not suit the data
   */
  public SampleFile(Path file, Dataset data, Meaning names, int pictureSide) {
    this.file = file;
    this.data = data;
    this.names = names;
    this.pictureSide = pictureSide;
    List<String> endings = new ArrayList<>(List.of(data.isTokens() ? "tsv" : "csv"));
    if (pictureSide > 0) {
      endings.add("png");
    }
    if (!endings.contains(ending()) && !ending().equals("safetensors")) {
      throw new UsageException(
          file
              + ": samples of this task are written as ."
              + String.join(", .", endings)
              + " or .safetensors; give --out such a name");
    }
  }

  private String ending() {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /** Writes all of it. */
  public void write() throws IOException {
    switch (ending()) {
      case "csv" -> OutputFile.writeText(file, csv());
      case "tsv" -> OutputFile.writeText(file, tsv());
      case "png" -> new PictureFile(file, data, pictureSide).write();
      default -> OutputFile.write(file, this::tensors);
    }
  }

  private boolean perStep() {
    return data.target() == Dataset.Target.CLASS_PER_STEP
        || data.target() == Dataset.Target.VALUE_PER_STEP;
  }

  /** The settings with which {@code train --data} reads the file; empty where it needs none. */
  public String readWith() {
    if (!ending().equals("csv") || data.lastSteps() > 0) {
      return "";
    }
    boolean values = names.classNames().isEmpty();
    return "--set data.layout=sequences --set data.targets="
        + String.join(",", targetColumns())
        + (values ? " --set data.predict=value" : "")
        + (perStep() ? " --set data.per-step=yes" : "");
  }

  private List<String> targetColumns() {
    return names.classNames().isEmpty() ? names.targetNames() : List.of("class");
  }

  private String csv() throws IOException {
    StringBuilder text = new StringBuilder();
    List<String> heading = new ArrayList<>(List.of("sequence"));
    heading.addAll(names.inputNames());
    heading.addAll(targetColumns());
    CsvWriter.row(text, heading);
    int d = data.inputSize();
    for (int i = 0; i < data.size(); i++) {
      for (int t = 0; t < data.length(i); t++) {
        List<Object> row = new ArrayList<>(List.of(i));
        for (int c = 0; c < d; c++) {
          row.add(data.values(i)[t * d + c]);
        }
        row.addAll(target(i, t));
        CsvWriter.row(text, row);
      }
    }
    return text.toString();
  }

  private List<?> target(int i, int t) {
    return switch (data.target()) {
      case CLASS -> List.of(names.classNames().get(data.label(i)));
      case CLASS_PER_STEP -> List.of(stepClass(i, t, ""));
      case VALUE -> values(data.targetValues(i), 0);
      case VALUE_PER_STEP -> stepValues(i, t);
    };
  }

  /** Target values of a step; empty cells before the last steps, if only those have any. */
  private List<?> stepValues(int i, int t) {
    int step = data.lastSteps() == 0 ? t : t - data.length(i) + data.lastSteps();
    return step < 0
        ? Collections.nCopies(data.outputSize(), "")
        : values(data.targetValues(i), step * data.outputSize());
  }

  private List<Float> values(float[] values, int from) {
    List<Float> cells = new ArrayList<>();
    for (int k = 0; k < data.outputSize(); k++) {
      cells.add(values[from + k]);
    }
    return cells;
  }

  private String stepClass(int i, int t, String none) {
    int label = data.stepLabels(i)[t];
    return label == Dataset.IGNORE ? none : names.classNames().get(label);
  }

  private String tsv() {
    StringBuilder text = new StringBuilder("Source\tTarget\n");
    boolean listOps = names.vocabulary().contains("[MAX");
    for (int i = 0; i < data.size(); i++) {
      StringJoiner source = new StringJoiner(" ");
      StringJoiner target = new StringJoiner(" ");
      for (int t = 0; t < data.length(i); t++) {
        String token = names.vocabulary().get(data.tokens(i)[t]);
        if (!listOps || !token.equals(END)) {
          source.add(token);
        }
        if (perStep() && (!listOps || t == data.length(i) - 1)) {
          target.add(stepClass(i, t, "."));
        }
      }
      text.append(source).append('\t');
      text.append(perStep() ? target : names.classNames().get(data.label(i))).append('\n');
    }
    return text.toString();
  }

  private void tensors(Path path) throws IOException {
    int longest = data.maxLength();
    int count = data.size();
    long[] lengths = new long[count];
    Arrays.setAll(lengths, data::length);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("x", data.isTokens() ? tokens(longest) : numbers(longest, data.inputSize(), true));
    tensors.put(
        "y",
        switch (data.target()) {
          case CLASS -> labels();
          case CLASS_PER_STEP -> stepLabels(longest);
          case VALUE -> numbers(1, data.outputSize(), false);
          case VALUE_PER_STEP ->
              numbers(data.lastSteps() > 0 ? data.lastSteps() : longest, data.outputSize(), false);
        });
    tensors.put("lengths", new Tensor(new int[] {count}, lengths));
    SafeTensors.write(path, tensors, Map.of());
  }

  private Tensor tokens(int longest) {
    long[] all = new long[data.size() * longest];
    for (int i = 0; i < data.size(); i++) {
      for (int t = 0; t < data.length(i); t++) {
        all[i * longest + t] = data.tokens(i)[t];
      }
    }
    return new Tensor(new int[] {data.size(), longest}, all);
  }

  /**
   * Inputs or targets [B][steps][width] ([B][width] for one target a sequence), padded with zeros.
   */
  private Tensor numbers(int steps, int width, boolean inputs) {
    float[] all = new float[Math.multiplyExact(data.size(), steps * width)];
    for (int i = 0; i < data.size(); i++) {
      float[] from = inputs ? data.values(i) : data.targetValues(i);
      System.arraycopy(from, 0, all, i * steps * width, from.length);
    }
    boolean one = !inputs && data.target() == Dataset.Target.VALUE;
    return Tensor.of(
        one ? new int[] {data.size(), width} : new int[] {data.size(), steps, width}, all);
  }

  private Tensor labels() {
    long[] all = new long[data.size()];
    Arrays.setAll(all, data::label);
    return new Tensor(new int[] {all.length}, all);
  }

  private Tensor stepLabels(int longest) {
    long[] all = new long[data.size() * longest];
    Arrays.fill(all, Dataset.IGNORE);
    for (int i = 0; i < data.size(); i++) {
      for (int t = 0; t < data.length(i); t++) {
        all[i * longest + t] = data.stepLabels(i)[t];
      }
    }
    return new Tensor(new int[] {data.size(), longest}, all);
  }
}
