package io.carillon.data.images;

import io.carillon.data.DataException;
import io.carillon.data.DataFormat;
import io.carillon.data.Inputs;
import io.carillon.data.Option;
import io.carillon.data.Options;
import io.carillon.data.ScalingFit;
import io.carillon.data.Splits;
import io.carillon.data.read.ClassNames;
import io.carillon.data.read.Partition;
import io.carillon.data.read.Report;
import io.carillon.engine.SeededRandom;
import io.carillon.model.Meaning;
import io.carillon.train.Dataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Images of the MNIST family, read as sequences of pixels: row by row, or in one fixed random order
 * for all images. A pixel is its byte divided by 255, then standardised with mean and deviation of
 * all pixels of the training part.
 *
 * <p>The folder holds training and test images and labels under names that contain {@code
 * train-images}, {@code train-labels}, {@code t10k-images} and {@code t10k-labels} (or {@code
 * test-} instead of {@code t10k-}), as {@code idx3-ubyte} and {@code idx1-ubyte}, compressed or
 * not.
 */
public final class IdxFormat implements DataFormat {
  static final String KIND = "idx";

  static final List<Option> OPTIONS =
      List.of(
          new Option("order", "rows", "order of the pixels: rows, or permuted"),
          new Option("permutation-seed", "0", "seed of the fixed order of order=permuted"),
          new Option("train-limit", "", "number of images to use of the training file"),
          new Option("test-limit", "", "number of images to use of the test file"),
          ScalingFit.OPTION,
          Partition.VALIDATION);

  /** Images with their labels. */
  private record Labelled(float[][] pixels, String[] labels, Path file) {
    private List<String> classes(int[] indices) {
      return ClassNames.sorted(Arrays.stream(indices).mapToObj(i -> labels[i]).toList());
    }
  }

  @Override
  public About about() {
    return new About(
        KIND,
        "a folder of IDX images and labels (MNIST family), read pixel by pixel",
        OPTIONS,
        40,
        10);
  }

  @Override
  public boolean readsFile(Path file, String ending) {
    return false;
  }

  @Override
  public boolean readsFolder(Path folder) {
    return find(folder, "train-images").isPresent();
  }

  @Override
  public boolean readsInput(Path file) {
    return String.valueOf(file.getFileName()).contains("idx3-ubyte") && Files.isRegularFile(file);
  }

  @Override
  public Splits splits(Path folder, Options options, long seed, Optional<Meaning> fitted) {
    Labelled train = read(folder, "train", options, "train-limit");
    Labelled test = read(folder, "(t10k|test)", options, "test-limit");
    int length = train.pixels[0].length;
    if (test.pixels[0].length != length) {
      throw new DataException(
          test.file
              + ": its images have "
              + test.pixels[0].length
              + " pixels, those of "
              + train.file
              + " have "
              + length);
    }
    ClassNames all = new ClassNames(ClassNames.sorted(Arrays.asList(train.labels)));
    int[] strata = Arrays.stream(train.labels).mapToInt(label -> all.id(label, "")).toArray();
    double share = options.number("validation", 0, 0.9);
    int[][] parts =
        Partition.carve(strata, Partition.upTo(strata.length), share, new SeededRandom(seed));
    Meaning meaning = fitted.orElseGet(() -> fit(train, parts[0], options));
    String name = String.valueOf(folder.getFileName());
    return Report.splits(
        dataset(name + " train", train, parts[0], meaning),
        dataset(name + " validation", train, parts[1], meaning),
        dataset(name + " test", test, Partition.upTo(test.labels.length), meaning),
        meaning,
        folder,
        "test part as given, validation "
            + options.text("validation").orElse("")
            + " of the training part, stratified, seed "
            + seed,
        seed);
  }

  @Override
  public Dataset labelled(Path folder, Options options, Meaning fitted) {
    Labelled test = read(folder, "(t10k|test)", options, "test-limit");
    String name = String.valueOf(folder.getFileName());
    return dataset(name, test, Partition.upTo(test.labels.length), fitted);
  }

  @Override
  public Inputs inputs(Path file, Options options, Meaning fitted) {
    if (Files.isDirectory(file)) {
      throw new DataException(file + ": is a folder; give one file of images in it");
    }
    float[][] pixels =
        pixels(IdxFile.read(file, 3, Integer.MAX_VALUE, "Give a part of the file"), options);
    List<String> names =
        IntStream.range(0, pixels.length).mapToObj(i -> file + ":" + (i + 1)).toList();
    return new Inputs(names, scaled(pixels, fitted), null, null, 1, List.of());
  }

  private static Labelled read(Path folder, String part, Options options, String limitKey) {
    int limit =
        options.has(limitKey) ? options.integer(limitKey, 1, Integer.MAX_VALUE) : Integer.MAX_VALUE;
    Path images = require(folder, part + "-images");
    Path labels = require(folder, part + "-labels");
    IdxFile imageData = IdxFile.read(images, 3, limit, "Set " + limitKey);
    IdxFile labelData = IdxFile.read(labels, 1, limit, "Set " + limitKey);
    if (imageData.items().size() != labelData.items().size() || imageData.items().isEmpty()) {
      throw new DataException(
          images
              + ": has "
              + imageData.items().size()
              + " images, "
              + labels
              + " has "
              + labelData.items().size()
              + " labels; both must be the same and above 0");
    }
    String[] names =
        labelData.items().stream()
            .map(item -> Integer.toString(item[0] & 0xFF))
            .toArray(String[]::new);
    return new Labelled(pixels(imageData, options), names, images);
  }

  private static float[][] pixels(IdxFile images, Options options) {
    int size = images.itemSize();
    int[] order = Partition.upTo(size);
    if (options.choice("order", List.of("rows", "permuted")).equals("permuted")) {
      int seed = options.integer("permutation-seed", Integer.MIN_VALUE, Integer.MAX_VALUE);
      order = new SeededRandom(seed).permutation(size);
    }
    float[][] pixels = new float[images.items().size()][size];
    for (int i = 0; i < pixels.length; i++) {
      byte[] bytes = images.items().get(i);
      for (int k = 0; k < size; k++) {
        pixels[i][k] = (bytes[order[k]] & 0xFF) / 255f;
      }
    }
    return pixels;
  }

  private static Meaning fit(Labelled train, int[] indices, Options options) {
    ScalingFit statistics = new ScalingFit(1);
    for (int i : indices) {
      statistics.addAll(train.pixels[i]);
    }
    return Meaning.of(KIND, options.asMap())
        .values(1, List.of("pixel"), ScalingFit.wanted(options) ? statistics.scaling() : null)
        .classes(train.classes(indices))
        .build();
  }

  private static Dataset dataset(String name, Labelled data, int[] indices, Meaning fitted) {
    ClassNames ids = new ClassNames(fitted.classNames());
    float[][] chosen = Arrays.stream(indices).mapToObj(i -> data.pixels[i]).toArray(float[][]::new);
    int[] labels =
        Arrays.stream(indices)
            .map(i -> ids.id(data.labels[i], data.file + ":" + (i + 1)))
            .toArray();
    return Dataset.ofValues(1, scaled(chosen, fitted))
        .name(name)
        .classNames(ids.names())
        .labels(ids.size(), labels)
        .build();
  }

  private static float[][] scaled(float[][] pixels, Meaning fitted) {
    if (fitted.inputSize() != 1) {
      throw new DataException(
          "images have one number per step (a pixel), the model takes "
              + fitted.inputSize()
              + "; use a model of images");
    }
    return Arrays.stream(pixels).map(fitted::scaleInput).toArray(float[][]::new);
  }

  private static Path require(Path folder, String part) {
    return find(folder, part)
        .orElseThrow(
            () ->
                new DataException(
                    folder
                        + ": has no file '"
                        + part
                        + "-idx…-ubyte' (or .gz); the folder must hold"
                        + " images and labels of the training and the test part"));
  }

  /** The file whose name contains the part; uncompressed before compressed. */
  private static Optional<Path> find(Path folder, String part) {
    Pattern pattern = Pattern.compile(".*" + part + "[.-]idx[13]-ubyte(\\.gz)?");
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> pattern.matcher(file.getFileName().toString()).matches())
          .min(Comparator.comparing(file -> file.getFileName().toString().length()));
    } catch (IOException e) {
      throw DataException.unreadable(folder, e);
    }
  }
}
