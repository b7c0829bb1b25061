package io.carillon.interop.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import io.carillon.interop.plain.PlainNetwork;
import io.carillon.io.AtomicFile;
import io.carillon.io.Json;
import io.carillon.model.SequenceModel;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes a model as ONNX graphs, which take raw input in its own units and give answers in theirs:
 *
 * <ul>
 *   <li>a whole sequence: {@code input} [batch, length, inputSize] (float) or {@code tokens}
 *       [batch, length] (int64), in which a recurrence is a {@code Scan};
 *   <li>a step, without control flow: {@code input} [batch, inputSize] or {@code tokens} [batch],
 *       and for everything that a stream remembers an input {@code state.…} and an output {@code
 *       next.state.…} of the same shape; zeros before the first step.
 * </ul>
 *
 * Answers are {@code scores} and {@code probabilities} of classes, else {@code values}. Numbers are
 * real and in single precision. {@code docs/interop.md} has the rest.
 */
public final class OnnxExport {
  /** Before the name of a state stands this for the state after the step. */
  static final String NEXT = "next.";

  /** Of the format of the file, the one that came with the operators of version 18. */
  private static final long IR_VERSION = 8;

  /** A file is one message, which cannot be longer; room for the rest is left. */
  private static final long MOST_BYTES = Integer.MAX_VALUE - (16L << 20);

  private OnnxExport() {}

  /**
   * Writes the graph of a whole sequence.
   *
   * @throws UnsupportedOperationException if the model has no such graph, with the reason
   * @throws IOException if the file cannot be written; it is then as before
   */
  public static void writeSequence(SequenceModel model, Path file) throws IOException {
    AtomicFile.write(file, written(sequence(model)));
  }

  /**
   * Writes the graph of a step.
   *
   * @throws UnsupportedOperationException if the model has no such graph, with the reason
   * @throws IOException if the file cannot be written; it is then as before
   */
  public static void writeStep(SequenceModel model, Path file) throws IOException {
    AtomicFile.write(file, written(step(model)));
  }

  /**
   * Writes both graphs, or neither.
   *
   * @throws UnsupportedOperationException if the model has not both, with the reason
   * @throws IOException if a file cannot be written
   */
  public static void writeBoth(SequenceModel model, Path sequence, Path step) throws IOException {
    Map<Path, AtomicFile.Writer> files = new LinkedHashMap<>();
    files.put(sequence, written(sequence(model)));
    files.put(step, written(step(model)));
    AtomicFile.writeAll(files);
  }

  private static ModelProto sequence(SequenceModel model) {
    return model(model, "sequence", NetworkGraph.sequence(network(model)));
  }

  private static ModelProto step(SequenceModel model) {
    model
        .streamingObstacle()
        .ifPresent(
            reason -> {
              throw new UnsupportedOperationException(
                  "this model has no graph of a step: " + reason);
            });
    return model(model, "step", NetworkGraph.step(network(model)));
  }

  private static PlainNetwork network(SequenceModel model) {
    try {
      return PlainNetwork.of(model);
    } catch (UnsupportedOperationException e) {
      throw new UnsupportedOperationException(
          "this model cannot be exported to ONNX: " + e.getMessage(), e);
    }
  }

  /**
   * Refuses weights that are too many for a file.
   *
   * @throws UnsupportedOperationException with the sizes
   */
  static void requireSize(long bytes) {
    if (bytes > MOST_BYTES) {
      throw new UnsupportedOperationException(
          "this model cannot be exported to ONNX: its constants have more than "
              + MOST_BYTES
              + " bytes, and a file holds at most 2 GiB");
    }
  }

  private static ModelProto model(SequenceModel model, String kind, GraphProto graph) {
    ModelProto.Builder proto =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("carillon")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(Nodes.OPSET))
            .setGraph(graph);
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("carillon.graph", kind);
    metadata.put("carillon.fingerprint", model.fingerprint());
    metadata.put("carillon.network", Json.writeLine(model.config().toMap()));
    metadata.put("carillon.meaning", Json.writeLine(model.meaning().toMap()));
    if (model.meaning().isClass()) {
      metadata.put("class_names", Json.write(model.meaning().classNames()).strip());
    }
    metadata.forEach(
        (key, value) ->
            proto.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return proto.build();
  }

  private static AtomicFile.Writer written(ModelProto proto) {
    return channel -> {
      OutputStream out = Channels.newOutputStream(channel);
      proto.writeTo(out);
      out.flush();
    };
  }
}
