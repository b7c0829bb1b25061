package io.carillon.train;

import io.carillon.config.NetworkConfig;
import io.carillon.config.Settings;
import io.carillon.engine.Parameter;
import io.carillon.error.FormatException;
import io.carillon.io.Json;
import io.carillon.io.SafeTensors;
import io.carillon.io.SafeTensors.Tensor;
import io.carillon.nn.LayerKind;
import io.carillon.nn.Network;
import io.carillon.train.optimizer.Optimizer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32C;

/**
 * Everything a run needs to go on after a step, in one safetensors file: the tensors of the network
 * ({@code network.*}), of the kept copy ({@code kept.*}) and of the optimiser (of Adam {@code
 * first.*} and {@code second.*}), and the sums of an epoch that is not finished ({@code epoch.*});
 * all else as JSON in the metadata, so that numbers and state always belong together, and a
 * checksum of all of it. Random numbers need no state: order, dropout and drawn samples follow from
 * seed, epoch and step.
 *
 * <p>Version 2. Version 1 was written between epochs only and had no checksum; it is still read.
 *
 * @param network settings of the network
 * @param config settings of the training
 * @param own what the run was given besides its settings, in words: loss, metrics and schedule of
 *     one's own
 * @param data fingerprint of the training data
 * @param validation fingerprint of the validation data
 * @param step steps done
 * @param stepsPerEpoch steps of an epoch, 0 if the state does not say
 * @param open the epoch that is not finished; null between two epochs
 * @param worse validations in a row that brought no better model
 * @param bestEpoch epoch of the best validated model, 0 for none
 * @param plateau state of the schedule
 * @param history finished epochs
 * @param tensors by name
 */
record ResumeState(
    NetworkConfig network,
    TrainConfig config,
    List<String> own,
    String data,
    String validation,
    long step,
    int stepsPerEpoch,
    OpenEpoch.Saved open,
    int worse,
    int bestEpoch,
    LearningRateSchedule.PlateauState plateau,
    List<EpochRecord> history,
    Map<String, Tensor> tensors) {
  private static final String FILE = "resume.safetensors";
  private static final String FORMAT = "carillon-resume";
  private static final String VERSION = "2";
  private static final String OLDER = "1";
  private static final String CHECKSUM = "checksum";

  // Sums of the epoch that is not finished; as tensors they keep their bits.
  private static final String LOSS = "epoch.loss";
  private static final String COUNTS = "epoch.counts";
  private static final String VALUES = "epoch.values";

  /** Bytes that are summed up at once. */
  private static final int CHUNK = 1 << 16;

  void write(Path folder) throws IOException {
    Map<String, Object> state = new LinkedHashMap<>();
    state.put("network", network.toMap());
    state.put("training", config.toMap());
    if (!own.isEmpty()) {
      state.put("own", own);
    }
    state.put("data", data);
    state.put("validation", validation);
    state.put("step", step);
    state.put("steps_per_epoch", stepsPerEpoch);
    Map<String, Tensor> all = new LinkedHashMap<>(tensors);
    if (open != null) {
      state.put("step_of_epoch", open.steps());
      state.put("seconds_of_epoch", open.seconds());
      putSums(all);
    }
    state.put("worse", worse);
    state.put("best_epoch", bestEpoch);
    state.put("plateau_factor", plateau.factor());
    if (!Double.isNaN(plateau.best())) {
      state.put("plateau_best", plateau.best());
    }
    state.put("plateau_bad", plateau.bad());
    state.put("history", history.stream().map(EpochMaps::toMap).toList());
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("format", FORMAT);
    metadata.put("version", VERSION);
    String text = Json.write(state);
    metadata.put("state", text);
    metadata.put(CHECKSUM, checksum(text, all));
    SafeTensors.write(folder.resolve(FILE), all, metadata);
  }

  private void putSums(Map<String, Tensor> all) {
    double[] loss = {open.loss().sum(), open.loss().weight()};
    long[] counts = open.metrics().counts();
    double[] values = open.metrics().values();
    all.put(LOSS, new Tensor(new int[] {loss.length}, loss));
    all.put(COUNTS, new Tensor(new int[] {counts.length}, counts));
    all.put(VALUES, new Tensor(new int[] {values.length}, values));
  }

  /** CRC-32C of the text and of name, type, shape and numbers of every tensor. */
  private static String checksum(String text, Map<String, Tensor> tensors) {
    CRC32C sum = new CRC32C();
    sum.update(text.getBytes(StandardCharsets.UTF_8));
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    tensors.forEach(
        (name, t) -> {
          String head = name + t.type() + Arrays.toString(t.shape());
          sum.update(head.getBytes(StandardCharsets.UTF_8));
          if (t.data() instanceof float[] f) {
            for (int at = 0; at < f.length; at += CHUNK / Float.BYTES) {
              int n = Math.min(f.length - at, CHUNK / Float.BYTES);
              chunk.asFloatBuffer().put(f, at, n);
              sum.update(chunk.array(), 0, n * Float.BYTES);
            }
          } else if (t.data() instanceof double[] d) {
            for (double value : d) {
              sum.update(chunk.putDouble(0, value).array(), 0, Double.BYTES);
            }
          } else {
            for (long value : (long[]) t.data()) {
              sum.update(chunk.putLong(0, value).array(), 0, Long.BYTES);
            }
          }
        });
    return String.format("%08x", sum.getValue());
  }

  static ResumeState read(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(
          file.toString(), null, "there is no state to resume from in this folder");
    }
    SafeTensors.Contents contents = SafeTensors.read(file);
    Map<String, String> metadata = contents.metadata();
    String version = metadata.get("version");
    boolean known = VERSION.equals(version) || OLDER.equals(version);
    if (!FORMAT.equals(metadata.get("format")) || !known) {
      throw new FormatException(
          file
              + ": format is "
              + metadata.get("format")
              + " version "
              + version
              + ", expected "
              + FORMAT
              + " version "
              + VERSION);
    }
    String text = metadata.getOrDefault("state", "");
    if (VERSION.equals(version)) {
      requireChecksum(file, metadata.get(CHECKSUM), checksum(text, contents.tensors()));
    }
    try {
      return parse(Json.parseObject(text), contents.tensors());
    } catch (FormatException | IllegalArgumentException | ClassCastException e) {
      throw new FormatException(file + ": " + e.getMessage(), e);
    }
  }

  private static void requireChecksum(Path file, String written, String found) {
    if (!found.equals(written)) {
      throw new FormatException(
          file
              + ": is damaged: its checksum is "
              + written
              + ", its content has "
              + found
              + "; take it from a copy, or train anew");
    }
  }

  private static ResumeState parse(Map<String, Object> state, Map<String, Tensor> tensors) {
    Settings s = new Settings("", state);
    List<EpochRecord> history = new ArrayList<>();
    if (!(state.get("history") instanceof List<?> list)
        || !(state.get("training") instanceof Map<?, ?> training)) {
      throw new FormatException("the state lacks its history or its training settings");
    }
    for (Object item : list) {
      history.add(EpochMaps.fromMap(item));
    }
    int bestEpoch = s.integer("best_epoch", 0);
    if (bestEpoch < 0 || bestEpoch > history.size()) {
      throw new FormatException(
          "epoch " + bestEpoch + " is named as the best of " + history.size());
    }
    @SuppressWarnings("unchecked")
    Map<String, Object> settings = (Map<String, Object>) training;
    return new ResumeState(
        LayerKind.network(s.nested("network")),
        TrainConfig.DEFAULT.with(settings),
        own(state.get("own")),
        s.text("data", ""),
        s.text("validation", ""),
        s.wholeNumber("step", 0),
        s.integer("steps_per_epoch", 0),
        open(s, tensors),
        s.integer("worse", 0),
        bestEpoch,
        new LearningRateSchedule.PlateauState(
            s.number("plateau_factor", 1),
            s.number("plateau_best", Double.NaN),
            s.integer("plateau_bad", 0)),
        history,
        tensors);
  }

  private static List<String> own(Object words) {
    return words instanceof List<?> list ? list.stream().map(String::valueOf).toList() : List.of();
  }

  private static OpenEpoch.Saved open(Settings s, Map<String, Tensor> tensors) {
    int steps = s.integer("step_of_epoch", 0);
    if (steps == 0) {
      return null;
    }
    Tensor loss = tensors.get(LOSS);
    Tensor counts = tensors.get(COUNTS);
    Tensor values = tensors.get(VALUES);
    boolean whole =
        steps > 0
            && loss != null
            && loss.data() instanceof double[] l
            && l.length == 2
            && counts != null
            && counts.data() instanceof long[]
            && values != null
            && values.data() instanceof double[];
    if (!whole) {
      throw new FormatException("the sums of the epoch that is not finished are missing");
    }
    double[] sums = (double[]) loss.data();
    return new OpenEpoch.Saved(
        steps,
        s.number("seconds_of_epoch", 0),
        new Losses.Value(sums[0], sums[1]),
        new Metrics.Saved((long[]) counts.data(), (double[]) values.data()));
  }

  /** Whether nothing is left to train with these settings. */
  boolean finished(TrainConfig settings) {
    return history.size() >= settings.epochs() || exhausted(settings, worse);
  }

  /**
   * The settings to go on with.
   *
   * @throws IllegalArgumentException if they do not go with what was done already
   */
  TrainConfig changed(UnaryOperator<TrainConfig> change) {
    TrainConfig asked = change.apply(config);
    TrainConfig same =
        config
            .withEpochs(asked.epochs())
            .withPatience(asked.patience())
            .withTotalSteps(asked.totalSteps())
            .withValidateEvery(asked.validateEvery())
            .withThreads(asked.threads())
            .withCheckpointSeconds(asked.checkpointSeconds());
    FitChecks.require(
        asked.equals(same),
        "a run goes on with the settings it has had; only epochs, patience, total_steps,"
            + " validate_every, threads and checkpoint_seconds may be changed");
    FitChecks.require(
        asked.epochs() >= history.size(),
        "epochs is " + asked.epochs() + ", but " + history.size() + " are done; give more");
    return withWarmupOf(config, asked);
  }

  /** A warm-up that follows from the number of epochs is over, and must not grow with them. */
  private TrainConfig withWarmupOf(TrainConfig before, TrainConfig asked) {
    int perEpoch =
        stepsPerEpoch > 0 || history.isEmpty() ? stepsPerEpoch : (int) history.get(0).step();
    boolean byRule =
        before.schedule() == Schedule.COSINE_WARMUP
            && before.warmupSteps() == 0
            && before.epochs() != asked.epochs();
    return byRule && perEpoch > 0 && step > 0
        ? asked.withWarmupSteps((int) new LearningRateSchedule(before, perEpoch).warmup())
        : asked;
  }

  /** Whether validations have brought nothing better for longer than the settings bear. */
  static boolean exhausted(TrainConfig config, int worse) {
    return config.patience() > 0 && worse >= config.patience();
  }

  /** The tensors of a run; they share the live arrays. */
  static Map<String, Tensor> tensors(Network network, Network kept, Optimizer optimizer) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Parameter p : network.parameters()) {
      tensors.put("network." + p.name(), Tensor.of(p.shape(), p.value()));
    }
    for (Parameter p : kept.parameters()) {
      tensors.put("kept." + p.name(), Tensor.of(p.shape(), p.value()));
    }
    for (Optimizer.Memory memory : optimizer.memory()) {
      Parameter p = memory.parameter();
      tensors.put(memory.name() + "." + p.name(), Tensor.of(p.shape(), memory.values()));
    }
    return tensors;
  }

  /**
   * Copies the tensors back.
   *
   * @throws FormatException if one is missing or has another shape
   */
  void restoreTensors(Network toNetwork, Network toKept, Optimizer optimizer) {
    for (Parameter p : toNetwork.parameters()) {
      copy("network." + p.name(), p, p.value());
    }
    for (Parameter p : toKept.parameters()) {
      copy("kept." + p.name(), p, p.value());
    }
    for (Optimizer.Memory memory : optimizer.memory()) {
      Parameter p = memory.parameter();
      copy(memory.name() + "." + p.name(), p, memory.values());
    }
  }

  private void copy(String name, Parameter shape, float[] to) {
    Tensor tensor = tensors.get(name);
    if (tensor == null || !Arrays.equals(tensor.shape(), shape.shape())) {
      throw new FormatException(
          "the state to resume from has "
              + (tensor == null
                  ? "no tensor " + name
                  : "tensor " + name + " of shape " + Arrays.toString(tensor.shape()))
              + ", the network needs shape "
              + Arrays.toString(shape.shape()));
    }
    System.arraycopy(tensor.floats(), 0, to, 0, to.length);
  }
}
