package io.carillon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.papers.compare.Comparison;
import io.carillon.papers.compare.Comparisons;
import io.carillon.papers.compare.Reproduction;
import io.carillon.report.console.Console;
import io.carillon.report.console.ExitCode;
import io.carillon.report.settings.Change;
import io.carillon.train.StepRecord;
import io.carillon.train.TrainListener;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The command reproduce on tiny grids. */
class ReproduceTest {
  private static final List<String> TINY =
      List.of(
          "--set", "network.width=4",
          "--set", "network.depth=1",
          "--set", "ssm.state_size=4",
          "--set", "train.epochs=2",
          "--set", "train.batch_size=4",
          "--set", "data.length=40",
          "--set", "data.train=8",
          "--set", "data.validation=4",
          "--set", "data.test=4");

  private static final List<String> FOUR =
      List.of("--only", "real-part=exp,relu", "--only", "input=trained", "--seeds", "1");

  @TempDir private Path folder;

  static List<String> names() {
    return Comparisons.names();
  }

  private Path out() {
    return folder.resolve("out");
  }

  @Test
  void withoutANameEveryComparisonIsListed() {
    Cli result = Cli.run("reproduce");
    assertThat(result.code()).isZero();
    assertThat(result.out()).contains(names()).contains("66 runs", "no runs", "--dry-run");
  }

  @ParameterizedTest
  @MethodSource("names")
  void theGridOfEveryComparisonHasKnownSettings(String name) {
    for (String size : List.of("small", "paper")) {
      Cli result = Cli.run("reproduce", name, "--size", size, "--dry-run");
      if (!result.err().contains("needs data")) {
        assertThat(result.err()).as(name + " " + size).isEmpty();
        assertThat(result.code()).isZero();
      }
    }
  }

  @Test
  void aGridIsRunAndReported() throws IOException {
    Cli result = Cli.run("reproduce", "s4d-param", TINY, FOUR, "--jobs", 2, "--out", out());
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).contains("4 runs, 0 of them done", "4 of 4 runs done");
    List<String> runs = Files.readAllLines(out().resolve("runs.csv"));
    assertThat(runs).hasSize(5);
    assertThat(runs.get(0))
        .startsWith(
            "discretisation,real-part,input,seed,status,reason,epochs,seconds,folder,test_");
    assertThat(runs.get(1)).startsWith("bilinear,exp,trained,1,finished,,2,");
    List<String> summary = Files.readAllLines(out().resolve("summary.csv"));
    assertThat(summary.get(0))
        .endsWith("metric,mean,spread,smallest,largest,finished,failed,papers");
    assertThat(summary).hasSize(5);
    // One seed: a mean, which is smallest and largest too, and no spread.
    String[] cells = summary.get(1).split(",", -1);
    assertThat(cells[3]).isEqualTo("accuracy");
    assertThat(cells[4]).isEqualTo(cells[6]).isEqualTo(cells[7]).isNotEmpty();
    assertThat(cells[5]).isEmpty();
    assertThat(Files.readString(out().resolve("report.html")))
        .contains("Parameterisations of S4D", "Learning curves", "zoh", "of 4")
        .contains("Differences from the papers", "network.width=4", "carillon reproduce s4d-param")
        .doesNotContain("http://", "src=\"http");
    assertThat(out().resolve("runs/zoh-relu-trained-seed1/weights.safetensors")).exists();
  }

  @Test
  void anInterruptedGridIsGoneOnWithAndFinishedRunsAreKept() throws IOException {
    Path whole = folder.resolve("whole");
    Cli.run("reproduce", "s4d-param", TINY, FOUR, "--out", whole);

    stopInSecondEpochOf("bilinear-relu-trained-seed1");
    Path kept = out().resolve("runs/bilinear-exp-trained-seed1/weights.safetensors");
    FileTime time = Files.getLastModifiedTime(kept);
    assertThat(Files.readString(out().resolve("runs.csv")))
        .contains("bilinear,exp,trained,1,finished", "bilinear,relu,trained,1,interrupted")
        .contains("zoh,exp,trained,1,missing");
    assertThat(Files.readString(out().resolve("report.html")))
        .contains("Not all runs are finished");

    Cli none = Cli.run("reproduce", "s4d-param", TINY, FOUR, "--out", out(), "--budget-minutes", 0);
    assertThat(none.out()).contains("1 of 4 runs done", "the same command goes on");

    Cli rest = Cli.run("reproduce", "s4d-param", TINY, FOUR, "--out", out());
    assertThat(rest.code()).as(rest.err()).isZero();
    assertThat(rest.out())
        .contains("4 runs, 1 of them done", "bilinear, relu, trained, seed 1: going on")
        .contains("zoh, relu, trained, seed 1: starting")
        .doesNotContain("bilinear, exp");
    assertThat(Files.getLastModifiedTime(kept)).isEqualTo(time);
    assertThat(out().resolve("summary.csv")).hasSameTextualContentAs(whole.resolve("summary.csv"));
    String weights = "runs/bilinear-relu-trained-seed1/weights.safetensors";
    assertThat(out().resolve(weights)).hasSameBinaryContentAs(whole.resolve(weights));
  }

  /** The command as far as a Ctrl-C in the second epoch of a run. */
  private void stopInSecondEpochOf(String id) throws IOException {
    Console console =
        new Console(
            InputStream.nullInputStream(),
            Console.utf8(OutputStream.nullOutputStream()),
            Console.utf8(OutputStream.nullOutputStream()),
            false,
            80);
    GridTrainer[] trainer = new GridTrainer[1];
    trainer[0] =
        new GridTrainer(
            console, null, 1, 0, run -> stopping(run.id().equals(id), () -> trainer[0].stop()));
    List<Change> changes =
        TINY.stream().filter(word -> !word.equals("--set")).map(Change::parse).toList();
    Reproduction.Request request =
        new Reproduction.Request(
            "small",
            null,
            List.of(1L),
            List.of(FOUR.get(1), FOUR.get(3)),
            changes,
            0,
            1,
            Double.NaN,
            out(),
            "carillon reproduce");
    Comparison comparison = Comparisons.load("s4d-param");
    new Reproduction(console, comparison, request, trainer[0]).run();
  }

  private static TrainListener stopping(boolean here, Runnable stop) {
    return new TrainListener() {
      @Override
      public void onStep(StepRecord record) {
        if (here && record.epoch() == 2) {
          stop.run();
        }
      }
    };
  }

  @Test
  void aFolderOfAnotherComparisonIsRefused() {
    Cli.run("reproduce", "s4d-param", TINY, FOUR, "--out", out(), "--budget-minutes", 0);
    Cli other =
        Cli.run("reproduce", "s4d-param", TINY, FOUR, "--set", "dropout=0.3", "--out", out());
    assertThat(other.code()).isEqualTo(ExitCode.FAILED);
    assertThat(other.err()).contains("holds a comparison with set", "--out");
  }

  @Test
  void theOrderOfSettingsDoesNotMatter() {
    List<Object> zero = List.of("--budget-minutes", 0, "--out", out());
    List<String> two = List.of("--set", "dropout=0.2", "--set", "network.width=4");
    List<String> turned = List.of("--set", "network.width=4", "--set", "dropout=0.2");
    Cli.run("reproduce", "s4d-param", FOUR, two, zero);
    assertThat(Cli.run("reproduce", "s4d-param", FOUR, turned, zero).out()).contains("of 4 runs");
    Cli repeated = Cli.run("reproduce", "s4d-param", FOUR, turned, two, zero);
    assertThat(repeated.code()).as(repeated.err()).isZero();
  }

  @Test
  void runsThatCannotBeTrainedAreCountedAndDoNotEndTheOthers() throws IOException {
    Cli result =
        Cli.run(
            "reproduce",
            "speech-rate",
            "--only",
            "model=s4d-lin,s4-legs",
            TINY.subList(0, 10),
            TINY.subList(12, 18),
            "--set",
            "data.length=40",
            "--out",
            out(),
            "--seeds",
            "1",
            "--set",
            "train.learning_rate=1e30",
            "--set",
            "train.clip_norm=0");
    assertThat(Files.readString(out().resolve("runs.csv"))).contains("diverged");
    assertThat(Files.readString(out().resolve("report.html"))).contains("Failed runs", "diverged");
    assertThat(result.out()).contains("2 of 2 runs done");
    assertThat(result.code()).as(result.err()).isZero();
  }

  @Test
  void halfTheRateIsMeasured() throws IOException {
    Cli result =
        Cli.run(
            "reproduce",
            "speech-rate",
            "--only",
            "model=s4d-lin,gru",
            TINY.subList(0, 4),
            TINY.subList(6, 18),
            "--out",
            out());
    assertThat(result.code()).as(result.err()).isZero();
    List<String> rates = Files.readAllLines(out().resolve("rates.csv"));
    assertThat(rates.get(1)).matches("s4d-lin-seed1,[0-9.]+,[0-9.]+,[0-9.]+");
    assertThat(Files.readString(out().resolve("report.html"))).contains("half rate");
  }

  @Test
  void subTreesAndMasksAreReported() throws IOException {
    Cli listOps =
        Cli.run(
            "reproduce",
            "dlr-listops",
            "--only",
            "model=dlr",
            TINY.subList(0, 10),
            TINY.subList(12, 18),
            "--out",
            out());
    assertThat(listOps.code()).as(listOps.err()).isZero();
    assertThat(Files.readAllLines(out().resolve("subtrees.csv")))
        .anyMatch(line -> line.startsWith("dlr-seed1,heights,01,"))
        .anyMatch(line -> line.startsWith("dlr-seed1,operators,M"));
    Path masks = folder.resolve("masks");
    Cli pathfinder =
        Cli.run(
            "reproduce",
            "dlr-pathfinder",
            "--only",
            "model=dlr",
            TINY.subList(0, 10),
            TINY.subList(12, 18),
            "--out",
            masks);
    assertThat(pathfinder.code()).as(pathfinder.err()).isZero();
    assertThat(Files.readString(masks.resolve("report.html")))
        .contains("predicted classes", "data:image/png;base64,");
  }

  @Test
  void theBasisOfLegsNeedsNoTraining() throws IOException {
    Cli result = Cli.run("reproduce", "s4d-kernels", "--out", out());
    assertThat(result.code()).as(result.err()).isZero();
    double[] zoh =
        Files.readAllLines(out().resolve("distances.csv")).stream()
            .filter(line -> line.matches("zoh,[0-9]+,0.5,0,.*"))
            .mapToDouble(line -> Double.parseDouble(line.split(",")[4]))
            .toArray();
    // Computed elsewhere with dense matrices, to the digits given: N = 16, 64, 256, 1024.
    double[] known = {.230, .071, .0175, .0037};
    for (int i = 0; i < known.length; i++) {
      assertThat(zoh[i + 1]).isBetween(0.97 * known[i], 1.03 * known[i]);
    }
    assertThat(Files.readString(out().resolve("report.html")))
        .contains("Basis function n = 0", "LegS with a random rank-1 term");
    List<String> counter = Files.readAllLines(out().resolve("counter-examples.csv"));
    for (String line : counter.subList(1, counter.size())) {
      String[] cells = line.replace("\"FouT, normal part\"", "normal").split(",");
      double kept = Double.parseDouble(cells[5]) / Double.parseDouble(cells[4]);
      if (cells[0].equals("normal")) {
        assertThat(kept).as(line).isBetween(0.99, 1.01);
      } else if (cells[0].equals("FouT")) {
        assertThat(kept).as(line).isLessThan(0.05);
      } else if (cells[1].equals("256") && cells[2].equals("0.5")) {
        assertThat(kept).as(line).isGreaterThan(100);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "s4d-knels|2|did you mean 's4d-kernels'?",
        "s4d-init --size tiny|2|has no size 'tiny'",
        "s4d-init --only init=Linn|2|has no level 'Linn'",
        "s4d-init --set epchs=2|2|unknown setting 'epchs'",
        "s4d-init --data nowhere|1|nowhere: there is no such file",
        "dlr-atomic --data .|2|takes no --data",
        "s4d-kernels --set epochs=2|2|trains nothing",
        "lra-small --only task=text|2|no run is left",
        "speech-rate --size paper|2|needs data: --data",
        "s4d-init --jobs 0|2|--jobs is 0",
        "s4d-init --seeds a|2|'a' is not a",
        "missing.yaml|1|missing.yaml"
      })
  void wrongUseIsNamed(String words, int code, String message) {
    Cli result = Cli.run("reproduce", Arrays.asList(words.split(" ")), "--out", out());
    assertThat(result.err()).contains(message).doesNotContain("Exception");
    assertThat(result.code()).isEqualTo(code);
    assertThat(out()).doesNotExist();
  }
}
