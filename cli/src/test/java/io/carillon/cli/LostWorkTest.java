package io.carillon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.cli.settings.Presets;
import io.carillon.config.Computing;
import io.carillon.report.console.Console;
import io.carillon.report.console.ExitCode;
import io.carillon.report.folder.DataSource;
import io.carillon.report.folder.Retry;
import io.carillon.report.folder.RunFolder;
import io.carillon.report.settings.Change;
import io.carillon.train.EpochRecord;
import io.carillon.train.StepRecord;
import io.carillon.train.TrainListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a training leaves behind when something breaks it off or takes its folder away. */
class LostWorkTest {
  private static final List<Change> SETTINGS =
      Stream.of(
              "network.width=4",
              "network.depth=1",
              "ssm.state_size=4",
              "data.length=40",
              "train.epochs=3",
              "train.batch_size=2",
              "train.threads=1",
              "train.schedule=constant",
              "train.checkpoint_seconds=0")
          .map(Change::parse)
          .toList();

  @TempDir private Path folder;
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private Path run() {
    return folder.resolve("run");
  }

  /** Trains in this virtual machine, two steps an epoch, and tells a listener. */
  private int train(TrainListener listener, OutputStream errors) throws IOException {
    PreparedTraining training =
        PreparedTraining.fresh(
            DataSource.ofTask("tones"),
            Presets.load("s4d"),
            SETTINGS,
            4,
            "carillon train",
            Computing.standard());
    RunFolder files = RunFolder.at(run());
    files.prepare();
    files.writeSettings(training.record().settings());
    Console console =
        new Console(
            InputStream.nullInputStream(),
            Console.utf8(OutputStream.nullOutputStream()),
            Console.utf8(errors),
            false,
            100);
    return new TrainingSession(
            console,
            true,
            files,
            training.record(),
            listener,
            new Retry(Duration.ofMillis(1), Duration.ofHours(1)))
        .run(training.trainer());
  }

  private String errors() {
    return err.toString(StandardCharsets.UTF_8);
  }

  /** Something that is done in a training. */
  private interface Deed {
    void run() throws IOException;
  }

  private static void now(Deed deed) {
    try {
      deed.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static TrainListener afterEpoch(int number, Deed deed) {
    return new TrainListener() {
      @Override
      public void onEpoch(EpochRecord record) {
        if (record.epoch() == number) {
          now(deed);
        }
      }
    };
  }

  private static TrainListener inStep(long number, Deed deed) {
    return new TrainListener() {
      @Override
      public void onStep(StepRecord record) {
        if (record.step() == number) {
          now(deed);
        }
      }
    };
  }

  /** As a kill: the training ends where it is. */
  private void breakOffInStep(long number) {
    try {
      train(
          inStep(
              number,
              () -> {
                throw new IOException("pulled the plug");
              }),
          err);
    } catch (UncheckedIOException | IOException e) {
      assertThat(e).hasMessageContaining("pulled the plug");
    }
  }

  private Map<String, byte[]> bytes() throws IOException {
    Map<String, byte[]> all = new LinkedHashMap<>();
    try (Stream<Path> files = Files.walk(run())) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        all.put(run().relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return all;
  }

  /** The folder of a training of the same settings that nothing disturbed. */
  private Path undisturbed() throws IOException {
    Path whole = folder.resolve("whole");
    train(TrainListener.NONE, err);
    Files.move(run(), whole);
    return whole;
  }

  private void assertSameResult(Path whole) throws IOException {
    assertThat(run().resolve("weights.safetensors"))
        .hasSameBinaryContentAs(whole.resolve("weights.safetensors"));
    assertThat(lines(run())).isEqualTo(lines(whole));
    assertThat(run()).isDirectoryNotContaining("glob:**best-epoch-*");
  }

  private static List<String> lines(Path folder) throws IOException {
    return Files.readAllLines(folder.resolve("metrics.jsonl")).stream()
        .map(line -> line.replaceAll("\"(seconds|steps_per_second)\":[^,}]*", ""))
        .toList();
  }

  @Test
  void everyCommandWorksOnATrainingThatWasKilledAfterItsFirstValidation() {
    breakOffInStep(5);
    assertThat(run().resolve("config.json")).doesNotExist();
    String note =
        "training not finished; if it no longer runs, go on with: carillon train --resume";
    for (String command : List.of("evaluate", "verify", "describe", "report")) {
      Cli result = Cli.run(command, run());
      assertThat(result.code()).as(result.toString()).isZero();
      assertThat(result.err()).containsPattern("note: model of epoch [12] of 3, ").contains(note);
    }
    assertThat(run().resolve("report.html")).content().contains("The training has not ended");
    Cli streamed = Cli.runWithInput("1\n2\n", "stream", run());
    assertThat(streamed.code()).isZero();
    assertThat(streamed.out().lines()).hasSize(2);
    assertThat(streamed.err()).contains(note);
  }

  @Test
  void beforeTheFirstValidationThereIsNoModelAndThatIsSaid() {
    breakOffInStep(2);
    Cli result = Cli.run("evaluate", run());
    assertThat(result.code()).isEqualTo(ExitCode.FAILED);
    assertThat(result.err())
        .contains("has not saved a model yet", "carillon train --resume " + run());
  }

  @Test
  void aKilledTrainingIsGoneOnWithInTheMiddleOfAnEpoch() throws IOException {
    Path whole = undisturbed();
    breakOffInStep(4);
    Cli resumed = Cli.run("train", "--resume", run());
    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(resumed.out()).contains("going on after step 3");
    assertSameResult(whole);
  }

  @Test
  void resumingAFinishedRunChangesNoByte() throws IOException {
    train(TrainListener.NONE, err);
    Map<String, byte[]> before = bytes();
    Cli resumed = Cli.run("train", "--resume", run());
    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(resumed.out()).contains("has ended, nothing was done", "--set epochs=6");
    assertThat(bytes()).containsExactlyEntriesOf(before);
    Cli useless = Cli.run("train", "--resume", run(), "--set", "epochs=3");
    assertThat(useless.code()).isEqualTo(ExitCode.USAGE);
    assertThat(useless.err()).contains("give more epochs than 3");
    Cli other = Cli.run("train", "--resume", run(), "--set", "learning_rate=1");
    assertThat(other.code()).isEqualTo(ExitCode.USAGE);
    assertThat(other.err()).contains("only epochs, patience");
    assertThat(Cli.run("train", "--resume", run(), "--set", "width=8").err())
        .contains("network.width cannot be changed");
    assertThat(bytes()).containsExactlyEntriesOf(before);
  }

  @Test
  void aFinishedRunCanBeGivenMoreEpochs() throws IOException {
    train(TrainListener.NONE, err);
    Cli longer = Cli.run("train", "--resume", run(), "--set", "epochs=5");
    assertThat(longer.code()).as(longer.err()).isZero();
    assertThat(lines(run()).stream().filter(line -> line.contains("\"type\":\"epoch\"")))
        .hasSize(5);
    assertThat(Files.readString(run().resolve("run.yaml"))).contains("epochs: 5");
    Map<String, byte[]> before = bytes();
    assertThat(Cli.run("train", "--resume", run()).code()).isZero();
    assertThat(bytes()).containsExactlyEntriesOf(before);
    Path other = folder.resolve("other");
    Cli.run(
        "train",
        SETTINGS.stream().flatMap(change -> Stream.of("--set", change.toString())).toList(),
        List.of("--preset", "s4d", "--limit", "4", "--set", "epochs=5", "--out"),
        other);
    assertThat(run().resolve("weights.safetensors"))
        .hasSameBinaryContentAs(other.resolve("weights.safetensors"));
    assertThat(lines(run())).isEqualTo(lines(other));
  }

  @Test
  void aFolderThatIsRemovedInATrainingIsMadeAgainWithAllThatIsInMemory() throws IOException {
    Path whole = undisturbed();
    Path trash = folder.resolve("trash");
    assertThat(train(afterEpoch(2, () -> Files.move(run(), trash)), err)).isZero();
    assertThat(errors()).contains("was removed during the training; it is made again");
    assertThat(run().resolve("run.yaml")).exists();
    assertThat(run().resolve("weights.safetensors"))
        .hasSameBinaryContentAs(whole.resolve("weights.safetensors"));
    assertThat(Cli.run("train", "--resume", run()).out()).contains("has ended");
  }

  /** A file where the folder was stands for a disk that is full: nothing can be written. */
  @Test
  void aTrainingThatCannotWriteGoesOnAndWritesWhenItCanAgain() throws IOException {
    Path whole = undisturbed();
    Path aside = folder.resolve("aside");
    Deed block =
        () -> {
          Files.move(run(), aside);
          Files.writeString(run(), "in the way");
        };
    Deed clear =
        () -> {
          Files.delete(run());
          Files.move(aside, run());
        };
    TrainListener both =
        new TrainListener() {
          @Override
          public void onEpoch(EpochRecord record) {
            if (record.epoch() == 1) {
              now(block);
            }
          }

          @Override
          public void onStep(StepRecord record) {
            if (record.step() == 5) {
              now(clear);
            }
          }
        };
    assertThat(train(both, err)).isZero();
    assertThat(errors())
        .contains("cannot be written", "there is a file; move it away", "nothing is lost");
    assertSameResult(whole);
  }

  /** Clears the way when it is told on standard error that something waits for it. */
  private final class Attentive extends OutputStream {
    private final Deed clear;
    private boolean cleared;

    Attentive(Deed clear) {
      this.clear = clear;
    }

    @Override
    public void write(int b) throws IOException {
      err.write(b);
      if (!cleared && errors().contains("kept in memory and tried again")) {
        cleared = true;
        clear.run();
      }
    }
  }

  @Test
  void theEndOfATrainingWaitsUntilItCanBeWritten() throws IOException {
    Path whole = undisturbed();
    Path aside = folder.resolve("aside");
    Deed block =
        () -> {
          Files.move(run(), aside);
          Files.writeString(run(), "in the way");
        };
    Deed clear =
        () -> {
          Files.delete(run());
          Files.move(aside, run());
        };
    assertThat(train(afterEpoch(3, block), new Attentive(clear))).isZero();
    assertThat(errors())
        .contains("the state to resume from cannot be written", "Ctrl-C twice gives it up");
    assertSameResult(whole);
  }
}
