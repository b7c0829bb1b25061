package io.carillon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.carillon.model.Classification;
import io.carillon.model.LiveStream;
import io.carillon.model.Predictor;
import io.carillon.report.console.ExitCode;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The command export to ONNX and PyTorch: a trained model, and what a user sees. */
class ExportCommandTest {
  private static final int STEPS = 10_000;

  @TempDir private static Path shared;
  @TempDir private Path folder;
  private static Path tones;

  @BeforeAll
  static void train() {
    tones = Cli.model(shared.resolve("tones"), "tones", "--set", "data.length=40");
  }

  private void assertRefused(int code, Cli result, String... words) {
    assertThat(result.code()).as(result.toString()).isEqualTo(code);
    assertThat(result.err()).startsWith("error: ").contains(words);
    assertThat(result.err()).doesNotContain("\tat ", "Exception");
    assertThat(folder).isEmptyDirectory();
  }

  /** Raw numbers in, probabilities out, for ten thousand steps of a live stream. */
  @Test
  void aTrainedModelStreamsInOnnxRuntime() throws IOException, OrtException {
    Path file = folder.resolve("tones.onnx");
    Cli result = Cli.run("export", tones, "--to", file);
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).contains("tones.onnx", "tones.step.onnx");
    LiveStream live = Predictor.load(tones).open();
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Random random = new Random(3);
    double most = 0;
    try (OrtSession session =
        environment.createSession(folder.resolve("tones.step.onnx").toString())) {
      Map<String, OnnxTensor> states = new HashMap<>();
      for (String name : session.getInputNames()) {
        if (name.startsWith("state.")) {
          states.put(
              name, zeros(environment, (TensorInfo) session.getInputInfo().get(name).getInfo()));
        }
      }
      OrtSession.Result before = null;
      for (int t = 0; t < STEPS; t++) {
        float x = (float) (Math.sin(0.3 * t) + random.nextGaussian());
        Classification expected = live.classify(x).orElseThrow();
        Map<String, OnnxTensor> inputs = new HashMap<>(states);
        try (OnnxTensor input =
            OnnxTensor.createTensor(
                environment, FloatBuffer.wrap(new float[] {x}), new long[] {1, 1})) {
          inputs.put("input", input);
          OrtSession.Result now = session.run(inputs);
          float[][] actual = (float[][]) now.get("probabilities").orElseThrow().getValue();
          for (int c = 0; c < actual[0].length; c++) {
            most = Math.max(most, Math.abs(actual[0][c] - expected.probabilities()[c]));
          }
          states.replaceAll((name, old) -> (OnnxTensor) now.get("next." + name).orElseThrow());
          if (before != null) {
            before.close();
          }
          before = now;
        }
      }
      before.close();
    }
    assertThat(most).isLessThan(1e-5);
  }

  private static OnnxTensor zeros(OrtEnvironment environment, TensorInfo info) throws OrtException {
    long[] shape = info.getShape();
    shape[0] = 1;
    int size = 1;
    for (long dim : shape) {
      size *= (int) dim;
    }
    return info.type == OnnxJavaType.INT64
        ? OnnxTensor.createTensor(environment, LongBuffer.allocate(size), shape)
        : OnnxTensor.createTensor(environment, FloatBuffer.allocate(size), shape);
  }

  @Test
  void aTrainedModelReadsWholeSequencesInOnnxRuntime() throws IOException, OrtException {
    Path file = folder.resolve("tones.onnx");
    assertThat(Cli.run("export", tones, "--to", file).code()).isZero();
    float[] x = new float[40];
    for (int t = 0; t < x.length; t++) {
      x[t] = (float) Math.sin(0.7 * t);
    }
    double[] expected = Predictor.load(tones).classify(x).probabilities();
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(file.toString());
        OnnxTensor input =
            OnnxTensor.createTensor(environment, FloatBuffer.wrap(x), new long[] {1, 40, 1});
        OrtSession.Result result = session.run(Map.of("input", input))) {
      float[][] actual = (float[][]) result.get("probabilities").orElseThrow().getValue();
      for (int c = 0; c < expected.length; c++) {
        assertThat(Math.abs(actual[0][c] - expected[c])).isLessThan(1e-5);
      }
    }
  }

  @Test
  void aFolderForPyTorch() throws IOException {
    Path to = folder.resolve("torch/model");
    Cli result = Cli.run("export", tones, "--to", to, "--format", "pytorch");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).contains("model.py", "weights.safetensors", to.toString());
    assertThat(to.resolve("model.py")).content().contains("class Layer", "def step");
    assertThat(to.resolve("weights.safetensors")).isNotEmptyFile();
    Cli again = Cli.run("export", tones, "--to", to, "--format", "pytorch");
    assertThat(again.code()).isEqualTo(ExitCode.FAILED);
    assertThat(again.err()).contains("not empty");
  }

  /** It has a graph of a sequence and says why it has none of a step. */
  @Test
  void aBidirectionalModelHasNoStep() {
    Path model =
        Cli.model(
            shared.resolve("both"),
            "tones",
            "--set",
            "data.length=40",
            "--set",
            "block.bidirectional=true");
    Cli result = Cli.run("export", model, "--to", folder.resolve("both.onnx"));
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).contains("both.onnx", "no graph of a step", "bidirectional");
    assertThat(folder.resolve("both.onnx")).isNotEmptyFile();
    assertThat(folder.resolve("both.step.onnx")).doesNotExist();
  }

  @Test
  void whatCannotBeExported() throws IOException {
    Path model =
        Cli.model(
            shared.resolve("softmax"),
            "tones",
            "--set",
            "data.length=40",
            "--set",
            "ssm.discretisation=dss");
    String[] words = {"another for every length", "discretisation zoh"};
    assertRefused(
        ExitCode.FAILED, Cli.run("export", model, "--to", folder.resolve("x.onnx")), words);
    assertRefused(
        ExitCode.FAILED,
        Cli.run("export", model, "--to", folder.resolve("x"), "--format", "pytorch"),
        words);
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no ulimit to stand in for a full disk")
  void aFullDiskIsNamedAndNothingIsLeft() throws IOException, InterruptedException {
    Path file = folder.resolve("tones.onnx");
    Cli onnx = SmallHeapCli.runWithSmallDisk(folder, 2, "export", tones, "--to", file);
    assertThat(onnx.code()).as(onnx.toString()).isEqualTo(ExitCode.FAILED);
    assertThat(onnx.err()).contains("cannot write", "tones.onnx");
    assertThat(folder).isDirectoryNotContaining("glob:**onnx*");
    Path to = folder.resolve("torch/model");
    Cli torch =
        SmallHeapCli.runWithSmallDisk(
            folder, 2, "export", tones, "--to", to, "--format", "pytorch");
    assertThat(torch.code()).as(torch.toString()).isEqualTo(ExitCode.FAILED);
    assertThat(torch.err()).contains("cannot save", "nothing of it is left");
    assertThat(folder.resolve("torch")).doesNotExist();
  }

  @Test
  void wrongUse() throws IOException {
    Path x = folder.resolve("x");
    assertRefused(ExitCode.USAGE, Cli.run("export", tones, "--to", x), ".onnx", "--format pytorch");
    assertRefused(
        ExitCode.USAGE, Cli.run("export", tones, "--to", x, "--format", "onnx"), "ends in .onnx");
    assertRefused(
        ExitCode.USAGE, Cli.run("export", tones, "--to", x, "--format", "tf"), "--format");
    assertRefused(
        ExitCode.USAGE,
        Cli.run("export", tones, "--to", folder.resolve("x.step.onnx")),
        "second file");
    assertRefused(
        ExitCode.FAILED,
        Cli.run("export", tones, "--to", folder.resolve("no/x.onnx")),
        "cannot write");
    Path file = Files.writeString(shared.resolve("file"), "mine");
    assertRefused(
        ExitCode.FAILED,
        Cli.run("export", tones, "--to", file, "--format", "pytorch"),
        "is a file");
    assertThat(file).hasContent("mine");
  }
}
