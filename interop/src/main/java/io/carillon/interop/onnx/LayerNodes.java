package io.carillon.interop.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.carillon.interop.plain.PlainLayer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A layer along the sequence, from [.., H] to [.., C H]. */
interface LayerNodes {
  /** Name of the first axis. */
  String BATCH = "batch";

  /** Name of the second axis of a sequence. */
  String LENGTH = "length";

  /**
   * A part of what a stream remembers.
   *
   * @param name within the layer
   * @param shape after the axis of the batch
   */
  record Memory(String name, int... shape) {
    /** The shape with the axis of the batch. */
    Object[] withBatch() {
      Object[] all = new Object[shape.length + 1];
      all[0] = BATCH;
      for (int i = 0; i < shape.length; i++) {
        all[i + 1] = shape[i];
      }
      return all;
    }
  }

  /**
   * What a step gives.
   *
   * @param y output [batch, C H]
   * @param memories those of the next step, as {@link #memories} has them
   */
  record Step(String y, List<String> memories) {}

  /** What a stream remembers; zeros before its first step. */
  List<Memory> memories();

  /**
   * One step.
   *
   * @param u input [batch, H]
   */
  Step step(Nodes nodes, String u, List<String> memories);

  /**
   * A whole sequence: step after step in a {@code Scan}.
   *
   * @param u inputs [batch, length, H]
   * @return outputs [batch, length, C H]
   */
  default String sequence(Nodes nodes, String u) {
    return scan(nodes, u, memories(), this::step, false);
  }

  /** What a {@link #scan} does at a step. */
  interface Body {
    /** See {@link LayerNodes#step}. */
    Step step(Nodes nodes, String u, List<String> memories);
  }

  /**
   * Step after step over a sequence.
   *
   * @param u inputs [batch, length, H]
   * @param backwards whether it begins at the end
   */
  static String scan(Nodes nodes, String u, List<Memory> memories, Body body, boolean backwards) {
    List<String> inputs = new ArrayList<>();
    String batch =
        nodes.add("Shape", List.of(u), Nodes.attribute("start", 0), Nodes.attribute("end", 1));
    for (Memory memory : memories) {
      long[] shape = new long[memory.shape().length];
      for (int i = 0; i < shape.length; i++) {
        shape[i] = memory.shape()[i];
      }
      String all = nodes.concat(0, List.of(batch, nodes.list(shape)));
      inputs.add(nodes.apply("ConstantOfShape", all));
    }
    Nodes inner = nodes.body();
    List<String> before = new ArrayList<>();
    for (Memory memory : memories) {
      String name = nodes.fresh("before_" + memory.name());
      inner.input(name, DataType.FLOAT, memory.withBatch());
      before.add(name);
    }
    String at = nodes.fresh("input");
    inner.input(at, DataType.FLOAT, BATCH, "channels");
    Step step = body.step(inner, at, before);
    for (int i = 0; i < memories.size(); i++) {
      inner.output(
          nodes.fresh("after_" + memories.get(i).name()),
          step.memories().get(i),
          DataType.FLOAT,
          memories.get(i).withBatch());
    }
    inner.output(nodes.fresh("output"), step.y(), DataType.FLOAT, BATCH, "outputs");
    inputs.add(u);
    int direction = backwards ? 1 : 0;
    List<String> results =
        nodes.add(
            "Scan",
            memories.size() + 1,
            inputs,
            Nodes.attribute("body", inner.build(nodes.fresh("body"))),
            Nodes.attribute("num_scan_inputs", 1),
            Nodes.attribute("scan_input_axes", new long[] {1}),
            Nodes.attribute("scan_output_axes", new long[] {1}),
            Nodes.attribute("scan_input_directions", new long[] {direction}),
            Nodes.attribute("scan_output_directions", new long[] {direction}));
    return results.get(memories.size());
  }

  /** The nodes of a layer. */
  static LayerNodes of(PlainLayer layer) {
    if (layer instanceof PlainLayer.Recurrence recurrence) {
      return new RecurrenceNodes(recurrence);
    }
    if (layer instanceof PlainLayer.Coupled coupled) {
      return new CoupledNodes(coupled);
    }
    if (layer instanceof PlainLayer.Taps taps) {
      return new TapsNodes(taps);
    }
    return layer instanceof PlainLayer.Gru gru
        ? new GruNodes(gru)
        : new AttentionNodes((PlainLayer.Attention) layer);
  }

  /**
   * The outputs of C kernel sets [.., H] side by side, with D u added.
   *
   * @param direct D, [C][H]
   */
  static String withDirect(Nodes nodes, List<String> sets, float[] direct, String u) {
    int channels = direct.length / sets.size();
    List<String> all = new ArrayList<>();
    for (int c = 0; c < sets.size(); c++) {
      float[] d = Arrays.copyOfRange(direct, c * channels, (c + 1) * channels);
      String added = nodes.times(u, nodes.constant("D", d, channels));
      all.add(nodes.plus(sets.get(c), added));
    }
    return nodes.concat(-1, all);
  }
}
