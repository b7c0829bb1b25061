package io.carillon.data.read;

import io.carillon.data.DataException;
import io.carillon.data.MissingValues;
import io.carillon.data.Option;
import io.carillon.data.Options;
import io.carillon.data.ScalingFit;
import io.carillon.data.Splits;
import io.carillon.data.read.Sequences.Part;
import io.carillon.engine.SeededRandom;
import io.carillon.model.Meaning;
import io.carillon.model.Meaning.Missing;
import io.carillon.train.Dataset;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Divides, scales and names sequences: what the text formats have in common. */
public final class SequenceSplits {
  /** Options of every format that is handled here. */
  public static final List<Option> OPTIONS =
      List.of(
          MissingValues.OPTION, ScalingFit.OPTION, Partition.VALIDATION, Partition.Shares.OPTION);

  private SequenceSplits() {}

  /** Divides one file at random into three parts, by the option {@code split}. */
  public static Splits ofOne(
      String kind,
      Path source,
      Sequences all,
      Options options,
      long seed,
      Optional<Meaning> fitted) {
    Partition.Shares shares = Partition.Shares.of(options);
    Partition parts = Partition.random(all.strata(), shares, seed);
    String division =
        String.format(
            "divided at random %s, stratified by class, seed %d",
            options.text("split").orElse(Partition.Shares.DEFAULT), seed);
    return assemble(
        kind,
        source,
        List.of(
            new Part(all, parts.train()),
            new Part(all, parts.validation()),
            new Part(all, parts.test())),
        all.isClass() ? all.classNames(parts.train()) : List.of(),
        options,
        division,
        seed,
        fitted);
  }

  /**
   * Takes the validation part out of the training file, by the option {@code validation}.
   *
   * @param declared class names in the wanted order; those without a training example are left out
   */
  public static Splits ofTrainAndTest(
      String kind,
      Path source,
      Sequences train,
      Sequences test,
      List<String> declared,
      Options options,
      long seed,
      Optional<Meaning> fitted) {
    double share = options.number("validation", 0, 0.9);
    int[][] carved =
        Partition.carve(
            train.strata(), Partition.upTo(train.size()), share, new SeededRandom(seed));
    List<String> seen = train.isClass() ? train.classNames(carved[0]) : List.of();
    String division =
        share == 0
            ? "test part as given, no validation part"
            : String.format(
                "test part as given, validation %s of the training part, stratified, seed %d",
                options.text("validation").orElse(""), seed);
    return assemble(
        kind,
        source,
        List.of(new Part(train, carved[0]), new Part(train, carved[1]), test.all()),
        declared.isEmpty() ? seen : declared.stream().filter(seen::contains).toList(),
        options,
        division,
        seed,
        fitted);
  }

  /** Scales the parts {train, validation, test} and puts them together. */
  static Splits assemble(
      String kind,
      Path source,
      List<Part> parts,
      List<String> classNames,
      Options options,
      String division,
      long seed,
      Optional<Meaning> fitted) {
    Part train = parts.get(0);
    if (train.indices().length == 0) {
      throw new DataException(source + ": no sequence is left for training; " + division);
    }
    Meaning meaning =
        fitted.orElseGet(
            () ->
                Sequences.fit(
                    kind, options.asMap(), train, classNames, ScalingFit.wanted(options)));
    Missing missing = MissingValues.of(options);
    String name =
        source.getFileName() == null ? source.toString() : source.getFileName().toString();
    Dataset[] sets = new Dataset[3];
    String[] names = {" train", " validation", " test"};
    for (int p = 0; p < 3; p++) {
      sets[p] = Sequences.dataset(name + names[p], parts.get(p), meaning, missing);
    }
    return Report.splits(sets[0], sets[1], sets[2], meaning, source, division, seed);
  }
}
