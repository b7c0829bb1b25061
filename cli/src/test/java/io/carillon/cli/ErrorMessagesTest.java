package io.carillon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.carillon.config.Computing;
import io.carillon.report.console.ExitCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a user sees when something is wrong: the thing, the reason, the exit code, no debris. */
class ErrorMessagesTest {
  @TempDir private static Path shared;
  @TempDir private Path folder;
  private static Path tones;

  @BeforeAll
  static void train() {
    tones = Cli.model(shared.resolve("tones"), "tones", "--set", "data.length=40");
  }

  private Cli train(Path data, Object... more) {
    return Cli.run(
        "train", "--data", data, Cli.tiny(), "--out", folder.resolve("run"), List.of(more));
  }

  /** Failed with these words, without a stack trace, and without a run folder. */
  private void assertFailed(Cli result, String... words) {
    assertThat(result.code()).as(result.toString()).isEqualTo(ExitCode.FAILED);
    assertMessage(result, words);
    assertThat(folder.resolve("run")).doesNotExist();
  }

  private static void assertMessage(Cli result, String... words) {
    assertThat(result.err()).startsWith("error: ").contains(words);
    assertThat(result.err()).doesNotContain("\tat ", "Exception");
  }

  @Test
  void aWrongPath() {
    Path nowhere = folder.resolve("no/such/data");
    assertFailed(train(nowhere), nowhere.toString(), "no such file or folder");
    Cli evaluated = Cli.run("evaluate", nowhere);
    assertThat(evaluated.code()).isEqualTo(ExitCode.FAILED);
    assertMessage(evaluated, nowhere.toString(), "no such folder");
    Cli predicted =
        Cli.run("predict", tones, "-i", folder.resolve("x.csv"), "-o", folder.resolve("y.csv"));
    assertThat(predicted.code()).isEqualTo(ExitCode.FAILED);
    assertMessage(predicted, "x.csv", "no such file");
    assertThat(folder.resolve("y.csv")).doesNotExist();
  }

  @Test
  void anEmptyFolder() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertFailed(train(empty), empty.toString(), "is an empty folder");
    Cli evaluated = Cli.run("evaluate", empty);
    assertThat(evaluated.code()).isEqualTo(ExitCode.FAILED);
    assertMessage(evaluated, "config.json");
  }

  @Test
  void aTruncatedWav() throws IOException {
    Path sounds = folder.resolve("sounds");
    for (String name : List.of("a", "b")) {
      for (int i = 0; i < 4; i++) {
        Path file = sounds.resolve(name).resolve(i + ".wav");
        Files.createDirectories(file.getParent());
        Files.write(file, wav(40));
      }
    }
    assertThat(train(sounds).code()).isZero();
    byte[] whole = wav(40);
    Files.write(sounds.resolve("b/2.wav"), Arrays.copyOf(whole, whole.length / 2));
    Cli result = Cli.run("train", "--data", sounds, Cli.tiny(), "--out", folder.resolve("r2"));
    assertThat(result.code()).isEqualTo(ExitCode.FAILED);
    assertMessage(result, "2.wav", "b");
    assertThat(folder.resolve("r2")).doesNotExist();
  }

  /** A 16-bit mono WAV file of the given number of samples at 8 kHz. */
  private static byte[] wav(int samples) {
    ByteBuffer bytes = ByteBuffer.allocate(44 + 2 * samples).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + 2 * samples);
    bytes.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
    bytes.putShort((short) 1).putShort((short) 1).putInt(8000).putInt(16000);
    bytes.putShort((short) 2).putShort((short) 16);
    bytes.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(2 * samples);
    for (int i = 0; i < samples; i++) {
      bytes.putShort((short) (100 * i));
    }
    return bytes.array();
  }

  private static final String TS_HEADER =
      "@problemName P\n@timeStamps false\n@missing true\n@univariate true\n@equalLength true\n"
          + "@seriesLength 3\n@classLabel true a b\n@data\n";

  @Test
  void aTsFileWithAMissingValue() throws IOException {
    Path file = folder.resolve("P.ts");
    Files.writeString(file, TS_HEADER + "1,2,3:a\n4,?,6:b\n".repeat(10));
    assertFailed(train(file), "P.ts:10", "missing");
    assertThat(train(file, "--set", "data.missing=fill").code()).isZero();
  }

  @Test
  void aLabelUnseenInTraining() throws IOException {
    Path train = folder.resolve("P_TRAIN.ts");
    Path test = folder.resolve("P_TEST.ts");
    Files.writeString(train, TS_HEADER + "1,2,3:a\n4,5,6:a\n".repeat(10));
    Files.writeString(test, TS_HEADER + "1,2,3:a\n4,5,6:b\n");
    assertFailed(train(train), "P_TEST.ts:10", "'b'");
    Path one = folder.resolve("one.ts");
    Files.writeString(one, TS_HEADER.replace("true a b", "true ABC zzz") + "1,2,3:zzz\n");
    Cli evaluated = Cli.run("evaluate", tones, "--data", one);
    assertThat(evaluated.code()).isEqualTo(ExitCode.FAILED);
    assertMessage(evaluated, "one.ts", "'zzz'");
  }

  @Test
  void aNanInACsv() throws IOException {
    Path file = folder.resolve("load.csv");
    StringBuilder text = new StringBuilder("load,heat\n");
    for (int i = 0; i < 60; i++) {
      text.append(i == 30 ? "1.0,NaN\n" : i + ",2.5\n");
    }
    Files.writeString(file, text);
    Cli result = train(file, "--set", "history=5", "--set", "horizon=2");
    assertFailed(result, "load.csv:32", "heat");
    Path answers = folder.resolve("y.csv");
    Path sound = folder.resolve("sound.csv");
    Files.writeString(sound, "sound\n0.5\nnan\n0.25\n");
    Cli predicted = Cli.run("predict", tones, "-i", sound, "-o", answers);
    assertThat(predicted.code()).isEqualTo(ExitCode.FAILED);
    assertMessage(predicted, "sound.csv:3");
    assertThat(answers).doesNotExist();
  }

  @Test
  void aModelFileCutInHalf() throws IOException {
    Path model = Cli.model(folder.resolve("cut"), "tones", "--set", "data.length=40");
    Path weights = model.resolve("weights.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    Files.write(weights, Arrays.copyOf(bytes, bytes.length / 2));
    for (String command : List.of("evaluate", "describe", "stream")) {
      Cli result = Cli.run(command, model);
      assertThat(result.code()).as(command).isEqualTo(ExitCode.FAILED);
      assertMessage(result, weights.toString());
    }
    Files.write(weights, bytes);
    Path config = model.resolve("config.json");
    String text = Files.readString(config);
    Files.writeString(config, text.substring(0, text.length() / 2));
    Cli half = Cli.run("evaluate", model);
    assertThat(half.code()).isEqualTo(ExitCode.FAILED);
    assertMessage(half, config.toString(), "line");
  }

  @Test
  void aConfigWithATypo() throws IOException {
    Path model = Cli.model(folder.resolve("typo"), "tones", "--set", "data.length=40");
    Path config = model.resolve("config.json");
    String good = Files.readString(config);
    Files.writeString(config, good.replace("\"width\"", "\"widht\""));
    for (String command : List.of("evaluate", "describe", "stream", "verify", "export")) {
      Cli damaged = Cli.run(command, model);
      assertThat(damaged.code()).as(command).isNotEqualTo(ExitCode.OK);
    }
    assertMessage(Cli.run("evaluate", model), config.toString(), "checksum");
    String old = good.replaceFirst(",\\s*\"checksums\": \\{[^}]*}", "");
    Files.writeString(config, old);
    Cli read = Cli.run("describe", model);
    assertThat(read.code()).isEqualTo(ExitCode.OK);
    assertThat(read.err()).contains(model.toString(), "no checksums");
    Files.writeString(config, old.replace("\"width\"", "\"widht\""));
    Cli result = Cli.run("evaluate", model);
    assertThat(result.code()).isEqualTo(ExitCode.FAILED);
    assertMessage(result, config.toString(), "widht", "width");
    Path preset = folder.resolve("mine.yaml");
    Files.writeString(preset, "based_on: small\ntrain: {epohcs: 3}\n");
    Cli trained = Cli.run("train", "--preset", preset, "--out", folder.resolve("run"));
    assertThat(trained.code()).isEqualTo(ExitCode.USAGE);
    assertMessage(trained, "mine.yaml", "train.epohcs", "train.epochs");
    Files.writeString(preset, "train: {epochs: 3\n");
    Cli broken = Cli.run("train", "--preset", preset, "--out", folder.resolve("run"));
    assertFailed(broken, "mine.yaml:1:", "expected");
  }

  @ParameterizedTest
  @CsvSource({
    "epohcs=3, train.epochs",
    "epochs=three, epochs is the string \"three\"",
    "epochs=0, epochs",
    "dropout=1.5, dropout is 1.5",
    "ssm.init=linn, lin",
    "data.lenght=9, data.length",
    "epochs, expected key=value",
    "data.seed=x, data.seed is 'x'"
  })
  void aWrongSetting(String setting, String words) {
    Cli result = Cli.run("train", "--set", setting, "--out", folder.resolve("run"));
    assertThat(result.code()).as(result.toString()).isEqualTo(ExitCode.USAGE);
    assertMessage(result, words, "'carillon train --help' says more");
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "trian, train",
    "train tonse, did you mean 'tones'",
    "train --preset fsd, did you mean 'fsdd'",
    "train tones --data x, not both",
    "train --resume, needs the folder",
    "train --resume --out r --seed 1, goes on with the settings of the run",
    "train --resume r --out other, goes on with the settings of the run",
    "train --epochs 3, Unknown option",
    "train --seed many, --seed",
    "train --limit -1, at least 1",
    "train --algorithm fft, --algorithm",
    "describe tones --kernels gpu, --kernels",
    "predict m, --input",
    "predict m --input x.csv --output y.csv --threads 0, --threads is 0",
    "evaluate m --threads 0, --threads is 0",
    "report m --threads 0, --threads is 0",
    "generate tones, --out",
    "generate tones --count 0 --out x.csv, --count is 0",
    "generate tones --out x.txt, .csv or .safetensors",
    "generate tones --out x.csv --set lenght=4, length",
    "tasks tonse, did you mean 'tones'",
    "describe fsd, did you mean 'fsdd'",
    "describe s4d --budget 30, expected us=MICROSECONDS",
    "describe s4d --budget us=-1, expected us=MICROSECONDS",
    "describe gru --budget us=5, not gru"
  })
  void wrongUsage(String line, String words) {
    Cli result = Cli.run(List.of(line.split(" ")));
    assertThat(result.code()).as(result.toString()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err()).contains(words).doesNotContain("\tat ");
  }

  @Test
  void aRecurrenceThatThereIsNot() {
    Path run = folder.resolve("run");
    Cli trained =
        Cli.run(
            "train",
            "tones",
            Cli.tiny(),
            "--set",
            "max_kernel_length=8",
            "--algorithm",
            "recurrence",
            "--out",
            run);
    assertThat(trained.code()).as(trained.toString()).isEqualTo(ExitCode.USAGE);
    assertMessage(trained, "blocks.0", "its kernel is cut at 8 steps", "--algorithm auto");
    assertThat(run).doesNotExist();
    assertThat(System.getProperty(Computing.ALGORITHM)).isNull();
  }

  @Test
  void aRunFolderThatCannotBeCreated() throws IOException {
    Path file = folder.resolve("file");
    Files.writeString(file, "in the way");
    Path below = file.resolve("run");
    Cli result = Cli.run("train", Cli.tiny(), "--out", below);
    assertThat(result.code()).isEqualTo(ExitCode.FAILED);
    assertMessage(result, below.toString(), file + " is a file");
    Cli itself = Cli.run("train", Cli.tiny(), "--out", file);
    assertThat(itself.code()).isEqualTo(ExitCode.FAILED);
    assertMessage(itself, "is a file; give a folder");
    assertThat(file).hasContent("in the way");
  }

  @Test
  void anOutputThatCannotBeWritten() throws IOException {
    Path samples = folder.resolve("x.csv");
    Cli.run("generate", "tones", "-n", 2, "-o", samples, "-s", "length=40");
    Path below = samples.resolve("y.csv");
    for (Cli result :
        List.of(
            Cli.run("predict", tones, "-i", samples, "-o", below, "-s", "layout=sequences"),
            Cli.run("generate", "tones", "-o", below),
            Cli.run("generate", "tones", "-o", folder.resolve("no/x.csv")))) {
      assertThat(result.code()).isEqualTo(ExitCode.FAILED);
      assertMessage(result, "cannot write");
    }
  }

  @Test
  void aFullDisk() throws IOException {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "this system has no /dev/full");
    Path samples = folder.resolve("x.csv");
    Cli.run("generate", "tones", "-n", 2, "-o", samples, "-s", "length=40");
    Cli result = Cli.run("predict", tones, "-i", samples, "-o", full, "-s", "layout=sequences");
    assertThat(result.code()).isEqualTo(ExitCode.FAILED);
    assertMessage(result, "cannot write /dev/full", "No space left");
    try (Stream<Path> files = Files.list(Path.of("/dev"))) {
      assertThat(files.filter(file -> file.getFileName().toString().startsWith("full."))).isEmpty();
    }
  }

  @Test
  void aStreamWithAWrongLine() {
    Cli words = Cli.runWithInput("0.1\nabc\n0.2\n", "stream", tones);
    assertThat(words.code()).isEqualTo(ExitCode.FAILED);
    assertThat(words.out().lines()).hasSize(1);
    assertMessage(words, "line 2: 'abc' is no number");
    assertMessage(Cli.runWithInput("NaN\n", "stream", tones), "line 1: number 1 is NaN");
    assertMessage(Cli.runWithInput("1,2\n", "stream", tones), "line 1: has 2 numbers");
  }

  @Test
  void aModelThatCannotStream() {
    Path model =
        Cli.model(
            folder.resolve("both"),
            "tones",
            "--set",
            "data.length=40",
            "--set",
            "bidirectional=true");
    Cli result = Cli.runWithInput("1\n", "stream", model);
    assertThat(result.code()).isEqualTo(ExitCode.FAILED);
    assertMessage(result, "cannot stream", "bidirectional");
    assertThat(Cli.run("describe", model).out()).contains("not possible: it is bidirectional");
  }

  @Test
  void aBudgetThatNothingFits() {
    Cli result = Cli.run("describe", "s4d", "--budget", "us=0.001");
    assertThat(result.code()).isEqualTo(ExitCode.FAILED);
    assertMessage(result, "no network fits the budget", "width 16, state_size 4, depth 1");
    Cli both = Cli.run("describe", "s4d", "--set", "bidirectional=true", "--budget", "us=50");
    assertThat(both.code()).isEqualTo(ExitCode.FAILED);
    assertMessage(both, "preset s4d cannot stream", "bidirectional");
  }

  @Test
  void moreMemoryThanThereIs() {
    Cli result =
        Cli.run(
            "train",
            Cli.tiny(),
            "--set",
            "width=64",
            "--set",
            "data.length=1000000",
            "--set",
            "data.train=4",
            "--set",
            "data.validation=1",
            "--set",
            "data.test=1",
            "--out",
            folder.resolve("run"));
    assertFailed(result, "Java may use", "CARILLON_OPTS");
  }

  @Test
  void theRunToResumeHasOtherData() throws IOException {
    Path run = Cli.model(folder.resolve("old"), "tones", "--set", "data.length=40");
    Path settings = run.resolve("run.yaml");
    Files.writeString(settings, Files.readString(settings).replaceFirst("seed: 0", "seed: 1"));
    Cli result = Cli.run("train", "--resume", run, "--set", "epochs=2");
    assertThat(result.code()).isEqualTo(ExitCode.FAILED);
    assertMessage(result, "other data");
    assertThat(run.resolve("config.json")).exists();
    assertThat(run.resolve("resume.safetensors")).exists();
  }

  @Test
  void stackTracesAreThereOnDemandOnly() {
    Cli result = Cli.run("evaluate", folder.resolve("nothing"), "--stacktrace");
    assertThat(result.code()).isEqualTo(ExitCode.FAILED);
    assertThat(result.err()).contains("\tat io.carillon.cli");
  }
}
