package io.carillon.papers.datasets;

import io.carillon.data.DataException;
import io.carillon.data.DataFormat;
import io.carillon.data.Inputs;
import io.carillon.data.Option;
import io.carillon.data.Options;
import io.carillon.data.Splits;
import io.carillon.data.images.GreyPicture;
import io.carillon.data.read.Memory;
import io.carillon.data.read.Nested;
import io.carillon.data.read.Partition;
import io.carillon.data.read.Report;
import io.carillon.data.read.TextFile;
import io.carillon.model.Meaning;
import io.carillon.model.Scaling;
import io.carillon.train.Dataset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Pathfinder and Path-X of the Long Range Arena: pictures of dashed paths, read pixel by pixel,
 * with the question whether two marked points are joined. The folder ({@code pathfinder32} or
 * {@code pathfinder128}) holds one folder per difficulty, and that {@code metadata/*.npy} (text in
 * spite of the name) and {@code imgs/…/*.png}. Of a line of metadata the first word is the folder
 * of the picture, the second its file and the fourth the label, 0 or 1.
 *
 * <p>A pixel v, from 0 to 1, is read as 2v − 1 (option {@code centre}) or as it is.
 */
public final class PathfinderFormat implements DataFormat {
  static final String KIND = "pathfinder";

  static final List<Option> OPTIONS =
      List.of(
          new Option(
              "difficulty",
              "curv_contour_length_14",
              "folder of one difficulty; the papers use the hardest one"),
          new Option("centre", "yes", "yes: pixels from -1 to 1; no: from 0 to 1"),
          new Option("limit", "", "number of pictures to use, evenly spread over the lists"),
          new Option("split", "0.8/0.1/0.1", Partition.Shares.OPTION.help()));

  private static final String LESS = "Set limit";
  private static final String METADATA = "metadata";
  private static final List<String> LABELS = List.of("0", "1");

  /** A picture in a list. */
  private record Picture(Path file, int label, String at) {}

  private static boolean isDifficulty(Path folder) {
    return Files.isDirectory(folder.resolve("imgs")) && !lists(folder).isEmpty();
  }

  private static List<Path> lists(Path folder) {
    return Nested.files(folder.resolve(METADATA)).stream()
        .filter(file -> file.getFileName().toString().endsWith(".npy"))
        .sorted(
            Comparator.comparing((Path file) -> file.getFileName().toString().length())
                .thenComparing(Comparator.naturalOrder()))
        .toList();
  }

  @Override
  public About about() {
    return new About(
        KIND,
        "a folder of Pathfinder or Path-X: curv_contour_length_14 and others with metadata and .png"
            + " pictures, read pixel by pixel",
        OPTIONS,
        90,
        30);
  }

  @Override
  public boolean readsFile(Path file, String ending) {
    return ending.equals("png");
  }

  @Override
  public boolean readsFolder(Path folder) {
    return isDifficulty(folder) || Nested.folders(folder).stream().anyMatch(f -> isDifficulty(f));
  }

  @Override
  public boolean takesAnyFolder() {
    return true;
  }

  @Override
  public Splits splits(Path path, Options options, long seed, Optional<Meaning> fitted) {
    List<Picture> pictures = pictures(path, options);
    int[] strata = pictures.stream().mapToInt(Picture::label).toArray();
    Partition parts = Partition.random(strata, Partition.Shares.of(options), seed);
    Meaning meaning = fitted.orElseGet(() -> meaning(options));
    String name = String.valueOf(path.getFileName());
    float[][] pixels = pixels(pictures, meaning, LESS);
    return Report.splits(
        dataset(name + " train", pictures, pixels, parts.train()),
        dataset(name + " validation", pictures, pixels, parts.validation()),
        dataset(name + " test", pictures, pixels, parts.test()),
        meaning,
        path,
        "divided at random "
            + options.text("split").orElse("")
            + ", stratified by class, seed "
            + seed,
        seed);
  }

  private static Meaning meaning(Options options) {
    Scaling centred = new Scaling(new double[] {0.5}, new double[] {0.5});
    return Meaning.of(KIND, options.asMap())
        .values(1, List.of("pixel"), options.flag("centre") ? centred : null)
        .classes(LABELS)
        .build();
  }

  private static List<Picture> pictures(Path path, Options options) {
    String difficulty = options.text("difficulty").orElse("");
    Path folder = isDifficulty(path) ? path : path.resolve(difficulty);
    if (!isDifficulty(folder)) {
      List<String> there =
          Nested.folders(path).stream()
              .filter(PathfinderFormat::isDifficulty)
              .map(f -> f.getFileName().toString())
              .toList();
      throw new DataException(
          folder
              + ": has no metadata/*.npy and imgs; choose with option difficulty one of: "
              + String.join(", ", there));
    }
    List<Picture> all = new ArrayList<>();
    for (Path list : lists(folder)) {
      read(folder, list, all);
    }
    if (all.isEmpty()) {
      throw new DataException(folder.resolve(METADATA) + ": lists no picture");
    }
    int limit = options.has("limit") ? options.integer("limit", 3, Integer.MAX_VALUE) : all.size();
    if (limit >= all.size()) {
      return all;
    }
    long count = all.size();
    return IntStream.range(0, limit).mapToObj(i -> all.get((int) (i * count / limit))).toList();
  }

  private static void read(Path folder, Path list, List<Picture> into) {
    try (TextFile text = TextFile.open(list)) {
      for (String line = text.next(); line != null; line = text.next()) {
        String[] words = line.trim().split("\\s+", 5);
        if (words.length < 4 || !LABELS.contains(words[3])) {
          throw new DataException(
              text.at()
                  + ": is '"
                  + line.substring(0, Math.min(60, line.length()))
                  + "'; a line must begin with folder, file, number and label (0 or 1)");
        }
        Path file = folder.resolve(words[0]).resolve(words[1]);
        into.add(new Picture(file, Integer.parseInt(words[3]), text.at()));
      }
    }
  }

  /** All pictures as the model reads them; they must be of one size. */
  private static float[][] pixels(List<Picture> pictures, Meaning fitted, String advice) {
    Scaling scaling = Scaling.of(fitted.inputScaling(), 1);
    float[][] pixels = new float[pictures.size()][];
    for (int i = 0; i < pixels.length; i++) {
      Picture picture = pictures.get(i);
      if (!Files.exists(picture.file)) {
        throw new DataException(picture.at + ": names " + picture.file + ", which is not there");
      }
      pixels[i] = GreyPicture.read(picture.file).values();
      if (i == 0) {
        Memory.require(
            (long) Float.BYTES * pixels[0].length * pixels.length,
            pixels.length + " pictures of " + pixels[0].length + " pixels",
            advice);
      }
      if (pixels[i].length != pixels[0].length) {
        throw new DataException(
            picture.file
                + ": has "
                + pixels[i].length
                + " pixels, "
                + pictures.get(0).file
                + " has "
                + pixels[0].length);
      }
      scaling.applyInPlace(pixels[i]);
    }
    return pixels;
  }

  private static Dataset dataset(
      String name, List<Picture> pictures, float[][] pixels, int[] indices) {
    return Dataset.ofValues(
            1, Arrays.stream(indices).mapToObj(i -> pixels[i]).toArray(float[][]::new))
        .name(name)
        .classNames(LABELS)
        .labels(2, Arrays.stream(indices).map(i -> pictures.get(i).label).toArray())
        .build();
  }

  @Override
  public Dataset labelled(Path path, Options options, Meaning fitted) {
    List<Picture> pictures = pictures(path, options);
    int[] all = Partition.upTo(pictures.size());
    return dataset(
        String.valueOf(path.getFileName()), pictures, pixels(pictures, fitted, LESS), all);
  }

  @Override
  public Inputs inputs(Path path, Options options, Meaning fitted) {
    List<Path> files =
        Files.isRegularFile(path)
            ? List.of(path)
            : Nested.files(path).stream().filter(f -> f.toString().endsWith(".png")).toList();
    if (files.isEmpty()) {
      throw new DataException(path + ": has no .png file in it");
    }
    List<Picture> pictures = files.stream().map(f -> new Picture(f, 0, f.toString())).toList();
    List<String> names = files.stream().map(Path::toString).toList();
    return new Inputs(
        names, pixels(pictures, fitted, "Give fewer pictures"), null, null, 1, List.of());
  }
}
