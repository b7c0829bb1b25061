package io.carillon.cli.run;

import io.carillon.io.Json;
import io.carillon.report.folder.Answers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Answers as a JSON array with an object for each sequence, as {@link Json#write} would have it.
 */
final class JsonAnswers implements AnswerSink {
  private final Writer out;
  private final Answers answers;
  private final boolean everyStep;
  private String separator = "[";

  JsonAnswers(Writer out, Answers answers, boolean everyStep) {
    this.out = out;
    this.answers = answers;
    this.everyStep = everyStep;
  }

  @Override
  public void add(String name, float[] outputs, boolean first, boolean last) {
    float[] values = answers.isClass() ? outputs : answers.values(outputs);
    try {
      if (first) {
        out.write(separator);
        separator = ", ";
      }
      if (everyStep) {
        steps(name, values, first, last);
      } else {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("sequence", name);
        entry.putAll(answer(values, 0));
        out.write(Json.write(entry).stripTrailing());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends the array. */
  void end() throws IOException {
    out.write((separator.equals("[") ? "[" : "") + "]\n");
  }

  /** Step by step, so that the answers for a sequence need not be held. */
  private void steps(String name, float[] values, boolean first, boolean last) throws IOException {
    if (first) {
      String head = Json.write(Map.of("sequence", name)).stripTrailing();
      out.write(head.substring(0, head.length() - "\n}".length()));
      out.write(",\n  \"steps\": [");
    }
    for (int at = 0; at < values.length; at += answers.size()) {
      out.write(first && at == 0 ? "" : ", ");
      out.write(Json.write(answer(values, at)).stripTrailing().replace("\n", "\n  "));
    }
    out.write(last ? "]\n}" : "");
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
      for (int k = 0; k < answers.stepsAhead(); k++) {
        ahead.add(values[at + k * names.size() + i]);
      }
      map.put(names.get(i), answers.stepsAhead() == 1 ? ahead.get(0) : ahead);
    }
    return map;
  }
}
