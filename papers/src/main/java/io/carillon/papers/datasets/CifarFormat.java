package io.carillon.papers.datasets;

import io.carillon.data.DataException;
import io.carillon.data.DataFormat;
import io.carillon.data.Inputs;
import io.carillon.data.Option;
import io.carillon.data.Options;
import io.carillon.data.ScalingFit;
import io.carillon.data.Splits;
import io.carillon.data.read.ClassNames;
import io.carillon.data.read.Memory;
import io.carillon.data.read.Nested;
import io.carillon.data.read.Partition;
import io.carillon.data.read.Report;
import io.carillon.engine.SeededRandom;
import io.carillon.model.Meaning;
import io.carillon.model.Scaling;
import io.carillon.train.Dataset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * CIFAR-10 as sequences of 1024 pixels, row by row: grey (the Image task of the Long Range Arena)
 * or in colour (sequential CIFAR). The folder holds {@code data_batch_1} to {@code 5} and {@code
 * test_batch}, of the binary version (with the ending {@code .bin}) or the Python version.
 *
 * <p>With {@code scale=paper} a pixel v, from 0 to 1, becomes (v − m)/s with the constants of the
 * official loaders: m = 122.6/255 and s = 61/255 in grey; (0.4914, 0.4822, 0.4465) and (0.247,
 * 0.243, 0.261) in colour.
 */
public final class CifarFormat implements DataFormat {
  static final String KIND = "cifar";

  private static final List<String> CLASSES =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

  private static final String SCALE = "scale";

  static final List<Option> OPTIONS =
      List.of(
          new Option("colour", "grey", "grey (one number per pixel) or rgb (three)"),
          new Option(
              SCALE,
              "paper",
              "paper (constants of the official loaders), standard (statistics of the training part)"
                  + " or none"),
          new Option("train-limit", "", "number of images to use of the training batches"),
          new Option("test-limit", "", "number of images to use of the test batch"),
          new Option(
              "validation",
              "0.1",
              "share of the training part kept for validation (stratified, by seed); 0 for none"));

  /** An image and where it is. */
  private record Image(CifarFile batch, int index) {
    int label() {
      return batch.labels().get(index);
    }
  }

  private static boolean isBatches(Path folder) {
    return batch(folder, "data_batch_1").isPresent();
  }

  private static Optional<Path> batch(Path folder, String name) {
    return Stream.of(folder.resolve(name + ".bin"), folder.resolve(name))
        .filter(Files::isRegularFile)
        .findFirst();
  }

  @Override
  public About about() {
    return new About(
        KIND,
        "a folder with the batches of CIFAR-10 (binary or Python version), or one batch .bin, read"
            + " pixel by pixel",
        OPTIONS,
        80,
        20);
  }

  @Override
  public boolean readsFile(Path file, String ending) {
    return ending.equals("bin");
  }

  @Override
  public boolean readsFolder(Path folder) {
    return Nested.find(folder, CifarFormat::isBatches).isPresent();
  }

  @Override
  public Splits splits(Path path, Options options, long seed, Optional<Meaning> fitted) {
    List<Image> train = training(path, options);
    List<Image> test = test(path, options);
    int[] strata = train.stream().mapToInt(Image::label).toArray();
    int[] all = Partition.upTo(strata.length);
    double share = options.number("validation", 0, 0.9);
    int[][] parts = Partition.carve(strata, all, share, new SeededRandom(seed));
    List<Image> fit = Arrays.stream(parts[0]).mapToObj(train::get).toList();
    List<Image> held = Arrays.stream(parts[1]).mapToObj(train::get).toList();
    Meaning meaning = fitted.orElseGet(() -> fit(fit, options));
    String name = String.valueOf(path.getFileName());
    return Report.splits(
        dataset(name + " train", fit, meaning),
        dataset(name + " validation", held, meaning),
        dataset(name + " test", test, meaning),
        meaning,
        path,
        "test part as given, validation "
            + options.text("validation").orElse("")
            + " of the training part, stratified, seed "
            + seed,
        seed);
  }

  private static List<Image> training(Path path, Options options) {
    Path folder =
        Nested.find(path, CifarFormat::isBatches)
            .orElseThrow(() -> new DataException(path + ": has no file data_batch_1(.bin)"));
    List<Image> images = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      batch(folder, "data_batch_" + i).map(CifarFile::read).ifPresent(b -> images.addAll(all(b)));
    }
    return limited(images, options, "train-limit");
  }

  private static List<Image> test(Path path, Options options) {
    Path folder = Nested.find(path, CifarFormat::isBatches).orElse(path);
    Path file =
        batch(folder, "test_batch")
            .orElseThrow(
                () -> new DataException(folder + ": has no file test_batch(.bin); add it"));
    return limited(all(CifarFile.read(file)), options, "test-limit");
  }

  private static List<Image> all(CifarFile batch) {
    return Arrays.stream(Partition.upTo(batch.labels().size()))
        .mapToObj(i -> new Image(batch, i))
        .toList();
  }

  private static List<Image> limited(List<Image> images, Options options, String key) {
    int limit = options.has(key) ? options.integer(key, 1, Integer.MAX_VALUE) : Integer.MAX_VALUE;
    return images.subList(0, Math.min(limit, images.size()));
  }

  private static boolean colour(Options options) {
    return options.choice("colour", List.of("grey", "rgb")).equals("rgb");
  }

  private static Meaning fit(List<Image> train, Options options) {
    boolean colour = colour(options);
    int size = colour ? 3 : 1;
    Scaling scaling =
        switch (options.choice(SCALE, List.of("paper", "standard", "none"))) {
          case "paper" -> official(colour);
          case "standard" -> {
            ScalingFit statistics = new ScalingFit(size);
            train.forEach(image -> statistics.addAll(image.batch.pixels(image.index, colour)));
            yield statistics.scaling();
          }
          default -> null;
        };
    return Meaning.of(KIND, options.asMap())
        .values(size, colour ? List.of("red", "green", "blue") : List.of("grey"), scaling)
        .classes(CLASSES)
        .build();
  }

  private static Scaling official(boolean colour) {
    return colour
        ? new Scaling(new double[] {0.4914, 0.4822, 0.4465}, new double[] {0.247, 0.243, 0.261})
        : new Scaling(new double[] {122.6 / 255}, new double[] {61.0 / 255});
  }

  private static float[][] values(List<Image> images, Meaning fitted) {
    Memory.require(
        (long) Float.BYTES * images.size() * CifarFile.PIXELS * fitted.inputSize(),
        images.size() + " images of " + CifarFile.PIXELS + " pixels",
        "Set train-limit or test-limit");
    Scaling scaling = Scaling.of(fitted.inputScaling(), fitted.inputSize());
    float[][] values = new float[images.size()][];
    for (int i = 0; i < values.length; i++) {
      Image image = images.get(i);
      values[i] = image.batch.pixels(image.index, fitted.inputSize() == 3);
      scaling.applyInPlace(values[i]);
    }
    return values;
  }

  private static Dataset dataset(String name, List<Image> images, Meaning fitted) {
    ClassNames ids = new ClassNames(fitted.classNames());
    int[] labels =
        images.stream()
            .mapToInt(image -> ids.id(CLASSES.get(image.label()), image.batch.file().toString()))
            .toArray();
    return Dataset.ofValues(fitted.inputSize(), values(images, fitted))
        .name(name)
        .classNames(ids.names())
        .labels(ids.size(), labels)
        .build();
  }

  @Override
  public Dataset labelled(Path path, Options options, Meaning fitted) {
    List<Image> images = Files.isDirectory(path) ? test(path, options) : all(CifarFile.read(path));
    return dataset(String.valueOf(path.getFileName()), images, fitted);
  }

  @Override
  public Inputs inputs(Path path, Options options, Meaning fitted) {
    List<Image> images = Files.isDirectory(path) ? test(path, options) : all(CifarFile.read(path));
    List<String> names =
        images.stream().map(image -> image.batch.file() + ":" + (image.index + 1)).toList();
    return new Inputs(names, values(images, fitted), null, null, fitted.inputSize(), List.of());
  }
}
