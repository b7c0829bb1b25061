package io.carillon.data.text;

import io.carillon.data.DataException;
import io.carillon.data.DataFormat;
import io.carillon.data.Inputs;
import io.carillon.data.Option;
import io.carillon.data.Options;
import io.carillon.data.Splits;
import io.carillon.data.read.ClassNames;
import io.carillon.data.read.Memory;
import io.carillon.data.read.Nested;
import io.carillon.data.read.Partition;
import io.carillon.data.read.Report;
import io.carillon.data.read.TextFile;
import io.carillon.engine.SeededRandom;
import io.carillon.model.Meaning;
import io.carillon.train.Dataset;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Texts to classify, read character by character: {@code train/CLASS/*.txt} and {@code
 * test/CLASS/*.txt}, as in the IMDB film reviews ({@code aclImdb}, classes {@code neg} and {@code
 * pos}; the folder {@code unsup} is left out). See {@link TextUnits} for the tokens.
 */
public final class TextFormat implements DataFormat {
  static final String KIND = "text";

  static final List<Option> OPTIONS =
      List.of(
          TextUnits.LEVEL,
          TextUnits.maxLength(4096),
          TextUnits.minCount(15),
          new Option("per-class", "", "texts to use of every class in every part"),
          new Option(
              "validation",
              "0.1",
              "share of the training part kept for validation (stratified, by seed); 0 for none; or"
                  + " test: the test part itself, as in the papers, which favours the test result"));

  /** As read, as text, and as code points. */
  private static final long BYTES_PER_BYTE = 1 + Character.BYTES + Integer.BYTES;

  private static final String UNLABELLED = "unsup";
  private static final String ENDING = ".txt";
  private static final int UNLIMITED = Integer.MAX_VALUE;

  /** A text. */
  private record Document(Path file, String label, int[] units) {}

  private static boolean isRoot(Path folder) {
    return Files.isDirectory(folder.resolve("test"))
        && classes(folder.resolve("train")).stream().anyMatch(c -> !texts(c).isEmpty());
  }

  private static List<Path> classes(Path part) {
    return Nested.folders(part).stream()
        .filter(folder -> !folder.getFileName().toString().equals(UNLABELLED))
        .toList();
  }

  private static List<Path> texts(Path folder) {
    return Nested.files(folder).stream().filter(TextFormat::isText).toList();
  }

  private static boolean isText(Path file) {
    return file.getFileName().toString().endsWith(ENDING);
  }

  @Override
  public About about() {
    return new About(
        KIND,
        "a folder of texts train/CLASS/*.txt and test/CLASS/*.txt (IMDB film reviews), read character"
            + " by character",
        OPTIONS,
        60,
        60);
  }

  @Override
  public boolean readsFile(Path file, String ending) {
    return ending.equals("txt");
  }

  @Override
  public boolean readsFolder(Path folder) {
    return Nested.find(folder, TextFormat::isRoot).isPresent();
  }

  @Override
  public boolean isTokens() {
    return true;
  }

  @Override
  public boolean takesAnyFolder() {
    return true;
  }

  @Override
  public boolean isOnlyForItself() {
    return true;
  }

  @Override
  public Splits splits(Path path, Options options, long seed, Optional<Meaning> fitted) {
    Path root = Nested.find(path, TextFormat::isRoot).orElse(path);
    TextUnits units = TextUnits.of(options);
    int most =
        options.has("per-class") ? options.integer("per-class", 1, Integer.MAX_VALUE) : UNLIMITED;
    List<Document> train = read(root.resolve("train"), units, most);
    List<Document> test = read(root.resolve("test"), units, most);
    boolean onTest = options.text("validation").orElse("").equals("test");
    ClassNames all = new ClassNames(classNames(train));
    int[] strata = train.stream().mapToInt(d -> all.id(d.label, d.file.toString())).toArray();
    int[][] parts =
        Partition.carve(
            strata,
            Partition.upTo(strata.length),
            onTest ? 0 : options.number("validation", 0, 0.9),
            new SeededRandom(seed));
    List<Document> kept = Arrays.stream(parts[0]).mapToObj(train::get).toList();
    List<Document> held = onTest ? test : Arrays.stream(parts[1]).mapToObj(train::get).toList();
    Meaning meaning = fitted.orElseGet(() -> fit(kept, units, options));
    String name = String.valueOf(path.getFileName());
    return Report.splits(
        dataset(name + " train", kept, units, meaning),
        dataset(name + " validation", held, units, meaning),
        dataset(name + " test", test, units, meaning),
        meaning,
        path,
        onTest
            ? "test part as given; it is the validation part as well, so that the result on it is"
                + " the best of many"
            : "test part as given, validation "
                + options.text("validation").orElse("")
                + " of the training part, stratified, seed "
                + seed,
        seed);
  }

  private static List<String> classNames(List<Document> documents) {
    return ClassNames.sorted(documents.stream().map(Document::label).toList());
  }

  private static List<Document> read(Path part, TextUnits units, int most) {
    List<Document> documents = new ArrayList<>();
    long tokens = 0;
    for (Path folder : classes(part)) {
      List<Path> files = texts(folder);
      for (Path file : files.subList(0, Math.min(most, files.size()))) {
        Document document = document(file, folder.getFileName().toString(), units);
        tokens += document.units.length;
        Memory.require(
            2L * Integer.BYTES * tokens,
            file + ": the " + (documents.size() + 1) + " texts up to here",
            "Set per-class or a smaller max-length");
        documents.add(document);
      }
    }
    if (documents.isEmpty()) {
      throw new DataException(part + ": has no texts CLASS/*.txt");
    }
    return documents;
  }

  private static Document document(Path file, String label, TextUnits units) {
    // A character has four bytes at most; what is beyond the cut need not be read.
    long most = Math.min(TextFile.size(file), 4L * units.maxLength());
    Memory.require(
        BYTES_PER_BYTE * most, file + ": its " + most + " bytes", "Set a smaller max-length");
    try (InputStream in = Files.newInputStream(file)) {
      String text = new String(in.readNBytes(Math.toIntExact(most)), StandardCharsets.UTF_8);
      return new Document(file, label, units.units(text));
    } catch (IOException e) {
      throw DataException.unreadable(file, e);
    }
  }

  private static Meaning fit(List<Document> train, TextUnits units, Options options) {
    int minCount = options.integer("min-count", 1, Integer.MAX_VALUE);
    List<int[]> texts = train.stream().map(Document::units).toList();
    return Meaning.of(KIND, options.asMap())
        .tokens(units.vocabulary(texts, minCount))
        .classes(classNames(train))
        .build();
  }

  private static Dataset dataset(
      String name, List<Document> documents, TextUnits units, Meaning fitted) {
    ClassNames ids = new ClassNames(fitted.classNames());
    int[] labels = documents.stream().mapToInt(d -> ids.id(d.label, d.file.toString())).toArray();
    return Dataset.ofTokens(fitted.vocabulary().size(), tokens(documents, units, fitted))
        .name(name)
        .classNames(ids.names())
        .labels(ids.size(), labels)
        .build();
  }

  private static int[][] tokens(List<Document> documents, TextUnits units, Meaning fitted) {
    TextUnits.Encoder encoder = units.encoder(fitted.vocabulary());
    return documents.stream().map(d -> encoder.encode(d.units)).toArray(int[][]::new);
  }

  @Override
  public Dataset labelled(Path path, Options options, Meaning fitted) {
    if (Files.isRegularFile(path)) {
      throw new DataException(path + ": is one text without a class; give a folder CLASS/*.txt");
    }
    Path root = Nested.find(path, TextFormat::isRoot).map(r -> r.resolve("test")).orElse(path);
    TextUnits units = TextUnits.of(options);
    return dataset(String.valueOf(path.getFileName()), read(root, units, UNLIMITED), units, fitted);
  }

  @Override
  public Inputs inputs(Path path, Options options, Meaning fitted) {
    TextUnits units = TextUnits.of(options);
    List<Document> documents = new ArrayList<>();
    try (Stream<Path> files = Files.walk(path)) {
      files
          .filter(file -> Files.isRegularFile(file) && isText(file))
          .sorted()
          .forEach(file -> documents.add(document(file, null, units)));
    } catch (IOException e) {
      throw DataException.unreadable(path, e);
    }
    List<String> names = documents.stream().map(d -> d.file.toString()).toList();
    return new Inputs(names, null, tokens(documents, units, fitted), null, 0, List.of());
  }
}
