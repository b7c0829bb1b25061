package io.carillon.cli.run;

import io.carillon.data.EventTimes;
import io.carillon.data.csv.CsvWriter;
import io.carillon.model.Classification;
import io.carillon.model.Meaning;
import io.carillon.model.forecast.Forecast;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;

/** Answers as a table, a line for each. */
final class CsvAnswers implements AnswerSink {
  private final Writer out;
  private final Meaning meaning;
  private final int valueNames;
  private long step;
  private EventTimes.Stamp end;

  CsvAnswers(Writer out, Meaning meaning) throws IOException {
    this.out = out;
    this.meaning = meaning;
    this.valueNames = meaning.isClass() ? 0 : meaning.valueNames().size();
    CsvWriter.row(out, heading());
  }

  private List<String> heading() {
    List<String> heading = new ArrayList<>(List.of("sequence"));
    if (meaning.perStep()) {
      heading.add("step");
    }
    if (meaning.isClass()) {
      heading.add("class");
      heading.add("probability");
      meaning.classNames().forEach(name -> heading.add("p(" + name + ")"));
    } else {
      if (meaning.horizon() > 1) {
        heading.add("ahead");
      }
      if (meaning.forecastsInTime()) {
        heading.add("time");
      }
      for (String name : meaning.valueNames()) {
        heading.add(name);
        spread().forEach(kind -> heading.add(kind + "(" + name + ")"));
      }
    }
    return heading;
  }

  /** What there is of every value besides itself, as {@link Forecast#numbers} calls it. */
  private List<String> spread() {
    List<String> kinds = new ArrayList<>();
    meaning.quantiles().forEach(level -> kinds.add("q" + level));
    if (meaning.interval().isPresent()) {
      kinds.addAll(List.of("low", "high"));
    }
    return kinds;
  }

  @Override
  public void endsAt(EventTimes.Stamp value) {
    end = value;
  }

  @Override
  public void add(String name, float[] outputs, boolean first, boolean last) {
    step = first ? 0 : step;
    int size = meaning.outputSize();
    float[] values = meaning.isClass() ? outputs : meaning.values(outputs);
    try {
      for (int at = 0; at < outputs.length; at += size) {
        List<String> start = new ArrayList<>(List.of(name));
        if (meaning.perStep()) {
          start.add(Long.toString(step++));
        }
        if (meaning.isClass()) {
          CsvWriter.row(out, classCells(start, meaning.classification(outputs, at)));
        } else {
          valueRows(start, outputs, values, at);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> classCells(List<String> start, Classification answer) {
    List<String> cells = new ArrayList<>(start);
    cells.add(answer.name());
    cells.add(Float.toString((float) answer.probability()));
    for (double p : answer.probabilities()) {
      cells.add(Float.toString((float) p));
    }
    return cells;
  }

  private void valueRows(List<String> start, float[] outputs, float[] values, int at)
      throws IOException {
    int stepsAhead = meaning.horizon();
    Forecast forecast = meaning.hasSpread() ? meaning.forecast(outputs) : null;
    for (int ahead = 0; ahead < stepsAhead; ahead++) {
      List<String> cells = new ArrayList<>(start);
      if (stepsAhead > 1) {
        cells.add(Integer.toString(ahead + 1));
      }
      if (meaning.forecastsInTime()) {
        cells.add(end == null ? "" : end.plus((ahead + 1) * meaning.timeUnit()).toString());
      }
      for (int i = 0; i < valueNames; i++) {
        if (forecast == null) {
          cells.add(Float.toString(values[at + ahead * valueNames + i]));
        } else {
          forecast.numbers(ahead + 1, i).values().forEach(x -> cells.add(Float.toString(x)));
        }
      }
      CsvWriter.row(out, cells);
    }
  }
}
