package io.carillon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.faults.Fault;
import io.carillon.faults.Fault.Kind;
import io.carillon.faults.Fault.Operation;
import io.carillon.faults.FaultSweep;
import io.carillon.model.SequenceModel;
import io.carillon.report.console.CommandFailure;
import io.carillon.report.console.ExitCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every command that writes meets every fault of the file system. */
class CommandFaultTest {
  private static final Path CHECKPOINT =
      Path.of("../interop/src/test/resources/torch/tiny.pt").toAbsolutePath();
  private static final List<String> SETTINGS =
      List.of(
          "--set",
          "data.length=30",
          "--set",
          "network.width=4",
          "--set",
          "network.depth=1",
          "--set",
          "ssm.state_size=4",
          "--set",
          "train.epochs=2",
          "--set",
          "train.batch_size=4",
          "--threads",
          "1",
          "--limit",
          "8",
          "--quiet");

  @TempDir private static Path shared;
  private static Path run;
  private static String fingerprint;

  @TempDir private Path scratch;

  /** A process that has died here goes on trying to write, which it should soon give up. */
  @BeforeAll
  static void train() throws IOException {
    System.setProperty("carillon.retry.seconds", "0.01");
    System.setProperty("carillon.retry.atMostSeconds", "0.02");
    run = shared.resolve("run");
    Cli trained = Cli.run("train", "tones", SETTINGS, "--out", run);
    assertThat(trained.code()).as(trained.err()).isZero();
    fingerprint = SequenceModel.load(run).fingerprint();
  }

  @AfterAll
  static void waitAsBefore() {
    System.clearProperty("carillon.retry.seconds");
    System.clearProperty("carillon.retry.atMostSeconds");
  }

  /** Runs a command; a failure is told in words. */
  private static void command(Path folder, Object... words) {
    Cli result = Cli.runIn(folder, words);
    assertThat(result.err()).doesNotContain("\tat ", "should not have happened");
    if (result.code() != ExitCode.OK) {
      throw new CommandFailure(result.err());
    }
  }

  private static void assertTold(Fault fault, Exception failure) {
    if (failure != null && (fault.kind() == Kind.FULL || fault.operation() == Operation.WRITE)) {
      assertThat(failure).hasMessageContaining("No space left on device");
    }
  }

  /** The epochs of the record, in order. */
  private static List<Integer> epochs(Path folder) throws IOException {
    List<Integer> epochs = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("metrics.jsonl"))) {
      Matcher epoch = Pattern.compile("\"type\":\"epoch\",\"epoch\":(\\d+)").matcher(line);
      if (epoch.find()) {
        epochs.add(Integer.parseInt(epoch.group(1)));
      }
      assertThat(line).startsWith("{").endsWith("}");
    }
    return epochs;
  }

  /** The run ends with the model, bit by bit, and the record of one that nothing happened to. */
  @Test
  void training() throws Exception {
    FaultSweep sweep =
        new FaultSweep(
                scratch,
                folder -> {},
                folder ->
                    command(folder, "train", "tones", SETTINGS, "--out", folder.resolve("run")))
            .only(
                fault ->
                    fault.kind() == Kind.DEATH
                        || fault.kind() == Kind.ONCE && fault.operation() != Operation.WRITE);
    int faults =
        sweep.run(
            (fault, folder, failure) -> {
              Path left = folder.resolve("run");
              Cli again =
                  Files.exists(left.resolve("resume.safetensors"))
                      ? Cli.run("train", "--resume", "--quiet", "--out", left)
                      : Cli.run("train", "tones", SETTINGS, "--overwrite", "--out", left);
              assertThat(again.code()).as(again.err()).isZero();
              assertThat(SequenceModel.load(left).fingerprint()).isEqualTo(fingerprint);
              if (fault.kind() == Kind.DEATH) {
                assertThat(epochs(left)).isEqualTo(List.of(1, 2));
              }
              assertThat(FaultSweep.list(run)).containsAll(FaultSweep.list(left));
            });
    assertThat(faults).isGreaterThan(100);
  }

  @Test
  void importing() throws Exception {
    Path whole = scratch.resolve("whole");
    command(scratch, "import", CHECKPOINT, "--out", whole);
    String imported = SequenceModel.load(whole).fingerprint();
    Path attempts = Files.createDirectory(scratch.resolve("attempts"));
    FaultSweep sweep =
        new FaultSweep(
            attempts,
            folder -> {},
            folder -> command(folder, "import", CHECKPOINT, "--out", folder.resolve("model")));
    sweep.run(
        (fault, folder, failure) -> {
          Path left = folder.resolve("model");
          assertTold(fault, failure);
          boolean there = false;
          try {
            assertThat(SequenceModel.load(left).fingerprint()).isEqualTo(imported);
            there = true;
          } catch (IOException e) {
            assertThat(failure).isNotNull();
          }
          if (!there) {
            command(folder, "import", CHECKPOINT, "--out", left);
            assertThat(SequenceModel.load(left).fingerprint()).isEqualTo(imported);
          }
        });
  }

  /** What a command writes into one file. */
  private void oneFile(String name, Object... words) throws Exception {
    Path whole = Files.createDirectory(scratch.resolve("whole"));
    List<Object> command = new ArrayList<>(List.of(words));
    Path attempts = Files.createDirectory(scratch.resolve("attempts"));
    command(whole, with(command, whole.resolve(name)));
    byte[] expected = Files.readAllBytes(whole.resolve(name));
    FaultSweep sweep =
        new FaultSweep(
            attempts,
            folder -> Files.writeString(folder.resolve(name), "old"),
            folder -> command(folder, with(command, folder.resolve(name))));
    sweep.run(
        (fault, folder, failure) -> {
          byte[] left = Files.readAllBytes(folder.resolve(name));
          assertTold(fault, failure);
          if (failure == null) {
            assertThat(left).isEqualTo(expected);
          } else {
            assertThat(left).isIn(expected, "old".getBytes(StandardCharsets.UTF_8));
          }
          if (fault.kind() == Kind.ONCE || fault.kind() == Kind.FULL) {
            assertThat(FaultSweep.list(folder)).isEqualTo(List.of(name));
          }
          command(folder, with(command, folder.resolve(name)));
          assertThat(folder.resolve(name)).hasBinaryContent(expected);
        });
  }

  private static Object[] with(List<Object> words, Path output) {
    List<Object> all = new ArrayList<>(words);
    all.add(output);
    return all.toArray();
  }

  @Test
  void exporting() throws Exception {
    oneFile("weights.safetensors", "export", run, "--to");
  }

  @Test
  void reporting() throws Exception {
    oneFile("report.html", "report", run, "--output");
  }

  @Test
  void generating() throws Exception {
    oneFile("tones.csv", "generate", "tones", "--count", "5", "--seed", "3", "--output");
  }

  @Test
  void predicting() throws Exception {
    Path input = shared.resolve("input.csv");
    Files.writeString(input, "sound\n" + "1\n2\n0.5\n".repeat(10));
    oneFile("answers.csv", "predict", run, "--input", input, "--output");
  }
}
