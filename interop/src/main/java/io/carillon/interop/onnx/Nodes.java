package io.carillon.interop.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.carillon.interop.plain.Affine;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A graph that is being built: every method adds a node and returns the name of its result. Values
 * are named after the part of the network that they belong to ({@link #in}) and what made them.
 * Constants of a body are in the outermost graph, which a body sees.
 *
 * <p>Operators are those of version {@value #OPSET}.
 */
final class Nodes {
  /** Of the operators. */
  static final int OPSET = 18;

  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private final Nodes outermost;
  private final Map<String, Integer> names;
  private String scope = "";

  /** What the constants take, in the outermost graph. */
  private long bytes;

  /** An empty graph. */
  Nodes() {
    this.outermost = this;
    this.names = new HashMap<>();
  }

  private Nodes(Nodes around) {
    this.outermost = around.outermost;
    this.names = around.names;
    this.scope = around.scope;
  }

  /** The body of a node of this graph. */
  Nodes body() {
    return new Nodes(this);
  }

  /** What is added from now on belongs to this part of the network. */
  void in(String part) {
    scope = part.isEmpty() ? "" : part + "/";
  }

  /** The graph as it is. */
  GraphProto build(String name) {
    return graph.setName(name).build();
  }

  /** A name of its own. */
  String fresh(String what) {
    String name = scope + what;
    int count = names.merge(name, 1, Integer::sum);
    return count == 1 ? name : name + "_" + count;
  }

  /** Adds an input; a dimension is a number, or the name of one that may be any. */
  void input(String name, TensorProto.DataType type, Object... shape) {
    graph.addInput(value(name, type, shape));
  }

  /** Makes a value an output under another name. */
  void output(String name, String value, TensorProto.DataType type, Object... shape) {
    graph.addNode(
        NodeProto.newBuilder().setOpType("Identity").addInput(value).addOutput(name).setName(name));
    graph.addOutput(value(name, type, shape));
  }

  private static ValueInfoProto value(String name, TensorProto.DataType type, Object... shape) {
    TensorShapeProto.Builder dims = TensorShapeProto.newBuilder();
    for (Object dim : shape) {
      TensorShapeProto.Dimension.Builder d = TensorShapeProto.Dimension.newBuilder();
      dims.addDim(
          dim instanceof Integer n ? d.setDimValue(n.longValue()) : d.setDimParam((String) dim));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(dims)))
        .build();
  }

  /** A constant; no dimensions for a single number. */
  String constant(String what, float[] values, int... shape) {
    ByteBuffer room = room(4L * values.length);
    for (float v : values) {
      room.putFloat(v);
    }
    return constant(what, TensorProto.DataType.FLOAT, room, shape);
  }

  /** A constant rounded to single precision. */
  String constant(String what, double[] values, int... shape) {
    float[] rounded = new float[values.length];
    for (int i = 0; i < rounded.length; i++) {
      rounded[i] = (float) values[i];
    }
    return constant(what, rounded, shape);
  }

  /** A constant in double precision. */
  String precise(String what, double[] values, int... shape) {
    ByteBuffer room = room(8L * values.length);
    for (double v : values) {
      room.putDouble(v);
    }
    return constant(what, TensorProto.DataType.DOUBLE, room, shape);
  }

  /** A list of whole numbers. */
  String list(long... values) {
    return whole(values, values.length);
  }

  /** A whole number. */
  String whole(long value) {
    return whole(new long[] {value});
  }

  private String whole(long[] values, int... shape) {
    ByteBuffer room = room(8L * values.length);
    for (long v : values) {
      room.putLong(v);
    }
    return constant("n", TensorProto.DataType.INT64, room, shape);
  }

  /** A number. */
  String number(double value) {
    return constant("number", new float[] {(float) value});
  }

  private ByteBuffer room(long size) {
    outermost.bytes += size;
    OnnxExport.requireSize(outermost.bytes);
    return ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private String constant(String what, TensorProto.DataType type, ByteBuffer data, int... shape) {
    String name = fresh(what);
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(type.getNumber())
            .setRawData(ByteString.copyFrom(data.flip()));
    for (int dim : shape) {
      tensor.addDims(dim);
    }
    outermost.graph.addInitializer(tensor);
    return name;
  }

  /** A node with one result. */
  String add(String operator, List<String> inputs, AttributeProto... attributes) {
    return add(operator, 1, inputs, attributes).get(0);
  }

  /** A node with several results. */
  List<String> add(
      String operator, int results, List<String> inputs, AttributeProto... attributes) {
    List<String> outputs = new ArrayList<>();
    for (int i = 0; i < results; i++) {
      outputs.add(fresh(operator.toLowerCase(Locale.ROOT)));
    }
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType(operator)
            .setName(outputs.get(0))
            .addAllInput(inputs)
            .addAllOutput(outputs)
            .addAllAttribute(List.of(attributes)));
    return outputs;
  }

  /** W x + b; constants are named after the map. */
  String map(String name, Affine map, String x) {
    String weight = constant(name + "weight", map.transposed(), map.in(), map.out());
    return plus(product(x, weight), constant(name + "bias", map.bias(), map.out()));
  }

  private String of(String operator, String... inputs) {
    return add(operator, List.of(inputs));
  }

  /** a + b. */
  String plus(String a, String b) {
    return of("Add", a, b);
  }

  /** a − b. */
  String minus(String a, String b) {
    return of("Sub", a, b);
  }

  /** a b, number by number. */
  String times(String a, String b) {
    return of("Mul", a, b);
  }

  /** a / b. */
  String over(String a, String b) {
    return of("Div", a, b);
  }

  /** The product of matrices. */
  String product(String a, String b) {
    return of("MatMul", a, b);
  }

  /** An operator with one input and nothing to set. */
  String apply(String operator, String x) {
    return of(operator, x);
  }

  /** An operator with two inputs and nothing to set. */
  String apply(String operator, String a, String b) {
    return of(operator, a, b);
  }

  /** The sum over one axis, which disappears. */
  String sum(String x, int axis) {
    return add("ReduceSum", List.of(x, list(axis)), attribute("keepdims", 0));
  }

  /** The mean over one axis, which disappears or has length 1 afterwards. */
  String mean(String x, int axis, boolean kept) {
    return add("ReduceMean", List.of(x, list(axis)), attribute("keepdims", kept ? 1 : 0));
  }

  /** With another shape: 0 is as before, −1 follows from the rest. */
  String reshape(String x, long... shape) {
    return of("Reshape", x, list(shape));
  }

  /** With one more axis of length 1. */
  String unsqueeze(String x, int axis) {
    return of("Unsqueeze", x, list(axis));
  }

  /** With the axes in another order. */
  String transpose(String x, long... order) {
    return add("Transpose", List.of(x), attribute("perm", order));
  }

  /** One after another along an axis. */
  String concat(int axis, List<String> parts) {
    return parts.size() == 1 ? parts.get(0) : add("Concat", parts, attribute("axis", axis));
  }

  /** Equal parts along the last axis. */
  List<String> split(String x, int parts) {
    return parts == 1
        ? List.of(x)
        : add("Split", parts, List.of(x), attribute("axis", -1), attribute("num_outputs", parts));
  }

  /** The places from .. to-1 of an axis; negative ones count from the end. */
  String slice(String x, int axis, long from, long to) {
    return of("Slice", x, list(from), list(to), list(axis));
  }

  /** As another type. */
  String cast(String x, TensorProto.DataType type) {
    return add("Cast", List.of(x), attribute("to", type.getNumber()));
  }

  /** An attribute that is a whole number. */
  static AttributeProto attribute(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  /** An attribute that is a number. */
  static AttributeProto attribute(String name, float value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.FLOAT)
        .setF(value)
        .build();
  }

  /** An attribute that is a list of whole numbers. */
  static AttributeProto attribute(String name, long... values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    for (long value : values) {
      attribute.addInts(value);
    }
    return attribute.build();
  }

  /** An attribute that is a graph. */
  static AttributeProto attribute(String name, GraphProto value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.GRAPH)
        .setG(value)
        .build();
  }
}
