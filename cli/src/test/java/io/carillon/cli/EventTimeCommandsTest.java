package io.carillon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.carillon.io.SafeTensors;
import io.carillon.io.SafeTensors.Tensor;
import io.carillon.report.console.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a CSV file with a column of times to a live stream, all on the command line. */
class EventTimeCommandsTest {
  @TempDir private static Path folder;
  private static Path file;
  private static Path model;

  @BeforeAll
  static void train() throws IOException {
    StringBuilder text = new StringBuilder("sequence,time,x,label\n");
    for (int i = 0; i < 12; i++) {
      double time = 1000 * i;
      for (int t = 0; t < 8; t++) {
        time += 10 + (7 * i + 3 * t) % 5;
        String value = t == 4 ? "NaN" : Double.toString(Math.sin(time * (i % 2 == 0 ? 0.1 : 0.02)));
        text.append(i).append(',').append(time).append(',').append(value);
        text.append(i % 2 == 0 ? ",fast\n" : ",slow\n");
      }
    }
    file = Files.writeString(folder.resolve("events.csv"), text.toString());
    model = folder.resolve("model");
    Cli result = Cli.run("train", "--data", file, options(), "--out", model, "--quiet");
    assertThat(result.code()).as(result.err()).isZero();
  }

  private static List<String> options() {
    return List.of(
        "--set", "layout=sequences",
        "--set", "targets=label",
        "--set", "time=time",
        "--set", "missing=mask",
        "--set", "network.width=4",
        "--set", "network.depth=2",
        "--set", "ssm.state_size=4",
        "--set", "train.epochs=1",
        "--threads", "1");
  }

  /** A stream of a file's rows says at its end what prediction says of the file. */
  @Test
  void aStreamWithTimesIsThePredictionOfTheFile() throws IOException {
    Path fresh = folder.resolve("new.csv");
    Files.writeString(fresh, "sequence,time,x\na,5,0.5\na,17.5,NaN\na,40,-0.25\na,41,1\nb,1,2\n");
    Path answers = folder.resolve("answers.json");
    Cli predicted = Cli.run("predict", model, "-i", fresh, "-o", answers);
    assertThat(predicted.code()).as(predicted.err()).isZero();
    Cli streamed =
        Cli.runWithInput("5 0.5\n17.5 ?\n40,-0.25\n41 1\n\n1 2\n", "stream", model, "--time");
    assertThat(streamed.code()).as(streamed.err()).isZero();
    List<String> lines = streamed.out().lines().toList();
    assertThat(lines).hasSize(6);
    assertThat(lines.get(1)).as("the missing step").isEqualTo("?");
    String text = Files.readString(answers);
    for (int line : new int[] {3, 5}) {
      String[] answer = lines.get(line).split("\t");
      assertThat(probabilities(text, answer[0]))
          .as("%s in %s", lines.get(line), text)
          .anySatisfy(p -> assertThat(p).isCloseTo(Double.parseDouble(answer[1]), within(1e-5)));
    }
  }

  /** All numbers that stand behind the name of a class. */
  private static List<Double> probabilities(String json, String name) {
    return Pattern.compile("\"" + name + "\"\\s*:\\s*([0-9.eE+-]+)")
        .matcher(json)
        .results()
        .map(found -> Double.parseDouble(found.group(1)))
        .toList();
  }

  @Test
  void gapsAreCountedInOrdinarySteps() {
    // The unit of time is the median distance of the training part, 12.
    Cli times = Cli.runWithInput("100 1\n106 2\n130 3\n", "stream", model, "--time");
    Cli gaps = Cli.runWithInput("1 1\n0.5 2\n2 3\n", "stream", model, "--gaps");
    assertThat(times.code()).as(times.err()).isZero();
    assertThat(gaps.out()).isEqualTo(times.out());
    Cli plain = Cli.runWithInput("1\n2\n3\n", "stream", model);
    assertThat(plain.out()).isNotEqualTo(times.out());
  }

  private static Cli predict(Path answers, Map<String, Tensor> tensors) throws IOException {
    Path inputs = folder.resolve("inputs.safetensors");
    SafeTensors.write(inputs, tensors, Map.of());
    return Cli.run("predict", model, "-i", inputs, "-o", answers);
  }

  private static Tensor numbers(double... values) {
    return new Tensor(new int[] {2, values.length / 2}, values);
  }

  /** The same as the same events in a CSV file, by times and by gaps; padding is not looked at. */
  @Test
  void tensorsHaveTimesGapsAndMasks() throws IOException {
    Path csv = folder.resolve("events-new.csv");
    Files.writeString(csv, "sequence,time,x\na,5,0.5\na,17,NaN\na,35,-0.25\nb,1,2\nb,13,1\n");
    Path expected = folder.resolve("expected.safetensors");
    Cli predicted = Cli.run("predict", model, "-i", csv, "-o", expected);
    assertThat(predicted.code()).as(predicted.err()).isZero();
    Tensor x = numbers(0.5, Double.NaN, -0.25, 2, 1, Double.NaN);
    Tensor mask = new Tensor(new int[] {2, 3}, new long[] {1, 0, 1, 1, 1, 7});
    Tensor lengths = new Tensor(new int[] {2}, new long[] {3, 2});
    Tensor times = numbers(5, 17, 35, 1, 13, -1);
    // The unit of time of this model is 12.
    Tensor gaps = Tensor.of(new int[] {2, 3}, new float[] {1, 1, 1.5f, 1, 1, Float.NaN});
    for (Map.Entry<String, Tensor> time : Map.of("times", times, "gaps", gaps).entrySet()) {
      Path answers = folder.resolve("found.safetensors");
      Cli result =
          predict(
              answers,
              Map.of("x", x, "mask", mask, "lengths", lengths, time.getKey(), time.getValue()));
      assertThat(result.code()).as(result.err()).isZero();
      assertThat(SafeTensors.read(answers).tensors().get("y").floats())
          .as(time.getKey())
          .containsExactly(SafeTensors.read(expected).tensors().get("y").floats());
    }
  }

  @Test
  void wrongTensorsAreNamed() throws IOException {
    Tensor even = numbers(1, 1, 1, 1, 1, 1);
    assertRefused(Map.of("gaps", numbers(1, 1, 1, 1)), "tensor 'gaps' is F64 [2, 2]", "[2][3]");
    assertRefused(
        Map.of("gaps", new Tensor(new int[] {2, 3, 1}, new double[6])),
        "tensor 'gaps' is F64 [2, 3, 1]");
    assertRefused(Map.of("gaps", numbers(1, 1, 1, 1, -2, 1)), "gaps[1][1] is -2.0", "positive");
    assertRefused(
        Map.of("gaps", numbers(1, 1, 1, 1, 1, Double.POSITIVE_INFINITY)),
        "gaps[1][2] is Infinity",
        "finite");
    assertRefused(Map.of("times", numbers(1, 2, Double.NaN, 1, 2, 3)), "times[0][2] is NaN");
    assertRefused(
        Map.of("times", numbers(1, 2, 3, 1, 2, 2)), "times[1]: the time of step 2 is 2.0, not");
    assertRefused(Map.of("times", even, "gaps", even), "both 'gaps' and 'times'");
    assertRefused(Map.of("mask", numbers(1, 1, 0.5, 1, 1, 1)), "mask[0][2] is 0.5");
    assertRefused(Map.of("mask", numbers(1, 1, 1, 0, 0, 0)), "sequence 1 has no observed step");
  }

  private static void assertRefused(Map<String, Tensor> more, String... words) throws IOException {
    Map<String, Tensor> all = new HashMap<>(more);
    all.put("x", numbers(0, 0, 0, 0, 0, 0));
    Path answers = folder.resolve("none.csv");
    Cli result = predict(answers, all);
    assertThat(result.code()).isEqualTo(ExitCode.FAILED);
    assertThat(result.err()).contains(words);
    assertThat(answers).doesNotExist();
  }

  @Test
  void verifyTakesMissingStepsAndGaps() {
    Cli result = Cli.run("verify", model);
    assertThat(result.code()).as(result.out() + result.err()).isZero();
    assertThat(result.out()).contains("stepped together", "All ways agree");
    assertThat(result.out()).doesNotContain("convolved");
  }

  @Test
  void wrongTimesAreNamed() {
    assertRefused("5 1\n5 1\n", "--time", "line 2: the time of the event is 5.0, not after");
    assertRefused("noon 1\n", "--time", "time is 'noon'");
    assertRefused("1\n", "--gaps", "line 1: has one entry");
    assertRefused("-1 1\n", "--gaps", "line 1: gap is -1.0");
    assertRefused("1 1\n1 x\n", "--gaps", "line 2: 'x' is no number");
    Cli both = Cli.run("stream", model, "--gaps", "--time");
    assertThat(both.code()).isEqualTo(ExitCode.USAGE);
  }

  private static void assertRefused(String input, String option, String message) {
    Cli result = Cli.runWithInput(input, "stream", model, option);
    assertThat(result.code()).isEqualTo(ExitCode.FAILED);
    assertThat(result.err()).contains(message);
  }
}
