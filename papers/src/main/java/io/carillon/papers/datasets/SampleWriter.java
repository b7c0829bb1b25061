package io.carillon.papers.datasets;

import io.carillon.data.DataException;
import io.carillon.data.Loaders;
import io.carillon.io.AtomicFile;
import io.carillon.model.Meaning;
import io.carillon.papers.tasks.ListOps;
import io.carillon.papers.tasks.ListOpsVocabulary;
import io.carillon.train.Dataset;
import io.carillon.train.Dataset.Target;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Writes data sets in the formats that {@link Loaders} reads.
 *
 * <ul>
 *   <li>{@code .ts}: numbers with one class, or one value, per sequence.
 *   <li>{@code .csv}: numbers with any target; columns {@code sequence}, the inputs, the targets.
 *       Read it with {@code layout=sequences}, {@code targets=…}, and {@code predict} and {@code
 *       per-step} as the target has it.
 *   <li>{@code .tsv}: tokens; columns {@code Source} and {@code Target}.
 * </ul>
 *
 * <p>Numbers are written with as many digits as give the same float again.
 */
public final class SampleWriter {
  private final Dataset data;
  private final Meaning meaning;

  private SampleWriter(Dataset data, Meaning meaning) {
    this.data = data;
    this.meaning = meaning;
  }

  /**
   * Writes a file, in the format of its ending. A file that is there is replaced, and only when the
   * new one is complete.
   *
   * @param data what to write; values are written as they are
   * @param meaning names of the inputs, tokens, classes and targets
   * @throws DataException if the ending does not fit the data, or the file cannot be written
   */
  public static void write(Dataset data, Meaning meaning, Path file) {
    SampleWriter writer = new SampleWriter(data, meaning);
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    String ending = name.substring(name.lastIndexOf('.') + 1);
    boolean known =
        switch (ending) {
          case "ts" ->
              !data.isTokens()
                  && (data.target() == Target.CLASS
                      || data.target() == Target.VALUE && data.outputSize() == 1);
          case "csv" -> !data.isTokens() && data.lastSteps() == 0;
          case "tsv" -> data.isTokens();
          default -> false;
        };
    if (!known) {
      throw new DataException(
          file
              + ": these samples ("
              + (data.isTokens() ? "tokens" : "numbers")
              + ", target "
              + data.target()
              + ") can be written as "
              + writer.endings()
              + "; choose that ending");
    }
    writer.writeComplete(file, ending);
  }

  private String endings() {
    if (data.isTokens()) {
      return ".tsv";
    }
    boolean ts =
        data.target() == Target.CLASS || data.target() == Target.VALUE && data.outputSize() == 1;
    return ts ? ".csv or .ts" : ".csv";
  }

  private void writeComplete(Path file, String ending) {
    try {
      AtomicFile.write(
          file,
          channel -> {
            Writer out = new BufferedWriter(Channels.newWriter(channel, StandardCharsets.UTF_8));
            switch (ending) {
              case "ts" -> writeTs(out);
              case "csv" -> writeCsv(out);
              default -> writeTsv(out);
            }
            out.flush();
          });
    } catch (IOException e) {
      throw new DataException(
          file
              + ": cannot be written ("
              + e.getClass().getSimpleName()
              + ": "
              + e.getMessage()
              + "); check that the folder exists, may be written to, and has room",
          e);
    }
  }

  private static void line(Writer out, String text) throws IOException {
    out.write(text + "\n");
  }

  private void writeTs(Writer out) throws IOException {
    line(out, "@problemName " + data.name().replace(' ', '_'));
    line(out, "@timeStamps false");
    line(out, "@univariate " + (data.inputSize() == 1));
    line(out, "@dimensions " + data.inputSize());
    line(out, "@equalLength false");
    if (data.target() == Target.CLASS) {
      requirePlainClassNames();
      line(out, "@classLabel true " + String.join(" ", meaning.classNames()));
    } else {
      line(out, "@targetLabel true");
    }
    line(out, "@data");
    for (int i = 0; i < data.size(); i++) {
      for (int d = 0; d < data.inputSize(); d++) {
        for (int t = 0; t < data.length(i); t++) {
          out.write((t == 0 ? "" : ",") + (observed(i, t) ? number(i, t, d) : "?"));
        }
        out.write(":");
      }
      line(
          out,
          data.target() == Target.CLASS
              ? meaning.classNames().get(data.label(i))
              : Float.toString(data.targetValues(i)[0]));
    }
  }

  private void requirePlainClassNames() {
    for (String name : meaning.classNames()) {
      if (name.isEmpty() || name.matches(".*[\\s:,].*")) {
        throw new DataException(
            "class '"
                + name
                + "' cannot be written to a .ts file, where blanks, colons and commas"
                + " separate; write .csv");
      }
    }
  }

  private void writeCsv(Writer out) throws IOException {
    List<String> header = new ArrayList<>(List.of("sequence"));
    header.addAll(inputNames());
    header.addAll(targetNames());
    line(out, String.join(",", header.stream().map(SampleWriter::quoted).toList()));
    for (int i = 0; i < data.size(); i++) {
      for (int t = 0; t < data.length(i); t++) {
        StringBuilder row = new StringBuilder(Integer.toString(i));
        for (int d = 0; d < data.inputSize(); d++) {
          row.append(',').append(observed(i, t) ? number(i, t, d) : "");
        }
        line(out, row.append(',').append(target(i, t)).toString());
      }
    }
  }

  private void writeTsv(Writer out) throws IOException {
    line(out, "Source\tTarget");
    boolean listOps = ListOpsVocabulary.of(meaning.vocabulary()) != null;
    for (int i = 0; i < data.size(); i++) {
      List<String> tokens =
          Arrays.stream(data.tokens(i)).mapToObj(meaning.vocabulary()::get).toList();
      if (listOps) {
        String text = String.join(" ", tokens).replace(" <eos>", "");
        ListOps expression = ListOps.parse(text);
        line(out, expression.source(false) + "\t" + expression.value());
      } else {
        line(out, String.join(" ", tokens) + "\t" + tokenTargets(i));
      }
    }
  }

  private String tokenTargets(int i) {
    if (data.target() == Target.CLASS) {
      return meaning.classNames().get(data.label(i));
    }
    List<String> labels = new ArrayList<>();
    for (int label : data.stepLabels(i)) {
      labels.add(
          label == Dataset.IGNORE ? TokenSequences.NO_LABEL : meaning.classNames().get(label));
    }
    return String.join(" ", labels);
  }

  /** Names of the target columns of a CSV file. */
  private List<String> targetNames() {
    if (data.target() == Target.CLASS || data.target() == Target.CLASS_PER_STEP) {
      return List.of("label");
    }
    return meaning.targetNames().size() == data.outputSize()
        ? meaning.targetNames()
        : numbered("y", data.outputSize());
  }

  private List<String> inputNames() {
    return meaning.inputNames().isEmpty() ? numbered("x", data.inputSize()) : meaning.inputNames();
  }

  private static List<String> numbered(String letter, int count) {
    List<String> names = new ArrayList<>();
    for (int k = 1; k <= count; k++) {
      names.add(letter + k);
    }
    return names;
  }

  private String target(int i, int t) {
    return switch (data.target()) {
      case CLASS -> quoted(meaning.classNames().get(data.label(i)));
      case CLASS_PER_STEP ->
          data.stepLabels(i)[t] == Dataset.IGNORE
              ? ""
              : quoted(meaning.classNames().get(data.stepLabels(i)[t]));
      case VALUE -> numbers(data.targetValues(i), 0);
      case VALUE_PER_STEP -> numbers(data.targetValues(i), t * data.outputSize());
    };
  }

  private static String quoted(String cell) {
    return cell.matches(".*[,;\t\"].*") ? '"' + cell.replace("\"", "\"\"") + '"' : cell;
  }

  private String numbers(float[] values, int from) {
    List<String> cells = new ArrayList<>();
    for (int k = 0; k < data.outputSize(); k++) {
      cells.add(Float.toString(values[from + k]));
    }
    return String.join(",", cells);
  }

  private String number(int i, int t, int d) {
    return Float.toString(data.values(i)[t * data.inputSize() + d]);
  }

  private boolean observed(int i, int t) {
    return data.mask(i) == null || data.mask(i)[t] != 0f;
  }
}
