package io.carillon.interop.onnx;

import io.carillon.interop.plain.PlainLayer.Taps;
import java.util.ArrayList;
import java.util.List;

/** A kernel that ends: a convolution; a stream remembers the inputs before, the oldest first. */
final class TapsNodes implements LayerNodes {
  private final Taps layer;

  TapsNodes(Taps layer) {
    this.layer = layer;
  }

  @Override
  public List<Memory> memories() {
    return layer.taps() == 1
        ? List.of()
        : List.of(new Memory("inputs", layer.taps() - 1, layer.channels()));
  }

  @Override
  public Step step(Nodes nodes, String u, List<String> before) {
    String now = nodes.unsqueeze(u, 1);
    List<String> parts = new ArrayList<>(before);
    parts.add(now);
    String line = nodes.concat(1, parts);
    List<String> sets = new ArrayList<>();
    for (int c = 0; c < layer.kernels(); c++) {
      String kernel = nodes.constant("kernel", oldestFirst(c), layer.taps(), layer.channels());
      sets.add(nodes.sum(nodes.times(line, kernel), 1));
    }
    List<String> after =
        before.isEmpty() ? List.of() : List.of(nodes.slice(line, 1, 1, layer.taps()));
    return new Step(LayerNodes.withDirect(nodes, sets, layer.direct(), u), after);
  }

  /** K of a set [T][H], the weight of the oldest input first. */
  private float[] oldestFirst(int set) {
    int taps = layer.taps();
    float[] turned = new float[taps * layer.channels()];
    for (int h = 0; h < layer.channels(); h++) {
      for (int j = 0; j < taps; j++) {
        turned[(taps - 1 - j) * layer.channels() + h] =
            layer.kernel()[(set * layer.channels() + h) * taps + j];
      }
    }
    return turned;
  }

  @Override
  public String sequence(Nodes nodes, String u) {
    String rows = nodes.transpose(u, 0, 2, 1);
    List<String> sets = new ArrayList<>();
    for (int c = 0; c < layer.kernels(); c++) {
      String y = convolve(nodes, rows, c, true, layer.taps() - 1, 0);
      if (layer.sets() > layer.kernels()) {
        // A step sees from the next one on; the last one sees nothing.
        String ahead = convolve(nodes, rows, layer.kernels() + c, false, 0, layer.taps());
        y = nodes.plus(y, nodes.slice(ahead, 2, 1, Long.MAX_VALUE));
      }
      sets.add(nodes.transpose(y, 0, 2, 1));
    }
    return LayerNodes.withDirect(nodes, sets, layer.direct(), u);
  }

  /**
   * Every channel by itself.
   *
   * @param oldest whether the kernel begins with the weight of the oldest input
   * @param before zeros before the inputs
   * @param after zeros after them
   */
  private String convolve(Nodes nodes, String x, int set, boolean oldest, int before, int after) {
    int taps = layer.taps();
    float[] weight = new float[layer.channels() * taps];
    for (int h = 0; h < layer.channels(); h++) {
      for (int j = 0; j < taps; j++) {
        weight[h * taps + (oldest ? taps - 1 - j : j)] =
            layer.kernel()[(set * layer.channels() + h) * taps + j];
      }
    }
    return nodes.add(
        "Conv",
        List.of(x, nodes.constant("kernel", weight, layer.channels(), 1, taps)),
        Nodes.attribute("group", layer.channels()),
        Nodes.attribute("kernel_shape", new long[] {taps}),
        Nodes.attribute("pads", new long[] {before, after}));
  }
}
