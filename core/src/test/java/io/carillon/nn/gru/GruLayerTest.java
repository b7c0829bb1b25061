package io.carillon.nn.gru;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.config.BlockConfig;
import io.carillon.config.GruConfig;
import io.carillon.engine.Carry;
import io.carillon.engine.KernelChoice;
import io.carillon.engine.Parallel;
import io.carillon.engine.Parameter;
import io.carillon.engine.Pass;
import io.carillon.engine.Rows;
import io.carillon.engine.SeededRandom;
import io.carillon.engine.Workspace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class GruLayerTest {
  private static final long SEED = 20261122;
  private static final int WIDTH = 6;

  /** Rounding of a few float operations per step, forgotten again within some steps. */
  private static final double BOUND = 1e-5;

  private final GruLayer layer = new GruLayer("gru", 0, WIDTH, new SeededRandom(SEED));

  private record Result(float[] y, float[] gu, List<float[]> parameters) {}

  private static float[] normal(long seed, int n) {
    SeededRandom random = new SeededRandom(seed);
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) random.normal();
    }
    return x;
  }

  private static Pass pass(Rows rows, Parallel parallel) {
    return Pass.training(rows, new Workspace(), parallel, KernelChoice.select(), 0);
  }

  private Result run(Pass pass, float[] u, float[] g) {
    layer.parameters().forEach(Parameter::clearGradient);
    float[] y = new float[u.length];
    float[] gu = new float[u.length];
    layer.forward(pass, u, y);
    layer.backward(pass, u, g, gu);
    return new Result(y, gu, gradients());
  }

  private List<float[]> gradients() {
    return layer.parameters().stream().map(p -> p.gradient().clone()).toList();
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

  @Test
  void aStepIsTheFormula() {
    Arrays.fill(layer.parameters().get(0).value(), 0f);
    Arrays.fill(layer.parameters().get(2).value(), 0f);
    float[] bias = layer.parameters().get(1).value();
    float[] hiddenBias = layer.parameters().get(3).value();
    Arrays.fill(bias, 0f);
    Arrays.fill(hiddenBias, 0f);
    // r = σ(1), z = σ(−1), n = tanh(0.5 + r · 2), twice from h = 0: h₁ = (1 − z) n, h₂ = h₁ + z h₁.
    Arrays.fill(bias, 0, WIDTH, 1f);
    Arrays.fill(bias, WIDTH, 2 * WIDTH, -1f);
    Arrays.fill(bias, 2 * WIDTH, 3 * WIDTH, 0.5f);
    Arrays.fill(hiddenBias, 2 * WIDTH, 3 * WIDTH, 2f);
    float[] y = new float[2 * WIDTH];
    layer.forward(pass(Rows.of(2), Parallel.serial()), new float[2 * WIDTH], y);
    double r = 1 / (1 + Math.exp(-1));
    double z = 1 / (1 + Math.exp(1));
    double first = (1 - z) * Math.tanh(0.5 + 2 * r);
    assertThat(y[0]).isCloseTo((float) first, org.assertj.core.api.Assertions.within(1e-6f));
    assertThat(y[WIDTH])
        .isCloseTo((float) (first + z * first), org.assertj.core.api.Assertions.within(1e-6f));
  }

  @Test
  void aBatchIsItsSequencesOneByOne() {
    Rows rows = Rows.of(5, 40, 1, 17, 40, 9, 23, 3, 8);
    float[] u = normal(1, rows.total() * WIDTH);
    float[] g = normal(2, rows.total() * WIDTH);
    Result all = run(pass(rows, Parallel.serial()), u, g);
    List<float[]> sums = new ArrayList<>();
    all.parameters.forEach(p -> sums.add(new float[p.length]));
    for (int b = 0; b < rows.count(); b++) {
      int from = rows.start(b) * WIDTH;
      int to = from + rows.length(b) * WIDTH;
      Result one =
          run(
              pass(Rows.of(rows.length(b)), Parallel.serial()),
              Arrays.copyOfRange(u, from, to),
              Arrays.copyOfRange(g, from, to));
      assertClose("y", one.y, Arrays.copyOfRange(all.y, from, to));
      assertClose("gradient of u", one.gu, Arrays.copyOfRange(all.gu, from, to));
      for (int i = 0; i < sums.size(); i++) {
        for (int j = 0; j < sums.get(i).length; j++) {
          sums.get(i)[j] += one.parameters.get(i)[j];
        }
      }
    }
    for (int i = 0; i < sums.size(); i++) {
      assertClose("gradient of parameter " + i, all.parameters.get(i), sums.get(i));
    }
  }

  @Test
  void chunksWithACarriedStateAreTheWhole() {
    int length = 50;
    float[] u = normal(3, length * WIDTH);
    float[] g = normal(4, length * WIDTH);
    Result whole = run(pass(Rows.of(length), Parallel.serial()), u, g);
    int[] cuts = {0, 1, 20, 21, length};
    Carry carry = new Carry(layer.stateSize(1));
    float[] y = new float[u.length];
    float[] gu = new float[u.length];
    List<Pass> passes = new ArrayList<>();
    for (int i = 0; i + 1 < cuts.length; i++) {
      Pass pass = pass(Rows.of(cuts[i + 1] - cuts[i]), Parallel.serial()).withCarries(carry);
      float[] part = new float[(cuts[i + 1] - cuts[i]) * WIDTH];
      layer.forward(pass, slice(u, cuts, i), part);
      System.arraycopy(part, 0, y, cuts[i] * WIDTH, part.length);
      passes.add(pass);
    }
    layer.parameters().forEach(Parameter::clearGradient);
    for (int i = cuts.length - 2; i >= 0; i--) {
      float[] part = new float[(cuts[i + 1] - cuts[i]) * WIDTH];
      layer.backward(passes.get(i), slice(u, cuts, i), slice(g, cuts, i), part);
      System.arraycopy(part, 0, gu, cuts[i] * WIDTH, part.length);
    }
    assertClose("y", y, whole.y);
    assertClose("gradient of u", gu, whole.gu);
    List<float[]> parameters = gradients();
    for (int i = 0; i < parameters.size(); i++) {
      assertClose("gradient of parameter " + i, parameters.get(i), whole.parameters.get(i));
    }
  }

  private static float[] slice(float[] x, int[] cuts, int i) {
    return Arrays.copyOfRange(x, cuts[i] * WIDTH, cuts[i + 1] * WIDTH);
  }

  @Test
  void twoThreadsGiveTheSameBitsAsOne() {
    Rows rows = Rows.of(30, 12, 31, 30, 7, 2, 30, 30, 15);
    float[] u = normal(5, rows.total() * WIDTH);
    float[] g = normal(6, rows.total() * WIDTH);
    Result one = run(pass(rows, Parallel.serial()), u, g);
    try (Parallel two = Parallel.of(2)) {
      Result other = run(pass(rows, two), u, g);
      assertThat(other.y).containsExactly(one.y);
      assertThat(other.gu).containsExactly(one.gu);
      for (int i = 0; i < one.parameters.size(); i++) {
        assertThat(other.parameters.get(i)).containsExactly(one.parameters.get(i));
      }
    }
  }

  @Test
  void refusesToReadBackwards() {
    assertThatThrownBy(() -> BlockConfig.DEFAULT.withSsm(GruConfig.DEFAULT).withBidirectional(true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("gru reads forwards only");
  }
}
