package io.carillon.nn.ssm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.config.DlrConfig;
import io.carillon.config.DssConfig;
import io.carillon.config.S4dConfig;
import io.carillon.config.SsmAlgorithm;
import io.carillon.config.SsmConfig;
import io.carillon.config.kernel.Discretisation;
import io.carillon.config.kernel.DssVersion;
import io.carillon.config.kernel.KernelCast;
import io.carillon.config.kernel.S4dInit;
import io.carillon.engine.Carry;
import io.carillon.engine.KernelChoice;
import io.carillon.engine.Parallel;
import io.carillon.engine.Parameter;
import io.carillon.engine.Pass;
import io.carillon.engine.Rows;
import io.carillon.engine.SeededRandom;
import io.carillon.engine.Workspace;
import io.carillon.nn.KernelMaps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** Convolution = recurrence = chunks in any split, forward and backward; batch = one by one. */
class SsmLayerLawsTest {
  /**
   * Float rounding relative to the largest value: each output is a sum over modes of recurrences
   * whose states carry an error of some ε per step of memory; 1e-4 is about 1000 ε.
   */
  private static final double BOUND = 1e-4;

  @Provide
  Arbitrary<SsmConfig> kernels() {
    Arbitrary<SsmConfig> s4d =
        Arbitraries.of(S4dInit.values())
            .flatMap(
                init ->
                    Arbitraries.of(
                            Discretisation.ZOH, Discretisation.BILINEAR, Discretisation.DIRAC)
                        .map(
                            d ->
                                S4dConfig.DEFAULT
                                    .withStateSize(16)
                                    .withInit(init)
                                    .withDiscretisation(d)));
    Arbitrary<SsmConfig> dlr =
        Arbitraries.of(KernelCast.REAL, KernelCast.IMAG, KernelCast.SUM)
            .map(c -> DlrConfig.DEFAULT.withStateSize(12).withCast(c));
    Arbitrary<SsmConfig> dss =
        Arbitraries.of(DssVersion.EXP, DssVersion.EXP_NO_SCALE, DssVersion.EXP_RE_IM)
            .map(v -> DssConfig.DEFAULT.withStateSize(8).withVersion(v));
    return Arbitraries.oneOf(s4d, dlr, dss);
  }

  /**
   * A layer with 4 channels (all mixed initialisations divide it) and what it is asked to compute.
   */
  private static final class Case {
    final SsmLayer layer;
    final Rows rows;
    final float[] u;
    final float[] g;

    Case(SsmConfig config, boolean bidirectional, long seed, int... lengths) {
      SeededRandom random = new SeededRandom(seed);
      int sets = bidirectional ? 2 : 1;
      layer =
          new SsmLayer(
              "ssm", 0, KernelMaps.diagonal(config, "ssm", 4, sets, random), bidirectional, random);
      rows = Rows.of(lengths);
      u = normal(random, rows.total() * 4);
      g = normal(random, rows.total() * 4);
    }

    private static float[] normal(SeededRandom random, int n) {
      float[] x = new float[n];
      for (int i = 0; i < n; i++) {
        x[i] = (float) random.normal();
      }
      return x;
    }

    Pass pass(Rows of) {
      return Pass.training(of, new Workspace(), Parallel.serial(), KernelChoice.select(), 0);
    }

    Result run(SsmAlgorithm algorithm) {
      return run(pass(rows).withAlgorithm(algorithm), u, g);
    }

    Result run(Pass pass, float[] in, float[] gradient) {
      layer.parameters().forEach(Parameter::clearGradient);
      float[] y = new float[in.length];
      float[] gu = new float[in.length];
      layer.forward(pass, in, y);
      layer.backward(pass, in, gradient, gu);
      return new Result(y, gu, gradients());
    }

    List<float[]> gradients() {
      List<float[]> all = new ArrayList<>();
      for (Parameter p : layer.parameters()) {
        all.add(p.gradient().clone());
      }
      return all;
    }
  }

  private record Result(float[] y, float[] gu, List<float[]> parameters) {
    void assertSame(Result other, String what) {
      assertClose(what + ": y", y, other.y);
      assertClose(what + ": gradient of u", gu, other.gu);
      for (int i = 0; i < parameters.size(); i++) {
        assertClose(
            what + ": gradient of parameter " + i, parameters.get(i), other.parameters.get(i));
      }
    }
  }

  private static void assertClose(String what, float[] a, float[] b) {
    double largest = 1e-6;
    double difference = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs(b[i]));
      difference = Math.max(difference, Math.abs(a[i] - b[i]));
    }
    assertThat(difference / largest).as(what).isLessThan(BOUND);
  }

  @Property(tries = 60, seed = "20261122")
  void convolutionIsRecurrence(
      @ForAll("kernels") SsmConfig config,
      @ForAll boolean bidirectional,
      @ForAll @IntRange(min = 1, max = 300) int length,
      @ForAll @IntRange(min = 1, max = 40) int other,
      @ForAll @LongRange(min = 0, max = 1 << 20) long seed) {
    Case c = new Case(config, bidirectional, seed, length, other);
    c.run(SsmAlgorithm.CONVOLUTION).assertSame(c.run(SsmAlgorithm.RECURRENCE), config.kind());
  }

  @Property(tries = 60, seed = "20261122")
  void anySplitIntoChunksIsTheWhole(
      @ForAll("kernels") SsmConfig config,
      @ForAll @IntRange(min = 2, max = 300) int length,
      @ForAll @LongRange(min = 0, max = 1 << 20) long seed) {
    Case c = new Case(config, false, seed, length);
    Result whole = c.run(SsmAlgorithm.RECURRENCE);
    whole.assertSame(inChunks(c, new SeededRandom(seed)), config.kind());
  }

  /**
   * Forward through random chunks with one carried state, then backward through them in reverse.
   */
  private static Result inChunks(Case c, SeededRandom random) {
    int length = c.rows.total();
    List<int[]> chunks = new ArrayList<>();
    for (int from = 0; from < length; ) {
      int to = Math.min(length, from + 1 + random.nextInt(100));
      chunks.add(new int[] {from, to});
      from = to;
    }
    float[] y = new float[length * 4];
    float[] gu = new float[length * 4];
    Carry carry = new Carry(c.layer.stateSize(1));
    List<Pass> passes = new ArrayList<>();
    for (int[] chunk : chunks) {
      Pass pass = c.pass(Rows.of(chunk[1] - chunk[0])).withCarries(carry);
      float[] part = new float[(chunk[1] - chunk[0]) * 4];
      c.layer.forward(pass, slice(c.u, chunk), part);
      System.arraycopy(part, 0, y, chunk[0] * 4, part.length);
      passes.add(pass);
    }
    c.layer.parameters().forEach(Parameter::clearGradient);
    for (int i = chunks.size() - 1; i >= 0; i--) {
      int[] chunk = chunks.get(i);
      float[] part = new float[(chunk[1] - chunk[0]) * 4];
      c.layer.backward(passes.get(i), slice(c.u, chunk), slice(c.g, chunk), part);
      System.arraycopy(part, 0, gu, chunk[0] * 4, part.length);
    }
    return new Result(y, gu, c.gradients());
  }

  private static float[] slice(float[] x, int[] chunk) {
    return Arrays.copyOfRange(x, chunk[0] * 4, chunk[1] * 4);
  }

  @Property(tries = 40, seed = "20261122")
  void aBatchIsItsSequencesOneByOne(
      @ForAll("kernels") SsmConfig config,
      @ForAll boolean bidirectional,
      @ForAll SsmAlgorithm algorithm,
      @ForAll @IntRange(min = 1, max = 150) int first,
      @ForAll @IntRange(min = 1, max = 150) int second,
      @ForAll @LongRange(min = 0, max = 1 << 20) long seed) {
    Case c = new Case(config, bidirectional, seed, first, second);
    Result both = c.run(algorithm);
    int[][] parts = {{0, first}, {first, first + second}};
    for (int[] part : parts) {
      Result alone =
          c.run(
              c.pass(Rows.of(part[1] - part[0])).withAlgorithm(algorithm),
              slice(c.u, part),
              slice(c.g, part));
      assertClose("y alone", alone.y, slice(both.y, part));
      assertClose("gradient of u alone", alone.gu, slice(both.gu, part));
    }
  }

  @Property(tries = 30, seed = "20261122")
  void theLayerIsLinear(
      @ForAll("kernels") SsmConfig config, @ForAll @LongRange(min = 0, max = 1 << 20) long seed) {
    Case c = new Case(config, false, seed, 50);
    Result r = c.run(SsmAlgorithm.RECURRENCE);
    float[] twice = c.u.clone();
    float[] doubled = r.y.clone();
    for (int i = 0; i < twice.length; i++) {
      twice[i] *= 2;
      doubled[i] *= 2;
    }
    assertClose("linearity", c.run(c.pass(c.rows), twice, c.g).y, doubled);
  }

  @Test
  void aKernelThatIsNoSumOfExponentialsRefusesToRecurAndSaysWhy() {
    Case product =
        new Case(DlrConfig.DEFAULT.withStateSize(8).withCast(KernelCast.PROD), false, 1, 20);
    assertThatThrownBy(() -> product.run(SsmAlgorithm.RECURRENCE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("product");
    Case cut = new Case(S4dConfig.DEFAULT.withStateSize(8).withMaxKernelLength(5), false, 1, 20);
    assertThatThrownBy(() -> cut.run(SsmAlgorithm.RECURRENCE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cut at 5");
    Case softmax =
        new Case(DssConfig.DEFAULT.withStateSize(8).withVersion(DssVersion.SOFTMAX), false, 1, 20);
    assertThatThrownBy(() -> softmax.run(SsmAlgorithm.RECURRENCE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("softmax");
  }

  @Test
  void twoThreadsGiveTheSameBitsAsOne() {
    for (SsmAlgorithm algorithm : List.of(SsmAlgorithm.RECURRENCE, SsmAlgorithm.CONVOLUTION)) {
      Case c = new Case(S4dConfig.DEFAULT, true, 7, 200, 90, 131);
      Result one = c.run(algorithm);
      try (Parallel two = Parallel.of(2)) {
        Pass pass =
            Pass.training(c.rows, new Workspace(), two, KernelChoice.select(), 0)
                .withAlgorithm(algorithm);
        Result other = c.run(pass, c.u, c.g);
        assertThat(other.y).containsExactly(one.y);
        assertThat(other.gu).containsExactly(one.gu);
        for (int i = 0; i < one.parameters.size(); i++) {
          assertThat(other.parameters.get(i)).containsExactly(one.parameters.get(i));
        }
      }
    }
  }
}
