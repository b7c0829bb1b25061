package io.carillon.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.config.Activation;
import io.carillon.config.AttentionConfig;
import io.carillon.config.BlockConfig;
import io.carillon.config.DlrConfig;
import io.carillon.config.GruConfig;
import io.carillon.config.Mixer;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Norm;
import io.carillon.config.Pooling;
import io.carillon.config.S4Config;
import io.carillon.config.S4dConfig;
import io.carillon.config.SgConvConfig;
import io.carillon.engine.KernelChoice;
import io.carillon.engine.Parallel;
import io.carillon.engine.Pass;
import io.carillon.engine.Rows;
import io.carillon.engine.SeededRandom;
import io.carillon.engine.Workspace;
import io.carillon.internal.kernel.Kernels;
import io.carillon.nn.Batch;
import io.carillon.nn.Network;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MemoryEstimateTest {
  private static final NetworkConfig BASE = NetworkConfig.sequence(2, 3).withWidth(16).withDepth(3);
  private static final BlockConfig BLOCK =
      BlockConfig.DEFAULT.withSsm(S4dConfig.DEFAULT.withStateSize(16));
  private static final Rows EVEN = Rows.uniform(3, 300);
  private static final Rows UNEVEN = Rows.of(30, 400, 211);

  static Stream<Arguments> cases() {
    DlrConfig many = DlrConfig.DEFAULT.withStateSize(130);
    return Stream.of(
        Arguments.of("default", NetworkConfig.sequence(1, 2), Rows.uniform(2, 200)),
        Arguments.of("recurrence", BASE.withBlock(BLOCK), EVEN),
        Arguments.of("unequal lengths", BASE.withBlock(BLOCK), UNEVEN),
        Arguments.of("mask", BASE.withBlock(BLOCK), EVEN.withMask(mask(900))),
        Arguments.of(
            "many states",
            BASE.withBlock(BlockConfig.DEFAULT.withSsm(S4dConfig.DEFAULT.withStateSize(256))),
            UNEVEN),
        Arguments.of(
            "both directions, batch norm",
            BASE.withBlock(BLOCK.withBidirectional(true).withNorm(Norm.BATCH, true)),
            EVEN),
        Arguments.of(
            "feed-forward, scalar norm after",
            BASE.withBlock(BLOCK.withFeedForward(3).withNorm(Norm.SCALAR_AFFINE, false))
                .withFinalNorm(false),
            EVEN),
        Arguments.of(
            "gate, several kernels, plain mixer",
            BASE.withBlock(BLOCK.withKernels(2, Activation.SIGMOID).withMixer(Mixer.LINEAR)),
            EVEN),
        Arguments.of(
            "no mixer, no norm, every step",
            BASE.withBlock(BLOCK.withMixer(Mixer.NONE).withNorm(Norm.NONE, true))
                .withFinalNorm(false)
                .withPooling(Pooling.EVERY),
            EVEN),
        Arguments.of("s4", BASE.withBlock(BLOCK.withSsm(S4Config.DEFAULT)), UNEVEN),
        Arguments.of("sgconv", BASE.withBlock(BLOCK.withSsm(SgConvConfig.DEFAULT)), UNEVEN),
        Arguments.of("attention", BASE.withBlock(BLOCK.withSsm(AttentionConfig.DEFAULT)), UNEVEN),
        Arguments.of(
            "local attention both ways, mask",
            BASE.withBlock(
                BLOCK.withSsm(AttentionConfig.DEFAULT.withChunk(50)).withBidirectional(true)),
            EVEN.withMask(mask(900))),
        Arguments.of(
            "attention with feed-forward inside",
            BASE.withBlock(BLOCK.withSsm(AttentionConfig.DEFAULT.withFeedForward(2))),
            EVEN),
        Arguments.of("gru", BASE.withBlock(BLOCK.withSsm(GruConfig.DEFAULT)), UNEVEN),
        Arguments.of("convolution", BASE.withBlock(BlockConfig.DEFAULT.withSsm(many)), EVEN),
        Arguments.of(
            "convolution, short kernel, both directions",
            BASE.withBlock(
                BlockConfig.DEFAULT
                    .withSsm(S4dConfig.DEFAULT.withStateSize(8).withMaxKernelLength(64))
                    .withBidirectional(true)),
            UNEVEN));
  }

  private static float[] mask(int rows) {
    float[] mask = new float[rows];
    for (int r = 0; r < rows; r++) {
      mask[r] = r % 3 == 0 ? 0 : 1;
    }
    return mask;
  }

  /**
   * The handles that ask for memory are the ones that are counted; what is left are tiles and rooms
   * that some passes do without.
   */
  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void theWorkspaceIsForeseen(String name, NetworkConfig config, Rows rows) {
    Network network = new Network(config, new SeededRandom(1));
    Workspace workspace = new Workspace();
    Kernels kernels = KernelChoice.select();
    Pass pass = Pass.training(rows, workspace, Parallel.serial(), kernels, 0);
    Batch batch = Batch.ofValues(rows, new float[rows.total() * config.inputSize()]);
    float[] out = network.forward(pass, batch);
    network.backward(pass, batch, out.clone());
    network.forward(Pass.inference(rows, workspace, Parallel.serial(), kernels), batch);
    double ratio = 4.0 * network.memory(pass).floats() / workspace.bytes();
    assertThat(ratio).isBetween(0.98, 1.02);
  }

  static Stream<NetworkConfig> evaluated() {
    return Stream.of(
        BASE.withBlock(BLOCK),
        BASE.withBlock(BLOCK.withNorm(Norm.LAYER, false)).withFinalNorm(false),
        BASE.withBlock(BLOCK.withKernels(2, Activation.SIGMOID)));
  }

  /** Within a quarter, whether all rows are evaluated at once or some of them. */
  @ParameterizedTest
  @MethodSource("evaluated")
  void theWorkspaceOfAnEvaluationIsForeseen(NetworkConfig config) {
    for (int sequences : new int[] {20, 150}) {
      float[][] values = new float[sequences][2 * 1000];
      Dataset data = Dataset.ofValues(2, values).labels(3, new int[sequences]).build();
      Workspace workspace = new Workspace();
      Evaluator.evaluate(
          new Network(config, new SeededRandom(1)),
          data,
          workspace,
          Parallel.serial(),
          KernelChoice.select(),
          Objective.DEFAULT,
          1,
          1 << 16,
          () -> false);
      double ratio = (double) Evaluator.memory(config, data) / workspace.bytes();
      assertThat(ratio).isBetween(0.75, 1.25);
    }
  }
}
