package io.carillon.nn;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.config.Activation;
import io.carillon.config.AttentionConfig;
import io.carillon.config.BlockConfig;
import io.carillon.config.DlrConfig;
import io.carillon.config.DssConfig;
import io.carillon.config.GruConfig;
import io.carillon.config.LayerConfig;
import io.carillon.config.S4Config;
import io.carillon.config.S4dConfig;
import io.carillon.config.SgConvConfig;
import io.carillon.engine.KernelChoice;
import io.carillon.engine.Parallel;
import io.carillon.engine.Parameter;
import io.carillon.engine.Pass;
import io.carillon.engine.Rows;
import io.carillon.engine.SeededRandom;
import io.carillon.engine.Workspace;
import io.carillon.nn.layer.SequenceLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * No two tasks add into the same number: outputs and gradients of every kind of layer, forwards and
 * both ways, with and without gaps, have the same bits with one, two and three threads. A race
 * shows now and then only, so every case runs many times.
 */
class ThreadsTest {
  private static final int CHANNELS = 36;
  private static final int REPEATS = 10;

  /** A layer and whether its steps have lengths of their own. */
  private record Case(LayerConfig config, boolean bidirectional, int kernels, boolean timed) {}

  static Stream<Case> cases() {
    List<Case> all = new ArrayList<>();
    List<LayerConfig> kernels =
        List.of(
            S4dConfig.DEFAULT.withStateSize(8),
            DssConfig.DEFAULT.withStateSize(5),
            DlrConfig.DEFAULT.withStateSize(6),
            S4dConfig.DEFAULT.withStateSize(8).withMaxKernelLength(12),
            S4Config.DEFAULT.withStateSize(8).withKernelLength(520));
    for (LayerConfig config : kernels) {
      for (boolean timed : new boolean[] {false, true}) {
        all.add(new Case(config, true, 2, timed));
        all.add(new Case(config, false, 2, timed));
      }
    }
    all.add(new Case(new SgConvConfig(4, 4, 0.3, 1, 0), true, 1, false));
    all.add(new Case(AttentionConfig.DEFAULT.withHeads(2), true, 1, false));
    all.add(new Case(GruConfig.DEFAULT, false, 1, false));
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void anyNumberOfThreadsGivesTheSameBits(Case c) {
    BlockConfig block =
        BlockConfig.DEFAULT
            .withSsm(c.config)
            .withBidirectional(c.bidirectional)
            .withKernels(c.kernels, Activation.NONE);
    SequenceLayer layer =
        new SequenceBody("block", 0, CHANNELS, block, new SeededRandom(3)).layer();
    SeededRandom random = new SeededRandom(4);
    Rows rows = Rows.of(130, 7, 1, 64);
    if (c.timed) {
      double[] gaps = new double[rows.total()];
      for (int r = 0; r < gaps.length; r++) {
        gaps[r] = 1 + random.nextInt(4);
      }
      rows = rows.withGaps(gaps);
    }
    float[] u = normal(random, rows.total() * CHANNELS);
    float[] g = normal(random, rows.total() * CHANNELS * c.kernels);
    List<float[]> expected = run(layer, rows, Parallel.serial(), u, g);
    for (int threads = 2; threads <= 3; threads++) {
      try (Parallel parallel = Parallel.of(threads)) {
        for (int i = 0; i < REPEATS; i++) {
          List<float[]> actual = run(layer, rows, parallel, u, g);
          for (int k = 0; k < expected.size(); k++) {
            assertThat(actual.get(k))
                .as("%d threads, run %d, result %d", threads, i, k)
                .containsExactly(expected.get(k));
          }
        }
      }
    }
  }

  /** Outputs, what an inference pass gives, the gradient of the input, and all others. */
  private static List<float[]> run(
      SequenceLayer layer, Rows rows, Parallel parallel, float[] u, float[] g) {
    float[] predicted = new float[g.length];
    layer.forward(
        Pass.inference(rows, new Workspace(), parallel, KernelChoice.select()), u, predicted);
    Pass pass = Pass.training(rows, new Workspace(), parallel, KernelChoice.select(), 0);
    float[] y = new float[g.length];
    float[] gu = new float[u.length];
    layer.parameters().forEach(Parameter::clearGradient);
    layer.forward(pass, u, y);
    layer.backward(pass, u, g.clone(), gu);
    List<float[]> all = new ArrayList<>(List.of(predicted, y, gu));
    layer.parameters().forEach(p -> all.add(p.gradient().clone()));
    return all;
  }

  private static float[] normal(SeededRandom random, int n) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) random.normal();
    }
    return x;
  }
}
