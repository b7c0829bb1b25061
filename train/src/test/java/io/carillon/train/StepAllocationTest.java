package io.carillon.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.carillon.core.Parallel;
import io.carillon.core.Rows;
import io.carillon.core.SeededRandom;
import io.carillon.core.Workspace;
import io.carillon.internal.kernel.KernelChoice;
import io.carillon.internal.kernel.Kernels;
import io.carillon.nn.Batch;
import io.carillon.nn.BlockConfig;
import io.carillon.nn.Network;
import io.carillon.nn.NetworkConfig;
import io.carillon.nn.Norm;
import io.carillon.nn.Pass;
import io.carillon.nn.SsmAlgorithm;
import io.carillon.ssm.DlrConfig;
import io.carillon.ssm.DssConfig;
import io.carillon.ssm.DssVersion;
import io.carillon.ssm.LayerConfig;
import io.carillon.ssm.S4dConfig;
import java.lang.management.ManagementFactory;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a training step allocates once its memory is there. */
class StepAllocationTest {
  /**
   * Bytes per step that pass as none: some objects of a few words for every layer, the same for all
   * sizes. A thousandth of what the activations of the larger case below take.
   */
  private static final long SLACK = 6 << 10;

  /**
   * The same while a few rare loops over vectors are not compiled yet, which would take thousands
   * of steps.
   */
  private static final long VECTOR_SLACK = 32 << 10;

  /** Steps to wait for the compiler, which may get little of a busy processor. */
  private static final int MOST_STEPS = 30_000;

  private static final S4dConfig S4D = S4dConfig.DEFAULT.withStateSize(16);
  private static final Kernels SCALAR = KernelChoice.select("scalar");

  static Stream<Arguments> cases() {
    DssConfig softmax = DssConfig.DEFAULT.withStateSize(16).withVersion(DssVersion.SOFTMAX);
    return Stream.of(
        Arguments.of(S4D, SsmAlgorithm.RECURRENCE, Rows.uniform(2, 200)),
        Arguments.of(S4D, SsmAlgorithm.RECURRENCE, Rows.uniform(16, 1000)),
        Arguments.of(S4D, SsmAlgorithm.CONVOLUTION, Rows.uniform(16, 1000)),
        Arguments.of(S4D, SsmAlgorithm.CONVOLUTION, Rows.of(100, 300, 200, 250, 128)),
        Arguments.of(
            DlrConfig.DEFAULT.withStateSize(48), SsmAlgorithm.CONVOLUTION, Rows.uniform(8, 1000)),
        Arguments.of(
            DlrConfig.DEFAULT.withStateSize(8), SsmAlgorithm.RECURRENCE, Rows.uniform(8, 1000)),
        Arguments.of(
            DssConfig.DEFAULT.withStateSize(16), SsmAlgorithm.RECURRENCE, Rows.uniform(8, 1000)),
        Arguments.of(softmax, SsmAlgorithm.CONVOLUTION, Rows.uniform(8, 1000)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aStepAllocatesNextToNothing(LayerConfig layer, SsmAlgorithm algorithm, Rows rows) {
    assertThat(leastBytesPerStep(layer, algorithm, rows, SCALAR, SLACK)).isLessThan(SLACK);
  }

  /** Vectors are objects until the compiler has seen to them, so this takes some steps. */
  @Test
  void aStepWithTheKernelsOfThisMachineDoesNotEither() {
    Rows rows = Rows.uniform(2, 100);
    Kernels kernels = KernelChoice.select();
    assertThat(leastBytesPerStep(S4D, SsmAlgorithm.RECURRENCE, rows, kernels, VECTOR_SLACK))
        .isLessThan(VECTOR_SLACK);
  }

  /**
   * Bytes of all threads in the best of some steps. The first steps fill the workspace, and the
   * compiler and other threads of the virtual machine may allocate at any time; one step that stays
   * below the bound shows that steps need no more.
   */
  private static long leastBytesPerStep(
      LayerConfig layer, SsmAlgorithm algorithm, Rows rows, Kernels kernels, long enough) {
    NetworkConfig config =
        NetworkConfig.sequence(1, 4)
            .withWidth(16)
            .withDepth(2)
            .withBlock(
                BlockConfig.DEFAULT
                    .withNorm(Norm.Kind.LAYER, false)
                    .withDropout(0.1, true)
                    .withSsm(layer));
    Network network = new Network(config, new SeededRandom(1));
    SeededRandom random = new SeededRandom(2);
    float[] values = new float[rows.total()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.normal();
    }
    Batch batch = Batch.ofValues(rows, values);
    float[] gradient = new float[rows.count() * 4];
    int[] labels = new int[rows.count()];
    Workspace workspace = new Workspace();
    AdamW optimizer =
        new AdamW(
            ParameterGroup.of(network.parameters(), layer, TrainConfig.DEFAULT), 0.9, 0.999, 1e-8);
    long least = Long.MAX_VALUE;
    try (Parallel parallel = Parallel.of(2)) {
      for (int step = 0; step < MOST_STEPS && least >= enough; step++) {
        long before = allocated();
        Pass pass =
            Pass.training(rows, workspace, parallel, kernels, step).withAlgorithm(algorithm);
        network.clearGradients();
        float[] scores = network.forward(pass, batch);
        Losses.crossEntropy(scores, rows.count(), 4, labels, null, gradient);
        network.backward(pass, batch, gradient);
        GradientClip.clip(network.parameters(), 1);
        optimizer.step(1, parallel);
        least = Math.min(least, allocated() - before);
      }
    }
    return least;
  }

  private static long allocated() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    return LongStream.of(threads.getThreadAllocatedBytes(threads.getAllThreadIds()))
        .filter(bytes -> bytes > 0)
        .sum();
  }
}
