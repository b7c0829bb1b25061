package io.carillon.data.ts;

import io.carillon.data.DataException;
import io.carillon.data.DataFormat;
import io.carillon.data.InputSink;
import io.carillon.data.InputSize;
import io.carillon.data.Inputs;
import io.carillon.data.MissingValues;
import io.carillon.data.Option;
import io.carillon.data.Options;
import io.carillon.data.Splits;
import io.carillon.data.read.SequenceSplits;
import io.carillon.data.read.Sequences;
import io.carillon.data.read.TextFile;
import io.carillon.model.Meaning;
import io.carillon.model.Meaning.Missing;
import io.carillon.train.Dataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Data sets of the UCR and UEA archives: a folder with {@code NAME_TRAIN.ts} and {@code
 * NAME_TEST.ts}, or one {@code .ts} file.
 *
 * <p>With a test file the validation part is a stratified share of the training file (option {@code
 * validation}); a single file, or both together with {@code pool=yes}, is divided in three (option
 * {@code split}).
 */
public final class TsFormat implements DataFormat {
  static final String KIND = "ts";
  private static final String TRAIN = "_TRAIN.ts";
  private static final String TEST = "_TEST.ts";

  static final List<Option> OPTIONS = allOptions();

  private static List<Option> allOptions() {
    List<Option> options = new ArrayList<>(SequenceSplits.OPTIONS);
    options.add(
        new Option(
            "problem",
            "",
            "NAME of the pair NAME_TRAIN.ts, NAME_TEST.ts in a folder with several"));
    options.add(
        new Option(
            "pool",
            "no",
            "yes: training and test file together, divided anew by option split (as the S4D paper"
                + " does with BIDMC)"));
    return List.copyOf(options);
  }

  @Override
  public About about() {
    return new About(
        KIND,
        "a .ts file of the UCR/UEA archives, or a folder with NAME_TRAIN.ts and NAME_TEST.ts",
        OPTIONS,
        10,
        70);
  }

  @Override
  public boolean readsFile(Path file, String ending) {
    return ending.equals("ts");
  }

  @Override
  public boolean readsFolder(Path folder) {
    return !problems(folder).isEmpty();
  }

  @Override
  public boolean hasTestPart() {
    return true;
  }

  @Override
  public Splits splits(Path path, Options options, long seed, Optional<Meaning> fitted) {
    Missing missing = MissingValues.of(options);
    Path train = Files.isDirectory(path) ? trainFile(path, options) : path;
    Path test = testFile(train);
    TsFile.Content content = labelledContent(train, missing);
    if (test == null) {
      return SequenceSplits.ofOne(KIND, path, content.sequences(), options, seed, fitted);
    }
    Sequences tested = labelledContent(test, missing).sequences();
    if (tested.dims() != content.sequences().dims()) {
      throw new DataException(
          test
              + ": has "
              + tested.dims()
              + " dimensions, "
              + train
              + " has "
              + content.sequences().dims());
    }
    if (options.flag("pool")) {
      Sequences both = content.sequences().with(tested);
      return SequenceSplits.ofOne(KIND, path, both, options, seed, fitted);
    }
    return SequenceSplits.ofTrainAndTest(
        KIND, path, content.sequences(), tested, content.declaredClasses(), options, seed, fitted);
  }

  @Override
  public Dataset labelled(Path path, Options options, Meaning fitted) {
    Missing missing = MissingValues.of(options);
    Sequences sequences = labelledContent(file(path), missing).sequences();
    return Sequences.dataset(sequences.name(), sequences.all(), fitted, missing);
  }

  @Override
  public Inputs inputs(Path path, Options options, Meaning fitted) {
    Missing missing = MissingValues.of(options);
    Sequences sequences = TsFile.read(file(path), missing).sequences();
    return Sequences.inputs(sequences.all(), fitted, missing);
  }

  @Override
  public Optional<InputSize> size(Path path, Options options, Meaning fitted) {
    long bytes = TextFile.size(file(path));
    // A number takes two characters at least.
    return Optional.of(new InputSize(bytes / 2, 10 * bytes));
  }

  @Override
  public List<String> stream(Path path, Options options, Meaning fitted, InputSink sink) {
    Missing missing = MissingValues.of(options);
    TsFile.stream(
        file(path),
        missing,
        one -> {
          Inputs inputs = Sequences.inputs(one.all(), fitted, missing);
          sink.accept(inputs.names().get(0), inputs.sequences()[0], true, true);
        });
    return List.of();
  }

  private static Path file(Path path) {
    if (Files.isDirectory(path)) {
      throw new DataException(path + ": is a folder; give one .ts file in it");
    }
    return path;
  }

  private static TsFile.Content labelledContent(Path file, Missing missing) {
    TsFile.Content content = TsFile.read(file, missing);
    if (!content.sequences().hasTarget()) {
      throw new DataException(
          file
              + ": declares neither '@classLabel true …' nor '@targetLabel true', so there is"
              + " nothing to learn or to compare with");
    }
    return content;
  }

  /** The test file beside a training file, or null. */
  private static Path testFile(Path train) {
    String name = train.getFileName().toString();
    if (!name.endsWith(TRAIN)) {
      return null;
    }
    Path test = train.resolveSibling(name.substring(0, name.length() - TRAIN.length()) + TEST);
    return Files.exists(test) ? test : null;
  }

  private static List<String> problems(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(TRAIN))
          .sorted()
          .map(name -> name.substring(0, name.length() - TRAIN.length()))
          .toList();
    } catch (IOException e) {
      throw DataException.unreadable(folder, e);
    }
  }

  private static Path trainFile(Path folder, Options options) {
    List<String> problems = problems(folder);
    String folderName = folder.toAbsolutePath().normalize().getFileName().toString();
    String wanted =
        options.text("problem").orElse(problems.size() == 1 ? problems.get(0) : folderName);
    if (!problems.contains(wanted)) {
      throw new DataException(
          folder
              + ": has no file "
              + wanted
              + TRAIN
              + "; choose with option problem one of: "
              + String.join(", ", problems));
    }
    return folder.resolve(wanted + TRAIN);
  }
}
