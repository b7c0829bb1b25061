package io.carillon.train;

import io.carillon.core.Parameter;
import io.carillon.io.FormatException;
import io.carillon.io.Json;
import io.carillon.io.SafeTensors;
import io.carillon.io.SafeTensors.Tensor;
import io.carillon.io.Settings;
import io.carillon.model.ConfigMaps;
import io.carillon.nn.Network;
import io.carillon.nn.NetworkConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything a run needs to go on after an epoch, in one safetensors file: the tensors of the
 * network ({@code network.*}), of the kept copy ({@code kept.*}) and of Adam ({@code first.*},
 * {@code second.*}); all else as JSON in the metadata, so that numbers and state always belong
 * together. Random numbers need no state: they follow from seed, epoch and step.
 *
 * @param network settings of the network
 * @param config settings of the training
 * @param data fingerprint of the training data
 * @param validation fingerprint of the validation data
 * @param step steps done
 * @param worse validations in a row that brought no better model
 * @param bestEpoch epoch of the best validated model, 0 for none
 * @param plateau state of the schedule
 * @param history finished epochs
 * @param tensors by name
 */
record ResumeState(
    NetworkConfig network,
    TrainConfig config,
    String data,
    String validation,
    long step,
    int worse,
    int bestEpoch,
    LearningRateSchedule.PlateauState plateau,
    List<EpochRecord> history,
    Map<String, Tensor> tensors) {
  private static final String FILE = "resume.safetensors";
  private static final String FORMAT = "carillon-resume";
  private static final String VERSION = "1";

  void write(Path folder) throws IOException {
    Map<String, Object> state = new LinkedHashMap<>();
    state.put("network", ConfigMaps.toMap(network));
    state.put("training", TrainConfigMaps.toMap(config));
    state.put("data", data);
    state.put("validation", validation);
    state.put("step", step);
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
    metadata.put("state", Json.write(state));
    SafeTensors.write(folder.resolve(FILE), tensors, metadata);
  }

  static ResumeState read(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(
          file.toString(), null, "there is no state to resume from in this folder");
    }
    SafeTensors.Contents contents = SafeTensors.read(file);
    Map<String, String> metadata = contents.metadata();
    if (!FORMAT.equals(metadata.get("format")) || !VERSION.equals(metadata.get("version"))) {
      throw new FormatException(
          file
              + ": format is "
              + metadata.get("format")
              + " version "
              + metadata.get("version")
              + ", expected "
              + FORMAT
              + " version "
              + VERSION);
    }
    try {
      return parse(Json.parseObject(metadata.getOrDefault("state", "")), contents.tensors());
    } catch (FormatException | IllegalArgumentException | ClassCastException e) {
      throw new FormatException(file + ": " + e.getMessage(), e);
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
        ConfigMaps.network(s.nested("network")),
        TrainConfigMaps.fromMap(settings, TrainConfig.DEFAULT),
        s.text("data", ""),
        s.text("validation", ""),
        s.wholeNumber("step", 0),
        s.integer("worse", 0),
        bestEpoch,
        new LearningRateSchedule.PlateauState(
            s.number("plateau_factor", 1),
            s.number("plateau_best", Double.NaN),
            s.integer("plateau_bad", 0)),
        history,
        tensors);
  }

  /** The tensors of a run; they share the live arrays. */
  static Map<String, Tensor> tensors(Network network, Network kept, AdamW optimizer) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Parameter p : network.parameters()) {
      tensors.put("network." + p.name(), Tensor.of(p.shape(), p.value()));
    }
    for (Parameter p : kept.parameters()) {
      tensors.put("kept." + p.name(), Tensor.of(p.shape(), p.value()));
    }
    for (AdamW.Slot slot : optimizer.slots()) {
      Parameter p = slot.parameter();
      tensors.put("first." + p.name(), Tensor.of(p.shape(), slot.first()));
      tensors.put("second." + p.name(), Tensor.of(p.shape(), slot.second()));
    }
    return tensors;
  }

  /**
   * Copies the tensors back.
   *
   * @throws FormatException if one is missing or has another shape
   */
  void restoreTensors(Network toNetwork, Network toKept, AdamW optimizer) {
    for (Parameter p : toNetwork.parameters()) {
      copy("network." + p.name(), p, p.value());
    }
    for (Parameter p : toKept.parameters()) {
      copy("kept." + p.name(), p, p.value());
    }
    for (AdamW.Slot slot : optimizer.slots()) {
      String name = slot.parameter().name();
      copy("first." + name, slot.parameter(), slot.first());
      copy("second." + name, slot.parameter(), slot.second());
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
