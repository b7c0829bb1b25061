package io.carillon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.engine.SeededRandom;
import io.carillon.io.Json;
import io.carillon.model.LoadCheck;
import io.carillon.model.SequenceModel;
import io.carillon.report.console.ExitCode;
import io.carillon.report.folder.RunFolder;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Trainings of the command line in processes of their own that are killed at random, gone on with,
 * and killed again until they end. {@code -Dcarillon.kills=N} says how often, {@code
 * -Dcarillon.kills.seed=S} where to begin.
 */
class KillsTest {
  private static final int SIGINT = 2;

  private static final int KILLS = Integer.getInteger("carillon.kills", 20);
  private static final long SEED = Long.getLong("carillon.kills.seed", 1);
  private static final long PATIENCE_SECONDS = 300;

  /** After how many more lines of its record a process is killed at most. */
  private static final int MOST_LINES = 12;

  @TempDir private Path folder;
  private final Map<String, Path> unbroken = new HashMap<>();

  /** Stored and drawn samples, classes and values, with what has a state of its own in training. */
  private static final List<List<String>> TRAININGS =
      List.of(
          List.of("tones", "--set", "data.length=40", "--set", "dropout=0.2"),
          List.of(
              "tones",
              "--set",
              "data.length=40",
              "--set",
              "norm=batch",
              "--set",
              "schedule=plateau",
              "--set",
              "plateau_patience=0",
              "--threads",
              "2"),
          List.of("shift", "--set", "data.length=30", "--set", "dropout=0.1"));

  private static List<String> words(List<String> training, String interval, Path run) {
    List<String> words = new ArrayList<>(List.of("train"));
    words.addAll(
        List.of("--set", "network.width=4", "--set", "network.depth=1", "--set", "state_size=4"));
    words.addAll(List.of("--set", "epochs=4", "--set", "batch_size=2", "--limit", "16"));
    words.addAll(training);
    words.addAll(List.of("--set", "checkpoint_seconds=" + interval, "--out", run.toString()));
    return words;
  }

  /** Whether this process ignores SIGINT, which its children inherit; false where nobody says. */
  private static boolean interruptsAreIgnored() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return false;
    }
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("SigIgn:"))
          .map(line -> line.substring("SigIgn:".length()).strip())
          .anyMatch(mask -> (Long.parseUnsignedLong(mask, 16) >> (SIGINT - 1) & 1) == 1);
    }
  }

  private Process start(List<String> words) throws IOException {
    List<String> command = new ArrayList<>();
    if (interruptsAreIgnored()) {
      // A shell starts its background jobs so, and their children would never see the signal.
      command.addAll(List.of("env", "--default-signal=INT"));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // What starts fast: most of the time of these trainings is the start of the virtual machine.
    command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-Dcarillon.kernels=scalar"));
    command.add("-cp");
    command.add(
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(entry -> Path.of(entry).toAbsolutePath().toString())
            .reduce((a, b) -> a + File.pathSeparator + b)
            .orElseThrow());
    command.add("io.carillon.cli.Main");
    command.addAll(words);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("out.txt").toFile())
        .start();
  }

  private String out() throws IOException {
    return Files.readString(folder.resolve("out.txt"));
  }

  private void finish(Process process, int code) throws IOException, InterruptedException {
    try {
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as(out()).isTrue();
      assertThat(process.exitValue()).as(out()).isEqualTo(code);
    } finally {
      process.destroyForcibly();
    }
  }

  /** The same training in one piece. */
  private Path unbroken(List<String> training) throws IOException, InterruptedException {
    String key = String.join(" ", training);
    if (!unbroken.containsKey(key)) {
      Path run = folder.resolve("unbroken" + unbroken.size());
      finish(start(words(training, "1000", run)), ExitCode.OK);
      unbroken.put(key, run);
    }
    return unbroken.get(key);
  }

  private static long lines(Path run) throws IOException {
    Path file = run.resolve("metrics.jsonl");
    return Files.exists(file) ? Files.readString(file).chars().filter(c -> c == '\n').count() : 0;
  }

  /** All lines but for their times. */
  private static List<Map<String, Object>> record(Path run) throws IOException {
    List<Map<String, Object>> all = new ArrayList<>();
    for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
      Map<String, Object> values = new LinkedHashMap<>(Json.parseObject(line));
      values.remove("seconds");
      values.remove("steps_per_second");
      all.add(values);
    }
    return all;
  }

  private static void assertSame(Path run, Path whole) throws IOException {
    assertThat(run.resolve("weights.safetensors"))
        .hasSameBinaryContentAs(whole.resolve("weights.safetensors"));
    assertThat(SequenceModel.load(run).fingerprint())
        .isEqualTo(SequenceModel.load(whole).fingerprint());
    assertThat(record(run)).doesNotHaveDuplicates().isEqualTo(record(whole));
    assertThat(run).isDirectoryNotContaining("glob:**best-epoch-*");
    assertThat(run).isDirectoryNotContaining("glob:**.part");
  }

  /** Goes on with what a kill has left, or begins again when it has left nothing to go on with. */
  private static List<String> next(List<String> first, Path run) {
    if (Files.exists(run.resolve("resume.safetensors"))) {
      return List.of("train", "--resume", run.toString());
    }
    List<String> again = new ArrayList<>(first);
    again.add("--overwrite");
    return again;
  }

  /** Whatever the kill has left can be used as far as it says it is there. */
  private static void assertUsable(Path run) throws IOException {
    if (!Files.isDirectory(run)) {
      return;
    }
    Path model = RunFolder.at(run).model();
    if (Files.exists(model.resolve("config.json"))) {
      SequenceModel.load(model, LoadCheck.NONE);
    }
  }

  @Test
  void aTrainingThatIsKilledAgainAndAgainGivesTheSameBits()
      throws IOException, InterruptedException {
    int kills = 0;
    int between = 0;
    for (long seed = SEED; kills < KILLS; seed++) {
      String of = "-Dcarillon.kills.seed=" + seed;
      SeededRandom random = new SeededRandom(seed);
      List<String> training = TRAININGS.get((int) (seed % TRAININGS.size()));
      Path whole = unbroken(training);
      Path run = folder.resolve("killed" + seed);
      String interval = List.of("0", "0.01", "0.05").get(random.nextInt(3));
      List<String> first = words(training, interval, run);
      int done = 0;
      boolean ended = false;
      while (!ended) {
        Process process = start(done == 0 && !Files.exists(run) ? first : next(first, run));
        // The last processes of a test that has killed enough may end.
        boolean kill = kills < KILLS;
        ended = kill ? !killed(process, run, random) : ends(process, of);
        if (ended) {
          assertThat(process.exitValue()).as("%s: %s", of, out()).isZero();
        } else {
          kills++;
          done++;
          between += betweenEpochs(run) ? 0 : 1;
          assertUsable(run);
        }
      }
      try {
        assertSame(run, whole);
      } catch (AssertionError e) {
        throw new AssertionError(of + " after " + done + " kills: " + e.getMessage(), e);
      }
    }
    System.out.printf(
        "%d kills, after %d of them a state in the middle of an epoch%n", kills, between);
    assertThat(between).as("states in the middle of an epoch").isPositive();
  }

  private boolean ends(Process process, String of) throws IOException, InterruptedException {
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
        .as("%s: %s", of, out())
        .isTrue();
    return true;
  }

  /** Whether the state to go on with is one between epochs, or there is none. */
  private static boolean betweenEpochs(Path run) throws IOException {
    Path state = run.resolve("resume.safetensors");
    return !Files.exists(state)
        || !Files.readString(state, StandardCharsets.ISO_8859_1).contains("step_of_epoch");
  }

  /**
   * Kills a process some lines and milliseconds after its start.
   *
   * @return false if it has ended before
   */
  private static boolean killed(Process process, Path run, SeededRandom random)
      throws IOException, InterruptedException {
    boolean early = random.nextInt(8) == 0;
    long more = early ? 0 : random.nextInt(MOST_LINES);
    long pause = early ? random.nextInt(1500) : random.nextInt(20);
    long before = lines(run);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    // A process that goes on first takes lines away: what is waited for is a change.
    long last = before;
    long seen = 0;
    while (process.isAlive() && seen < more && System.nanoTime() < deadline) {
      long now = lines(run);
      seen += Math.abs(now - last);
      last = now;
      Thread.sleep(1);
    }
    boolean ended = process.waitFor(pause, TimeUnit.MILLISECONDS);
    process.destroyForcibly().waitFor();
    return !ended;
  }

  /** The training is long enough not to end before it is told to, on a busy machine too. */
  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143"})
  void aSignalEndsATrainingAfterItsStepAndLosesNothing(String signal, int code)
      throws IOException, InterruptedException {
    List<String> training = new ArrayList<>(TRAININGS.get(0));
    training.addAll(List.of("--set", "epochs=200"));
    Path run = folder.resolve("stopped");
    Process process = start(words(training, "1000", run));
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (lines(run) < 2 && process.isAlive() && System.nanoTime() < deadline) {
      Thread.sleep(1);
    }
    new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
    finish(process, code);
    assertThat(out())
        .containsPattern("Stopped after step \\d+\\.")
        .contains("go on with: carillon train --resume " + run);
    for (String command : List.of("evaluate", "report")) {
      Cli result = Cli.run(command, run);
      assertThat(result.code()).as(result.toString()).isZero();
      assertThat(result.err()).contains("training not finished");
    }
    String step = out().replaceFirst("(?s).*Stopped after step (\\d+)\\..*", "$1");
    finish(start(List.of("train", "--resume", run.toString())), ExitCode.OK);
    assertThat(out()).contains("going on after step " + step);
    assertSame(run, unbroken(training));
  }
}
