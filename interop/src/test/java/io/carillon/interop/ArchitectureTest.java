package io.carillon.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.config.NetworkConfig;
import io.carillon.config.Pooling;
import io.carillon.config.SsmConfig;
import io.carillon.error.FormatException;
import io.carillon.io.SafeTensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is told from names and shapes, what options add, and what is refused. */
class ArchitectureTest {
  @TempDir private Path folder;

  private Path file(Map<String, SafeTensors.Tensor> tensors) throws IOException {
    Path file = folder.resolve("weights.safetensors");
    SafeTensors.write(file, tensors, Map.of());
    return file;
  }

  private static Map<String, SafeTensors.Tensor> tiny() throws IOException {
    return new LinkedHashMap<>(CheckpointReader.read(TorchFixtures.file("tiny.pt")).tensors());
  }

  private void assertRefused(Consumer<Map<String, SafeTensors.Tensor>> change, String... words)
      throws IOException {
    Map<String, SafeTensors.Tensor> tensors = tiny();
    change.accept(tensors);
    Path file = file(tensors);
    assertThatThrownBy(() -> OfficialImport.read(file, Map.of()))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith(file.toString())
        .message()
        .contains(words);
  }

  private static SafeTensors.Tensor zeros(int... shape) {
    int size = 1;
    for (int axis : shape) {
      size *= axis;
    }
    return SafeTensors.Tensor.of(shape, new float[size]);
  }

  @Test
  void theTinyModelIsRecognised() throws IOException {
    OfficialImport.Result result =
        OfficialImport.read(TorchFixtures.file("tiny_lightning.ckpt"), Map.of());
    NetworkConfig c = result.model().config();
    assertThat(c.width()).isEqualTo(2);
    assertThat(c.depth()).isEqualTo(1);
    assertThat(c.inputSize()).isEqualTo(1);
    assertThat(c.outputSize()).isEqualTo(3);
    assertThat(c.pooling()).isEqualTo(Pooling.MEAN);
    assertThat(c.block().prenorm()).isFalse();
    assertThat(((SsmConfig) c.block().ssm()).storedModes()).isEqualTo(2);
    assertThat(result.assumed()).contains("norm post", "pool mean");
  }

  @Test
  void unknownAndMissingTensorsAreNamed() throws IOException {
    assertRefused(
        t -> {
          t.put("extra.weight", zeros(2));
          t.put("encoder.scale", zeros(2));
        },
        "Unknown tensors: [encoder.scale, extra.weight]");
    assertRefused(t -> t.remove("norms.0.bias"), "Missing tensors: [norms.0.bias]");
    assertRefused(t -> t.remove("s4_layers.0.kernel.C"), "s4_layers.0.kernel.C is missing");
  }

  @Test
  void shapesThatContradict() throws IOException {
    assertRefused(
        t -> t.put("s4_layers.0.kernel.A_imag", zeros(2, 3)),
        "s4_layers.0.kernel.A_imag",
        "[2, 3]",
        "[2, 2]");
    assertRefused(t -> t.put("decoder.weight", zeros(3, 4)), "decoder.weight", "2 channels");
    assertRefused(t -> t.put("encoder.weight", zeros(2)), "encoder.weight", "[H][inputs]");
    assertRefused(
        t -> t.put("s4_layers.0.output_linear.0.weight", zeros(6, 2, 1)), "output_linear.0.weight");
    assertRefused(t -> t.put("s4_layers.1.D", zeros(2)), "s4_layers.1.", "missing");
    assertRefused(t -> t.put("s4_layers.2.D", zeros(2)), "s4_layers.2.D", "no layer 1");
    assertRefused(
        t -> t.put("s4_layers.0.kernel.C", zeros(2, 0, 2)), "s4_layers.0.kernel.C", "[2, 0, 2]");
  }

  @Test
  void numbersThatAreNotFinite() throws IOException {
    assertRefused(
        t -> t.get("decoder.bias").floats()[1] = Float.NaN, "decoder.bias", "NaN", "position 1");
    assertRefused(
        t ->
            t.put(
                "decoder.bias", new SafeTensors.Tensor(new int[] {3}, new double[] {0, 1e300, 0})),
        "decoder.bias",
        "1.0E300",
        "single precision");
    assertRefused(
        t -> t.put("decoder.bias", new SafeTensors.Tensor(new int[] {3}, new long[3])),
        "decoder.bias",
        "whole numbers");
  }

  @Test
  void kernelsThatAreNotFinite() throws IOException {
    assertRefused(
        t -> t.get("s4_layers.0.kernel.log_dt").floats()[0] = 1e4f, "layer 0", "not finite");
  }

  @Test
  void modelsOfOtherKinds() throws IOException {
    assertRefused(
        t -> {
          t.clear();
          t.put("D", zeros(2));
          t.put("kernel.C", zeros(2, 2, 2));
        },
        "a single layer is no model");
    assertRefused(
        t -> {
          t.clear();
          t.put("conv1.weight", zeros(2, 2));
        },
        "none of the supported models",
        "conv1.weight");
    assertRefused(
        t -> {
          t.keySet().removeIf(name -> !name.startsWith("encoder."));
          t.put("model.layers.0.layer.kernel.kernel.C", zeros(1, 2, 2, 2));
        },
        "version 3",
        "convert_v3_to_v4.py");
    assertRefused(
        t -> {
          t.keySet().removeIf(name -> !name.startsWith("encoder."));
          t.put("model.layers.0.layer.layer.D", zeros(1, 2));
          t.put("model.layers.0.layer.layer.kernel.A_real", zeros(2, 2));
          t.put("model.layers.0.layer.layer.kernel.P", zeros(1, 2, 2, 2));
        },
        "diagonal plus low rank");
  }

  @ParameterizedTest
  @CsvSource({
    "nrom, pre, did you mean 'norm'",
    "norm, before, one of pre, post",
    "discretisation, zoh, does not apply",
    "cast, prod, does not apply",
    "activation, relu, does not apply",
    "bidirectional, true, the shapes of the tensors say false"
  })
  void wrongOptions(String key, String value, String words) {
    Object typed = value.equals("true") ? Boolean.TRUE : value;
    assertThatThrownBy(() -> OfficialImport.read(TorchFixtures.file("tiny.pt"), Map.of(key, typed)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(words);
  }
}
