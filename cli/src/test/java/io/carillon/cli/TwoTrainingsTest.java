package io.carillon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.report.console.ExitCode;
import io.carillon.report.folder.RunLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run has one writer at a time. */
class TwoTrainingsTest {
  @TempDir private Path folder;

  private Cli inAnotherProcess(Object... words) throws Exception {
    return SmallHeapCli.run(folder, "128m", words);
  }

  private static Map<String, String> contents(Path run) throws IOException {
    Map<String, String> all = new TreeMap<>();
    try (Stream<Path> files = Files.list(run)) {
      for (Path file : files.filter(f -> !f.endsWith("run.lock")).toList()) {
        all.put(file.getFileName().toString(), Arrays.toString(Files.readAllBytes(file)));
      }
    }
    return all;
  }

  @Test
  void aRunThatTrainsIsNeitherGoneOnWithNorReplaced() throws Exception {
    Path run = Cli.model(folder.resolve("run"), "tones");
    Map<String, String> before = contents(run);
    try (RunLock training = RunLock.of(run)) {
      assertThat(training).isNotNull();
      for (Cli second :
          new Cli[] {
            inAnotherProcess("train", "--resume", run, "--set", "epochs=2"),
            inAnotherProcess("train", "tones", "--limit", "8", "--out", run, "--overwrite")
          }) {
        assertThat(second.code()).as(second.toString()).isEqualTo(ExitCode.FAILED);
        assertThat(second.err())
            .contains(run.toString(), "process " + ProcessHandle.current().pid())
            .doesNotContain("Exception");
      }
      assertThat(contents(run)).isEqualTo(before);
    }
    assertThat(run.resolve("run.lock")).doesNotExist();
  }

  @Test
  void whatAKilledTrainingHasLeftLocksNothing() throws Exception {
    Path run = Cli.model(folder.resolve("run"), "tones");
    Files.writeString(run.resolve("run.lock"), "1");
    Cli resumed = inAnotherProcess("train", "--resume", run, "--set", "epochs=2", "--quiet");
    assertThat(resumed.code()).as(resumed.toString()).isZero();
    assertThat(run.resolve("run.lock")).doesNotExist();
    Files.writeString(run.resolve("run.lock"), "1");
    Cli replaced = Cli.run("train", "tones", Cli.tiny(), "--out", run, "--overwrite", "--quiet");
    assertThat(replaced.code()).as(replaced.toString()).isZero();
    assertThat(run.resolve("run.lock")).doesNotExist();
  }

  @Test
  void aTrainingThatFailsBeforeItsFirstStepLeavesNoFolder() {
    Path run = folder.resolve("run");
    Cli failed =
        Cli.run("train", "tones", Cli.tiny(), "--out", run, "--set", "train.learning_rate=1e30");
    assertThat(failed.code()).as(failed.toString()).isNotZero();
    assertThat(run.resolve("run.lock")).doesNotExist();
  }
}
