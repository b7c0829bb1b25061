package io.carillon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.engine.SeededRandom;
import io.carillon.report.console.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The data sets of the papers from the command line. */
class PublishedDataTest {
  @TempDir private Path temp;

  private static List<String> small() {
    List<String> words = new ArrayList<>(Cli.tiny());
    words.addAll(List.of("--quiet"));
    return words;
  }

  private static Cli ok(Object... words) {
    Cli result = Cli.run(words);
    assertThat(result.code()).as("%s", result).isEqualTo(ExitCode.OK);
    return result;
  }

  private void papers(String part, int lines) throws IOException {
    SeededRandom random = new SeededRandom(lines);
    List<String> all = new ArrayList<>();
    for (int i = 0; i < lines; i++) {
      String first = "a\"é\\: ".repeat(1 + random.nextInt(3));
      String second = (i % 2 == 0 ? "b" : "a").repeat(5 + random.nextInt(9));
      all.add((i % 2) + ".0\t" + i + "\t" + (i + 1) + "\t" + first + "\t" + second);
    }
    Files.write(temp.resolve("new_aan_pairs." + part + ".tsv"), all);
  }

  @Test
  void retrievalFromTrainingToPrediction() throws IOException {
    papers("train", 20);
    papers("eval", 6);
    papers("test", 7);
    Path run = temp.resolve("run");
    ok("train", "--data", temp, "--preset", "lra-retrieval-small", small(), "--out", run);
    assertThat(ok("evaluate", run, "--json").out()).contains("\"sequences\": 7");
    Path answers = temp.resolve("answers.csv");
    Path test = temp.resolve("new_aan_pairs.test.tsv");
    ok("predict", run, "--input", test, "--output", answers);
    assertThat(Files.readAllLines(answers)).hasSize(8);
    assertThat(ok("verify", run).out()).contains("All ways agree", "two whole sequences together");
    Cli stream = Cli.runWithInput("1\n", "stream", run);
    assertThat(stream.code()).isEqualTo(ExitCode.FAILED);
    assertThat(stream.err()).contains("answers for two whole sequences together");
    ok("train", "--data", temp, small(), "--out", temp.resolve("by-the-data"));
  }

  @Test
  void listOpsIsGeneratedInTheOfficialForm() {
    Path files = temp.resolve("listops-1000");
    ok(
        "generate",
        "listops",
        "--lra",
        "-n",
        "48",
        "--set",
        "min-length=5",
        "--set",
        "max-length=40",
        "-o",
        files);
    ok(
        "train",
        "--data",
        files,
        "--preset",
        "lra-listops-paper",
        small(),
        "--set",
        "network.block.ssm.ssm_copies=0",
        "--set",
        "train.warmup_steps=1",
        "--out",
        temp.resolve("run"));
    Cli other = Cli.run("generate", "adding", "--lra", "-o", files);
    assertThat(other.code()).isEqualTo(ExitCode.USAGE);
    assertThat(other.err()).contains("--lra writes the task listops");
  }

  @Test
  void aModelIsMeasuredAtALowerRate() {
    Path run = Cli.model(temp.resolve("run"), "tones");
    String whole = ok("evaluate", run, "--json").out();
    String half = ok("evaluate", run, "--json", "--every", "2").out();
    assertThat(half).contains("\"every\": 2").isNotEqualTo(whole);
    assertThat(Cli.run("evaluate", run, "--every", "0").code()).isEqualTo(ExitCode.USAGE);
    Path dlr = Cli.model(temp.resolve("dlr"), "tones", "--set", "ssm.kind=dlr");
    Cli refused = Cli.run("evaluate", dlr, "--every", "2");
    assertThat(refused.code()).isEqualTo(ExitCode.USAGE);
    assertThat(refused.err()).contains("--every needs a model with a step size");
  }

  @Test
  void downloadsAreListedAndMistakesAreSaid() throws IOException {
    assertThat(ok("download").out()).contains("cifar10", "MD5", "speech_commands_v0.02.tar.gz");
    assertThat(ok("tasks").out()).contains("bidmc-rr", "lra-retrieval", "CC BY 4.0");
    Cli unknown = Cli.run("download", "cifar", "--to", temp);
    assertThat(unknown.code()).isEqualTo(ExitCode.USAGE);
    assertThat(unknown.err()).contains("did you mean 'cifar10'?");
    assertThat(Cli.run("download", "mnist").code()).isEqualTo(ExitCode.USAGE);
    Path here = Files.createDirectories(temp.resolve("here"));
    Files.writeString(here.resolve("train-images-idx3-ubyte.gz"), "not the images");
    Cli wrong = Cli.run("download", "mnist", "--to", temp.resolve("to"), "--from", here);
    assertThat(wrong.code()).isEqualTo(ExitCode.FAILED);
    assertThat(wrong.err()).contains("must have MD5 f68b3c2dcbeaaa9fbdd348bbdeb94873");
  }

  @Test
  void aTimeSeriesFolderIsFetchedFromAFolderAndTrainedOn() throws IOException {
    Path here = Files.createDirectories(temp.resolve("here"));
    for (String part : List.of("TRAIN", "TEST")) {
      StringBuilder text = new StringBuilder("@problemName BIDMC32RR\n@targetLabel true\n@data\n");
      for (int i = 0; i < 12; i++) {
        text.append("1,2,3,").append(i).append(":0,1,2,4:").append(i).append("\n");
      }
      Files.writeString(here.resolve("BIDMC32RR_" + part + ".ts"), text.toString());
    }
    Path to = temp.resolve("to");
    assertThat(ok("download", "bidmc-rr", "--to", to, "--from", here).out())
        .contains("its SHA-256 is recorded", "--preset bidmc-small");
    ok("train", "--data", to, "--preset", "bidmc-small", small(), "--out", temp.resolve("run"));
  }
}
