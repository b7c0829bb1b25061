package io.carillon.cli;

import io.carillon.data.DataException;
import io.carillon.data.DataFormat;
import io.carillon.data.Inputs;
import io.carillon.data.Option;
import io.carillon.data.Options;
import io.carillon.data.Splits;
import io.carillon.model.Meaning;
import io.carillon.train.Dataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** A format that the project does not have: a line a sequence, its class, then its numbers. */
public final class LinesFormat implements DataFormat {
  private static final List<String> CLASSES = List.of("down", "up");

  @Override
  public About about() {
    return new About(
        "lines",
        "a .lines file, each line a class and numbers",
        List.of(new Option("factor", "1", "what every number is multiplied by")));
  }

  @Override
  public boolean readsFile(Path file, String ending) {
    return ending.equals("lines");
  }

  @Override
  public Splits splits(Path path, Options options, long seed, Optional<Meaning> fitted) {
    Meaning meaning =
        fitted.orElseGet(
            () ->
                Meaning.of(kind(), options.asMap())
                    .values(1, List.of("x"), null)
                    .classes(CLASSES)
                    .build());
    Dataset all = labelled(path, options, meaning);
    return new Splits(all, all, all, meaning, all.size() + " lines", Map.of("kind", kind()));
  }

  @Override
  public Dataset labelled(Path path, Options options, Meaning fitted) {
    List<String> lines = lines(path);
    return Dataset.ofValues(1, values(lines, options))
        .name("lines")
        .classNames(CLASSES)
        .labels(2, lines.stream().mapToInt(line -> CLASSES.indexOf(line.split(" ")[0])).toArray())
        .build();
  }

  @Override
  public Inputs inputs(Path path, Options options, Meaning fitted) {
    List<String> lines = lines(path);
    List<String> names =
        IntStream.rangeClosed(1, lines.size()).mapToObj(i -> path + ":" + i).toList();
    float[][] masks = new float[lines.size()][];
    return new Inputs(names, values(lines, options), null, masks, 1, List.of());
  }

  private static float[][] values(List<String> lines, Options options) {
    double factor = options.number("factor", -100, 100);
    float[][] values = new float[lines.size()][];
    for (int i = 0; i < values.length; i++) {
      String[] words = lines.get(i).split(" ");
      values[i] = new float[words.length - 1];
      for (int t = 0; t < values[i].length; t++) {
        values[i][t] = (float) (factor * Double.parseDouble(words[t + 1]));
      }
    }
    return values;
  }

  private static List<String> lines(Path path) {
    try {
      return Files.readAllLines(path);
    } catch (IOException e) {
      throw DataException.unreadable(path, e);
    }
  }
}
