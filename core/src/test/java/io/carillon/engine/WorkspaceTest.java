package io.carillon.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.config.Activation;
import io.carillon.config.AttentionConfig;
import io.carillon.config.BlockConfig;
import io.carillon.config.DlrConfig;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Norm;
import io.carillon.config.S4dConfig;
import io.carillon.internal.kernel.Kernels;
import io.carillon.nn.Batch;
import io.carillon.nn.Network;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Memory that is used again from step to step must not be seen in the results. */
class WorkspaceTest {
  private static final Kernels KERNELS = KernelChoice.select("scalar");

  /** The same layout again and again, another one, a mask, and back. */
  private static final List<Rows> LAYOUTS =
      List.of(
          Rows.uniform(3, 70),
          Rows.uniform(3, 70),
          Rows.uniform(3, 70),
          Rows.of(20, 150, 2),
          Rows.of(20, 150, 2),
          Rows.uniform(3, 70),
          Rows.uniform(3, 70).withMask(mask(210)),
          Rows.uniform(3, 70),
          Rows.of(1, 1),
          Rows.of(20, 150, 2));

  private static float[] mask(int rows) {
    float[] mask = new float[rows];
    for (int r = 0; r < rows; r++) {
      mask[r] = r % 4 == 1 ? 0 : 1;
    }
    return mask;
  }

  static Stream<Arguments> blocks() {
    BlockConfig block =
        BlockConfig.DEFAULT
            .withSsm(S4dConfig.DEFAULT.withStateSize(6))
            .withDropout(0.3, true)
            .withFeedForward(2);
    return Stream.of(
        Arguments.of("layer norm after", block.withNorm(Norm.LAYER, false)),
        Arguments.of("layer norm before", block.withNorm(Norm.LAYER, true)),
        Arguments.of("batch norm after", block.withNorm(Norm.BATCH, false)),
        Arguments.of(
            "scalar norm, dropout of single entries",
            block.withNorm(Norm.SCALAR_AFFINE, false).withDropout(0.3, false)),
        Arguments.of(
            "convolution, gate, weight norm",
            block
                .withSsm(DlrConfig.DEFAULT.withStateSize(130))
                .withKernels(2, Activation.SIGMOID)
                .withActivation(Activation.GELU, true)),
        Arguments.of("attention", block.withSsm(AttentionConfig.DEFAULT.withFeedForward(2))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("blocks")
  void aUsedWorkspaceGivesTheSameBitsAsAFreshOne(String name, BlockConfig block) {
    NetworkConfig config = NetworkConfig.sequence(2, 3).withWidth(16).withDepth(2).withBlock(block);
    Network once = new Network(config, new SeededRandom(4));
    Network again = new Network(config, new SeededRandom(4));
    Workspace used = new Workspace();
    try (Parallel parallel = Parallel.of(2)) {
      for (int step = 0; step < LAYOUTS.size(); step++) {
        Rows rows = LAYOUTS.get(step);
        SeededRandom random = new SeededRandom(step);
        float[] values = new float[2 * rows.total()];
        float[] gradient = new float[3 * rows.count()];
        fill(values, random);
        fill(gradient, random);
        Batch batch = Batch.ofValues(rows, values);
        Workspace fresh = new Workspace();
        int seed = 100 + step;
        Pass first = Pass.training(rows, fresh, parallel, KERNELS, seed);
        Pass second = Pass.training(rows, used, parallel, KERNELS, seed);
        Pass inference = Pass.inference(rows, fresh, parallel, KERNELS);
        float[] expected = step(once, first, inference, batch, gradient);
        inference = Pass.inference(rows, used, parallel, KERNELS);
        float[] actual = step(again, second, inference, batch, gradient);
        assertThat(actual).as("answers of step %d", step).containsExactly(expected);
        assertSameWeights(again, once, step);
      }
    }
  }

  private static void fill(float[] array, SeededRandom random) {
    for (int i = 0; i < array.length; i++) {
      array[i] = (float) random.normal();
    }
  }

  /** A step of plain gradient descent, then an inference; returns what both answer. */
  private static float[] step(
      Network network, Pass pass, Pass inference, Batch batch, float[] gradient) {
    network.clearGradients();
    int n = gradient.length;
    float[] answers = new float[2 * n];
    System.arraycopy(network.forward(pass, batch), 0, answers, 0, n);
    network.backward(pass, batch, gradient);
    for (Parameter p : network.parameters()) {
      for (int i = 0; p.trainable() && i < p.size(); i++) {
        p.value()[i] -= 1e-3f * p.gradient()[i];
      }
    }
    System.arraycopy(network.forward(inference, batch), 0, answers, n, n);
    return answers;
  }

  private static void assertSameWeights(Network actual, Network expected, int step) {
    for (int i = 0; i < expected.parameters().size(); i++) {
      Parameter p = expected.parameters().get(i);
      assertThat(actual.parameters().get(i).value())
          .as("%s after step %d", p.name(), step)
          .containsExactly(p.value());
    }
  }
}
