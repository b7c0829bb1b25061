package io.carillon.papers.datasets;

import io.carillon.data.DataException;
import io.carillon.data.DataFormat;
import io.carillon.data.Inputs;
import io.carillon.data.Option;
import io.carillon.data.Options;
import io.carillon.data.Splits;
import io.carillon.data.read.Partition;
import io.carillon.data.read.Report;
import io.carillon.engine.SeededRandom;
import io.carillon.model.Meaning;
import io.carillon.train.Dataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Classification of token sequences from tab-separated files, see {@link TokenSequences}: the
 * ListOps files of the Long Range Arena, or any others with the columns Source and Target.
 *
 * <p>A folder holds one file whose name contains {@code train}, one with {@code test} and perhaps
 * one with {@code val}; a single file is divided in three by option {@code split}.
 */
public final class TokenFormat implements DataFormat {
  static final String KIND = "tsv";

  static final List<Option> OPTIONS =
      List.of(
          new Option("tokens", "auto", "auto, listops (expressions) or text (any tokens)"),
          new Option(
              "labels",
              "target",
              "target (column Target) or subtrees (ListOps: the value of every operation)"),
          new Option("max-length", "", "text: tokens after which a sequence is cut"),
          new Option("limit", "", "number of lines to use of each file"),
          Partition.VALIDATION,
          Partition.Shares.OPTION);

  @Override
  public About about() {
    return new About(
        KIND,
        "a .tsv file of tokens with the columns Source and Target (ListOps and others), or a folder"
            + " with one for train, test and perhaps val",
        OPTIONS,
        50,
        80);
  }

  @Override
  public boolean readsFile(Path file, String ending) {
    return ending.equals("tsv");
  }

  @Override
  public boolean readsFolder(Path folder) {
    return find(folder, "train").isPresent();
  }

  @Override
  public boolean isTokens() {
    return true;
  }

  @Override
  public boolean hasTestPart() {
    return true;
  }

  @Override
  public Splits splits(Path path, Options options, long seed, Optional<Meaning> fitted) {
    Parts parts =
        Files.isDirectory(path)
            ? ofFolder(path, options, seed, fitted)
            : ofFile(path, options, seed, fitted);
    Meaning meaning =
        fitted.orElseGet(() -> parts.train.source().fit(KIND, options, parts.train.indices()));
    String name = String.valueOf(path.getFileName());
    return Report.splits(
        parts.train.dataset(name + " train", meaning),
        parts.validation.dataset(name + " validation", meaning),
        parts.test.dataset(name + " test", meaning),
        meaning,
        path,
        parts.division,
        seed);
  }

  /** Some lines of a file. */
  private record Part(TokenSequences source, int[] indices) {
    static Part all(TokenSequences source) {
      return new Part(source, Partition.upTo(source.size()));
    }

    Dataset dataset(String name, Meaning fitted) {
      return source.dataset(name, indices, fitted);
    }
  }

  /** The three parts, and how they came about. */
  private record Parts(Part train, Part validation, Part test, String division) {}

  private static Parts ofFile(Path file, Options options, long seed, Optional<Meaning> fitted) {
    TokenSequences all = read(file, options, fitted, true);
    Partition parts = Partition.random(all.strata(), Partition.Shares.of(options), seed);
    return new Parts(
        new Part(all, parts.train()),
        new Part(all, parts.validation()),
        new Part(all, parts.test()),
        "divided at random, stratified by class, seed " + seed);
  }

  private static Parts ofFolder(Path folder, Options options, long seed, Optional<Meaning> fitted) {
    TokenSequences train = read(require(folder, "train"), options, fitted, true);
    Part test = Part.all(read(require(folder, "test"), options, fitted, true));
    Optional<Path> validation = find(folder, "val");
    if (validation.isPresent()) {
      Part given = Part.all(read(validation.get(), options, fitted, true));
      return new Parts(Part.all(train), given, test, "parts as given by the files");
    }
    double share = options.number("validation", 0, 0.9);
    int[] all = Partition.upTo(train.size());
    int[][] carved = Partition.carve(train.strata(), all, share, new SeededRandom(seed));
    String division =
        String.format(
            "test part as given, validation %s of the training part, stratified, seed %d",
            options.text("validation").orElse(""), seed);
    return new Parts(new Part(train, carved[0]), new Part(train, carved[1]), test, division);
  }

  @Override
  public Dataset labelled(Path path, Options options, Meaning fitted) {
    TokenSequences all = read(path, options, Optional.of(fitted), true);
    return all.dataset(String.valueOf(path.getFileName()), Partition.upTo(all.size()), fitted);
  }

  @Override
  public Inputs inputs(Path path, Options options, Meaning fitted) {
    TokenSequences all = read(path, options, Optional.of(fitted), false);
    int[][] tokens = all.tokens(Partition.upTo(all.size()), fitted);
    return new Inputs(all.positions(), null, tokens, null, 0, List.of());
  }

  private static TokenSequences read(
      Path file, Options options, Optional<Meaning> fitted, boolean withTargets) {
    if (Files.isDirectory(file)) {
      throw new DataException(file + ": is a folder; give one .tsv file in it");
    }
    String tokens = options.choice("tokens", List.of("auto", "listops", "text"));
    boolean listOps =
        tokens.equals("auto") ? TokenSequences.looksLikeListOps(file) : tokens.equals("listops");
    boolean subTrees =
        options.choice("labels", List.of("target", "subtrees")).equals("subtrees")
            || fitted.isPresent()
                && Dataset.Target.of(fitted.get()) == Dataset.Target.CLASS_PER_STEP
                && listOps;
    if (subTrees && !listOps) {
      throw new DataException(file + ": labels=subtrees needs ListOps expressions as Source");
    }
    int maxLength = bound(options, "max-length");
    // What is to be predicted is read whole.
    int limit = withTargets ? bound(options, "limit") : Integer.MAX_VALUE;
    return TokenSequences.read(file, listOps, subTrees, withTargets, maxLength, limit);
  }

  private static int bound(Options options, String key) {
    return options.has(key) ? options.integer(key, 1, Integer.MAX_VALUE) : Integer.MAX_VALUE;
  }

  private static Path require(Path folder, String part) {
    return find(folder, part)
        .orElseThrow(
            () ->
                new DataException(
                    folder
                        + ": has no .tsv file with '"
                        + part
                        + "' in its name; the folder must"
                        + " hold one for train, one for test and perhaps one for val"));
  }

  private static Optional<Path> find(Path folder, String part) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(
              file -> {
                String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
                return name.endsWith(".tsv") && name.contains(part);
              })
          .min(Comparator.naturalOrder());
    } catch (IOException e) {
      throw DataException.unreadable(folder, e);
    }
  }
}
