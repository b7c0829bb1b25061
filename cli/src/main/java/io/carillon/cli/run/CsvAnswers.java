package io.carillon.cli.run;

import io.carillon.data.csv.CsvWriter;
import io.carillon.report.folder.Answers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;

/** Answers as a table, a line for each. */
final class CsvAnswers implements AnswerSink {
  private final Writer out;
  private final Answers answers;
  private final boolean everyStep;
  private final int valueNames;
  private long step;

  CsvAnswers(Writer out, Answers answers, boolean everyStep) throws IOException {
    this.out = out;
    this.answers = answers;
    this.everyStep = everyStep;
    this.valueNames = answers.isClass() ? 0 : answers.valueNames().size();
    CsvWriter.row(out, heading());
  }

  private List<String> heading() {
    List<String> heading = new ArrayList<>(List.of("sequence"));
    if (everyStep) {
      heading.add("step");
    }
    if (answers.isClass()) {
      heading.add("class");
      heading.add("probability");
      answers.classNames().forEach(name -> heading.add("p(" + name + ")"));
    } else {
      if (answers.stepsAhead() > 1) {
        heading.add("ahead");
      }
      heading.addAll(answers.valueNames());
    }
    return heading;
  }

  @Override
  public void add(String name, float[] outputs, boolean first, boolean last) {
    step = first ? 0 : step;
    int size = answers.size();
    float[] values = answers.isClass() ? outputs : answers.values(outputs);
    try {
      for (int at = 0; at < outputs.length; at += size) {
        List<String> start = new ArrayList<>(List.of(name));
        if (everyStep) {
          start.add(Long.toString(step++));
        }
        if (answers.isClass()) {
          CsvWriter.row(out, classCells(start, answers.probabilities(outputs, at)));
        } else {
          valueRows(start, values, at);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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

  private void valueRows(List<String> start, float[] values, int at) throws IOException {
    int stepsAhead = answers.stepsAhead();
    for (int ahead = 0; ahead < stepsAhead; ahead++) {
      List<String> cells = new ArrayList<>(start);
      if (stepsAhead > 1) {
        cells.add(Integer.toString(ahead + 1));
      }
      for (int i = 0; i < valueNames; i++) {
        cells.add(Float.toString(values[at + ahead * valueNames + i]));
      }
      CsvWriter.row(out, cells);
    }
  }
}
