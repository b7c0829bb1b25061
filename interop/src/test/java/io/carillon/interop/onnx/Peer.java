package io.carillon.interop.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.carillon.config.NetworkConfig;
import io.carillon.engine.SeededRandom;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** A graph in ONNX Runtime, the other program that has to understand it. */
final class Peer implements AutoCloseable {
  private static final OrtEnvironment ENVIRONMENT = OrtEnvironment.getEnvironment();

  private final OrtSession session;

  /**
   * Steps for a model.
   *
   * @param values [steps][inputSize], or null
   * @param tokens [steps], or null
   */
  record Signal(int steps, float[] values, int[] tokens) {
    /** Normal numbers, or any tokens. */
    static Signal random(NetworkConfig config, int steps, SeededRandom random) {
      if (config.vocabulary() > 0) {
        int[] tokens = new int[steps];
        Arrays.setAll(tokens, t -> random.nextInt(config.vocabulary()));
        return new Signal(steps, null, tokens);
      }
      float[] values = new float[steps * config.inputSize()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.normal();
      }
      return new Signal(steps, values, null);
    }

    /** One of the steps. */
    Signal at(int t) {
      if (tokens != null) {
        return new Signal(1, null, new int[] {tokens[t]});
      }
      int size = values.length / steps;
      return new Signal(1, Arrays.copyOfRange(values, t * size, (t + 1) * size), null);
    }
  }

  /** Loads a graph. */
  Peer(Path file) throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      this.session = ENVIRONMENT.createSession(file.toString(), options);
    }
  }

  /** The metadata of the graph. */
  Map<String, String> metadata() throws OrtException {
    return session.getMetadata().getCustomMetadata();
  }

  /**
   * The answers for sequences of one length.
   *
   * @param output which
   * @return of all of them, one after the other
   */
  float[] whole(String output, Signal... sequences) throws OrtException {
    long length = sequences[0].steps();
    try (OnnxTensor input = input(new long[] {sequences.length, length}, sequences);
        OrtSession.Result result = session.run(Map.of(inputName(sequences[0]), input))) {
      return floats(result.get(output).orElseThrow());
    }
  }

  private static String inputName(Signal sequence) {
    return sequence.tokens() != null ? "tokens" : "input";
  }

  /**
   * Inputs of some sequences.
   *
   * @param shape without the numbers of a step
   */
  private static OnnxTensor input(long[] shape, Signal... sequences) throws OrtException {
    if (sequences[0].tokens() != null) {
      long[] all = new long[sequences.length * sequences[0].steps()];
      int at = 0;
      for (Signal sequence : sequences) {
        for (int token : sequence.tokens()) {
          all[at++] = token;
        }
      }
      return OnnxTensor.createTensor(ENVIRONMENT, LongBuffer.wrap(all), shape);
    }
    int each = sequences[0].values().length;
    float[] all = new float[sequences.length * each];
    for (int b = 0; b < sequences.length; b++) {
      System.arraycopy(sequences[b].values(), 0, all, b * each, each);
    }
    long[] full = Arrays.copyOf(shape, shape.length + 1);
    full[shape.length] = each / sequences[0].steps();
    return OnnxTensor.createTensor(ENVIRONMENT, FloatBuffer.wrap(all), full);
  }

  private static float[] floats(OnnxValue value) {
    FloatBuffer buffer = ((OnnxTensor) value).getFloatBuffer();
    float[] all = new float[buffer.remaining()];
    buffer.get(all);
    return all;
  }

  /** Several streams that step together. */
  final class Streams implements AutoCloseable {
    private final int count;
    private final Map<String, OnnxTensor> states = new HashMap<>();
    private OrtSession.Result last;

    /** Streams before their first step. */
    Streams(int count) throws OrtException {
      this.count = count;
      for (String name : session.getInputNames()) {
        if (name.startsWith("state.")) {
          TensorInfo info = (TensorInfo) session.getInputInfo().get(name).getInfo();
          long[] shape = info.getShape();
          shape[0] = count;
          int size = 1;
          for (long dim : shape) {
            size *= (int) dim;
          }
          states.put(
              name,
              info.type == OnnxJavaType.INT64
                  ? OnnxTensor.createTensor(ENVIRONMENT, LongBuffer.allocate(size), shape)
                  : OnnxTensor.createTensor(ENVIRONMENT, FloatBuffer.allocate(size), shape));
        }
      }
    }

    /** The answers to one step of each. */
    float[] step(String output, Signal... inputs) throws OrtException {
      Map<String, OnnxTensor> all = new HashMap<>(states);
      try (OnnxTensor input = input(new long[] {count}, inputs)) {
        all.put(inputName(inputs[0]), input);
        OrtSession.Result result = session.run(all);
        if (last == null) {
          states.values().forEach(OnnxTensor::close);
        } else {
          last.close();
        }
        last = result;
        states.replaceAll((name, old) -> (OnnxTensor) result.get("next." + name).orElseThrow());
        return floats(result.get(output).orElseThrow());
      }
    }

    @Override
    public void close() {
      if (last == null) {
        states.values().forEach(OnnxTensor::close);
      } else {
        last.close();
      }
    }
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
