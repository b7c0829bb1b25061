package io.carillon.nn;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.config.AttentionConfig;
import io.carillon.config.BlockConfig;
import io.carillon.config.DlrConfig;
import io.carillon.config.DssConfig;
import io.carillon.config.GruConfig;
import io.carillon.config.LayerConfig;
import io.carillon.config.S4Config;
import io.carillon.config.S4dConfig;
import io.carillon.config.SgConvConfig;
import io.carillon.config.kernel.Discretisation;
import io.carillon.config.kernel.DssVersion;
import io.carillon.config.kernel.KernelCast;
import io.carillon.config.kernel.S4dInit;
import io.carillon.engine.KernelChoice;
import io.carillon.engine.Parallel;
import io.carillon.engine.Parameter;
import io.carillon.engine.Pass;
import io.carillon.engine.Rows;
import io.carillon.engine.SeededRandom;
import io.carillon.engine.Workspace;
import io.carillon.nn.layer.SequenceLayer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sequences of many different lengths in one pass: outputs, input gradients and parameter gradients
 * are those of every sequence by itself, for every kind of layer. Kernels that depend on the length
 * have one for each.
 */
class ManyLengthsTest {
  private static final int CHANNELS = 4;

  /**
   * Rounding in single precision, relative to the largest value: sums over up to 200 steps (of
   * parameters: over all sequences) in another order or with FFTs of another size.
   */
  private static final double BOUND = 1e-4;

  /** What a layer makes of its sequences. */
  private record Result(float[] y, float[] gu, List<float[]> gradients) {}

  static Stream<LayerConfig> kinds() {
    S4dConfig s4d = S4dConfig.DEFAULT.withStateSize(8);
    DssConfig dss = DssConfig.DEFAULT.withStateSize(5);
    DssConfig softmax = dss.withVersion(DssVersion.SOFTMAX);
    List<LayerConfig> all =
        new ArrayList<>(
            List.of(
                softmax,
                softmax.withCast(KernelCast.PROD),
                softmax.withCast(KernelCast.IMAG),
                softmax.withSeparateDt(true),
                softmax.withMaxKernelLength(150),
                s4d.withDiscretisation(Discretisation.DSS).withInit(S4dInit.LEGS),
                s4d.withDiscretisation(Discretisation.DSS).withMaxKernelLength(120),
                s4d,
                s4d.withMaxKernelLength(10),
                dss,
                S4Config.DEFAULT.withStateSize(8).withKernelLength(256),
                new SgConvConfig(4, 5, 0.3, 1, 0),
                AttentionConfig.DEFAULT.withHeads(2).withFeedForward(2),
                GruConfig.DEFAULT));
    for (KernelCast cast : KernelCast.values()) {
      all.add(DlrConfig.DEFAULT.withStateSize(8).withCast(cast));
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aBatchOfTwoHundredLengthsIsItsSequencesOneByOne(LayerConfig config) {
    SequenceLayer layer =
        new SequenceBody("block", 0, CHANNELS, block(config), new SeededRandom(11)).layer();
    // Neither ascending nor with a step that the slots of a table might have.
    int[] lengths = IntStream.range(0, 200).map(i -> 1 + i * 77 % 200).toArray();
    Rows rows = Rows.of(lengths);
    SeededRandom random = new SeededRandom(12);
    float[] u = normal(random, rows.total() * CHANNELS);
    float[] g = normal(random, rows.total() * CHANNELS);

    Result together = run(layer, training(rows), u, g);
    float[] predicted = new float[u.length];
    layer.forward(
        Pass.inference(rows, new Workspace(), Parallel.serial(), KernelChoice.select()),
        u,
        predicted);

    Result alone = new Result(new float[u.length], new float[u.length], new ArrayList<>());
    double[][] sums = new double[together.gradients.size()][];
    for (int b = 0; b < rows.count(); b++) {
      int from = rows.start(b) * CHANNELS;
      int to = from + rows.length(b) * CHANNELS;
      Result one =
          run(
              layer,
              training(Rows.of(rows.length(b))),
              Arrays.copyOfRange(u, from, to),
              Arrays.copyOfRange(g, from, to));
      System.arraycopy(one.y, 0, alone.y, from, to - from);
      System.arraycopy(one.gu, 0, alone.gu, from, to - from);
      for (int i = 0; i < sums.length; i++) {
        float[] part = one.gradients.get(i);
        sums[i] = sums[i] == null ? new double[part.length] : sums[i];
        for (int k = 0; k < part.length; k++) {
          sums[i][k] += part[k];
        }
      }
    }
    assertClose("output", together.y, alone.y);
    assertClose("prediction", predicted, alone.y);
    assertClose("gradient of the input", together.gu, alone.gu);
    for (int i = 0; i < sums.length; i++) {
      float[] expected = new float[sums[i].length];
      for (int k = 0; k < expected.length; k++) {
        expected[k] = (float) sums[i][k];
      }
      assertClose(
          "gradient of " + layer.parameters().get(i).name(), together.gradients.get(i), expected);
    }
  }

  private static BlockConfig block(LayerConfig config) {
    return BlockConfig.DEFAULT.withSsm(config);
  }

  private static Pass training(Rows rows) {
    return Pass.training(rows, new Workspace(), Parallel.serial(), KernelChoice.select(), 0);
  }

  private static Result run(SequenceLayer layer, Pass pass, float[] u, float[] g) {
    float[] y = new float[u.length];
    float[] gu = new float[u.length];
    layer.parameters().forEach(Parameter::clearGradient);
    layer.forward(pass, u, y);
    layer.backward(pass, u, g.clone(), gu);
    List<float[]> gradients = layer.parameters().stream().map(p -> p.gradient().clone()).toList();
    return new Result(y, gu, gradients);
  }

  private static float[] normal(SeededRandom random, int n) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) random.normal();
    }
    return x;
  }

  private static void assertClose(String what, float[] actual, float[] expected) {
    double largest = 1e-6;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
    }
    assertThat(difference / largest).as(what).isLessThan(BOUND);
  }
}
