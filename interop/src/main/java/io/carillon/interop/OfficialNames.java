package io.carillon.interop;

import io.carillon.engine.Parameter;
import io.carillon.interop.OfficialLayout.Family;
import java.util.Arrays;
import java.util.Map;

/**
 * The official name and shape of every parameter. The numbers lie in the same order on both sides;
 * shapes differ by axes of length 1.
 */
final class OfficialNames {
  private static final Map<String, String> MINIMAL_S4D = Map.of("A_real", "log_A_real");
  private static final Map<String, String> FULL_S4D = Map.of("log_dt", "inv_dt");
  private static final Map<String, String> DLR =
      Map.of("rho", "Lambda_log_neg_re", "theta", "Lambda_im");

  private final OfficialLayout layout;
  private final boolean feedForward;

  /**
   * Names for a network.
   *
   * @param feedForward whether every state-space block is followed by a feed-forward block, which
   *     is a layer of its own in the official models
   */
  OfficialNames(OfficialLayout layout, boolean feedForward) {
    this.layout = layout;
    this.feedForward = feedForward;
  }

  /** An official name and shape. */
  record Target(String name, int[] shape) {}

  /** Name and shape of one parameter. */
  Target target(Parameter p) {
    String[] parts = p.name().split("\\.");
    String last = parts[parts.length - 1];
    int[] shape = p.shape();
    switch (parts[0]) {
      case "encoder":
        return new Target(layout.encoder() + last, shape);
      case "decoder":
        return new Target(layout.decoder() + last, shape);
      case "norm":
        return new Target(finalNorm() + last, shape);
      default:
        boolean second = parts[2].equals("ff");
        int block = Integer.parseInt(parts[1]);
        return inLayer(layer(block, second), block, parts[second ? 3 : 2], last, shape);
    }
  }

  private String finalNorm() {
    return "model.norm.norm." + (layout.nestedNorm() ? "ln." : "");
  }

  private String layer(int block, boolean second) {
    int layer = feedForward ? 2 * block + (second ? 1 : 0) : block;
    return layout.family().layers() + layer + ".";
  }

  private Target inLayer(String layer, int block, String part, String last, int[] shape) {
    String inner = layout.family().isExample() ? layer : layer + "layer.";
    return switch (part) {
      case "norm" ->
          new Target(
              (layout.family().isExample() ? "norms." + block + "." : normOf(layer)) + last, shape);
      case "output" ->
          new Target(
              inner + "output_linear." + (layout.sequentialOutput() ? "0." : "") + last,
              outputShape(last, shape));
      case "expand" -> new Target(inner + "ff.0.0." + last, bias(last, shape));
      case "contract" -> new Target(inner + "ff.2." + last, bias(last, shape));
      default -> kernel(inner + (layout.wrapped() ? "layer." : ""), last, shape);
    };
  }

  private String normOf(String layer) {
    return layer + "norm.norm." + (layout.nestedNorm() ? "ln." : "");
  }

  /** The minimal layer's output map is a convolution of length 1. */
  private int[] outputShape(String last, int[] shape) {
    if (layout.family() == Family.EXAMPLE && last.equals("weight")) {
      return append(shape, 1);
    }
    return bias(last, shape);
  }

  private int[] bias(String last, int[] shape) {
    return last.equals("bias") && layout.columnBias() ? append(shape, 1) : shape;
  }

  private Target kernel(String prefix, String last, int[] shape) {
    boolean minimal = layout.family() == Family.EXAMPLE;
    if (last.equals("D")) {
      return new Target(prefix + "D", minimal ? withoutFirst(shape) : shape);
    }
    String kernel = prefix + "kernel.";
    if (minimal) {
      int[] official = last.equals("C") ? withoutFirst(shape) : shape;
      return new Target(kernel + MINIMAL_S4D.getOrDefault(last, last), official);
    }
    if (!layout.family().hasFullKernel()) {
      return new Target(kernel + DLR.getOrDefault(last, last), shape);
    }
    String name = FULL_S4D.getOrDefault(last, last);
    boolean column = name.equals("inv_dt") && shape.length == 1;
    int[] official = name.equals("B") ? prepend(shape) : column ? append(shape, 1) : shape;
    return new Target(kernel + name, official);
  }

  private static int[] append(int[] shape, int axis) {
    int[] longer = Arrays.copyOf(shape, shape.length + 1);
    longer[shape.length] = axis;
    return longer;
  }

  private static int[] prepend(int[] shape) {
    int[] longer = new int[shape.length + 1];
    longer[0] = 1;
    System.arraycopy(shape, 0, longer, 1, shape.length);
    return longer;
  }

  private static int[] withoutFirst(int[] shape) {
    return Arrays.copyOfRange(shape, 1, shape.length);
  }
}
