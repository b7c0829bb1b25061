package io.carillon.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.io.SafeTensors;
import io.carillon.model.SequenceModel;
import io.carillon.reference.ReferenceCase;
import io.carillon.reference.ReferenceConfig;
import io.carillon.reference.ReferenceReport;
import io.carillon.reference.ReferenceSkip;
import io.carillon.reference.Tensor;
import io.carillon.reference.UsesShared;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SequenceModels of the S4 repository, version 4, made of one reference block or convolution:
 * encoder and decoder are the identity and there are no norms, so that the output is u + block(u)
 * and the numbers of the official block say what it must be.
 */
@UsesShared
class S4SequenceModelTest {
  @TempDir private Path folder;

  @Test
  void modelsOfOneOfficialBlock() {
    ReferenceReport.check(
        "02_s4_conv_block",
        "import",
        reference -> {
          ReferenceConfig c = reference.config();
          ignore(reference);
          if (c.flag("swap_channels", false) || c.integer("channels", 1) > 1) {
            throw new ReferenceSkip("a convolution that widens the channels is no layer");
          }
          if (reference.has("param.layer.kernel.P")) {
            throw new ReferenceSkip("S4 with a DPLR kernel is not supported");
          }
          Map<String, Object> options = new LinkedHashMap<>();
          // A bare convolution has no activation unless asked, a block has a GELU.
          boolean bare = reference.has("param.D");
          if (bare || c.has("activation")) {
            options.put("activation", c.text("activation", "none"));
          }
          if (c.has("l_max")) {
            options.put("max_kernel_length", c.integer("l_max"));
          }
          Path file = model(reference);
          OfficialImport.Result result = OfficialImport.read(file, options);
          assertThat(result.source()).isEqualTo("s4");
          compare(reference, result.model());
          Path exported = folder.resolve("exported.safetensors");
          assertThat(OfficialExport.write(result.model(), exported)).isEqualTo("s4");
          Map<String, SafeTensors.Tensor> back = SafeTensors.read(exported).tensors();
          SafeTensors.read(file)
              .tensors()
              .forEach(
                  (name, tensor) -> {
                    assertThat(back.get(name).shape()).as(name).isEqualTo(tensor.shape());
                    assertThat(back.get(name).floats()).as(name).isEqualTo(tensor.floats());
                  });
        });
  }

  /** Settings that the file holds, or that only matter when the official layer is made. */
  private static void ignore(ReferenceCase reference) {
    ReferenceConfig c = reference.config();
    c.ignore("B", "H", "L", "lengths", "mode", "init", "final_act", "d_state", "verbose");
    c.ignore("bidirectional", "transposed", "activation", "l_max", "channels", "swap_channels");
    c.ignore("n_ssm", "dt_min", "dt_max");
    for (String name : reference.tensorNames()) {
      if (name.contains("64") && !name.equals("y64")) {
        reference.ignore(name);
      }
    }
  }

  private Path model(ReferenceCase reference) throws IOException {
    int width = reference.config().integer("H");
    Map<String, SafeTensors.Tensor> tensors = new LinkedHashMap<>();
    float[] identity = new float[width * width];
    for (int h = 0; h < width; h++) {
      identity[h * width + h] = 1;
    }
    tensors.put("encoder.0.weight", SafeTensors.Tensor.of(new int[] {width, width}, identity));
    tensors.put("encoder.0.bias", SafeTensors.Tensor.of(new int[] {width}, new float[width]));
    for (String name : reference.tensorNames()) {
      if (name.startsWith("param.")) {
        Tensor t = reference.tensor(name);
        tensors.put(
            "model.layers.0.layer." + name.substring("param.".length()),
            SafeTensors.Tensor.of(t.shape(), t.floats()));
      }
    }
    String decoder = "decoder.0.output_transform.";
    tensors.put(decoder + "weight", SafeTensors.Tensor.of(new int[] {width, width}, identity));
    tensors.put(decoder + "bias", SafeTensors.Tensor.of(new int[] {width}, new float[width]));
    Path file = folder.resolve(reference.name() + ".safetensors");
    SafeTensors.write(file, tensors, Map.of());
    return file;
  }

  private static void compare(ReferenceCase reference, SequenceModel model) {
    ReferenceConfig c = reference.config();
    int length = c.integer("L");
    int width = c.integer("H");
    boolean channelsFirst = c.flag("transposed", true);
    double[] u = reference.tensor("u").values();
    double[] y = reference.reference64("y");
    List<Double> expected = new ArrayList<>();
    List<Double> actual = new ArrayList<>();
    for (int b = 0; b < c.integer("B"); b++) {
      int steps = c.has("lengths") ? c.node("lengths").get(b).intValue() : length;
      float[] x = new float[steps * width];
      for (int t = 0; t < steps; t++) {
        for (int h = 0; h < width; h++) {
          int at = (b * length + t) * width + h;
          int from = channelsFirst ? (b * width + h) * length + t : at;
          x[t * width + h] = (float) u[from];
          expected.add(u[from] + y[from]);
        }
      }
      for (float value : model.predict(x)[0]) {
        actual.add((double) value);
      }
    }
    // Single precision with sums of at most 64 terms: the tolerance of the float outputs elsewhere.
    reference.compare("u + y", array(expected), array(actual), 1e-5);
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
