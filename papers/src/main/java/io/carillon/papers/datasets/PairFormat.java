package io.carillon.papers.datasets;

import io.carillon.data.DataException;
import io.carillon.data.DataFormat;
import io.carillon.data.Inputs;
import io.carillon.data.Numbers;
import io.carillon.data.Option;
import io.carillon.data.Options;
import io.carillon.data.Splits;
import io.carillon.data.read.ClassNames;
import io.carillon.data.read.Memory;
import io.carillon.data.read.Nested;
import io.carillon.data.read.Partition;
import io.carillon.data.read.Report;
import io.carillon.data.read.TextFile;
import io.carillon.data.text.TextUnits;
import io.carillon.engine.SeededRandom;
import io.carillon.model.Meaning;
import io.carillon.train.Dataset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Pairs of texts with a class, read character by character: the Retrieval task of the Long Range
 * Arena, whose folder holds {@code new_aan_pairs.train.tsv}, {@code .eval.tsv} and {@code
 * .test.tsv}. A line is {@code label, id 1, id 2, text 1, text 2}, separated by tabs; there is no
 * header. See {@link TextUnits} for the tokens; each text of a pair is cut by itself.
 */
public final class PairFormat implements DataFormat {
  static final String KIND = "pairs";

  static final List<Option> OPTIONS =
      List.of(
          TextUnits.LEVEL,
          TextUnits.maxLength(4000),
          TextUnits.minCount(1),
          new Option("train-limit", "", "number of lines to use of the training file"),
          new Option("test-limit", "", "number of lines to use of each of the other files"),
          Partition.VALIDATION);

  private static final int CELLS = 5;
  private static final Pattern NAME = Pattern.compile(".*pairs\\.(train|eval|test)\\.tsv");

  /** Two texts with their class. */
  private record Pair(int[] first, int[] second, String label, String at) {}

  /** Whether a file is one of these. */
  static boolean isPairs(Path file) {
    return NAME.matcher(file.getFileName().toString()).matches();
  }

  private static boolean isRoot(Path folder) {
    return file(folder, "train").isPresent();
  }

  private static Optional<Path> file(Path folder, String part) {
    return Nested.files(folder).stream()
        .filter(f -> isPairs(f) && f.getFileName().toString().endsWith("." + part + ".tsv"))
        .findFirst();
  }

  @Override
  public About about() {
    return new About(
        KIND,
        "a folder with new_aan_pairs.train.tsv, .eval.tsv and .test.tsv (Retrieval): pairs of texts,"
            + " read character by character",
        OPTIONS,
        70,
        50);
  }

  @Override
  public boolean readsFile(Path file, String ending) {
    return ending.equals("tsv") && isPairs(file);
  }

  @Override
  public boolean readsFolder(Path folder) {
    return Nested.find(folder, PairFormat::isRoot).isPresent();
  }

  @Override
  public boolean isTokens() {
    return true;
  }

  @Override
  public boolean isOnlyForItself() {
    return true;
  }

  @Override
  public Splits splits(Path path, Options options, long seed, Optional<Meaning> fitted) {
    if (Files.isRegularFile(path)) {
      throw new DataException(
          path + ": is one file; give the folder with those for train, eval and test");
    }
    Path root = Nested.find(path, PairFormat::isRoot).orElse(path);
    TextUnits units = TextUnits.of(options);
    List<Pair> train = read(require(root, "train"), units, limit(options, "train-limit"), true);
    List<Pair> test = read(require(root, "test"), units, limit(options, "test-limit"), true);
    Optional<Path> eval = file(root, "eval");
    List<Pair> kept = train;
    List<Pair> held;
    String division = "parts as given by the files";
    if (eval.isPresent()) {
      held = read(eval.get(), units, limit(options, "test-limit"), true);
    } else {
      int[][] parts = carved(train, options.number("validation", 0, 0.9), seed);
      kept = Arrays.stream(parts[0]).mapToObj(train::get).toList();
      held = Arrays.stream(parts[1]).mapToObj(train::get).toList();
      division = "test part as given, validation part by seed " + seed;
    }
    List<Pair> fit = kept;
    Meaning meaning = fitted.orElseGet(() -> fit(fit, units, options));
    String name = String.valueOf(path.getFileName());
    return Report.splits(
        dataset(name + " train", kept, units, meaning),
        dataset(name + " validation", held, units, meaning),
        dataset(name + " test", test, units, meaning),
        meaning,
        path,
        division,
        seed);
  }

  private static int[][] carved(List<Pair> pairs, double share, long seed) {
    ClassNames all = new ClassNames(classNames(pairs));
    int[] strata = pairs.stream().mapToInt(pair -> all.id(pair.label, pair.at)).toArray();
    int[] every = Partition.upTo(strata.length);
    return Partition.carve(strata, every, share, new SeededRandom(seed));
  }

  private static List<String> classNames(List<Pair> pairs) {
    return ClassNames.sorted(pairs.stream().map(Pair::label).toList());
  }

  private static int limit(Options options, String key) {
    return options.has(key) ? options.integer(key, 1, Integer.MAX_VALUE) : Integer.MAX_VALUE;
  }

  private static Path require(Path folder, String part) {
    return file(folder, part)
        .orElseThrow(
            () -> new DataException(folder + ": has no file new_aan_pairs." + part + ".tsv"));
  }

  private static List<Pair> read(Path file, TextUnits units, int limit, boolean withLabels) {
    List<Pair> pairs = new ArrayList<>();
    long tokens = 0;
    try (TextFile text = TextFile.open(file)) {
      for (String line = text.next(); line != null && pairs.size() < limit; line = text.next()) {
        Pair pair = pair(line, units, withLabels, text.at());
        tokens += pair.first.length + pair.second.length;
        Memory.require(
            2L * Integer.BYTES * tokens,
            file + ": the first " + text.number() + " lines",
            withLabels
                ? "Set train-limit, test-limit or a smaller max-length"
                : "Set a smaller max-length, or give a part of the file");
        pairs.add(pair);
      }
    }
    if (pairs.isEmpty()) {
      throw new DataException(file + ": is empty");
    }
    return pairs;
  }

  private static Pair pair(String line, TextUnits units, boolean withLabel, String at) {
    String[] cells = line.split("\t", -1);
    if (cells.length != CELLS) {
      throw new DataException(
          at
              + ": has "
              + cells.length
              + " cells separated by tabs; there must be five: label, id 1, id 2, text 1, text 2");
    }
    String label = withLabel ? label(cells[0], at) : null;
    return new Pair(units.units(cells[3]), units.units(cells[4]), label, at);
  }

  /** Labels are written as 0.0 and 1.0, or as whole numbers. */
  private static String label(String cell, String at) {
    double label = Numbers.parse(cell).orElse(-1);
    if (label < 0 || label != Math.rint(label)) {
      throw new DataException(
          at + ": the label is '" + cell + "'; it must be a whole number, such as 0 or 1");
    }
    return Integer.toString((int) label);
  }

  private static Meaning fit(List<Pair> train, TextUnits units, Options options) {
    int minCount = options.integer("min-count", 1, Integer.MAX_VALUE);
    List<int[]> texts = new ArrayList<>();
    for (Pair pair : train) {
      texts.add(pair.first);
      texts.add(pair.second);
    }
    return Meaning.of(KIND, options.asMap())
        .tokens(units.vocabulary(texts, minCount))
        .classes(classNames(train))
        .build();
  }

  /** The two texts of every pair in turn. */
  private static int[][] tokens(List<Pair> pairs, TextUnits units, Meaning fitted) {
    TextUnits.Encoder encoder = units.encoder(fitted.vocabulary());
    int[][] tokens = new int[2 * pairs.size()][];
    for (int i = 0; i < pairs.size(); i++) {
      tokens[2 * i] = encoder.encode(pairs.get(i).first);
      tokens[2 * i + 1] = encoder.encode(pairs.get(i).second);
    }
    return tokens;
  }

  private static Dataset dataset(String name, List<Pair> pairs, TextUnits units, Meaning fitted) {
    ClassNames ids = new ClassNames(fitted.classNames());
    int[][] each = tokens(pairs, units, fitted);
    int[][] joined = new int[pairs.size()][];
    for (int i = 0; i < joined.length; i++) {
      joined[i] =
          IntStream.concat(Arrays.stream(each[2 * i]), Arrays.stream(each[2 * i + 1])).toArray();
      each[2 * i + 1] = null;
    }
    int[] first = IntStream.range(0, joined.length).map(i -> each[2 * i].length).toArray();
    return Dataset.ofTokens(fitted.vocabulary().size(), joined)
        .name(name)
        .classNames(ids.names())
        .pairs(first)
        .labels(ids.size(), pairs.stream().mapToInt(pair -> ids.id(pair.label, pair.at)).toArray())
        .build();
  }

  @Override
  public Dataset labelled(Path path, Options options, Meaning fitted) {
    TextUnits units = TextUnits.of(options);
    Path file =
        Files.isDirectory(path)
            ? require(Nested.find(path, PairFormat::isRoot).orElse(path), "test")
            : path;
    List<Pair> pairs = read(file, units, limit(options, "test-limit"), true);
    return dataset(String.valueOf(path.getFileName()), pairs, units, fitted);
  }

  @Override
  public Inputs inputs(Path file, Options options, Meaning fitted) {
    if (Files.isDirectory(file)) {
      throw new DataException(file + ": is a folder; give one file of pairs in it");
    }
    TextUnits units = TextUnits.of(options);
    List<Pair> pairs = read(file, units, Integer.MAX_VALUE, false);
    List<String> names = pairs.stream().map(Pair::at).toList();
    return new Inputs(names, null, tokens(pairs, units, fitted), null, 0, List.of());
  }
}
