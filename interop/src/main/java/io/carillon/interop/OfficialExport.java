package io.carillon.interop;

import io.carillon.config.Norm;
import io.carillon.config.S4dConfig;
import io.carillon.config.Settings;
import io.carillon.config.kernel.ImagSign;
import io.carillon.config.kernel.InputWeight;
import io.carillon.engine.Parameter;
import io.carillon.interop.OfficialLayout.Family;
import io.carillon.io.SafeTensors;
import io.carillon.model.SequenceModel;
import io.carillon.model.inside.Inside;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes the weights of a model as safetensors under the names and shapes of the official code, so
 * that {@code model.load_state_dict(safetensors.torch.load_file(file))} takes them. An imported
 * model goes back to the official model that it came from; any other model goes to the S4Model of
 * example.py if that can express it, else to the SequenceModel of the S4 repository (S4D) or of the
 * DLR repository (DLR, DSS).
 *
 * <p>The full S4D kernel stores −Im A. A model that stores +Im A is exported with conjugated B and
 * C, which is the same kernel; signs change, no number is rounded.
 */
public final class OfficialExport {
  private OfficialExport() {}

  /**
   * Writes the file.
   *
   * @return which official model takes the weights: {@code example}, {@code example-block}, {@code
   *     s4} or {@code dlr}
   * @throws UnsupportedOperationException if the official code has no such model, with the reason
   * @throws io.carillon.error.FormatException if the info of an imported model is damaged
   * @throws IOException if the file cannot be written; it is then as before
   */
  public static String write(SequenceModel model, Path file) throws IOException {
    OfficialLayout layout = OfficialLayout.of(model);
    Expressible.require(model.config(), layout);
    String family = Settings.name(layout.family());
    SafeTensors.write(
        file, tensors(model, layout), Map.of("format", "pt", "carillon.model", family));
    return family;
  }

  private static Map<String, SafeTensors.Tensor> tensors(
      SequenceModel model, OfficialLayout layout) {
    OfficialNames names = new OfficialNames(layout, model.config().block().feedForward() > 0);
    boolean conjugated = conjugated(model, layout.family());
    Map<String, SafeTensors.Tensor> tensors = new LinkedHashMap<>();
    for (Parameter p : Inside.network(model).parameters()) {
      OfficialNames.Target target = names.target(p);
      boolean complex = p.name().endsWith(".ssm.B") || p.name().endsWith(".ssm.C");
      float[] values = conjugated && complex ? conjugate(p.value()) : p.value();
      tensors.put(target.name(), SafeTensors.Tensor.of(target.shape(), values));
    }
    addInputWeights(model, layout, names, tensors);
    addCounters(model, names, tensors);
    return tensors;
  }

  /** Whether the stored sign of Im A is not that of the official kernel. */
  private static boolean conjugated(SequenceModel model, Family family) {
    return model.config().block().ssm() instanceof S4dConfig ssm
        && !ssm.realValued()
        && (ssm.imagSign() == ImagSign.MINUS) != family.hasFullKernel();
  }

  private static float[] conjugate(float[] pairs) {
    float[] result = pairs.clone();
    for (int i = 1; i < result.length; i += 2) {
      result[i] = -result[i];
    }
    return result;
  }

  /** The full S4D kernel always has a B; where there is none it is 1. */
  private static void addInputWeights(
      SequenceModel model,
      OfficialLayout layout,
      OfficialNames names,
      Map<String, SafeTensors.Tensor> tensors) {
    if (!layout.family().hasFullKernel()
        || !(model.config().block().ssm() instanceof S4dConfig ssm)
        || ssm.inputWeight() != InputWeight.ABSENT) {
      return;
    }
    for (Parameter p : Inside.network(model).parameters()) {
      if (p.name().endsWith(".ssm.A_real")) {
        String a = names.target(p).name();
        String b = a.substring(0, a.length() - "A_real".length()) + "B";
        int step = ssm.realValued() ? 1 : 2;
        float[] ones = new float[step * p.size()];
        for (int i = 0; i < ones.length; i += step) {
          ones[i] = 1;
        }
        int[] s = p.shape();
        int[] shape = ssm.realValued() ? new int[] {1, s[0], s[1]} : new int[] {1, s[0], s[1], 2};
        tensors.put(b, SafeTensors.Tensor.of(shape, ones));
      }
    }
  }

  /** Batch norms count the batches they have seen; the count is not used with fixed momentum. */
  private static void addCounters(
      SequenceModel model, OfficialNames names, Map<String, SafeTensors.Tensor> tensors) {
    if (model.config().block().norm() != Norm.BATCH) {
      return;
    }
    for (Parameter p : Inside.network(model).parameters()) {
      if (p.name().endsWith("norm.running_mean")) {
        String mean = names.target(p).name();
        tensors.put(
            mean.substring(0, mean.length() - "running_mean".length()) + "num_batches_tracked",
            new SafeTensors.Tensor(new int[0], new long[] {0}));
      }
    }
  }
}
