package io.carillon.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.carillon.config.BlockConfig;
import io.carillon.config.DlrConfig;
import io.carillon.config.DssConfig;
import io.carillon.config.KernelKind;
import io.carillon.config.LayerConfig;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Norm;
import io.carillon.config.S4dConfig;
import io.carillon.config.SsmAlgorithm;
import io.carillon.config.kernel.DssVersion;
import io.carillon.engine.KernelChoice;
import io.carillon.engine.Parallel;
import io.carillon.engine.Pass;
import io.carillon.engine.Rows;
import io.carillon.engine.SeededRandom;
import io.carillon.engine.Workspace;
import io.carillon.internal.kernel.Kernels;
import io.carillon.nn.Batch;
import io.carillon.nn.Network;
import java.lang.management.ManagementFactory;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A training step allocates nothing once its memory is there. */
class StepAllocationTest {
  /** Steps that may pass before one is seen that nothing else disturbs. */
  private static final int FEW_STEPS = 200;

  /** Steps to wait for the compiler, which may get little of a busy processor. */
  private static final int MOST_STEPS = 30_000;

  /** Instead of a number of bytes: a thread has ended, so this step tells nothing. */
  private static final long ENDED = -1;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final S4dConfig S4D = S4dConfig.DEFAULT.withStateSize(16);
  private static final DlrConfig DLR = DlrConfig.DEFAULT.withStateSize(8);

  /** Enough modes to be computed in several parts. */
  private static final DlrConfig WIDE_DLR = DLR.withStateSize(130);

  private static final DssConfig DSS = DssConfig.DEFAULT.withStateSize(16);
  private static final Kernels SCALAR = KernelChoice.select(KernelKind.SCALAR);

  static Stream<Arguments> cases() {
    DssConfig softmax = DSS.withVersion(DssVersion.SOFTMAX);
    Rows rows = Rows.uniform(8, 300);
    return Stream.of(
        Arguments.of(S4D, SsmAlgorithm.RECURRENCE, Rows.uniform(2, 200)),
        Arguments.of(S4D, SsmAlgorithm.RECURRENCE, rows),
        Arguments.of(S4D, SsmAlgorithm.CONVOLUTION, rows),
        Arguments.of(S4D, SsmAlgorithm.CONVOLUTION, Rows.of(100, 300, 200, 250, 128)),
        Arguments.of(S4D.withMaxKernelLength(64), SsmAlgorithm.AUTO, rows),
        Arguments.of(DLR, SsmAlgorithm.RECURRENCE, rows),
        Arguments.of(WIDE_DLR, SsmAlgorithm.CONVOLUTION, rows),
        Arguments.of(DSS, SsmAlgorithm.RECURRENCE, rows),
        Arguments.of(DSS, SsmAlgorithm.CONVOLUTION, rows),
        Arguments.of(softmax, SsmAlgorithm.CONVOLUTION, rows));
  }

  /** Nothing here is left to the compiler: it holds in the interpreter too. */
  @ParameterizedTest
  @MethodSource("cases")
  void aStepAllocatesNothing(LayerConfig layer, SsmAlgorithm algorithm, Rows rows) {
    for (int threads = 1; threads <= 2; threads++) {
      assertThat(leastBytesPerStep(layer, algorithm, rows, SCALAR, threads, FEW_STEPS))
          .as("bytes of a step on %d threads", threads)
          .isZero();
    }
  }

  static Stream<Arguments> vectorCases() {
    return Stream.of(
        Arguments.of(S4D, SsmAlgorithm.RECURRENCE),
        Arguments.of(DLR, SsmAlgorithm.CONVOLUTION),
        Arguments.of(DSS, SsmAlgorithm.CONVOLUTION));
  }

  /** Vectors are objects until the compiler has seen to them, so this takes some steps. */
  @ParameterizedTest
  @MethodSource("vectorCases")
  void aStepWithTheKernelsOfThisMachineDoesNotEither(LayerConfig layer, SsmAlgorithm algorithm) {
    Rows rows = Rows.uniform(2, 64);
    Kernels kernels = KernelChoice.select();
    assertThat(leastBytesPerStep(layer, algorithm, rows, kernels, 2, MOST_STEPS)).isZero();
  }

  /**
   * Bytes of all threads in the best of some steps. The first steps fill the workspace, and other
   * threads of the virtual machine may allocate at any time; one step without any shows that steps
   * need none.
   */
  private static long leastBytesPerStep(
      LayerConfig layer,
      SsmAlgorithm algorithm,
      Rows rows,
      Kernels kernels,
      int threads,
      int mostSteps) {
    NetworkConfig config =
        NetworkConfig.sequence(1, 4)
            .withWidth(16)
            .withDepth(2)
            .withBlock(
                BlockConfig.DEFAULT
                    .withNorm(Norm.LAYER, false)
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
    LossSum loss = new LossSum();
    AdamW optimizer =
        new AdamW(
            ParameterGroup.of(network.parameters(), layer, TrainConfig.DEFAULT), 0.9, 0.999, 1e-8);
    long least = Long.MAX_VALUE;
    try (Parallel parallel = Parallel.of(threads)) {
      Pass pass =
          Pass.training(rows, new Workspace(), parallel, kernels, 0).withAlgorithm(algorithm);
      for (int step = 0; step < mostSteps && least > 0; step++) {
        long[] ids = THREADS.getAllThreadIds();
        long before = allocated(ids);
        pass = pass.next(rows, step);
        network.clearGradients();
        float[] scores = network.forward(pass, batch);
        loss.clear();
        Losses.crossEntropy(scores, rows.count(), 4, labels, null, gradient, loss);
        network.backward(pass, batch, gradient);
        GradientClip.clip(network.parameters(), 1);
        optimizer.step(1, parallel);
        long after = allocated(ids);
        if (before != ENDED && after != ENDED) {
          least = Math.min(least, after - before);
        }
      }
    }
    return least;
  }

  /**
   * Bytes that these threads have allocated so far, or {@link #ENDED} if one of them has ended:
   * what it allocated is not known any more, and a sum without it would be too small. To ask for
   * them one by one allocates none.
   */
  private static long allocated(long[] ids) {
    long sum = 0;
    for (long id : ids) {
      long bytes = THREADS.getThreadAllocatedBytes(id);
      if (bytes < 0) {
        return ENDED;
      }
      sum += bytes;
    }
    return sum;
  }
}
