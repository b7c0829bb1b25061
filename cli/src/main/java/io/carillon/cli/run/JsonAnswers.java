package io.carillon.cli.run;

import io.carillon.data.EventTimes;
import io.carillon.io.Json;
import io.carillon.model.Classification;
import io.carillon.model.Meaning;
import io.carillon.model.forecast.Forecast;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Answers as a JSON array with an object for each sequence, as {@link Json#write} would have it.
 */
final class JsonAnswers implements AnswerSink {
  private final Writer out;
  private final Meaning meaning;
  private String separator = "[";
  private EventTimes.Stamp end;

  JsonAnswers(Writer out, Meaning meaning) {
    this.out = out;
    this.meaning = meaning;
  }

  @Override
  public void endsAt(EventTimes.Stamp value) {
    end = value;
  }

  @Override
  public void add(String name, float[] outputs, boolean first, boolean last) {
    float[] values = meaning.isClass() ? outputs : meaning.values(outputs);
    try {
      if (first) {
        out.write(separator);
        separator = ", ";
      }
      if (meaning.perStep()) {
        steps(name, values, first, last);
      } else {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("sequence", name);
        if (end != null && meaning.forecastsInTime()) {
          entry.put("time", times());
        }
        entry.putAll(meaning.hasSpread() ? forecast(outputs) : answer(values, 0));
        out.write(Json.write(entry).stripTrailing());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** When each step of the forecast is. */
  private List<String> times() {
    return IntStream.rangeClosed(1, meaning.horizon())
        .mapToObj(ahead -> end.plus(ahead * meaning.timeUnit()).toString())
        .toList();
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
    for (int at = 0; at < values.length; at += meaning.outputSize()) {
      out.write(first && at == 0 ? "" : ", ");
      out.write(Json.write(answer(values, at)).stripTrailing().replace("\n", "\n  "));
    }
    out.write(last ? "]\n}" : "");
  }

  /** By name of the quantity, kind of number and step. */
  private Map<String, Object> forecast(float[] outputs) {
    Forecast forecast = meaning.forecast(outputs);
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < forecast.names().size(); i++) {
      Map<String, List<Object>> kinds = new LinkedHashMap<>();
      for (int ahead = 1; ahead <= forecast.horizon(); ahead++) {
        forecast
            .numbers(ahead, i)
            .forEach((kind, x) -> kinds.computeIfAbsent(kind, key -> new ArrayList<>()).add(x));
      }
      map.put(forecast.names().get(i), kinds);
    }
    return map;
  }

  private Map<String, Object> answer(float[] values, int at) {
    Map<String, Object> map = new LinkedHashMap<>();
    if (meaning.isClass()) {
      Classification classes = meaning.classification(values, at);
      map.put("class", classes.name());
      map.put("probability", classes.probability());
      map.put("probabilities", classes.byName());
      return map;
    }
    List<String> names = meaning.valueNames();
    for (int i = 0; i < names.size(); i++) {
      List<Object> ahead = new ArrayList<>();
      for (int k = 0; k < meaning.horizon(); k++) {
        ahead.add(values[at + k * names.size() + i]);
      }
      map.put(names.get(i), meaning.horizon() == 1 ? ahead.get(0) : ahead);
    }
    return map;
  }
}
