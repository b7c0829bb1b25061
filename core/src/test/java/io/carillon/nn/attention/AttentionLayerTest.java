package io.carillon.nn.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.config.Activation;
import io.carillon.config.AttentionConfig;
import io.carillon.config.BlockConfig;
import io.carillon.config.Mixer;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Pooling;
import io.carillon.engine.KernelChoice;
import io.carillon.engine.Parallel;
import io.carillon.engine.Parameter;
import io.carillon.engine.Pass;
import io.carillon.engine.Rows;
import io.carillon.engine.SeededRandom;
import io.carillon.engine.Workspace;
import io.carillon.nn.Batch;
import io.carillon.nn.Network;
import io.carillon.nn.NetworkOracle;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Attention over more steps than one tile holds. */
class AttentionLayerTest {
  private static final long SEED = 20261122;
  private static final int WIDTH = 12;
  private static final AttentionConfig TWO_HEADS = AttentionConfig.DEFAULT.withHeads(2);

  static Stream<Arguments> forms() {
    return Stream.of(0, 37, 64, 150)
        .flatMap(chunk -> Stream.of(Arguments.of(chunk, false), Arguments.of(chunk, true)));
  }

  private static Network network(int chunk, boolean bidirectional) {
    BlockConfig block =
        BlockConfig.DEFAULT
            .withSsm(TWO_HEADS.withChunk(chunk))
            .withBidirectional(bidirectional)
            .withMixer(Mixer.LINEAR);
    NetworkConfig config =
        NetworkConfig.sequence(3, 2)
            .withWidth(WIDTH)
            .withDepth(1)
            .withBlock(block)
            .withPooling(Pooling.EVERY);
    Network network = new Network(config, new SeededRandom(SEED));
    // Sharp scores, so that a wrong rescaling between tiles shows.
    for (Parameter p : network.parameters()) {
      if (p.name().endsWith("attention.scale")) {
        p.value()[0] = 3;
      }
    }
    return network;
  }

  private static float[] normal(SeededRandom random, int n) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) random.normal();
    }
    return x;
  }

  private static Rows rows() {
    float[] mask = new float[200 + 1 + 129];
    for (int r = 0; r < mask.length; r++) {
      mask[r] = r % 11 == 3 ? 0 : 1;
    }
    // Nothing but missing steps at the start: rows that attend to nothing.
    Arrays.fill(mask, 201, 204, 0f);
    return Rows.of(200, 1, 129).withMask(mask);
  }

  /**
   * Output, and the derivative in a random direction of all parameters together, against the
   * double-precision oracle. Float rounding of sums over 200 steps stays a factor of ten below.
   */
  @ParameterizedTest
  @MethodSource("forms")
  void manyTilesAreTheWholeMatrix(int chunk, boolean bidirectional) {
    Network network = network(chunk, bidirectional);
    NetworkOracle oracle = new NetworkOracle(network);
    SeededRandom random = new SeededRandom(SEED);
    Batch batch = Batch.ofValues(rows(), normal(random, rows().total() * 3));
    Pass pass = pass(rows(), Parallel.serial());
    float[] y = network.forward(pass, batch).clone();
    double[] expected = oracle.forward(batch, true, 0, 1);
    assertThat(difference(y, expected)).as("output (seed %d)", SEED).isLessThan(2e-5);

    float[] g = normal(random, y.length);
    network.clearGradients();
    network.backward(pass, batch, g);
    double step = 1e-5;
    double slope = 0;
    double size = 0;
    for (Parameter p : network.parameters()) {
      float[] direction = normal(random, p.size());
      double[] value = oracle.value(p.name());
      double along = 0;
      for (int i = 0; i < value.length; i++) {
        along += direction[i] * p.gradient()[i];
        value[i] += step * direction[i];
      }
      slope += along;
      size += Math.abs(along);
    }
    double up = dot(oracle.forward(batch, true, 0, 1), g);
    double numeric = (up - dot(expected, g)) / step;
    // One-sided difference: its error is step times the curvature, about 1e-4 of the slope here.
    assertThat(Math.abs(slope - numeric) / size).as("slope (seed %d)", SEED).isLessThan(1e-3);
  }

  private static Pass pass(Rows rows, Parallel parallel) {
    return Pass.training(rows, new Workspace(), parallel, KernelChoice.select(), 0);
  }

  private static double dot(double[] y, float[] g) {
    double sum = 0;
    for (int i = 0; i < y.length; i++) {
      sum += y[i] * g[i];
    }
    return sum;
  }

  private static double difference(float[] actual, double[] expected) {
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
    }
    return difference / largest;
  }

  @ParameterizedTest
  @MethodSource("forms")
  void aStepDependsOnWhatItMaySeeOnly(int chunk, boolean bidirectional) {
    AttentionLayer layer = layer(chunk, bidirectional);
    Rows rows = Rows.of(210);
    float[] u = normal(new SeededRandom(SEED), 210 * WIDTH);
    float[] before = forward(layer, rows, u);
    int changed = 130;
    u[changed * WIDTH] += 1;
    float[] after = forward(layer, rows, u);
    AttentionView view = new AttentionView(rows, 0, chunk, !bidirectional);
    for (int t = 0; t < 210; t++) {
      boolean sees = t == changed || view.from(t) <= changed && changed < view.to(t);
      boolean same =
          Arrays.equals(before, t * WIDTH, (t + 1) * WIDTH, after, t * WIDTH, (t + 1) * WIDTH);
      assertThat(same).as("step %d unchanged", t).isEqualTo(!sees);
    }
  }

  private static AttentionLayer layer(int chunk, boolean bidirectional) {
    return new AttentionLayer(
        "a", 0, WIDTH, TWO_HEADS.withChunk(chunk), bidirectional, new SeededRandom(SEED));
  }

  private static float[] forward(AttentionLayer layer, Rows rows, float[] u) {
    float[] y = new float[u.length];
    layer.forward(pass(rows, Parallel.serial()), u, y);
    return y;
  }

  @Test
  void twoThreadsGiveTheSameBitsAsOne() {
    Rows rows = Rows.of(300, 90, 31);
    float[] u = normal(new SeededRandom(1), rows.total() * WIDTH);
    float[] g = normal(new SeededRandom(2), rows.total() * WIDTH);
    float[][] results = new float[2][];
    for (int threads = 1; threads <= 2; threads++) {
      AttentionLayer layer = layer(0, false);
      float[] y = new float[u.length];
      float[] gu = new float[u.length];
      try (Parallel parallel = Parallel.of(threads)) {
        Pass pass = pass(rows, parallel);
        layer.forward(pass, u, y);
        layer.backward(pass, u, g, gu);
      }
      float[] all = Arrays.copyOf(y, 2 * y.length);
      System.arraycopy(gu, 0, all, y.length, gu.length);
      results[threads - 1] = all;
    }
    assertThat(results[1]).containsExactly(results[0]);
  }

  @ParameterizedTest
  @MethodSource("forms")
  void memoryGrowsWithTheLengthNotItsSquare(int chunk, boolean bidirectional) {
    long shorter = bytes(chunk, bidirectional, 1000);
    assertThat(bytes(chunk, bidirectional, 2000)).isLessThan(shorter * 21 / 10);
  }

  private static long bytes(int chunk, boolean bidirectional, int length) {
    AttentionLayer layer = layer(chunk, bidirectional);
    Workspace workspace = new Workspace();
    Pass pass =
        Pass.training(Rows.of(length), workspace, Parallel.serial(), KernelChoice.select(), 0);
    float[] u = new float[length * WIDTH];
    layer.forward(pass, u, new float[u.length]);
    layer.backward(pass, u, u, new float[u.length]);
    return workspace.bytes();
  }

  @Test
  void refusesWhatDoesNotFitAndSaysWhatWould() {
    AttentionConfig five = AttentionConfig.DEFAULT.withHeads(5);
    assertThatThrownBy(() -> new AttentionLayer("a", 0, WIDTH, five, false, new SeededRandom(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("5 heads do not divide 12 channels")
        .hasMessageContaining("multiple of 10");
    assertThatThrownBy(() -> AttentionConfig.DEFAULT.withHeadSize(3))
        .hasMessageContaining("head_size is 3");
    assertThatThrownBy(
            () ->
                BlockConfig.DEFAULT
                    .withSsm(AttentionConfig.DEFAULT)
                    .withKernels(2, Activation.GELU))
        .hasMessageContaining("kind attention has no kernels");
    assertThat(layer(0, false).streamingObstacle()).contains("ever more");
    assertThat(layer(8, false).streamingObstacle()).contains("no state");
    assertThat(layer(8, true).streamingObstacle()).contains("bidirectional");
    assertThat(layer(8, false).streamingRemedy()).contains("s4d").doesNotContain("bidirectional");
    assertThat(layer(8, true).streamingRemedy()).contains("s4d", "bidirectional=false");
  }
}
