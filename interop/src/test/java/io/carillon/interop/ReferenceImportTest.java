package io.carillon.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.engine.Parameter;
import io.carillon.io.SafeTensors;
import io.carillon.model.SequenceModel;
import io.carillon.model.inside.Inside;
import io.carillon.reference.ReferenceCase;
import io.carillon.reference.ReferenceCase.Precision;
import io.carillon.reference.ReferenceConfig;
import io.carillon.reference.ReferenceReport;
import io.carillon.reference.Tensor;
import io.carillon.reference.UsesShared;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Models of the official code, read from the files that it has written and from safetensors:
 * outputs against the official code in float64, and the export against the file that came in.
 */
@UsesShared
class ReferenceImportTest {
  @TempDir private Path folder;

  @Test
  void exampleModels() {
    ReferenceReport.check(
        "05_s4model",
        "import",
        reference -> {
          if (reference.config().has("files")) {
            checkLogits(reference);
          } else {
            checkFirstLoss(reference);
          }
        });
  }

  private void checkLogits(ReferenceCase reference) throws IOException {
    ReferenceConfig c = reference.config();
    c.ignore("d_input", "d_output", "d_model", "n_layers", "dropout", "B", "L", "d_state");
    c.ignore("lr_ssm", "n_params", "norm_eps");
    ignoreDoubles(reference, "loss64");
    Path original = reference.file(c.node("files").path("safetensors").asText());
    // Post is the default; it is left out on purpose.
    Map<String, String> options = c.flag("prenorm", false) ? Map.of("norm", "pre") : Map.of();
    for (Path file : withCheckpoints(original, reference)) {
      OfficialImport.Result result = OfficialImport.read(file, options);
      assertThat(result.source()).isEqualTo("example");
      reference.compare("logits", predict(result.model(), reference.tensor("x")), Precision.FLOAT);
      requireSameExport(result.model(), original, options);
    }
  }

  /** Trainings give the weights before the first step, and its loss. */
  private void checkFirstLoss(ReferenceCase reference) throws IOException {
    ReferenceConfig c = reference.config();
    c.ignore("lr", "weight_decay", "cosine_epochs", "scheduler_stepped", "steps", "adamw");
    c.ignore("groups");
    ignoreDoubles(reference, "losses64", "lrs", "lrs64");
    Path file = stateDict(reference, "param0.");
    OfficialImport.Result result =
        OfficialImport.read(file, Map.of("norm", c.flag("prenorm", false) ? "pre" : "post"));
    int[] shape = reference.tensor("x").shape();
    float[] x = reference.tensor("x").floats();
    int count = shape[1];
    double loss = 0;
    for (int b = 0; b < count; b++) {
      int size = shape[2] * shape[3];
      float[] logits = result.model().predict(Arrays.copyOfRange(x, b * size, (b + 1) * size))[0];
      double sum = 0;
      for (float logit : logits) {
        sum += Math.exp(logit);
      }
      int target = (int) reference.tensor("target").values()[b];
      loss += (Math.log(sum) - logits[target]) / count;
    }
    double[] losses = reference.tensor("losses64").values();
    reference.compare(
        "losses",
        new double[] {losses[0]},
        new double[] {loss},
        reference.tolerance("losses", Precision.FLOAT));
    requireSameExport(
        result.model(), file, Map.of("norm", c.flag("prenorm", false) ? "pre" : "post"));
  }

  @Test
  void sequenceModels() {
    ReferenceReport.check(
        "05_dlr_seqmodel",
        "import",
        reference -> {
          ReferenceConfig c = reference.config();
          c.ignore("d_input", "d_output", "d_model", "n_layers", "B", "L", "prenorm");
          c.ignore("transposed", "norm", "residual", "vocab", "layer", "n_params", "pool");
          ignoreDoubles(reference);
          Map<String, Object> options = new LinkedHashMap<>();
          if (c.text("decoder_mode", "").equals("pool")) {
            options.put("pool", "mean");
          } else if (c.integer("l_output", 0) > 0) {
            options.put("last_steps", c.integer("l_output"));
          }
          c.ignore("l_output");
          Path safetensors = stateDict(reference, "param.");
          for (Path file : withCheckpoints(safetensors, reference)) {
            OfficialImport.Result result = OfficialImport.read(file, options);
            assertThat(result.source()).isEqualTo("dlr");
            reference.compare("y", predict(result.model(), reference.tensor("x")), Precision.FLOAT);
            requireSameExport(result.model(), safetensors, options);
          }
        });
  }

  /** The given file and those that PyTorch has written, which not every folder holds. */
  private static List<Path> withCheckpoints(Path safetensors, ReferenceCase reference) {
    List<Path> files = new ArrayList<>(List.of(safetensors));
    files.addAll(reference.files(".pt", ".pth", ".ckpt", ".bin"));
    if (files.size() == 1) {
      reference.without("the folder has no file that PyTorch has written for it");
    }
    return files;
  }

  private static void ignoreDoubles(ReferenceCase reference, String... more) {
    for (String name : reference.tensorNames()) {
      if (name.startsWith("grad64.") || name.startsWith("param_final64.")) {
        reference.ignore(name);
      }
    }
    reference.ignore(more);
  }

  /** The parameters of a case as a safetensors file with the official names and shapes. */
  private Path stateDict(ReferenceCase reference, String prefix) throws IOException {
    Map<String, SafeTensors.Tensor> tensors = new LinkedHashMap<>();
    for (String name : reference.tensorNames()) {
      if (name.startsWith(prefix)) {
        Tensor t = reference.tensor(name);
        tensors.put(name.substring(prefix.length()), SafeTensors.Tensor.of(t.shape(), t.floats()));
      }
    }
    Path file = folder.resolve(reference.name() + ".safetensors");
    SafeTensors.write(file, tensors, Map.of());
    return file;
  }

  private static double[] predict(SequenceModel model, Tensor x) {
    int count = x.shape()[0];
    int size = x.values().length / count;
    float[][] answers = new float[count][];
    for (int b = 0; b < count; b++) {
      double[] one = Arrays.copyOfRange(x.values(), b * size, (b + 1) * size);
      answers[b] =
          model.config().vocabulary() > 0
              ? model.predictTokens(Arrays.stream(one).mapToInt(v -> (int) v).toArray())[0]
              : model.predict(floats(one))[0];
    }
    double[] all = new double[count * answers[0].length];
    for (int i = 0; i < all.length; i++) {
      all[i] = answers[i / answers[0].length][i % answers[0].length];
    }
    return all;
  }

  private static float[] floats(double[] x) {
    float[] y = new float[x.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = (float) x[i];
    }
    return y;
  }

  /** Saved, loaded, exported: names, shapes and bits of the original; imported again: the model. */
  private void requireSameExport(SequenceModel model, Path original, Map<String, ?> options)
      throws IOException {
    Path saved = folder.resolve("model");
    model.save(saved);
    Path exported = folder.resolve("exported.safetensors");
    OfficialExport.write(SequenceModel.load(saved), exported);
    Map<String, SafeTensors.Tensor> expected = SafeTensors.read(original).tensors();
    Map<String, SafeTensors.Tensor> found = SafeTensors.read(exported).tensors();
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (name, tensor) -> {
          assertThat(found.get(name).shape()).as(name).isEqualTo(tensor.shape());
          assertThat(found.get(name).floats()).as(name).isEqualTo(tensor.floats());
        });
    SequenceModel again = OfficialImport.read(exported, options).model();
    assertThat(again.config()).isEqualTo(model.config());
    List<Parameter> parameters = Inside.network(again).parameters();
    for (int i = 0; i < parameters.size(); i++) {
      assertThat(parameters.get(i).value())
          .isEqualTo(Inside.network(model).parameters().get(i).value());
    }
  }
}
