package io.carillon.interop.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.carillon.config.Computing;
import io.carillon.config.DssConfig;
import io.carillon.config.NetworkConfig;
import io.carillon.config.kernel.DssVersion;
import io.carillon.engine.SeededRandom;
import io.carillon.io.SafeTensors;
import io.carillon.laws.RandomSystem;
import io.carillon.model.Meaning;
import io.carillon.model.Predictor;
import io.carillon.model.Scaling;
import io.carillon.model.SequenceModel;
import io.carillon.model.State;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The folder for PyTorch. What the module computes is compared where there is a python3 with numpy:
 * with torch if that is installed, else with a stand-in for the part of torch that it uses, which
 * checks its arithmetic and not how torch understands it.
 */
class PyTorchExportTest {
  private static final Path PYTHON = Path.of("src/test/resources/pytorch").toAbsolutePath();

  /** Relative to the largest answer. */
  private static final double BOUND = 1e-5;

  private static final int BATCH = 2;
  private static final int SEEDS = 60;

  @TempDir private Path folder;

  private record Ended(int code, String output) {}

  private Ended python(Map<String, String> environment, Object... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(List.of(System.getenv().getOrDefault("PYTHON", "python3"), "-B"));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    Path output = folder.resolve("python.txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      return new Ended(127, e.getMessage());
    }
    try {
      if (!process.waitFor(5, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new IOException("python3 did not end: " + command);
      }
      return new Ended(process.exitValue(), Files.readString(output));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    } finally {
      Files.deleteIfExists(output);
    }
  }

  private void requirePython(String module) throws IOException {
    assumeTrue(
        python(Map.of(), "-c", "import " + module).code() == 0,
        "there is no python3 with "
            + module
            + " (apt-get install python3-numpy, or set PYTHON to one that has it)");
  }

  private void run(Path folders) throws IOException {
    boolean torch = python(Map.of(), "-c", "import torch").code() == 0;
    Map<String, String> path =
        torch ? Map.of() : Map.of("PYTHONPATH", PYTHON.resolve("standin").toString());
    Ended ended = python(path, PYTHON.resolve("run.py"), folders);
    assertThat(ended.code()).as(ended.output()).isZero();
  }

  /**
   * Writes a model and inputs for it.
   *
   * @return the inputs of each sequence
   */
  private static Object[] write(SequenceModel model, Path to, int length, SeededRandom random)
      throws IOException {
    Files.createDirectories(to);
    PyTorchExport.write(model, to);
    NetworkConfig config = model.config();
    Object[] inputs = new Object[BATCH];
    int width = Math.max(1, config.inputSize());
    ByteBuffer bytes =
        ByteBuffer.allocate(8 * BATCH * length * width).order(ByteOrder.LITTLE_ENDIAN);
    for (int b = 0; b < BATCH; b++) {
      if (config.vocabulary() > 0) {
        int[] tokens = new int[length];
        Arrays.setAll(tokens, t -> random.nextInt(config.vocabulary()));
        Arrays.stream(tokens).forEach(bytes::putLong);
        inputs[b] = tokens;
      } else {
        float[] values = new float[length * width];
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) random.normal();
          bytes.putFloat(values[i]);
        }
        inputs[b] = values;
      }
    }
    Files.write(to.resolve("inputs.bin"), Arrays.copyOf(bytes.array(), bytes.position()));
    String shape = config.vocabulary() > 0 ? "[%d, %d]" : "[%d, %d, %d]";
    Files.writeString(to.resolve("shape.json"), shape.formatted(BATCH, length, width));
    return inputs;
  }

  private static float[] floats(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    float[] all = new float[bytes.remaining() / 4];
    bytes.asFloatBuffer().get(all);
    return all;
  }

  @Test
  void theModuleComputesWhatTheModelDoes() throws IOException {
    requirePython("numpy");
    Map<Long, Object[]> inputs = new TreeMap<>();
    for (long seed = 0; seed < SEEDS; seed++) {
      SequenceModel model = RandomSystem.of(seed).model();
      SeededRandom random = new SeededRandom(seed);
      try {
        int length = Math.max(1, model.config().lastSteps()) + random.nextInt(60);
        inputs.put(seed, write(model, folder.resolve("all/" + seed), length, random));
      } catch (UnsupportedOperationException e) {
        assertThat(e).hasMessageContaining("cannot be exported to PyTorch");
        Files.delete(folder.resolve("all/" + seed));
      }
    }
    assertThat(inputs).hasSizeGreaterThan(SEEDS * 3 / 4);
    run(folder.resolve("all"));
    for (Map.Entry<Long, Object[]> each : inputs.entrySet()) {
      RandomSystem system = RandomSystem.of(each.getKey());
      Path at = folder.resolve("all/" + each.getKey());
      float[] whole = predicted(system.model(), each.getValue());
      assertClose(system + ", forward", floats(at.resolve("forward.bin")), whole);
      if (system.model().streamingObstacle().isEmpty()) {
        float[] steps = streamed(system.model(), each.getValue());
        assertClose(system + ", step", floats(at.resolve("steps.bin")), steps);
      }
    }
  }

  private static float[] predicted(SequenceModel model, Object[] inputs) {
    float[][] answers =
        model.config().vocabulary() > 0
            ? model.predictTokens(Arrays.copyOf(inputs, inputs.length, int[][].class))
            : model.predict(Arrays.copyOf(inputs, inputs.length, float[][].class));
    return joined(answers);
  }

  private static float[] joined(float[][] parts) {
    float[] all = new float[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  /** [step][stream]. */
  private static float[] streamed(SequenceModel model, Object[] inputs) {
    int width = model.config().inputSize();
    int n = model.config().outputSize();
    int steps = width == 0 ? ((int[]) inputs[0]).length : ((float[]) inputs[0]).length / width;
    float[] all = new float[steps * inputs.length * n];
    for (int b = 0; b < inputs.length; b++) {
      State state = model.newState();
      for (int t = 0; t < steps; t++) {
        float[] y =
            width == 0
                ? model.stepToken(((int[]) inputs[b])[t], state)
                : model.step(
                    Arrays.copyOfRange((float[]) inputs[b], t * width, (t + 1) * width), state);
        System.arraycopy(y, 0, all, (t * inputs.length + b) * n, n);
      }
    }
    return all;
  }

  private static void assertClose(String what, float[] actual, float[] expected) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    double largest = 1e-3;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).as(what).isFinite();
      largest = Math.max(largest, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs((double) actual[i] - expected[i]));
    }
    assertThat(difference).as(what).isLessThanOrEqualTo(BOUND * largest);
  }

  @Test
  void rawNumbersGoIn() throws IOException {
    requirePython("numpy");
    Meaning meaning =
        Meaning.builder()
            .values(
                1,
                List.of("it's \"hot\" \\ \u00e4"),
                new Scaling(new double[] {1000}, new double[] {0.5}))
            .quantities(2, List.of("a", "b"), new Scaling(new double[] {3, 4}, new double[] {2, 1}))
            .build();
    SequenceModel model = fresh(NetworkConfig.sequence(1, 2).withDepth(1)).withMeaning(meaning);
    Path at = folder.resolve("all/scaled");
    Object[] inputs = write(model, at, 20, new SeededRandom(1));
    run(folder.resolve("all"));
    float[][] expected = new float[BATCH][];
    for (int b = 0; b < BATCH; b++) {
      expected[b] = Predictor.of(model).predict((float[]) inputs[b]);
    }
    assertClose("scaled", floats(at.resolve("forward.bin")), joined(expected));
  }

  @Test
  void theModuleIsPython() throws IOException {
    requirePython("py_compile");
    for (long seed = 0; seed < SEEDS; seed++) {
      Path at = Files.createDirectories(folder.resolve("compiled/" + seed));
      try {
        PyTorchExport.write(RandomSystem.of(seed).model(), at);
      } catch (UnsupportedOperationException e) {
        Files.delete(at);
      }
    }
    String script =
        "import pathlib,sys\nfor f in pathlib.Path(sys.argv[1]).glob('*/model.py'): compile(f.read_text('utf-8'), f, 'exec')";
    Ended ended = python(Map.of(), "-c", script, folder.resolve("compiled"));
    assertThat(ended.code()).as(ended.output()).isZero();
  }

  @Test
  void theWeightsAreOrdinaryTensors() throws IOException {
    SequenceModel model = fresh(NetworkConfig.sequence(1, 2).withDepth(1));
    PyTorchExport.write(model, folder);
    assertThat(SafeTensors.read(folder.resolve(PyTorchExport.WEIGHTS)).tensors())
        .containsKeys(
            "encoder.weight", "blocks.0.body.layer.log_re", "norm.weight", "decoder.bias");
    assertThat(Files.readString(folder.resolve(PyTorchExport.MODULE)))
        .contains(model.fingerprint(), "class Layer", "def step")
        .doesNotContain("@CONFIG@");
  }

  @Test
  void whatCannotBeWrittenSaysWhy() {
    SequenceModel model =
        fresh(
            NetworkConfig.sequence(1, 2)
                .withSsm(DssConfig.DEFAULT.withVersion(DssVersion.SOFTMAX)));
    assertThatThrownBy(() -> PyTorchExport.write(model, folder))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("cannot be exported to PyTorch")
        .hasMessageContaining("version exp");
    assertThat(folder).isEmptyDirectory();
  }

  private static SequenceModel fresh(NetworkConfig config) {
    return SequenceModel.fresh(config, 3, Map.of(), Computing.standard());
  }
}
