package io.carillon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.carillon.cli.run.AnswerFile;
import io.carillon.cli.run.InputReader;
import io.carillon.cli.run.StreamedPrediction;
import io.carillon.config.BlockConfig;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Pooling;
import io.carillon.config.S4dConfig;
import io.carillon.engine.Parallel;
import io.carillon.engine.SeededRandom;
import io.carillon.model.SequenceModel;
import io.carillon.nn.Network;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The answers to a file that is worked off as it is read are those to the file as a whole. */
class PredictStreamingTest {
  private static final BlockConfig BLOCK =
      BlockConfig.DEFAULT.withSsm(S4dConfig.DEFAULT.withStateSize(8));
  private static final double TOLERANCE = 1e-4;

  /** More than the steps that are computed at once, so that a sequence comes in three pieces. */
  private static final int LONG = 150_000;

  @TempDir private Path folder;

  static NetworkConfig every() {
    return every(2);
  }

  static NetworkConfig every(int outputs) {
    return NetworkConfig.sequence(1, outputs)
        .withWidth(4)
        .withDepth(1)
        .withBlock(BLOCK)
        .withPooling(Pooling.EVERY);
  }

  static NetworkConfig bothDirections() {
    return every().withBlock(BLOCK.withBidirectional(true));
  }

  static Stream<NetworkConfig> heads() {
    return Stream.of(
        every(),
        every().withLastSteps(7),
        every().withPooling(Pooling.MEAN),
        every().withPooling(Pooling.LAST));
  }

  static Path model(Path path, NetworkConfig config) throws IOException {
    SequenceModel.of(new Network(config, new SeededRandom(5)), Map.of()).save(path);
    return path;
  }

  static void writeSeries(Path file, int rows) throws IOException {
    SeededRandom random = new SeededRandom(11);
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      out.write("x\n");
      for (int i = 0; i < rows; i++) {
        out.write(Float.toString((float) random.uniform() - 0.5f) + "\n");
      }
    }
  }

  /** Equal text, and numbers that agree within the tolerance of the ways of a model. */
  static void assertAlike(Path streamed, Path whole) throws IOException {
    List<String> a = Files.readAllLines(streamed);
    List<String> b = Files.readAllLines(whole);
    assertThat(a).hasSameSizeAs(b);
    for (int i = 0; i < a.size(); i++) {
      String[] x = a.get(i).split("[,:\\s]+");
      String[] y = b.get(i).split("[,:\\s]+");
      assertThat(x).as("line %d", i + 1).hasSameSizeAs(y);
      for (int k = 0; k < x.length; k++) {
        if (!x[k].equals(y[k])) {
          double expected = Double.parseDouble(y[k]);
          double bound = TOLERANCE * Math.max(1, Math.abs(expected));
          assertThat(Double.parseDouble(x[k]))
              .as("line %d", i + 1)
              .isCloseTo(expected, within(bound));
        }
      }
    }
  }

  private Path streamed(Path model, Path input, Map<String, String> options, String name)
      throws IOException {
    Path output = folder.resolve(name);
    SequenceModel loaded = SequenceModel.load(model);
    try (Parallel parallel = Parallel.of(2)) {
      new AnswerFile(output, loaded.meaning())
          .write(
              sink -> {
                StreamedPrediction prediction = new StreamedPrediction(loaded, parallel, sink);
                new InputReader(loaded, false).stream(input, options, prediction);
                prediction.finish();
              });
    }
    return output;
  }

  private void assertStreamedAsWhole(Path model, Path input, String... settings)
      throws IOException {
    Map<String, String> options = new java.util.LinkedHashMap<>();
    List<Object> words = new java.util.ArrayList<>();
    for (String setting : settings) {
      options.put(setting.split("=", 2)[0], setting.split("=", 2)[1]);
      words.addAll(List.of("--set", setting));
    }
    for (String ending : List.of("csv", "json")) {
      Path whole = folder.resolve("whole." + ending);
      Cli result = Cli.run("predict", model, "-i", input, "-o", whole, words);
      assertThat(result.code()).as(result.toString()).isZero();
      assertAlike(streamed(model, input, options, "streamed." + ending), whole);
    }
  }

  @ParameterizedTest
  @MethodSource("heads")
  void aSeries(NetworkConfig config) throws IOException {
    Path input = folder.resolve("series.csv");
    writeSeries(input, LONG);
    assertStreamedAsWhole(model(folder.resolve("model"), config), input);
  }

  @ParameterizedTest
  @MethodSource("heads")
  void aSequenceWithMissingRows(NetworkConfig config) throws IOException {
    Path input = folder.resolve("gaps.csv");
    SeededRandom random = new SeededRandom(12);
    try (BufferedWriter out = Files.newBufferedWriter(input)) {
      out.write("sequence,x,y\n");
      for (int i = 0; i < LONG; i++) {
        // The end of the first piece, the start of the second, and the whole of the last are
        // missing.
        boolean missing = i % 7 == 3 || i > 65_000 && i < 66_000 || i > 131_000;
        out.write("a," + (missing ? "?" : Float.toString((float) random.uniform())) + ",1\n");
      }
    }
    NetworkConfig two =
        new NetworkConfig(
            2,
            0,
            config.outputSize(),
            config.width(),
            config.depth(),
            config.block(),
            config.finalNorm(),
            config.pooling(),
            config.lastSteps(),
            false);
    Path model = model(folder.resolve("model"), two);
    assertStreamedAsWhole(model, input, "layout=sequences", "missing=mask");
    assertStreamedAsWhole(model, input, "layout=sequences", "missing=fill");
  }

  @Test
  void manySequencesOfAllLengths() throws IOException {
    Path input = folder.resolve("sequences.csv");
    SeededRandom random = new SeededRandom(13);
    int[] lengths = {1, 70_000, 3, 65_536, 65_537, 10, 2, 60_000, 60_000};
    try (BufferedWriter out = Files.newBufferedWriter(input)) {
      out.write("sequence,x,t\n");
      for (int s = 0; s < lengths.length; s++) {
        double time = 0;
        for (int i = 0; i < lengths[s]; i++) {
          time += 1 + i % 3;
          out.write("s" + s + "," + (float) random.uniform() + "," + time + "\n");
        }
      }
    }
    for (Pooling pooling : List.of(Pooling.MEAN, Pooling.EVERY)) {
      Path model = model(folder.resolve(pooling.name()), every().withPooling(pooling));
      assertStreamedAsWhole(model, input, "layout=sequences", "ignore=t", "columns=x", "time=t");
    }
  }

  @Test
  void rowsAndTsFilesAndRecordingsAreSequencesOfTheirOwn() throws IOException {
    Path rows = Files.writeString(folder.resolve("rows.csv"), "a,b,c\n1,2,3\n4,5,6\n0,0,1\n");
    Path ts =
        Files.writeString(
            folder.resolve("some.ts"), "@univariate true\n@data\n0.1,0.2,0.3\n0.4\n0.5,0.6\n");
    for (NetworkConfig config : List.of(every(), bothDirections())) {
      Path model = model(folder.resolve("m" + config.block().bidirectional()), config);
      assertStreamedAsWhole(model, rows, "layout=rows");
      assertStreamedAsWhole(model, ts);
    }
  }

  @Test
  void aSequenceThatGoesOnAfterOthersIsRefusedWithItsLine() throws IOException {
    Path input = Files.writeString(folder.resolve("mixed.csv"), "sequence,x\na,1\na,2\nb,1\na,3\n");
    Path model = model(folder.resolve("model"), every());
    Path answers = folder.resolve("streamed.csv");
    assertThat(
            org.assertj.core.api.Assertions.catchThrowable(
                () -> streamed(model, input, Map.of("layout", "sequences"), "streamed.csv")))
        .hasMessageContainingAll(input + ":5", "'a' goes on after others", "sort them");
    assertThat(answers).doesNotExist();
  }
}
