package io.carillon.model;

import io.carillon.core.Parameter;
import io.carillon.core.SeededRandom;
import io.carillon.io.AtomicFile;
import io.carillon.io.AtomicPair;
import io.carillon.io.FormatException;
import io.carillon.io.Json;
import io.carillon.io.SafeTensors;
import io.carillon.io.Settings;
import io.carillon.nn.Mixer;
import io.carillon.nn.Network;
import io.carillon.nn.NetworkConfig;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** A model on disk: {@code config.json} (network and info) and {@code weights.safetensors}. */
final class ModelFolder {
  private static final String FORMAT = "carillon-model";
  private static final String WEIGHTS = "weights.safetensors";
  private static final String CONFIG = "config.json";
  private static final int VERSION = 1;

  /** How much larger the largest array of a layer may be than its parameters. */
  private static final double LARGEST_TO_STORED = 64;

  private static final long LONGEST_CONFIG = 16L << 20;

  private ModelFolder() {}

  static void save(SequenceModel model, Path folder) throws IOException {
    Files.createDirectories(folder);
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("format", FORMAT);
    config.put("version", VERSION);
    config.put("network", ConfigMaps.toMap(model.config()));
    config.put("info", model.info());
    Map<String, SafeTensors.Tensor> tensors = new LinkedHashMap<>();
    for (Parameter p : model.parameters()) {
      tensors.put(p.name(), SafeTensors.Tensor.of(p.shape(), p.value()));
    }
    files(folder)
        .write(
            SafeTensors.writer(tensors, Map.of("format", FORMAT + "-" + VERSION)),
            AtomicFile.text(Json.write(config)));
  }

  /** The files of a model, of which neither is of use without the other. */
  private static AtomicPair files(Path folder) {
    return new AtomicPair(folder.resolve(WEIGHTS), folder.resolve(CONFIG), ModelFolder::isConfig);
  }

  private static boolean isConfig(Path file) throws IOException {
    try {
      return !readConfig(file).isEmpty();
    } catch (FormatException e) {
      return false;
    }
  }

  static SequenceModel load(Path folder) throws IOException {
    Path configFile = files(folder).second();
    if (!Files.isRegularFile(configFile)) {
      throw new NoSuchFileException(
          configFile.toString(), null, "there is no model in this folder: config.json is missing");
    }
    Map<String, Object> config = readConfig(configFile);
    Network network;
    Map<String, Object> info;
    try {
      Settings settings = new Settings("", config);
      settings.text("format", null);
      settings.integer("version", 0);
      NetworkConfig networkConfig = ConfigMaps.network(settings.nested("network"));
      settings.nested("info");
      settings.finish();
      @SuppressWarnings("unchecked")
      Map<String, Object> given = (Map<String, Object>) config.getOrDefault("info", Map.of());
      info = given;
      requireEnough(folder.resolve(WEIGHTS), networkConfig);
      network = new Network(networkConfig, new SeededRandom(0));
    } catch (IllegalArgumentException e) {
      throw new FormatException(configFile + ": " + e.getMessage(), e);
    }
    readWeights(folder.resolve(WEIGHTS), network);
    return SequenceModel.of(network, info);
  }

  private static Map<String, Object> readConfig(Path file) throws IOException {
    if (Files.size(file) > LONGEST_CONFIG) {
      throw new FormatException(
          file + ": " + Files.size(file) + " bytes is too much for a model's configuration");
    }
    Map<String, Object> config;
    try {
      config = Json.parseObject(Files.readString(file));
    } catch (CharacterCodingException e) {
      throw new FormatException(file + ": is no text in UTF-8", e);
    } catch (FormatException e) {
      throw new FormatException(file + ": " + e.getMessage(), e);
    }
    if (!FORMAT.equals(config.get("format"))) {
      throw new FormatException(
          file + ": format is " + config.get("format") + ", expected " + FORMAT);
    }
    if (!Long.valueOf(VERSION).equals(config.get("version"))) {
      throw new FormatException(
          file
              + ": version is "
              + config.get("version")
              + ", this release reads version "
              + VERSION);
    }
    return config;
  }

  /**
   * Before a network is built from sizes that nobody has checked: there must be weights for it. The
   * bound is a low one, which every kind of layer stays above.
   */
  private static void requireEnough(Path file, NetworkConfig config) throws IOException {
    double width = config.width();
    double layer = config.block().ssm().largestArray(config.width()) / LARGEST_TO_STORED;
    double maps = config.block().mixer() == Mixer.NONE ? 0 : config.block().kernels();
    double square = width * width * (maps + 2.0 * config.block().feedForward());
    double ends =
        width * config.inputSize() + width * config.vocabulary() + width * config.outputSize();
    double floats = config.depth() * width + layer + square + ends;
    if (Files.exists(file) && Float.BYTES * floats > Files.size(file)) {
      throw new IllegalArgumentException(
          "the network has at least "
              + (long) floats
              + " parameters, "
              + file
              + " has only "
              + Files.size(file)
              + " bytes");
    }
  }

  private static void readWeights(Path file, Network network) throws IOException {
    Map<String, SafeTensors.Tensor> tensors = SafeTensors.read(file).tensors();
    Map<String, SafeTensors.Tensor> left = new LinkedHashMap<>(tensors);
    for (Parameter p : network.parameters()) {
      SafeTensors.Tensor t = left.remove(p.name());
      if (t == null) {
        throw new FormatException(file + ": tensor " + p.name() + " is missing");
      }
      if (!Arrays.equals(t.shape(), p.shape())) {
        throw new FormatException(
            file
                + ": tensor "
                + p.name()
                + " has shape "
                + Arrays.toString(t.shape())
                + ", the configuration needs "
                + Arrays.toString(p.shape()));
      }
      copyFinite(file, p, t.floats());
    }
    if (!left.isEmpty()) {
      throw new FormatException(
          file + ": tensors that do not belong to this model: " + left.keySet());
    }
  }

  private static void copyFinite(Path file, Parameter p, float[] from) {
    for (int i = 0; i < from.length; i++) {
      if (!Float.isFinite(from[i])) {
        throw new FormatException(
            file + ": tensor " + p.name() + " holds " + from[i] + " at position " + i);
      }
    }
    System.arraycopy(from, 0, p.value(), 0, from.length);
  }
}
