package io.carillon.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import io.carillon.engine.SeededRandom;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class LossesTest {
  private static final int ROWS = 5;
  private static final int CLASSES = 3;
  private static final int[] LABELS = {2, 0, Dataset.IGNORE, 1, 1};
  private static final double[] WEIGHTS = {0.5, 2, 1.25};

  /** Multiples of 2^-12, so that adding 2^-10 is exact. */
  private static float[] random(int size, long seed) {
    SeededRandom random = new SeededRandom(seed);
    float[] x = new float[size];
    for (int i = 0; i < size; i++) {
      x[i] = Math.round(2 * random.normal() * 4096) / 4096f;
    }
    return x;
  }

  @Test
  void crossEntropyOfKnownNumbers() {
    // softmax(0, ln 3) = (1/4, 3/4): losses ln 4 and ln(4/3), weights 1 and 3.
    float[] scores = {0, (float) Math.log(3), 0, (float) Math.log(3)};
    Losses.Value plain = Losses.crossEntropy(scores, 2, 2, new int[] {0, 1}, null, null);
    // ln 3 rounded to float is off by 2e-8.
    assertThat(plain.mean()).isCloseTo((Math.log(4) + Math.log(4.0 / 3)) / 2, offset(1e-7));
    Losses.Value weighted =
        Losses.crossEntropy(scores, 2, 2, new int[] {0, 1}, new double[] {1, 3}, null);
    assertThat(weighted.mean()).isCloseTo((Math.log(4) + 3 * Math.log(4.0 / 3)) / 4, offset(1e-7));
    assertThat(weighted.weight()).isEqualTo(4);
  }

  @Test
  void crossEntropyGradientIsItsDerivative() {
    float[] scores = random(ROWS * CLASSES, 3);
    for (double[] weights : new double[][] {null, WEIGHTS}) {
      float[] gradient = new float[scores.length];
      Arrays.fill(gradient, Float.NaN);
      Losses.crossEntropy(scores, ROWS, CLASSES, LABELS, weights, gradient);
      assertDerivative(
          scores,
          gradient,
          x -> Losses.crossEntropy(x, ROWS, CLASSES, LABELS, weights, null).mean());
    }
  }

  @Test
  void squaredErrorGradientIsItsDerivative() {
    float[] outputs = random(ROWS * 2, 4);
    float[] targets = random(ROWS * 2, 5);
    for (boolean[] used : new boolean[][] {null, {true, false, true, true, false}}) {
      float[] gradient = new float[outputs.length];
      Arrays.fill(gradient, Float.NaN);
      Losses.squaredError(outputs, ROWS, 2, targets, used, gradient);
      assertDerivative(
          outputs, gradient, x -> Losses.squaredError(x, ROWS, 2, targets, used, null).mean());
    }
  }

  /**
   * Central differences with h = 2^-10, exact in float: their error is below h²/6 · |f'''| ≈ 2e-7
   * for these losses; the gradient itself is rounded to float.
   */
  private static void assertDerivative(
      float[] x, float[] gradient, ToDoubleFunction<float[]> loss) {
    float h = 0x1p-10f;
    for (int i = 0; i < x.length; i++) {
      float[] up = x.clone();
      float[] down = x.clone();
      up[i] += h;
      down[i] -= h;
      double difference = (loss.applyAsDouble(up) - loss.applyAsDouble(down)) / (2 * h);
      assertThat((double) gradient[i]).as("entry " + i).isCloseTo(difference, offset(1e-6));
    }
  }

  @Test
  void squaredErrorIsTheMeanOverEntriesInUse() {
    float[] outputs = {1, 2, 3, 4};
    float[] targets = {0, 0, 100, 100};
    Losses.Value value =
        Losses.squaredError(outputs, 2, 2, targets, new boolean[] {true, false}, null);
    assertThat(value.mean()).isEqualTo(2.5);
    assertThat(value.weight()).isEqualTo(2);
  }

  @Test
  void withoutAnyTargetLossAndGradientAreZero() {
    float[] gradient = {1, 1};
    int[] ignored = {Dataset.IGNORE};
    Losses.Value none = Losses.crossEntropy(new float[] {1, 2}, 1, 2, ignored, null, gradient);
    assertThat(none.mean()).isZero();
    assertThat(gradient).containsOnly(0f);
  }

  @Test
  void hugeScoresDoNotOverflow() {
    float[] scores = {3e38f, -3e38f};
    float[] gradient = new float[2];
    Losses.Value value = Losses.crossEntropy(scores, 1, 2, new int[] {0}, null, gradient);
    assertThat(value.mean()).isZero();
    assertThat(gradient).containsExactly(0f, 0f);
  }

  @Test
  void aScoreThatIsNotFiniteMakesTheLossNotFinite() {
    for (float bad : new float[] {Float.NaN, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY}) {
      float[] scores = {1, bad};
      Losses.Value value = Losses.crossEntropy(scores, 1, 2, new int[] {0}, null, null);
      assertThat(value.mean()).as("score " + bad).isNaN();
    }
  }

  @Test
  void lossesOfBatchesAddUp() {
    assertThat(new Losses.Value(0, 0).mean()).isZero();
    float[] scores = {1, 2, 3, 5};
    Losses.Value first = Losses.crossEntropy(scores, 2, 2, new int[] {0, 1}, null, null);
    Losses.Value second = Losses.squaredError(new float[] {3}, 1, 1, new float[] {1}, null, null);
    assertThat(second).isEqualTo(new Losses.Value(4, 1));
    assertThat(first.plus(second)).isEqualTo(new Losses.Value(first.sum() + 4, 3));
  }
}
