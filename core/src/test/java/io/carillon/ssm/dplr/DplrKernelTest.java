package io.carillon.ssm.dplr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.config.S4Config;
import io.carillon.config.kernel.S4Init;
import io.carillon.engine.KernelChoice;
import io.carillon.engine.Parallel;
import io.carillon.engine.SeededRandom;
import io.carillon.math.DoubleDft;
import io.carillon.reference.ReferenceCase;
import io.carillon.ssm.RawMap;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class DplrKernelTest {
  private static final long SEED = 20261122;
  private static final S4Config SMALL =
      S4Config.DEFAULT.withStateSize(8).withDtRange(0.02, 0.3).withKernelLength(16);

  static Stream<S4Config> configs() {
    return Stream.of(
        SMALL,
        SMALL.withInit(S4Init.FOURIER, 1).withKernelLength(15),
        SMALL.withInit(S4Init.HIPPO, 1).withSsmCopies(2),
        SMALL.withInit(S4Init.LEGT, 2).withKernelLength(21),
        SMALL.withInit(S4Init.LEGS, 3).withSsmCopies(1).withKernelLength(300));
  }

  private static DplrKernel create(S4Config config) {
    return DplrKernel.create(config, "ssm", 4, 2, new SeededRandom(SEED));
  }

  /** Raw values a little off the special initial ones. */
  private static double[][] perturbed(DplrKernel map) {
    double[][] raw = map.rawValues();
    SeededRandom random = new SeededRandom(SEED + 1);
    for (double[] values : raw) {
      for (int i = 0; i < values.length; i++) {
        values[i] += 0.05 * random.normal();
      }
    }
    return raw;
  }

  /** Both in double; the dense inverse costs a few digits where I − Ā^l is nearly singular. */
  @TestFactory
  Stream<DynamicTest> theCauchyKernelIsTheDenseRecurrence() {
    return configs()
        .map(
            config ->
                DynamicTest.dynamicTest(
                    config.toString(),
                    () -> {
                      DplrKernel map = create(config);
                      double[][] raw = perturbed(map);
                      for (int length : new int[] {1, 7, config.kernelLength()}) {
                        for (int h = 0; h < 4; h++) {
                          double[][] actual = map.taps(raw, h, length, 1);
                          double[][] expected = DplrOracle.kernel(map, raw, h, length, 1);
                          for (int s = 0; s < 2; s++) {
                            double[] cut = Arrays.copyOf(actual[s], length);
                            assertThat(ReferenceCase.relativeError(expected[s], cut))
                                .as("seed %d, length %d", SEED, length)
                                .isLessThan(1e-9);
                          }
                        }
                      }
                    }));
  }

  /** Beyond the stored length the output weight is doubled: still the same recurrence. */
  @Test
  void aLongerKernelGoesOnAsTheRecurrenceDoes() {
    DplrKernel map = create(SMALL);
    double[][] raw = perturbed(map);
    double[] expected = DplrOracle.kernel(map, raw, 1, 70, 1)[0];
    double[] actual = Arrays.copyOf(map.taps(raw, 1, 70, 1)[0], 70);
    assertThat(ReferenceCase.relativeError(expected, actual)).isLessThan(1e-9);
  }

  /**
   * One kernel for all lengths, at any rate: that of the recurrence, whole and streamed. The answer
   * for a sequence is then the same in every batch.
   */
  @TestFactory
  Stream<DynamicTest> aKernelIsTheBeginningOfALongerOneAtAnyRate() {
    return configs()
        .flatMap(config -> Stream.of(0.5, 1.0, 1.37, 2.0).map(rate -> lengthTest(config, rate)));
  }

  private static DynamicTest lengthTest(S4Config config, double rate) {
    return DynamicTest.dynamicTest(
        config + " rate " + rate,
        () -> {
          DplrKernel map = create(config);
          double[][] raw = perturbed(map);
          int longest = 4 * config.kernelLength();
          for (int h = 0; h < 4; h++) {
            double[] expected = DplrOracle.kernel(map, raw, h, longest, rate)[0];
            for (int length : new int[] {1, 9, 20, config.kernelLength(), longest}) {
              double[] actual = Arrays.copyOf(map.taps(raw, h, length, rate)[0], length);
              assertThat(ReferenceCase.relativeError(Arrays.copyOf(expected, length), actual))
                  .as("seed %d, channel %d, length %d", SEED, h, length)
                  .isLessThan(1e-9);
            }
            double[] streamed = streamed(map.untruncated(raw, h, rate), longest);
            assertThat(ReferenceCase.relativeError(expected, streamed))
                .as("seed %d, stream of channel %d", SEED, h)
                .isLessThan(1e-9);
          }
        });
  }

  /** Answers of the first set of a system to a single 1. */
  private static double[] streamed(DplrSystem system, int length) {
    DplrStep step = new DplrStep(system);
    double[] re = new double[system.modes];
    double[] im = new double[system.modes];
    double[] y = new double[length];
    for (int t = 0; t < length; t++) {
      step.forward(re, im, t == 0 ? 1 : 0);
      for (int n = 0; n < re.length; n++) {
        y[t] += 2 * (system.outRe[0][n] * re[n] - system.outIm[0][n] * im[n]);
      }
    }
    return y;
  }

  /** Five-point differences in double; their error is near 1e-10 of the largest entry. */
  @TestFactory
  Stream<DynamicTest> everyGradientIsTheDerivative() {
    return configs().flatMap(config -> Stream.of(1.0, 1.7).map(rate -> gradientTest(config, rate)));
  }

  private static DynamicTest gradientTest(S4Config config, double rate) {
    return DynamicTest.dynamicTest(
        config + " rate " + rate,
        () -> {
          DplrKernel map = create(config);
          double[][] raw = perturbed(map);
          int length = 9;
          SeededRandom random = new SeededRandom(SEED + 2);
          double[][] g = new double[8][length];
          for (double[] row : g) {
            Arrays.setAll(row, i -> random.normal());
          }
          double[][] exact = RawMap.zerosLike(raw);
          for (int h = 0; h < 4; h++) {
            map.pullback(raw, h, rate, new double[][] {g[h], g[4 + h]}, exact);
          }
          for (int p = 0; p < raw.length; p++) {
            double[] difference = new double[raw[p].length];
            for (int i = 0; i < difference.length; i++) {
              difference[i] = derivative(map, raw, raw[p], i, rate, g);
            }
            assertThat(ReferenceCase.relativeError(difference, exact[p]))
                .as("seed %d: gradient of %s", SEED, map.parameters().get(p).name())
                .isLessThan(1e-7);
          }
        });
  }

  private static double derivative(
      DplrKernel map, double[][] raw, double[] values, int i, double rate, double[][] g) {
    double start = values[i];
    double step = 1e-4 * Math.max(Math.abs(start), 1e-3);
    double sum = 0;
    for (int k : new int[] {-2, -1, 1, 2}) {
      values[i] = start + k * step;
      double weight = (k < 0 ? -1 : 1) * (Math.abs(k) == 1 ? 8 : -1) / 12.0;
      for (int h = 0; h < 4; h++) {
        double[][] taps = map.taps(raw, h, g[0].length, rate);
        for (int l = 0; l < g[0].length; l++) {
          sum += weight * (taps[0][l] * g[h][l] + taps[1][l] * g[4 + h][l]);
        }
      }
    }
    values[i] = start;
    return sum / step;
  }

  @Test
  void trainingBeyondTheStoredLengthIsRefused() {
    DplrKernel map = create(SMALL);
    assertThatThrownBy(
            () -> map.gradient(KernelChoice.select(), Parallel.serial(), 17, 1, new float[8 * 17]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("kernel_length = 16")
        .hasMessageContaining("17 steps");
  }

  @Test
  void theTransformIsItsDefinitionAtAnyLength() {
    SeededRandom random = new SeededRandom(SEED);
    for (int n : new int[] {1, 2, 3, 7, 16, 33, 100, 128}) {
      double[] re = new double[n];
      double[] im = new double[n];
      Arrays.setAll(re, i -> random.normal());
      Arrays.setAll(im, i -> random.normal());
      double[] expected = new double[2 * n];
      for (int k = 0; k < n; k++) {
        for (int l = 0; l < n; l++) {
          double angle = -2 * Math.PI * ((long) k * l % n) / n;
          expected[k] += re[l] * Math.cos(angle) - im[l] * Math.sin(angle);
          expected[n + k] += re[l] * Math.sin(angle) + im[l] * Math.cos(angle);
        }
      }
      new DoubleDft(n).transform(re, im);
      double[] actual = Arrays.copyOf(re, 2 * n);
      System.arraycopy(im, 0, actual, n, n);
      assertThat(ReferenceCase.relativeError(expected, actual))
          .as("length %d", n)
          .isLessThan(1e-13);
    }
  }

  @Test
  void wrongSettingsAreNamed() {
    assertThatThrownBy(() -> S4Config.DEFAULT.withStateSize(7)).hasMessageContaining("odd");
    assertThatThrownBy(() -> S4Config.DEFAULT.withInit(S4Init.LEGT, 1))
        .hasMessageContaining("rank is 1")
        .hasMessageContaining("from 2");
    assertThatThrownBy(() -> S4Config.DEFAULT.withKernelLength(0))
        .hasMessageContaining("kernel_length is 0");
    assertThatThrownBy(() -> create(SMALL.withInit(S4Init.HIPPO, 1).withSsmCopies(1)))
        .hasMessageContaining("multiple of 2");
  }
}
