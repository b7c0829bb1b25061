package io.carillon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.carillon.config.Computing;
import io.carillon.config.NetworkConfig;
import io.carillon.model.Meaning;
import io.carillon.model.Predictor;
import io.carillon.model.RawSequence;
import io.carillon.model.Scaling;
import io.carillon.model.SequenceModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.StringJoiner;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same raw numbers have the same answer however they come: those that single precision cannot
 * tell apart too, such as seconds since 1970.
 */
class OneAnswerTest {
  private static final int STEPS = 12;
  private static final double OFFSET = 1.7e9;

  @TempDir private Path folder;
  private final double[] raw = new double[2 * STEPS];
  private Predictor predictor;
  private Path model;

  @BeforeEach
  void saveModel() throws IOException {
    Meaning meaning =
        Meaning.builder()
            .values(2, List.of(), new Scaling(new double[] {OFFSET, -40}, new double[] {1, 0.5}))
            .classes(List.of("bad", "good", "odd"))
            .build();
    NetworkConfig config = NetworkConfig.sequence(2, 3).withWidth(8).withDepth(2);
    SequenceModel saved =
        SequenceModel.fresh(config, 7, Map.of(), Computing.standard()).withMeaning(meaning);
    model = folder.resolve("model");
    saved.save(model);
    predictor = Predictor.of(saved);
    Random random = new Random(3);
    for (int t = 0; t < STEPS; t++) {
      raw[2 * t] = OFFSET + random.nextGaussian();
      raw[2 * t + 1] = -40 + 0.5 * random.nextGaussian();
    }
  }

  /** Class and probability of the only answer in a file of {@code carillon predict}. */
  private String[] predicted(Path input) throws IOException {
    Path output = folder.resolve("answers.csv");
    Cli result = Cli.run("predict", model, "--input", input, "--output", output);
    assertThat(result.code()).as(result.toString()).isZero();
    return Files.readAllLines(output).get(1).split(",");
  }

  private void assertAnswer(String name, String probability, int steps, double bound) {
    var expected = predictor.classify(RawSequence.ofValues(Arrays.copyOf(raw, 2 * steps)));
    assertThat(name).isEqualTo(expected.name());
    assertThat(Double.parseDouble(probability)).isCloseTo(expected.probability(), within(bound));
  }

  @Test
  void inATable() throws IOException {
    StringBuilder table = new StringBuilder("time,heat\n");
    for (int t = 0; t < STEPS; t++) {
      table.append(raw[2 * t]).append(',').append(raw[2 * t + 1]).append('\n');
    }
    String[] answer = predicted(Files.writeString(folder.resolve("in.csv"), table));
    assertAnswer(answer[1], answer[2], STEPS, 1e-7);
  }

  @Test
  void inAnArchiveOfSeries() throws IOException {
    StringJoiner first = new StringJoiner(",");
    StringJoiner second = new StringJoiner(",");
    for (int t = 0; t < STEPS; t++) {
      first.add(Double.toString(raw[2 * t]));
      second.add(Double.toString(raw[2 * t + 1]));
    }
    String text = "@classLabel false\n@data\n" + first + ":" + second + "\n";
    String[] answer = predicted(Files.writeString(folder.resolve("in.ts"), text));
    assertAnswer(answer[1], answer[2], STEPS, 1e-7);
  }

  @Test
  void lineByLine() {
    StringBuilder lines = new StringBuilder();
    for (int t = 0; t < STEPS; t++) {
      lines.append(raw[2 * t]).append(' ').append(raw[2 * t + 1]).append('\n');
    }
    Cli result = Cli.runWithInput(lines.toString(), "stream", model);
    assertThat(result.code()).as(result.toString()).isZero();
    String[] answers = result.out().strip().split("\n");
    assertThat(answers).hasSize(STEPS);
    for (int t = 0; t < STEPS; t++) {
      String[] cells = answers[t].split("\t");
      assertAnswer(cells[0], cells[1], t + 1, 1e-4);
    }
  }
}
