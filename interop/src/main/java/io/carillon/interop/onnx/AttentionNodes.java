package io.carillon.interop.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.carillon.interop.plain.PlainLayer.Attention;
import java.util.List;

/** Softmax attention with rotary positions; whole sequences only. */
final class AttentionNodes implements LayerNodes {
  private final Attention layer;

  AttentionNodes(Attention layer) {
    this.layer = layer;
  }

  @Override
  public List<Memory> memories() {
    throw new UnsupportedOperationException("attention has no steps");
  }

  @Override
  public Step step(Nodes nodes, String u, List<String> memories) {
    throw new UnsupportedOperationException("attention has no steps");
  }

  @Override
  public String sequence(Nodes nodes, String u) {
    String length =
        nodes.add("Shape", List.of(u), Nodes.attribute("start", 1), Nodes.attribute("end", 2));
    String count = nodes.apply("Squeeze", length);
    String position = nodes.add("Range", List.of(nodes.whole(0), count, nodes.whole(1)));
    String angle = angle(nodes, position);
    String cos = nodes.apply("Cos", angle);
    String sin = nodes.apply("Sin", angle);
    String q = turned(nodes, nodes.map("query_", layer.query(), u), cos, sin);
    String k = turned(nodes, nodes.map("key_", layer.key(), u), cos, sin);
    String v =
        nodes.reshape(nodes.map("value_", layer.value(), u), 0, 0, layer.heads(), layer.size());
    String scaled = nodes.times(q, nodes.number(layer.scale()));
    String scores =
        nodes.product(nodes.transpose(scaled, 0, 2, 1, 3), nodes.transpose(k, 0, 2, 3, 1));
    String shown = shown(nodes, position);
    if (shown != null) {
      scores = nodes.add("Where", List.of(shown, scores, nodes.number(-Float.MAX_VALUE)));
    }
    String weights = nodes.add("Softmax", List.of(scores), Nodes.attribute("axis", -1));
    String heads =
        nodes.transpose(nodes.product(weights, nodes.transpose(v, 0, 2, 1, 3)), 0, 2, 1, 3);
    String joined = nodes.reshape(heads, 0, 0, (long) layer.heads() * layer.size());
    return nodes.map("output_", layer.output(), joined);
  }

  /** Position times frequency [length, 1, size / 2, 1], in double up to whole turns. */
  private String angle(Nodes nodes, String position) {
    String t = nodes.cast(nodes.reshape(position, -1, 1, 1, 1), DataType.DOUBLE);
    int pairs = layer.frequency().length;
    String turns = nodes.times(t, nodes.precise("frequency", layer.frequency(), 1, 1, pairs, 1));
    String whole = nodes.precise("turn", new double[] {2 * Math.PI});
    String part = nodes.add("Mod", List.of(turns, whole), Nodes.attribute("fmod", 1));
    return nodes.cast(part, DataType.FLOAT);
  }

  /** Every pair of channels turned by its angle, [batch, length, heads, size]. */
  private String turned(Nodes nodes, String x, String cos, String sin) {
    String pairs = nodes.reshape(x, 0, 0, layer.heads(), layer.size() / 2, 2);
    List<String> both = nodes.split(pairs, 2);
    String even = nodes.minus(nodes.times(both.get(0), cos), nodes.times(both.get(1), sin));
    String odd = nodes.plus(nodes.times(both.get(0), sin), nodes.times(both.get(1), cos));
    String joined = nodes.concat(-1, List.of(even, odd));
    return nodes.reshape(joined, 0, 0, layer.heads(), layer.size());
  }

  /** Whether a step [length, 1] sees another [1, length]; null if it sees all. */
  private String shown(Nodes nodes, String position) {
    String from = nodes.unsqueeze(position, 1);
    String to = nodes.unsqueeze(position, 0);
    String shown = layer.causal() ? nodes.apply("LessOrEqual", to, from) : null;
    if (layer.chunk() > 0) {
      String size = nodes.whole(layer.chunk());
      String apart = nodes.minus(nodes.over(to, size), nodes.over(from, size));
      String near = nodes.apply("GreaterOrEqual", apart, nodes.whole(-1));
      shown = shown == null ? near : nodes.apply("And", shown, near);
      String before = nodes.apply("LessOrEqual", apart, nodes.whole(1));
      shown = nodes.apply("And", shown, before);
    }
    return shown;
  }
}
