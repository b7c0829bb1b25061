package io.carillon.cli.run;

import io.carillon.cli.UsageException;
import io.carillon.data.Inputs;
import io.carillon.io.Json;
import io.carillon.io.SafeTensors;
import io.carillon.io.SafeTensors.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes predictions as {@code .csv}, {@code .json} or {@code .safetensors}. */
public final class AnswerFile {
  private final Path file;
  private final Answers answers;
  private final boolean everyStep;

  /**
   * For answers of one kind.
   *
   * @param everyStep whether there is an answer for every step of a sequence
   * @throws UsageException if the file has no known ending
   */
  public AnswerFile(Path file, Answers answers, boolean everyStep) {
    this.file = file;
    this.answers = answers;
    this.everyStep = everyStep;
    if (!List.of("csv", "json", "safetensors").contains(ending())) {
      throw new UsageException(
          file + ": answers are written as .csv, .json or .safetensors; give --output such a name");
    }
  }

  /** Ending of the name; what is no file, such as {@code /dev/stdout}, gets csv. */
  private String ending() {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      return "csv";
    }
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /**
   * Writes all answers.
   *
   * @param outputs raw outputs of each sequence, [outputSize] or [steps][outputSize]
   */
  public void write(Inputs inputs, float[][] outputs) throws IOException {
    switch (ending()) {
      case "csv" -> OutputFile.writeText(file, csv(inputs, outputs));
      case "json" -> OutputFile.writeText(file, json(inputs, outputs));
      default -> OutputFile.write(file, path -> tensors(path, outputs));
    }
  }

  /** The raw outputs as tensor {@code y}, short sequences padded with zeros at their end. */
  private void tensors(Path path, float[][] outputs) throws IOException {
    int longest = 0;
    for (float[] output : outputs) {
      longest = Math.max(longest, output.length);
    }
    float[] all = new float[Math.multiplyExact(outputs.length, longest)];
    long[] lengths = new long[outputs.length];
    for (int b = 0; b < outputs.length; b++) {
      System.arraycopy(outputs[b], 0, all, b * longest, outputs[b].length);
      lengths[b] = outputs[b].length / answers.size();
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    int[] shape =
        everyStep
            ? new int[] {outputs.length, longest / answers.size(), answers.size()}
            : new int[] {outputs.length, answers.size()};
    tensors.put("y", Tensor.of(shape, all));
    if (everyStep) {
      tensors.put("lengths", new Tensor(new int[] {outputs.length}, lengths));
    }
    SafeTensors.write(path, tensors, Map.of());
  }

  private String csv(Inputs inputs, float[][] outputs) {
    StringBuilder text = new StringBuilder();
    List<String> heading = new ArrayList<>(List.of("sequence"));
    if (everyStep) {
      heading.add("step");
    }
    if (answers.isClass()) {
      heading.add("class");
      heading.add("probability");
      answers.classNames().forEach(name -> heading.add("p(" + name + ")"));
    } else {
      if (stepsAhead() > 1) {
        heading.add("ahead");
      }
      heading.addAll(answers.valueNames());
    }
    row(text, heading);
    for (int b = 0; b < outputs.length; b++) {
      rows(text, inputs.names().get(b), outputs[b]);
    }
    return text.toString();
  }

  /** Steps that one answer forecasts. */
  private int stepsAhead() {
    return answers.size() / answers.valueNames().size();
  }

  private void rows(StringBuilder text, String name, float[] output) {
    int size = answers.size();
    float[] values = answers.isClass() ? output : answers.values(output);
    for (int step = 0; step < output.length / size; step++) {
      List<String> start = new ArrayList<>(List.of(name));
      if (everyStep) {
        start.add(Integer.toString(step));
      }
      if (answers.isClass()) {
        row(text, classCells(start, answers.probabilities(output, step * size)));
      } else {
        valueRows(text, start, values, step * size);
      }
    }
  }

  private List<String> classCells(List<String> start, double[] probabilities) {
    List<String> cells = new ArrayList<>(start);
    int best = Answers.likeliest(probabilities);
    cells.add(answers.className(best));
    cells.add(Float.toString((float) probabilities[best]));
    for (double p : probabilities) {
      cells.add(Float.toString((float) p));
    }
    return cells;
  }

  private void valueRows(StringBuilder text, List<String> start, float[] values, int at) {
    int names = answers.valueNames().size();
    for (int ahead = 0; ahead < stepsAhead(); ahead++) {
      List<String> cells = new ArrayList<>(start);
      if (stepsAhead() > 1) {
        cells.add(Integer.toString(ahead + 1));
      }
      for (int i = 0; i < names; i++) {
        cells.add(Float.toString(values[at + ahead * names + i]));
      }
      row(text, cells);
    }
  }

  private static void row(StringBuilder text, List<String> cells) {
    for (int i = 0; i < cells.size(); i++) {
      String cell = cells.get(i);
      boolean quoted = cell.matches("(?s).*[\",\\r\\n].*");
      text.append(i == 0 ? "" : ",");
      text.append(quoted ? '"' + cell.replace("\"", "\"\"") + '"' : cell);
    }
    text.append('\n');
  }

  private String json(Inputs inputs, float[][] outputs) {
    List<Object> list = new ArrayList<>();
    for (int b = 0; b < outputs.length; b++) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("sequence", inputs.names().get(b));
      int size = answers.size();
      float[] values = answers.isClass() ? outputs[b] : answers.values(outputs[b]);
      List<Object> steps = new ArrayList<>();
      for (int step = 0; step < values.length / size; step++) {
        steps.add(answer(values, step * size));
      }
      if (everyStep) {
        entry.put("steps", steps);
      } else {
        entry.putAll(one(steps));
      }
      list.add(entry);
    }
    return Json.write(list);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> one(List<Object> steps) {
    return (Map<String, Object>) steps.get(0);
  }

  private Map<String, Object> answer(float[] values, int at) {
    Map<String, Object> map = new LinkedHashMap<>();
    if (answers.isClass()) {
      double[] probabilities = answers.probabilities(values, at);
      int best = Answers.likeliest(probabilities);
      map.put("class", answers.className(best));
      map.put("probability", probabilities[best]);
      Map<String, Object> all = new LinkedHashMap<>();
      for (int c = 0; c < probabilities.length; c++) {
        all.put(answers.className(c), probabilities[c]);
      }
      map.put("probabilities", all);
      return map;
    }
    List<String> names = answers.valueNames();
    for (int i = 0; i < names.size(); i++) {
      List<Object> ahead = new ArrayList<>();
      for (int k = 0; k < stepsAhead(); k++) {
        ahead.add(values[at + k * names.size() + i]);
      }
      map.put(names.get(i), stepsAhead() == 1 ? ahead.get(0) : ahead);
    }
    return map;
  }
}
