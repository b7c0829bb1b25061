package io.carillon.interop.pytorch;

import io.carillon.config.AttentionConfig;
import io.carillon.config.BlockConfig;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Settings;
import io.carillon.interop.plain.PlainLayer;
import io.carillon.interop.plain.PlainNetwork;
import io.carillon.io.AtomicFile;
import io.carillon.io.SafeTensors;
import io.carillon.model.Meaning;
import io.carillon.model.Scaling;
import io.carillon.model.SequenceModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a model as a folder for PyTorch: {@code model.py}, which needs torch and nothing else, and
 * {@code weights.safetensors}. The module takes raw input in its own units and gives answers in
 * theirs, for whole sequences ({@code forward}) and, where the model can stream, step by step
 * ({@code step}). Numbers are real; modes are in double precision.
 */
public final class PyTorchExport {
  /** The module. */
  public static final String MODULE = "model.py";

  /** Its weights. */
  public static final String WEIGHTS = "weights.safetensors";

  private PyTorchExport() {}

  /**
   * Writes the two files.
   *
   * @param folder created when needed; files of these names are replaced
   * @throws UnsupportedOperationException if the model cannot be written in this way, with the
   *     reason
   * @throws IOException if a file cannot be written
   */
  public static void write(SequenceModel model, Path folder) throws IOException {
    PlainNetwork network = network(model);
    String code =
        part("head")
                .replace("@FINGERPRINT@", model.fingerprint())
                .replace("@CONFIG@", Python.literal(config(network)))
            + part(layerPart(network.layers().get(0)))
            + part("network");
    Map<String, SafeTensors.Tensor> weights = new TorchWeights(network).tensors();
    Files.createDirectories(folder);
    SafeTensors.write(
        folder.resolve(WEIGHTS),
        weights,
        Map.of("format", "pt", "carillon.fingerprint", model.fingerprint()));
    AtomicFile.writeText(folder.resolve(MODULE), code);
  }

  private static PlainNetwork network(SequenceModel model) {
    try {
      return PlainNetwork.of(model);
    } catch (UnsupportedOperationException e) {
      throw new UnsupportedOperationException(
          "this model cannot be exported to PyTorch: " + e.getMessage(), e);
    }
  }

  /** A part of the module, from the resources. */
  private static String part(String name) throws IOException {
    try (InputStream in = PyTorchExport.class.getResourceAsStream(name + ".py")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String layerPart(PlainLayer layer) {
    if (layer instanceof PlainLayer.Recurrence) {
      return "recurrence";
    }
    if (layer instanceof PlainLayer.Coupled) {
      return "coupled";
    }
    if (layer instanceof PlainLayer.Taps) {
      return "taps";
    }
    return layer instanceof PlainLayer.Gru ? "gru" : "attention";
  }

  private static Map<String, Object> config(PlainNetwork network) {
    NetworkConfig config = network.config();
    BlockConfig block = config.block();
    Meaning meaning = network.model().meaning();
    PlainLayer layer = network.layers().get(0);
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("inputs", config.inputSize());
    map.put("vocabulary", config.vocabulary());
    map.put("outputs", config.outputSize());
    map.put("width", config.width());
    map.put("depth", config.depth());
    map.put("layer", arguments(layer, network));
    map.put("kernels", block.kernels());
    map.put("gate", Settings.name(block.gate()));
    map.put("activation", Settings.name(block.activation()));
    map.put("adds_input", layer instanceof PlainLayer.Attention);
    map.put("mixer", Settings.name(block.mixer()));
    map.put("norm", Settings.name(block.norm()));
    map.put("prenorm", block.prenorm());
    map.put("feed_forward", block.feedForward());
    map.put("final_norm", config.finalNorm());
    map.put("pooling", Settings.name(config.pooling()));
    map.put("last_steps", config.lastSteps());
    map.put("pairs", config.pairs());
    map.put("streams", network.streams());
    map.put("input_names", meaning.inputNames());
    putScaling(map, "input", meaning.inputScaling().orElse(null), config.inputSize());
    map.put("class_names", meaning.classNames());
    map.put("target_names", meaning.targetNames());
    putScaling(map, "output", meaning.targetScaling().orElse(null), config.outputSize());
    return map;
  }

  /** Once for every number; nothing where there is no scaling. */
  private static void putScaling(
      Map<String, Object> map, String what, Scaling scaling, int numbers) {
    List<Double> mean = new ArrayList<>();
    List<Double> std = new ArrayList<>();
    for (int i = 0; scaling != null && i < numbers; i++) {
      mean.add(scaling.mean()[i % scaling.dims()]);
      std.add(scaling.std()[i % scaling.dims()]);
    }
    map.put(what + "_mean", mean);
    map.put(what + "_std", std);
  }

  /** What the class Layer is made with. */
  private static Map<String, Object> arguments(PlainLayer layer, PlainNetwork network) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("channels", network.config().width());
    if (layer instanceof PlainLayer.Recurrence r) {
      map.put("rows", r.rows());
      map.put("modes", r.modes());
      putSets(map, r.kernels(), r.sets());
    } else if (layer instanceof PlainLayer.Coupled c) {
      map.put("modes", c.modes());
      map.put("rank", c.rank());
      putSets(map, c.kernels(), c.sets());
    } else if (layer instanceof PlainLayer.Taps t) {
      map.put("taps", t.taps());
      putSets(map, t.kernels(), t.sets());
    } else if (layer instanceof PlainLayer.Attention a) {
      AttentionConfig config = (AttentionConfig) network.config().block().ssm();
      map.put("heads", a.heads());
      map.put("size", a.size());
      map.put("chunk", a.chunk());
      map.put("causal", a.causal());
      map.put("rope_base", config.ropeBase());
      map.put("feed_forward", config.feedForward());
    }
    return map;
  }

  private static void putSets(Map<String, Object> map, int kernels, int sets) {
    map.put("kernels", kernels);
    map.put("sets", sets);
  }
}
