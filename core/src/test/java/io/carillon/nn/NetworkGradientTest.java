package io.carillon.nn;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.config.Activation;
import io.carillon.config.AttentionConfig;
import io.carillon.config.BlockConfig;
import io.carillon.config.DlrConfig;
import io.carillon.config.DssConfig;
import io.carillon.config.GruConfig;
import io.carillon.config.Mixer;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Norm;
import io.carillon.config.Pooling;
import io.carillon.config.S4Config;
import io.carillon.config.S4dConfig;
import io.carillon.config.SgConvConfig;
import io.carillon.config.SsmAlgorithm;
import io.carillon.config.SsmConfig;
import io.carillon.config.kernel.Discretisation;
import io.carillon.config.kernel.DssVersion;
import io.carillon.config.kernel.KernelCast;
import io.carillon.config.kernel.S4Init;
import io.carillon.engine.KernelChoice;
import io.carillon.engine.Parallel;
import io.carillon.engine.Parameter;
import io.carillon.engine.Pass;
import io.carillon.engine.Rows;
import io.carillon.engine.SeededRandom;
import io.carillon.engine.Workspace;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Outputs against the double-precision oracle, and every gradient against central differences of
 * the oracle, for networks that together use every option of a block.
 */
class NetworkGradientTest {
  private static final long SEED = 20261122;

  private static final S4dConfig S4D = S4dConfig.DEFAULT.withStateSize(6).withDtRange(0.01, 0.5);
  private static final DlrConfig DLR =
      DlrConfig.DEFAULT.withStateSize(5).withDtRange(0.01, 0.5).withWScale(0.5);
  private static final DssConfig DSS = DssConfig.DEFAULT.withStateSize(4).withDtRange(0.01, 0.5);

  private static final S4Config S4 =
      S4Config.DEFAULT.withStateSize(4).withDtRange(0.02, 0.5).withKernelLength(8);
  private static final SgConvConfig SGCONV =
      SgConvConfig.DEFAULT.withStateSize(2).withMaxKernelLength(8);
  private static final AttentionConfig ATTENTION =
      AttentionConfig.DEFAULT.withHeads(2).withHeadSize(4).withRopeBase(50);

  private static final NetworkConfig BASE =
      NetworkConfig.sequence(2, 3)
          .withWidth(5)
          .withDepth(2)
          .withBlock(BlockConfig.DEFAULT.withSsm(S4D));

  static Stream<Arguments> networks() {
    return Stream.of(
        named("s4d prenorm glu mean", BASE, SsmAlgorithm.RECURRENCE),
        named("s4d convolution", BASE, SsmAlgorithm.CONVOLUTION),
        named("s4d bidirectional", block(b -> b.withBidirectional(true)), SsmAlgorithm.RECURRENCE),
        named(
            "s4d bidirectional convolution",
            block(b -> b.withBidirectional(true)),
            SsmAlgorithm.CONVOLUTION),
        named(
            "s4d bilinear postnorm, last",
            block(
                    b ->
                        b.withSsm(S4D.withDiscretisation(Discretisation.BILINEAR))
                            .withNorm(Norm.LAYER, false))
                .withFinalNorm(false)
                .withPooling(Pooling.LAST),
            SsmAlgorithm.AUTO),
        named("batch norm before", block(b -> b.withNorm(Norm.BATCH, true)), SsmAlgorithm.AUTO),
        named(
            "batch norm after, every step",
            block(b -> b.withNorm(Norm.BATCH, false)).withPooling(Pooling.EVERY),
            SsmAlgorithm.AUTO),
        named(
            "dlr scalar-affine linear",
            block(b -> b.withSsm(DLR).withNorm(Norm.SCALAR_AFFINE, true).withMixer(Mixer.LINEAR)),
            SsmAlgorithm.RECURRENCE),
        named(
            "dlr scalar-affine postnorm convolution last steps",
            block(b -> b.withSsm(DLR).withNorm(Norm.SCALAR_AFFINE, false))
                .withFinalNorm(false)
                .withLastSteps(2),
            SsmAlgorithm.CONVOLUTION),
        named("dlr prod", block(b -> b.withSsm(DLR.withCast(KernelCast.PROD))), SsmAlgorithm.AUTO),
        named(
            "dlr real-prod bidirectional",
            block(b -> b.withSsm(DLR.withCast(KernelCast.REAL_PROD)).withBidirectional(true)),
            SsmAlgorithm.AUTO),
        named(
            "dlr sum, cut kernel",
            block(b -> b.withSsm(DLR.withCast(KernelCast.SUM).withMaxKernelLength(3))),
            SsmAlgorithm.AUTO),
        named(
            "dss softmax",
            block(b -> b.withSsm(DSS.withVersion(DssVersion.SOFTMAX))),
            SsmAlgorithm.AUTO),
        named(
            "dss exp imag, no norm",
            block(b -> b.withSsm(DSS.withCast(KernelCast.IMAG)).withNorm(Norm.NONE, true)),
            SsmAlgorithm.RECURRENCE),
        named(
            "two kernels with gate, geglu, weight norm, silu",
            block(
                b ->
                    b.withKernels(2, Activation.GELU)
                        .withMixer(Mixer.GEGLU)
                        .withActivation(Activation.SILU, true)),
            SsmAlgorithm.RECURRENCE),
        named(
            "two kernels, sigmoid gate, bidirectional convolution, elu",
            block(
                b ->
                    b.withKernels(2, Activation.SIGMOID)
                        .withBidirectional(true)
                        .withActivation(Activation.ELU, false)),
            SsmAlgorithm.CONVOLUTION),
        named(
            "no mixer, tanh",
            block(b -> b.withMixer(Mixer.NONE).withActivation(Activation.TANH, false)),
            SsmAlgorithm.AUTO),
        named(
            "feed-forward with dropout",
            block(b -> b.withFeedForward(2).withDropout(0.3, false)),
            SsmAlgorithm.AUTO),
        named("s4", block(b -> b.withSsm(S4)), SsmAlgorithm.AUTO),
        named(
            "s4 fourier, two kernels, bidirectional",
            block(
                b ->
                    b.withSsm(S4.withInit(S4Init.FOURIER, 1).withSsmCopies(1))
                        .withKernels(2, Activation.NONE)
                        .withBidirectional(true)),
            SsmAlgorithm.AUTO),
        named("sgconv", block(b -> b.withSsm(SGCONV)), SsmAlgorithm.AUTO),
        named(
            "sgconv, two gated kernels, bidirectional, cut",
            block(
                b ->
                    b.withSsm(SGCONV.withMaxKernelLength(5))
                        .withKernels(2, Activation.SIGMOID)
                        .withBidirectional(true)),
            SsmAlgorithm.AUTO),
        named("attention", block(b -> b.withSsm(ATTENTION)), SsmAlgorithm.AUTO),
        named(
            "attention both ways, no mixer, dropout",
            block(
                b ->
                    b.withSsm(ATTENTION)
                        .withBidirectional(true)
                        .withMixer(Mixer.NONE)
                        .withDropout(0.3, false)),
            SsmAlgorithm.AUTO),
        named("local attention", block(b -> b.withSsm(ATTENTION.withChunk(2))), SsmAlgorithm.AUTO),
        named(
            "local attention both ways, postnorm, scalar-affine",
            block(
                b ->
                    b.withSsm(ATTENTION.withChunk(2))
                        .withBidirectional(true)
                        .withNorm(Norm.SCALAR_AFFINE, false)),
            SsmAlgorithm.AUTO),
        named(
            "attention with feed-forward inside, no mixer",
            block(b -> b.withSsm(ATTENTION.withFeedForward(2)).withMixer(Mixer.NONE)),
            SsmAlgorithm.AUTO),
        named("gru", block(b -> b.withSsm(GruConfig.DEFAULT)), SsmAlgorithm.AUTO),
        named("tied dropout", block(b -> b.withDropout(0.3, true)), SsmAlgorithm.AUTO));
  }

  private static NetworkConfig block(java.util.function.UnaryOperator<BlockConfig> change) {
    return BASE.withBlock(change.apply(BASE.block()));
  }

  private static Arguments named(String name, NetworkConfig config, SsmAlgorithm algorithm) {
    return Arguments.of(org.junit.jupiter.api.Named.of(name, config), algorithm);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void everyGradientIsTheDerivative(NetworkConfig config, SsmAlgorithm algorithm) {
    check(config, algorithm, Rows.of(7, 3, 5), 1.0);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void everyGradientIsTheDerivativeWithMissingSteps(NetworkConfig config, SsmAlgorithm algorithm) {
    float[] mask = {1, 1, 0, 1, 1, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1};
    check(config, algorithm, Rows.of(7, 3, 5).withMask(mask), 1.0);
  }

  /** Of any length, of whole length (DLR), with missing steps, over more than a block of steps. */
  @ParameterizedTest
  @MethodSource("timed")
  void everyGradientIsTheDerivativeWithGaps(NetworkConfig config, boolean whole) {
    Rows rows = Rows.of(7, 3, 70);
    SeededRandom random = new SeededRandom(SEED + 1);
    double[] gaps = new double[rows.total()];
    float[] mask = new float[rows.total()];
    for (int r = 0; r < gaps.length; r++) {
      double any = r % 4 == 0 ? 1 : Math.exp(random.normal());
      gaps[r] = whole ? Math.ceil(any) : any;
      mask[r] = r % 5 == 2 ? 0 : 1;
    }
    check(config, SsmAlgorithm.AUTO, rows.withGaps(gaps), 1.0);
    check(config, SsmAlgorithm.AUTO, rows.withMask(mask).withGaps(gaps), 1.0);
  }

  static Stream<Arguments> timed() {
    NetworkConfig one = BASE.withDepth(1).withWidth(3);
    return Stream.of(
        Arguments.of(one.withSsm(S4D), false),
        Arguments.of(
            one.withBlock(one.block().withKernels(2, Activation.NONE).withBidirectional(true)),
            false),
        Arguments.of(one.withSsm(S4D.withDiscretisation(Discretisation.BILINEAR)), false),
        Arguments.of(one.withSsm(DSS.withCast(KernelCast.IMAG)).withDepth(2), false),
        Arguments.of(one.withSsm(DLR), true));
  }

  /** Whole gaps that are spelled out as steps, some longer than the cut kernels. */
  @ParameterizedTest
  @MethodSource("spelledOut")
  void everyGradientIsTheDerivativeWithGapsSpelledOut(NetworkConfig config) {
    double[] gaps = {1, 4, 1, 2, 1, 1, 7, 3, 1, 2, 5};
    float[] mask = {1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1};
    Rows rows = Rows.of(7, 4).withGaps(gaps);
    check(config, SsmAlgorithm.AUTO, rows, 1.0);
    check(config, SsmAlgorithm.AUTO, rows.withMask(mask), 1.0);
  }

  static List<NetworkConfig> spelledOut() {
    NetworkConfig one = BASE.withDepth(1).withWidth(3);
    NetworkConfig coupled = one.withSsm(S4.withKernelLength(20));
    return List.of(
        coupled,
        coupled.withBlock(coupled.block().withKernels(2, Activation.NONE).withBidirectional(true)),
        one.withSsm(S4D.withMaxKernelLength(3)),
        one.withSsm(DLR.withCast(KernelCast.PROD).withMaxKernelLength(6)));
  }

  @ParameterizedTest
  @MethodSource("rates")
  void everyGradientIsTheDerivativeAtAnotherRate(SsmConfig ssm) {
    check(BASE.withSsm(ssm), SsmAlgorithm.AUTO, Rows.of(6, 4), 2.0);
  }

  static List<SsmConfig> rates() {
    return List.of(S4D, DSS);
  }

  @org.junit.jupiter.api.Test
  void everyGradientIsTheDerivativeForTokens() {
    NetworkConfig tokens = NetworkConfig.tokens(4, 2).withWidth(5).withDepth(1).withSsm(S4D);
    check(tokens, SsmAlgorithm.AUTO, Rows.of(6, 4), 1.0);
  }

  @org.junit.jupiter.api.Test
  void everyGradientIsTheDerivativeForPairs() {
    NetworkConfig pairs = BASE.withDepth(1).withPairs(true);
    check(pairs, SsmAlgorithm.AUTO, Rows.of(6, 4, 2, 5), 1.0);
    float[] mask = {1, 1, 0, 1, 1, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1, 0, 1};
    check(
        pairs.withPooling(Pooling.LAST),
        SsmAlgorithm.AUTO,
        Rows.of(6, 4, 2, 5).withMask(mask),
        1.0);
  }

  private static void check(NetworkConfig config, SsmAlgorithm algorithm, Rows rows, double rate) {
    SeededRandom random = new SeededRandom(SEED);
    Network network = new Network(config, random);
    moveOffSpecialPoints(network, random);
    Batch batch = batch(config, rows, random);
    Pass pass =
        Pass.training(rows, new Workspace(), Parallel.serial(), KernelChoice.select(), SEED)
            .withAlgorithm(algorithm)
            .withRate(rate);
    NetworkOracle oracle = new NetworkOracle(network);
    float[] y = network.forward(pass, batch);
    double[] expected = oracle.forward(batch, true, SEED, rate);
    assertClose("output", y, expected, 0, 2e-5);

    float[] g = new float[expected.length];
    for (int i = 0; i < g.length; i++) {
      g[i] = (float) random.normal();
    }
    network.clearGradients();
    network.backward(pass, batch, g);
    Map<Parameter, double[]> numeric = new LinkedHashMap<>();
    double steepest = 0;
    for (Parameter p : network.parameters()) {
      if (p.trainable()) {
        double[] d = differences(oracle, p.name(), batch, g, rate);
        numeric.put(p, d);
        steepest = Math.max(steepest, Arrays.stream(d).map(Math::abs).max().getAsDouble());
      }
    }
    double floor = 0.01 * steepest;
    numeric.forEach((p, d) -> assertClose("gradient of " + p.name(), p.gradient(), d, floor, 2e-4));
  }

  /** Biases, norms and the like start at 0 and 1, where errors could hide. */
  private static void moveOffSpecialPoints(Network network, SeededRandom random) {
    for (Parameter p : network.parameters()) {
      boolean statistics = p.name().contains("running");
      for (int i = 0; i < p.size() && !statistics; i++) {
        p.value()[i] += (float) (0.05 * random.normal());
      }
    }
  }

  private static Batch batch(NetworkConfig config, Rows rows, SeededRandom random) {
    if (config.vocabulary() > 0) {
      int[] tokens = new int[rows.total()];
      for (int i = 0; i < tokens.length; i++) {
        tokens[i] = random.nextInt(config.vocabulary());
      }
      return Batch.ofTokens(rows, tokens);
    }
    float[] x = new float[rows.total() * config.inputSize()];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.normal();
    }
    return Batch.ofValues(rows, x);
  }

  private static double[] differences(
      NetworkOracle oracle, String name, Batch batch, float[] g, double rate) {
    double[] v = oracle.value(name);
    double[] d = new double[v.length];
    double h = 1e-5;
    for (int i = 0; i < v.length; i++) {
      double keep = v[i];
      v[i] = keep + h;
      double up = dot(oracle.forward(batch, true, SEED, rate), g);
      v[i] = keep - h;
      double down = dot(oracle.forward(batch, true, SEED, rate), g);
      v[i] = keep;
      d[i] = (up - down) / (2 * h);
    }
    return d;
  }

  private static double dot(double[] y, float[] g) {
    double sum = 0;
    for (int i = 0; i < y.length; i++) {
      sum += y[i] * g[i];
    }
    return sum;
  }

  /**
   * Largest difference relative to the largest value. Float rounding of a few hundred operations
   * per number, amplified by norms over 5 channels, stays below the bounds by a factor of ten. A
   * gradient that nearly cancels (a bias or a scale in front of a batch norm) is measured against 1
   * % of the steepest gradient of the network, since its terms are of that size.
   */
  private static void assertClose(
      String what, float[] actual, double[] expected, double floor, double bound) {
    double largest = Math.max(floor, 1e-30);
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
    }
    assertThat(difference / largest).as("%s (seed %d)", what, SEED).isLessThan(bound);
  }
}
