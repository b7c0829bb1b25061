package io.carillon.interop.onnx;

import io.carillon.interop.plain.PlainLayer.Gru;
import java.util.List;

/** A gated recurrent unit; a stream remembers the output of the step before. */
final class GruNodes implements LayerNodes {
  private final Gru layer;

  GruNodes(Gru layer) {
    this.layer = layer;
  }

  @Override
  public List<Memory> memories() {
    return List.of(new Memory("h", layer.hidden().in()));
  }

  @Override
  public Step step(Nodes nodes, String u, List<String> before) {
    String h = before.get(0);
    List<String> in = nodes.split(nodes.map("input_", layer.input(), u), 3);
    List<String> hidden = nodes.split(nodes.map("hidden_", layer.hidden(), h), 3);
    String r = nodes.apply("Sigmoid", nodes.plus(in.get(0), hidden.get(0)));
    String z = nodes.apply("Sigmoid", nodes.plus(in.get(1), hidden.get(1)));
    String n = nodes.apply("Tanh", nodes.plus(in.get(2), nodes.times(r, hidden.get(2))));
    String next = nodes.plus(n, nodes.times(z, nodes.minus(h, n)));
    return new Step(next, List.of(next));
  }
}
