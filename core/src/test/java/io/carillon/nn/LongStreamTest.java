package io.carillon.nn;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.config.DlrConfig;
import io.carillon.config.DssConfig;
import io.carillon.config.S4dConfig;
import io.carillon.config.SsmConfig;
import io.carillon.config.kernel.DlrVersion;
import io.carillon.engine.KernelChoice;
import io.carillon.engine.Parallel;
import io.carillon.engine.Pass;
import io.carillon.engine.RowStage;
import io.carillon.engine.Rows;
import io.carillon.engine.SeededRandom;
import io.carillon.engine.Workspace;
import io.carillon.nn.layer.PreparedModes;
import io.carillon.nn.layer.StepContext;
import io.carillon.nn.ssm.SsmLayer;
import io.carillon.ssm.Modes;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Steps that go on for very long, against the double-precision recurrence. */
class LongStreamTest {
  private static final long SEED = 20261122;
  private static final int STEPS = 10_000_000;
  private static final int CHANNELS = 2;

  /**
   * Largest difference to the oracle relative to the largest output. The state is rounded to floats
   * in every step, 6e-8 of its size; the slowest mode remembers 2/Δ = 20,000 steps, over which
   * random roundings grow to 6e-8 · 141 = 8e-6.
   */
  private static final double BOUND = 1e-4;

  private final SeededRandom random = new SeededRandom(SEED);
  private SsmLayer layer;
  private float[] state;
  private final float[] u = new float[CHANNELS];
  private final float[] y = new float[CHANNELS];

  static List<SsmConfig> kernels() {
    return List.of(
        S4dConfig.DEFAULT.withStateSize(4).withDtRange(1e-4, 1e-3),
        DlrConfig.DEFAULT.withStateSize(3),
        DssConfig.DEFAULT.withStateSize(3));
  }

  private RowStage stage(SsmConfig config) {
    layer =
        new SsmLayer(
            "ssm", 0, KernelMaps.diagonal(config, "ssm", CHANNELS, 1, random), false, random);
    Arrays.fill(layer.parameters().get(layer.parameters().size() - 1).value(), 0f);
    Pass pass =
        Pass.inference(Rows.of(1), new Workspace(), Parallel.serial(), KernelChoice.select())
            .withPrepared(PreparedModes.of(List.of(layer), KernelChoice.select()));
    StepContext context = new StepContext(1);
    state = new float[layer.stateSize(1)];
    context.states[0] = new float[][] {state};
    return layer.stepStage(pass, context, u, y);
  }

  /** Outputs of x ← λ x + u, y = Re Σ w x in double. */
  private static final class Oracle {
    private final Modes modes;
    private final double[] lambdaRe;
    private final double[] lambdaIm;
    private final double[] re;
    private final double[] im;

    Oracle(Modes modes) {
      this.modes = modes;
      int size = CHANNELS * modes.modes();
      lambdaRe = new double[size];
      lambdaIm = new double[size];
      re = new double[size];
      im = new double[size];
      for (int k = 0; k < size; k++) {
        int z = modes.logRow(k / modes.modes()) + k % modes.modes();
        double length = Math.exp(modes.logRe()[z]);
        lambdaRe[k] = length * Math.cos(modes.logIm()[z]);
        lambdaIm[k] = length * Math.sin(modes.logIm()[z]);
      }
    }

    double step(float[] u) {
      double first = 0;
      for (int k = 0; k < re.length; k++) {
        int h = k / modes.modes();
        double next = lambdaRe[k] * re[k] - lambdaIm[k] * im[k] + u[h];
        im[k] = lambdaRe[k] * im[k] + lambdaIm[k] * re[k];
        re[k] = next;
        if (h == 0) {
          first += modes.wRe()[k] * re[k] - modes.wIm()[k] * im[k];
        }
      }
      return first;
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void tenMillionStepsStayWithTheOracle(SsmConfig config) {
    RowStage step = stage(config);
    Oracle oracle = new Oracle(layer.parameterisation().modes(1, 1));
    double largest = 0;
    double difference = 0;
    for (int t = 0; t < STEPS; t++) {
      for (int h = 0; h < CHANNELS; h++) {
        // Uniform, with a mean: what is not forgotten adds up.
        u[h] = (float) random.uniform(-1, 1.2);
      }
      step.rows(0, 0, 1);
      double expected = oracle.step(u);
      largest = Math.max(largest, Math.abs(expected));
      double d = Math.abs(y[0] - expected);
      difference = d <= difference ? difference : d;
    }
    assertThat(difference / largest).as("%s, seed %d", config.kind(), SEED).isLessThan(BOUND);
  }

  /** With |λ| = 1 a difference of recurrences would drift; the line of inputs cannot. */
  @Test
  void aCutKernelOfModesThatNeverDecayForgetsItsRounding() {
    int taps = 50;
    RowStage step =
        stage(
            DlrConfig.DEFAULT
                .withStateSize(6)
                .withVersion(DlrVersion.LAMBDA_IMAG)
                .withMaxKernelLength(taps));
    float[] kernel = new float[CHANNELS * taps];
    layer.kernelMap().kernel(KernelChoice.select(), Parallel.serial(), taps, 1, kernel);
    float[] last = new float[taps];
    int steps = 1_000_000;
    for (int t = 0; t < steps; t++) {
      Arrays.fill(u, (float) random.uniform(-1, 1.2));
      last[t % taps] = u[0];
      step.rows(0, 0, 1);
    }
    double expected = 0;
    double sizes = 0;
    for (int l = 0; l < taps; l++) {
      double term = kernel[l] * (double) last[(steps - 1 - l) % taps];
      expected += term;
      sizes += Math.abs(term);
    }
    // 50 roundings of a sum of this size.
    assertThat(Math.abs(y[0] - expected) / sizes).isLessThan(3e-6);
  }
}
