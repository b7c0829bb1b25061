package io.carillon.train;

import io.carillon.engine.Parameter;
import io.carillon.nn.Network;
import io.carillon.reference.ReferenceCase;
import io.carillon.reference.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The names that the parameters of a network have in the official state dictionaries, and copying
 * between the two. Shapes may differ by axes of length 1 only (a 1x1 convolution's weight, one
 * kernel set); the numbers lie in the same order.
 */
final class OfficialNetwork {
  private static final Map<String, String> S4D_KERNEL = Map.of("A_real", "log_A_real");
  private static final Map<String, String> DLR_KERNEL =
      Map.of("rho", "Lambda_log_neg_re", "theta", "Lambda_im");

  private OfficialNetwork() {}

  /** Names in {@code S4Model} of the S4 repository's example.py. */
  static Map<Parameter, String> s4Model(Network network) {
    Map<Parameter, String> names = new LinkedHashMap<>();
    for (Parameter p : network.parameters()) {
      String[] parts = p.name().split("\\.");
      String last = parts[parts.length - 1];
      names.put(
          p,
          !parts[0].equals("blocks")
              ? p.name()
              : switch (parts[2]) {
                case "norm" -> "norms." + parts[1] + "." + last;
                case "output" -> "s4_layers." + parts[1] + ".output_linear.0." + last;
                case "ssm" -> "s4_layers." + parts[1] + "." + kernel(last, S4D_KERNEL);
                default -> throw new AssertionError("no official name for " + p);
              });
    }
    return names;
  }

  /**
   * Names in encoder, {@code SequenceModel} and {@code SequenceDecoder} of the DLR repository.
   *
   * @param perBlock official layers per block of ours: 2 with a feed-forward layer, else 1
   * @param gated whether the output map of a layer ends in a GLU
   */
  static Map<Parameter, String> sequenceModel(Network network, int perBlock, boolean gated) {
    Map<Parameter, String> names = new LinkedHashMap<>();
    for (Parameter p : network.parameters()) {
      names.put(p, sequenceModelName(p.name(), perBlock, gated));
    }
    return names;
  }

  private static String sequenceModelName(String name, int perBlock, boolean gated) {
    String[] parts = name.split("\\.");
    String last = parts[parts.length - 1];
    switch (parts[0]) {
      case "encoder":
        return name;
      case "decoder":
        return "decoder.output_transform." + last;
      case "norm":
        return "model.norm.norm." + last;
      default:
        boolean feedForward = parts[2].equals("ff");
        int layer = perBlock * Integer.parseInt(parts[1]) + (feedForward ? 1 : 0);
        String part = parts[feedForward ? 3 : 2];
        return "model.layers."
            + layer
            + switch (part) {
              case "norm" -> ".norm.norm." + last;
              case "expand" -> ".layer.ff.0.0." + last;
              case "contract" -> ".layer.ff.2." + last;
              case "output" -> ".layer.output_linear." + (gated ? "0." : "") + last;
              case "ssm" -> ".layer." + kernel(last, DLR_KERNEL);
              default -> throw new AssertionError("no official name for " + name);
            };
    }
  }

  private static String kernel(String local, Map<String, String> renamed) {
    return local.equals("D") ? "D" : "kernel." + renamed.getOrDefault(local, local);
  }

  /** Sets every parameter from the tensor {@code prefix + official name}; all must be used. */
  static void load(Map<Parameter, String> names, Map<String, Tensor> tensors, String prefix) {
    names.forEach(
        (p, official) -> {
          Tensor tensor = tensors.get(prefix + official);
          if (tensor == null || tensor.values().length != p.size()) {
            throw new AssertionError(p + " finds no numbers in " + prefix + official);
          }
          System.arraycopy(tensor.floats(), 0, p.value(), 0, p.size());
        });
    List<String> left =
        tensors.keySet().stream()
            .filter(name -> name.startsWith(prefix))
            .map(name -> name.substring(prefix.length()))
            .filter(name -> !names.containsValue(name))
            .toList();
    if (!left.isEmpty()) {
      throw new AssertionError("official tensors without a place in our network: " + left);
    }
  }

  /** The tensors of a case by name. */
  static Map<String, Tensor> tensors(ReferenceCase reference, String prefix) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String name : reference.tensorNames()) {
      if (name.startsWith(prefix)) {
        tensors.put(name, reference.tensor(name));
      }
    }
    return tensors;
  }

  /** Widens to double. */
  static double[] widen(float[] x, int size) {
    double[] y = new double[size];
    for (int i = 0; i < size; i++) {
      y[i] = x[i];
    }
    return y;
  }
}
