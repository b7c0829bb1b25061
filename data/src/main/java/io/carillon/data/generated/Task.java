package io.carillon.data.generated;

import io.carillon.data.DataException;
import io.carillon.data.Option;
import io.carillon.data.Options;
import io.carillon.data.Splits;
import io.carillon.data.read.Report;
import io.carillon.engine.SeededRandom;
import io.carillon.model.Meaning;
import io.carillon.train.Dataset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A task whose data are generated: nothing is downloaded, and the same seed and options give the
 * same data on every machine. Parts are disjoint: they come from independent random streams, and
 * where samples are discrete a repeated one is left out.
 */
public final class Task {
  private static final List<String> PARTS = List.of("train", "validation", "test");

  /** Option of the tasks that can draw their samples when they are needed. */
  private static final String STREAM = "stream";

  private final String name;
  private final String description;
  private final String length;
  private final String target;
  private final String metric;
  private final String source;
  private final List<Option> options;
  private final Function<Options, Generator> generator;

  private Task(Builder b) {
    name = b.name;
    description = b.description;
    length = b.length;
    target = b.target;
    metric = b.metric;
    source = b.source;
    options = List.copyOf(b.options);
    generator = b.generator;
  }

  /** Name on the command line. */
  public String name() {
    return name;
  }

  /** What is to be learned, in a sentence or two. */
  public String description() {
    return description;
  }

  /** Sequence length with the default options, in words. */
  public String length() {
    return length;
  }

  /** Classes or target values, in words. */
  public String target() {
    return target;
  }

  /** What success is measured by. */
  public String metric() {
    return metric;
  }

  /** Where the task comes from, and its licence. */
  public String source() {
    return source;
  }

  /** The settings with their defaults. */
  public List<Option> options() {
    return options;
  }

  /**
   * Generates the three parts.
   *
   * @param given settings by key; what is not given has its default
   * @throws DataException for an unknown key, a value outside its bounds, or if so many distinct
   *     samples do not exist
   */
  public Splits splits(Map<String, String> given, long seed) {
    Options checked = check(given);
    Generator drawing = generator.apply(checked);
    SeededRandom root = new SeededRandom(seed);
    Dataset[] sets = new Dataset[3];
    for (int p = 0; p < 3; p++) {
      int count = checked.integer(PARTS.get(p), p == 0 ? 1 : 0, 10_000_000);
      sets[p] = part(drawing, checked, p, count, root.split());
    }
    Map<String, String> provenance = new LinkedHashMap<>();
    provenance.put("kind", "task");
    provenance.put("source", name);
    provenance.put("seed", Long.toString(seed));
    checked.asMap().forEach((key, value) -> provenance.put("option " + key, value));
    String words =
        Report.describe(sets[0], sets[1], sets[2])
            + "; generated"
            + (sets[0].isGenerated() ? " afresh for every epoch" : "")
            + ", seed "
            + seed;
    return new Splits(sets[0], sets[1], sets[2], meaning(drawing, checked), words, provenance);
  }

  /**
   * Generates samples as one set.
   *
   * @param count number of samples, at least 1
   * @throws DataException as {@link #splits(Map, long)}
   */
  public Dataset sample(int count, Map<String, String> given, long seed) {
    if (count < 1) {
      throw new DataException("count is " + count + "; at least 1 sample must be asked for");
    }
    Options checked = check(given);
    return part(generator.apply(checked), checked, 0, count, new SeededRandom(seed).split());
  }

  /**
   * Side of the square picture whose pixels are the steps of a sample, row by row; 0 where samples
   * are no pictures.
   *
   * @throws DataException as {@link #splits(Map, long)}
   */
  public int pictureSide(Map<String, String> given) {
    return generator(given).pictureSide();
  }

  /** What draws the samples. */
  public Generator generator(Map<String, String> given) {
    return generator.apply(check(given));
  }

  private Dataset part(
      Generator drawing, Options checked, int part, int count, SeededRandom random) {
    String title = name + " " + PARTS.get(part);
    return drawing instanceof SampleGenerator samples && checked.flag(STREAM)
        ? Dataset.ofSource(title, new SampleStream(samples, part, count, random))
        : drawing.draw(title, count, random);
  }

  /** What the numbers of this task's samples mean: names of inputs, tokens, classes and targets. */
  public Meaning meaning(Map<String, String> given) {
    Options checked = check(given);
    return meaning(generator.apply(checked), checked);
  }

  private Options check(Map<String, String> given) {
    return Options.of("task " + name, options, given);
  }

  private Meaning meaning(Generator drawing, Options checked) {
    Map<String, String> kept = new LinkedHashMap<>();
    kept.put("task", name);
    kept.putAll(checked.asMap());
    return drawing.describe(Meaning.of("task", kept)).build();
  }

  /** Starts a task. */
  public static Builder named(String name, Function<Options, Generator> generator) {
    Builder builder = new Builder();
    builder.name = name;
    builder.generator = generator;
    return builder;
  }

  /** Collects the parts. */
  public static final class Builder {
    private String name;
    private String description;
    private String length;
    private String target;
    private String metric;
    private String source = "generated; no licence needed";
    private final List<Option> options = new ArrayList<>();
    private Function<Options, Generator> generator;

    private Builder() {}

    public Builder describe(String text) {
      description = text;
      return this;
    }

    public Builder length(String words) {
      length = words;
      return this;
    }

    public Builder target(String words, String measuredBy) {
      target = words;
      metric = measuredBy;
      return this;
    }

    public Builder source(String words) {
      source = words;
      return this;
    }

    public Builder option(String key, Object defaultValue, String help) {
      options.add(new Option(key, String.valueOf(defaultValue), help));
      return this;
    }

    /** Lets samples be drawn when they are needed; for generators of single samples. */
    public Builder streamed() {
      return option(
          STREAM,
          "yes",
          "yes: samples are drawn when they are needed, for training new ones in every epoch; no:"
              + " drawn once and kept in memory");
    }

    /** The last call: the sizes of the parts come after the settings of the task itself. */
    public Task sizes(int train, int validation, int test) {
      option("train", train, "number of training sequences");
      option("validation", validation, "number of validation sequences");
      option("test", test, "number of test sequences");
      return new Task(this);
    }
  }
}
