package io.carillon.papers.datasets;

import io.carillon.data.DataException;
import io.carillon.data.DataFormat;
import io.carillon.data.Inputs;
import io.carillon.data.Option;
import io.carillon.data.Options;
import io.carillon.data.ScalingFit;
import io.carillon.data.Splits;
import io.carillon.data.audio.Audio;
import io.carillon.data.audio.Recordings;
import io.carillon.data.audio.WavFormat;
import io.carillon.data.read.ClassNames;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Speech Commands (version 0.02) as raw sound: a folder per word, and the official lists {@code
 * validation_list.txt} and {@code testing_list.txt}; what is in neither is for training. A
 * recording is padded with zeros at its end, or cut, to option {@code length}, and then
 * standardised.
 *
 * <p>With {@code classes=10} only the ten command words are used, and the lists are not: the parts
 * are random shares (option {@code split}), as in the papers.
 */
public final class SpeechFormat implements DataFormat {
  static final String KIND = "speech";

  static final List<Option> OPTIONS =
      List.of(
          new Option("classes", "35", "35 (all words, official lists) or 10 (commands, split)"),
          new Option("length", "16000", "steps that every recording is padded or cut to"),
          new Option(
              "per-class", "", "recordings to use of every word in every part, for a smaller set"),
          ScalingFit.OPTION,
          Partition.Shares.OPTION);

  private static final String VALIDATION = "validation_list.txt";
  private static final String TESTING = "testing_list.txt";
  private static final String NO_WORDS = "_background_noise_";
  private static final List<String> COMMANDS =
      List.of("yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go");

  private static boolean isRoot(Path folder) {
    return Files.isRegularFile(folder.resolve(VALIDATION))
        && Files.isRegularFile(folder.resolve(TESTING));
  }

  @Override
  public About about() {
    return new About(
        KIND,
        "the folder of Speech Commands, with validation_list.txt and testing_list.txt",
        OPTIONS,
        100,
        40);
  }

  @Override
  public boolean readsFile(Path file, String ending) {
    return false;
  }

  @Override
  public boolean readsFolder(Path folder) {
    return Nested.find(folder, SpeechFormat::isRoot).isPresent();
  }

  @Override
  public Optional<String> alsoTakes() {
    return Optional.of(WavFormat.KIND);
  }

  @Override
  public Splits splits(Path path, Options options, long seed, Optional<Meaning> fitted) {
    Path root = Nested.find(path, SpeechFormat::isRoot).orElse(path);
    try (Recordings recordings = Recordings.open(root)) {
      boolean all = options.choice("classes", List.of("35", "10")).equals("35");
      List<String> names = names(recordings, all);
      Partition full = all ? official(root, names) : random(names, options, seed);
      Partition parts = thinned(names, full, options);
      int length = options.integer("length", 1, 1 << 24);
      int used = parts.train().length + parts.validation().length + parts.test().length;
      Memory.require(
          (long) Float.BYTES * length * used,
          used + " recordings of " + length + " steps",
          "Set per-class, or classes=10");
      Sounds sounds = new Sounds(recordings, names, length);
      float[][] train = sounds.read(parts.train());
      Meaning meaning =
          fitted.orElseGet(() -> fit(names, parts.train(), train, sounds.rate(), options));
      String name = String.valueOf(path.getFileName());
      return Report.splits(
          dataset(name + " train", recordings, names, parts.train(), train, meaning),
          dataset(name + " validation", sounds, parts.validation(), meaning),
          dataset(name + " test", sounds, parts.test(), meaning),
          meaning,
          path,
          all
              ? "parts by the official lists"
              : "divided at random "
                  + options.text("split").orElse("")
                  + ", stratified by class, seed "
                  + seed,
          seed);
    }
  }

  private static String word(String name) {
    int slash = name.lastIndexOf('/');
    return slash < 0 ? "" : Recordings.fileName(name.substring(0, slash));
  }

  private static List<String> names(Recordings recordings, boolean all) {
    List<String> names =
        recordings.names().stream()
            .filter(name -> all ? !word(name).equals(NO_WORDS) : COMMANDS.contains(word(name)))
            .toList();
    if (names.isEmpty()) {
      throw new DataException(
          recordings.title("") + ": has no recordings in folders named after words");
    }
    return names;
  }

  private static int[] classes(List<String> names) {
    ClassNames ids = new ClassNames(ClassNames.sorted(names.stream().map(n -> word(n)).toList()));
    return names.stream().mapToInt(name -> ids.id(word(name), name)).toArray();
  }

  private static Partition random(List<String> names, Options options, long seed) {
    return Partition.random(classes(names), Partition.Shares.of(options), seed);
  }

  private static Partition official(Path root, List<String> names) {
    Map<String, Integer> index = new HashMap<>();
    Set<String> words = new HashSet<>();
    for (String name : names) {
      index.put(name, index.size());
      words.add(word(name));
    }
    int[] validation = listed(root.resolve(VALIDATION), index, words);
    int[] test = listed(root.resolve(TESTING), index, words);
    boolean[] taken = new boolean[names.size()];
    for (int i : validation) {
      taken[i] = true;
    }
    for (int i : test) {
      if (taken[i]) {
        throw new DataException(
            root.resolve(TESTING) + ": lists " + names.get(i) + ", which " + VALIDATION + " has");
      }
      taken[i] = true;
    }
    int[] train = IntStream.range(0, taken.length).filter(i -> !taken[i]).toArray();
    if (train.length == 0) {
      throw new DataException(root + ": all recordings are in the two lists, none is for training");
    }
    return new Partition(train, validation, test);
  }

  /** Indices of the recordings in a list; words whose folder is not there at all are left out. */
  private static int[] listed(Path list, Map<String, Integer> index, Set<String> words) {
    List<Integer> found = new ArrayList<>();
    try (TextFile text = TextFile.open(list)) {
      for (String line = text.next(); line != null; line = text.next()) {
        String name = line.trim();
        Integer i = index.get(name);
        if (i != null) {
          found.add(i);
        } else if (words.contains(word(name)) || word(name).isEmpty()) {
          throw new DataException(text.at() + ": names '" + name + "', which is not there");
        }
      }
    }
    return found.stream().mapToInt(Integer::intValue).sorted().toArray();
  }

  private static Partition thinned(List<String> names, Partition parts, Options options) {
    if (!options.has("per-class")) {
      return parts;
    }
    int most = options.integer("per-class", 1, Integer.MAX_VALUE);
    return new Partition(
        thinned(names, parts.train(), most),
        thinned(names, parts.validation(), most),
        thinned(names, parts.test(), most));
  }

  /** Recordings of every word, evenly spread over its list, which is in the order of the names. */
  private static int[] thinned(List<String> names, int[] indices, int most) {
    Map<String, List<Integer>> byWord = new HashMap<>();
    for (int i : indices) {
      byWord.computeIfAbsent(word(names.get(i)), w -> new ArrayList<>()).add(i);
    }
    List<Integer> kept = new ArrayList<>();
    for (List<Integer> of : byWord.values()) {
      int count = Math.min(most, of.size());
      for (int k = 0; k < count; k++) {
        kept.add(of.get((int) ((long) k * of.size() / count)));
      }
    }
    return kept.stream().mapToInt(Integer::intValue).sorted().toArray();
  }

  /** Recordings as sequences of one length. */
  private static final class Sounds {
    private final Recordings recordings;
    private final List<String> names;
    private final int length;
    private int rate;

    Sounds(Recordings recordings, List<String> names, int length) {
      this.recordings = recordings;
      this.names = names;
      this.length = length;
    }

    float[][] read(int[] indices) {
      return Arrays.stream(indices).mapToObj(i -> read(names.get(i))).toArray(float[][]::new);
    }

    private float[] read(String name) {
      Audio sound = recordings.read(name);
      rate = rate == 0 ? sound.rate() : rate;
      if (sound.channels() != 1 || sound.rate() != rate) {
        throw new DataException(
            recordings.title(name)
                + ": has "
                + sound.channels()
                + " channels and "
                + sound.rate()
                + " samples per second; all recordings must have one channel and one rate, here "
                + rate);
      }
      return Arrays.copyOf(sound.samples(), length);
    }

    int rate() {
      return rate;
    }
  }

  private static Meaning fit(
      List<String> names, int[] indices, float[][] train, int rate, Options options) {
    ScalingFit statistics = new ScalingFit(1);
    for (float[] samples : train) {
      statistics.addAll(samples);
    }
    List<String> words = Arrays.stream(indices).mapToObj(i -> word(names.get(i))).toList();
    return Meaning.of(KIND, options.asMap())
        .values(1, List.of(), ScalingFit.wanted(options) ? statistics.scaling() : null)
        .sampleRate(rate)
        .classes(ClassNames.sorted(words))
        .build();
  }

  private static Dataset dataset(String name, Sounds sounds, int[] indices, Meaning fitted) {
    return dataset(name, sounds.recordings, sounds.names, indices, sounds.read(indices), fitted);
  }

  /** Scales the values in place, so that they need no second copy. */
  private static Dataset dataset(
      String name,
      Recordings recordings,
      List<String> names,
      int[] indices,
      float[][] values,
      Meaning fitted) {
    Scaling scaling = Scaling.of(fitted.inputScaling(), 1);
    for (float[] samples : values) {
      scaling.applyInPlace(samples);
    }
    ClassNames ids = new ClassNames(fitted.classNames());
    int[] labels =
        Arrays.stream(indices)
            .map(i -> ids.id(word(names.get(i)), recordings.title(names.get(i))))
            .toArray();
    return Dataset.ofValues(1, values)
        .name(name)
        .classNames(ids.names())
        .labels(ids.size(), labels)
        .build();
  }

  @Override
  public Dataset labelled(Path path, Options options, Meaning fitted) {
    return splits(path, options, 0, Optional.of(fitted)).test();
  }

  /** Recordings without their words, brought to the rate and the length of the training. */
  @Override
  public Inputs inputs(Path path, Options options, Meaning fitted) {
    Options plain = Options.of(WavFormat.KIND + " data", WavFormat.OPTIONS, Map.of());
    Inputs inputs = new WavFormat().inputs(path, plain, fitted);
    float silence = fitted.scaleInput(new float[1])[0];
    int length = options.integer("length", 1, 1 << 24);
    for (int i = 0; i < inputs.size(); i++) {
      float[] sound = inputs.values()[i];
      float[] padded = Arrays.copyOf(sound, length);
      Arrays.fill(padded, Math.min(sound.length, length), length, silence);
      inputs.values()[i] = padded;
    }
    return inputs;
  }
}
