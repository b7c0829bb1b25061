package io.carillon.data.audio;

import io.carillon.data.DataException;
import io.carillon.data.DataFormat;
import io.carillon.data.InputSink;
import io.carillon.data.InputSize;
import io.carillon.data.Inputs;
import io.carillon.data.Option;
import io.carillon.data.Options;
import io.carillon.data.ScalingFit;
import io.carillon.data.Splits;
import io.carillon.data.audio.WavLabels.Entry;
import io.carillon.data.audio.WavLabels.Part;
import io.carillon.data.read.ClassNames;
import io.carillon.data.read.Partition;
import io.carillon.data.read.Report;
import io.carillon.engine.SeededRandom;
import io.carillon.model.Meaning;
import io.carillon.model.Sequence;
import io.carillon.train.Dataset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Sound classification from a folder or zip archive of WAV files; see {@link WavLabels} for classes
 * and parts. What nothing assigns to a part is divided at random, stratified by class: into three
 * parts (option {@code split}) or, when only a validation part is missing, by option {@code
 * validation}.
 *
 * <p>All recordings must have one sample rate unless option {@code rate} asks for resampling
 * ({@link Resampler}). Each channel is standardised with mean and deviation of the training part.
 */
public final class WavFormat implements DataFormat {
  /** Its name. */
  public static final String KIND = "wav";

  /** Its settings. */
  public static final List<Option> OPTIONS = allOptions();

  private static List<Option> allOptions() {
    List<Option> options = new ArrayList<>(WavLabels.OPTIONS);
    options.add(new Option("rate", "", "samples per second that every recording is brought to"));
    options.add(new Option("channels", "keep", "keep, or mean (of all channels)"));
    options.add(new Option("max-length", "", "steps after which a recording is cut"));
    options.add(ScalingFit.OPTION);
    options.add(Partition.VALIDATION);
    options.add(Partition.Shares.OPTION);
    return List.copyOf(options);
  }

  @Override
  public About about() {
    return new About(
        KIND,
        "a folder or .zip of .wav files, classes by sub-folder or by file name",
        OPTIONS,
        20,
        90);
  }

  @Override
  public boolean readsFile(Path file, String ending) {
    return ending.equals("wav") || ending.equals("zip");
  }

  @Override
  public boolean readsFolder(Path folder) {
    return Recordings.any(folder);
  }

  @Override
  public Splits splits(Path path, Options options, long seed, Optional<Meaning> fitted) {
    try (Recordings recordings = Recordings.open(path)) {
      WavLabels labels = new WavLabels(path, recordings, options);
      List<Entry> entries = labels.entries();
      WavReader reader = new WavReader(recordings, options, rate(options, fitted));
      List<Audio> sounds = new ArrayList<>();
      entries.forEach(entry -> sounds.add(reader.read(entry.name())));
      labels.requireClasses(entries);
      Partition parts = partition(entries, options, seed);
      Meaning meaning = fitted.orElseGet(() -> fit(entries, sounds, parts.train(), options));
      String name = String.valueOf(path.getFileName());
      String division =
          entries.get(0).part() != null
              ? "parts as given by the files or options"
                  + (parts.validation().length > 0 ? ", validation part by seed " + seed : "")
              : "divided at random, stratified by class, seed " + seed;
      return Report.splits(
          dataset(name + " train", recordings, entries, sounds, parts.train(), meaning),
          dataset(name + " validation", recordings, entries, sounds, parts.validation(), meaning),
          dataset(name + " test", recordings, entries, sounds, parts.test(), meaning),
          meaning,
          path,
          division + reader.note(),
          seed);
    }
  }

  @Override
  public Dataset labelled(Path path, Options options, Meaning fitted) {
    try (Recordings recordings = Recordings.open(path)) {
      List<Entry> entries = new WavLabels(path, recordings, options).entries();
      WavReader reader = new WavReader(recordings, options, fitted.sampleRate());
      List<Audio> sounds = new ArrayList<>();
      entries.forEach(entry -> sounds.add(reader.read(entry.name())));
      int[] all = Partition.upTo(entries.size());
      return dataset(String.valueOf(path.getFileName()), recordings, entries, sounds, all, fitted);
    }
  }

  @Override
  public Inputs inputs(Path path, Options options, Meaning fitted) {
    try (Recordings recordings = Recordings.open(path)) {
      WavReader reader = new WavReader(recordings, options, fitted.sampleRate());
      List<String> names = recordings.names();
      float[][] values = new float[names.size()][];
      for (int i = 0; i < values.length; i++) {
        values[i] = scaled(recordings.title(names.get(i)), reader.read(names.get(i)), fitted);
      }
      return new Inputs(names, values, null, null, fitted.inputSize(), notes(reader));
    }
  }

  @Override
  public Optional<InputSize> size(Path path, Options options, Meaning fitted) {
    try (Recordings recordings = Recordings.open(path)) {
      long bytes = recordings.bytes();
      // Most have two bytes a sample; as read and scaled it takes eight.
      return Optional.of(new InputSize(bytes / 2, 4 * bytes));
    }
  }

  @Override
  public List<String> stream(Path path, Options options, Meaning fitted, InputSink sink) {
    try (Recordings recordings = Recordings.open(path)) {
      WavReader reader = new WavReader(recordings, options, fitted.sampleRate());
      for (String name : recordings.names()) {
        String title = recordings.title(name);
        float[] values = scaled(title, reader.readAlone(name), fitted);
        sink.accept(title, Sequence.ofValues(values, fitted.inputSize()), true, true);
      }
      return notes(reader);
    }
  }

  private static List<String> notes(WavReader reader) {
    return reader.note().isEmpty() ? List.of() : List.of(reader.note().substring(2));
  }

  private static int rate(Options options, Optional<Meaning> fitted) {
    if (fitted.isPresent()) {
      return fitted.get().sampleRate();
    }
    return options.has("rate") ? options.integer("rate", 1, 1_000_000) : 0;
  }

  private static Partition partition(List<Entry> entries, Options options, long seed) {
    List<String> labels = entries.stream().map(Entry::label).toList();
    ClassNames ids = new ClassNames(ClassNames.sorted(labels));
    int[] classes = labels.stream().mapToInt(label -> ids.id(label, "")).toArray();
    if (entries.get(0).part() == null) {
      return Partition.random(classes, Partition.Shares.of(options), seed);
    }
    int[] train = indices(entries, Part.TRAIN);
    int[] validation = indices(entries, Part.VALIDATION);
    int[] test = indices(entries, Part.TEST);
    if (train.length == 0) {
      throw new DataException("no recording belongs to the training part; check the split options");
    }
    if (validation.length > 0) {
      return new Partition(train, validation, test);
    }
    double share = options.number("validation", 0, 0.9);
    int[][] carved = Partition.carve(classes, train, share, new SeededRandom(seed));
    return new Partition(carved[0], carved[1], test);
  }

  private static int[] indices(List<Entry> entries, Part part) {
    return IntStream.range(0, entries.size()).filter(i -> entries.get(i).part() == part).toArray();
  }

  private static Meaning fit(
      List<Entry> entries, List<Audio> sounds, int[] train, Options options) {
    int channels = sounds.get(0).channels();
    ScalingFit statistics = new ScalingFit(channels);
    List<String> labels = new ArrayList<>();
    for (int i : train) {
      statistics.addAll(sounds.get(i).samples());
      labels.add(entries.get(i).label());
    }
    return Meaning.of(KIND, options.asMap())
        .values(channels, List.of(), ScalingFit.wanted(options) ? statistics.scaling() : null)
        .sampleRate(sounds.get(0).rate())
        .classes(ClassNames.sorted(labels))
        .build();
  }

  private static Dataset dataset(
      String name,
      Recordings recordings,
      List<Entry> entries,
      List<Audio> sounds,
      int[] indices,
      Meaning fitted) {
    ClassNames ids = new ClassNames(fitted.classNames());
    float[][] values = new float[indices.length][];
    int[] labels = new int[indices.length];
    for (int k = 0; k < indices.length; k++) {
      Entry entry = entries.get(indices[k]);
      String title = recordings.title(entry.name());
      values[k] = scaled(title, sounds.get(indices[k]), fitted);
      labels[k] = ids.id(String.valueOf(entry.label()), title);
    }
    return Dataset.ofValues(fitted.inputSize(), values)
        .name(name)
        .classNames(ids.names())
        .labels(ids.size(), labels)
        .build();
  }

  private static float[] scaled(String title, Audio sound, Meaning fitted) {
    if (sound.channels() != fitted.inputSize()) {
      throw new DataException(
          title + ": has " + sound.channels() + " channels, the model takes " + fitted.inputSize());
    }
    return fitted.scaleInput(sound.samples());
  }
}
