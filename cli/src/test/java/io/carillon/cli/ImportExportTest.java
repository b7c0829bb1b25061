package io.carillon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.cli.run.Models;
import io.carillon.io.SafeTensors;
import io.carillon.model.SequenceModel;
import io.carillon.report.console.CommandFailure;
import io.carillon.report.console.ExitCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands import and export, and what a user sees when something is wrong with them. */
class ImportExportTest {
  private static final Path FIXTURES = Path.of("../interop/src/test/resources/torch");

  @TempDir private static Path shared;
  @TempDir private Path folder;
  private static Path tones;

  @BeforeAll
  static void train() {
    tones = Cli.model(shared.resolve("tones"), "tones", "--set", "data.length=40");
  }

  private Cli importing(Path file, Object... more) {
    return Cli.run("import", file, "--out", folder.resolve("model"), List.of(more));
  }

  private void assertRefused(int code, Cli result, String... words) {
    assertThat(result.code()).as(result.toString()).isEqualTo(code);
    assertThat(result.err()).startsWith("error: ").contains(words);
    assertThat(result.err()).doesNotContain("\tat ", "Exception");
    assertThat(folder.resolve("model")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({"tiny.pt", "tiny_legacy.pt", "tiny_lightning.ckpt", "tiny_parallel.pth"})
  void aCheckpointBecomesAModel(String name) throws IOException {
    Cli result = importing(FIXTURES.resolve(name));
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out())
        .contains(
            "'example'",
            "bytes of state per stream",
            "assumed",
            "norm post",
            "pool mean",
            "option of the same name");
    Path model = folder.resolve("model");
    assertThat(Cli.run("describe", model).out()).contains("command", "import", "blocks.0");
    Cli streamed = Cli.runWithInput("0.5\n-1\n", "stream", model);
    assertThat(streamed.code()).as(streamed.err()).isZero();
    assertThat(streamed.out().lines()).hasSize(2);
    Path exported = folder.resolve("back.safetensors");
    Cli back = Cli.run("export", model, "--to", exported);
    assertThat(back.code()).as(back.err()).isZero();
    assertThat(back.out()).contains("'example'", exported.toString());
    assertThat(SafeTensors.read(exported).tensors().keySet())
        .contains("s4_layers.0.kernel.log_A_real", "norms.0.weight", "decoder.bias")
        .hasSize(13);
  }

  @Test
  void optionsChangeTheModel() throws IOException {
    Cli result = importing(FIXTURES.resolve("tiny.pt"), "--norm", "pre", "--pool", "last");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).doesNotContain("norm post", "pool mean");
    SequenceModel model = SequenceModel.load(folder.resolve("model"));
    assertThat(model.config().block().prenorm()).isTrue();
    assertThat(model.config().pooling().name()).isEqualTo("LAST");
    assertThat(
            Cli.run("export", folder.resolve("model"), "--to", folder.resolve("x.safetensors"))
                .err())
        .contains("cannot be exported", "pooling");
  }

  @Test
  void aTrainedModelComesBackAsItWas() throws IOException {
    Path weights = folder.resolve("tones.safetensors");
    Cli exported = Cli.run("export", tones, "--to", weights);
    assertThat(exported.code()).as(exported.err()).isZero();
    assertThat(exported.out()).contains("'s4'");
    Cli imported = importing(weights, "--pool", "mean", "--no-bidirectional");
    assertThat(imported.code()).as(imported.err()).isZero();
    float[] x = new float[40];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) Math.sin(i);
    }
    float[] expected = SequenceModel.load(tones).predict(x)[0];
    assertThat(SequenceModel.load(folder.resolve("model")).predict(x)[0]).containsExactly(expected);
  }

  @Test
  void filesThatAreNoCheckpoints() throws IOException {
    Path text = Files.writeString(folder.resolve("notes.pt"), "these are my notes");
    assertRefused(ExitCode.FAILED, importing(text), "notes.pt", "neither a file of torch.save");
    assertRefused(ExitCode.FAILED, importing(folder.resolve("none.pt")), "none.pt", "no such file");
    assertRefused(ExitCode.FAILED, importing(folder), "is a folder");
    byte[] whole = Files.readAllBytes(FIXTURES.resolve("tiny.pt"));
    Path half = Files.write(folder.resolve("half.pt"), Arrays.copyOf(whole, whole.length / 2));
    assertRefused(ExitCode.FAILED, importing(half), "half.pt", "cut off");
    Path object = FIXTURES.resolve("whole_object.pt");
    assertRefused(
        ExitCode.FAILED, importing(object), "torch.nn.modules.linear.Linear", "state_dict");
  }

  @Test
  void codeInAFileIsNotRun() throws IOException {
    Path trace = folder.resolve("trace");
    String command = "touch " + trace;
    String pickle =
        "\u0080\u0002cposix\nsystem\n(X" + (char) command.length() + "\0\0\0" + command + "tR.";
    Path evil = folder.resolve("evil.pt");
    Files.write(evil, pickle.getBytes(StandardCharsets.ISO_8859_1));
    assertRefused(ExitCode.FAILED, importing(evil), "evil.pt", "posix.system");
    assertThat(trace).doesNotExist();
  }

  @Test
  void unknownTensorsAreNamed() throws IOException {
    Path weights = folder.resolve("tones.safetensors");
    Cli.run("export", tones, "--to", weights);
    Map<String, SafeTensors.Tensor> tensors = SafeTensors.read(weights).tensors();
    tensors.put("encoder.1.pe", SafeTensors.Tensor.of(new int[] {1}, new float[1]));
    SafeTensors.write(weights, tensors, Map.of());
    assertRefused(ExitCode.FAILED, importing(weights), "Unknown tensors: [encoder.1.pe]");
  }

  @ParameterizedTest
  @CsvSource({
    "--norm before, 'one of pre, post'",
    "--pool men, did you mean 'mean'",
    "--cast prod, does not apply",
    "--last-steps many, --last-steps",
    "--last-steps -1, last_steps is -1",
    "--bidirectional, the shapes of the tensors say false",
    "--nrom pre, Unknown option"
  })
  void wrongOptions(String options, String words) {
    Cli result = importing(FIXTURES.resolve("tiny.pt"), (Object[]) options.split(" "));
    assertRefused(ExitCode.USAGE, result, words);
  }

  @Test
  void wrongPlaces() throws IOException {
    Path tiny = FIXTURES.resolve("tiny.pt");
    Path used = Files.createDirectory(folder.resolve("used"));
    Path mine = Files.writeString(used.resolve("notes.txt"), "mine");
    assertRefused(ExitCode.FAILED, Cli.run("import", tiny, "--out", used), "not empty");
    assertRefused(ExitCode.FAILED, Cli.run("import", tiny, "--out", mine), "is a file");
    assertThat(used).isDirectoryContaining("glob:**/notes.txt");
    assertRefused(ExitCode.USAGE, Cli.run("import", tiny), "--out");
    assertRefused(ExitCode.USAGE, Cli.run("export", tones), "--to");
    assertRefused(ExitCode.USAGE, Cli.run("export", tones, "--to", "x.pt"), ".safetensors");
    Path nowhere = folder.resolve("no/x.safetensors");
    assertRefused(ExitCode.FAILED, Cli.run("export", tones, "--to", nowhere), "cannot write");
    assertRefused(
        ExitCode.FAILED,
        Cli.run("export", folder.resolve("none"), "--to", folder.resolve("x.safetensors")),
        "no such folder");
  }

  @Test
  void aModelThatTheOfficialCodeDoesNotHave() {
    Path model =
        Cli.model(
            folder.resolve("dirac"),
            "tones",
            "--set",
            "data.length=40",
            "--set",
            "ssm.discretisation=dirac");
    Path file = folder.resolve("x.safetensors");
    Cli result = Cli.run("export", model, "--to", file);
    assertRefused(ExitCode.FAILED, result, "cannot be exported", "dirac");
    assertThat(file).doesNotExist();
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no ulimit to stand in for a full disk")
  void aFullDiskIsNamedAndNothingIsLeft() throws IOException, InterruptedException {
    Path checkpoint = FIXTURES.resolve("tiny.pt");
    Path model = folder.resolve("new/model");
    // Not even the weights have room; then they have, and the settings have not.
    for (int blocks : List.of(0, 2)) {
      Cli result =
          SmallHeapCli.runWithSmallDisk(folder, blocks, "import", checkpoint, "--out", model);
      assertThat(result.code()).as(result.toString()).isEqualTo(ExitCode.FAILED);
      assertThat(folder.resolve("new")).doesNotExist();
    }
    Path existing = Files.createDirectories(folder.resolve("existing"));
    Cli result = SmallHeapCli.runWithSmallDisk(folder, 2, "import", checkpoint, "--out", existing);
    assertThat(result.code()).as(result.toString()).isEqualTo(ExitCode.FAILED);
    assertThat(existing).isEmptyDirectory();
    Path weights = folder.resolve("weights.safetensors");
    Cli export = SmallHeapCli.runWithSmallDisk(folder, 2, "export", tones, "--to", weights);
    assertThat(export.code()).as(export.toString()).isEqualTo(ExitCode.FAILED);
    assertThat(folder).isDirectoryNotContaining("glob:**weights*");
    Path page = folder.resolve("page.html");
    Cli report = SmallHeapCli.runWithSmallDisk(folder, 8, "report", tones, "--output", page);
    assertThat(report.code()).as(report.toString()).isEqualTo(ExitCode.FAILED);
    assertThat(folder).isDirectoryNotContaining("glob:**page*");
  }

  @Test
  void aModelThatCannotBeSavedLeavesWhatWasThere() throws IOException {
    Path model = folder.resolve("model");
    // Where the settings are to go there is a folder that cannot be replaced.
    Path inTheWay = Files.createDirectories(model.resolve("config.json/kept"));
    assertThatThrownBy(() -> Models.saveNew(SequenceModel.load(tones), model))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("cannot save the model in " + model);
    assertThat(inTheWay).isDirectory();
    assertThat(model).isDirectoryNotContaining("glob:**safetensors*");
    Path missing = folder.resolve("a/b/c");
    Files.writeString(folder.resolve("a"), "a file");
    assertThatThrownBy(() -> Models.saveNew(SequenceModel.load(tones), missing))
        .hasMessageContaining("cannot save the model in " + missing);
    assertThat(folder.resolve("a")).hasContent("a file");
  }
}
