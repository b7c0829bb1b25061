package io.carillon.ssm.diagonal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.carillon.config.DlrConfig;
import io.carillon.config.DssConfig;
import io.carillon.config.S4dConfig;
import io.carillon.config.SsmConfig;
import io.carillon.config.kernel.Discretisation;
import io.carillon.config.kernel.DlrInit;
import io.carillon.config.kernel.DlrVersion;
import io.carillon.config.kernel.DssVersion;
import io.carillon.config.kernel.ImagSign;
import io.carillon.config.kernel.InputWeightInit;
import io.carillon.config.kernel.S4dInit;
import io.carillon.config.kernel.Transform;
import io.carillon.engine.Parameter;
import io.carillon.engine.SeededRandom;
import io.carillon.nn.KernelMaps;
import io.carillon.reference.ReferenceCase;
import io.carillon.reference.ReferenceReport;
import io.carillon.reference.ReferenceSkip;
import io.carillon.reference.UsesShared;
import io.carillon.ssm.Modes;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Fresh weights: formulas, distributions, repeatability, decay. */
class InitialValuesTest {
  private static final long SEED = 7;

  /**
   * Raw A and B of the official code. It raises Im A = 0 to 1e-4 even where the raw number is Im A
   * itself, which is not done here; A and B there are float32 results.
   */
  @Test
  @UsesShared
  void matchesTheOfficialRawParameters() {
    ReferenceReport.check(
        "02_s4_diag",
        "initial values",
        reference -> {
          requireFresh(reference);
          compareRaw(reference);
          reference.ignoreTheRest();
        });
  }

  /** Skips cases whose parameters do not come straight from a deterministic initialisation. */
  private static void requireFresh(ReferenceCase reference) {
    S4dConfig config = OfficialConfigs.s4d(reference.config());
    if (reference.config().number("perturbed", 0) != 0) {
      throw new ReferenceSkip("the parameters were perturbed");
    }
    if (config.init() == S4dInit.RANDOM
        || config.bInit() == InputWeightInit.RANDOM
        || config.randomReal()
        || config.randomImag()) {
      throw new ReferenceSkip("random initial values cannot be compared number by number");
    }
    if (config.init().parts().stream().anyMatch(S4dInit::isHippo)
        && config.init() != S4dInit.LEGS) {
      throw new ReferenceSkip("the phases of the official eigenvectors are not known");
    }
    double[] decay = reference.tensor("param.A_real").values();
    if (config.realTransform() == Transform.NONE && Arrays.stream(decay).anyMatch(a -> a < 0)) {
      throw new ReferenceSkip("some Re A were made positive, which no initialisation does");
    }
  }

  private static void compareRaw(ReferenceCase reference) {
    S4dConfig config = OfficialConfigs.s4d(reference.config());
    S4dParameterisation fresh =
        S4dParameterisation.create(
            config,
            "ssm",
            reference.config().integer("H"),
            reference.config().integer("channels", 1),
            new SeededRandom(SEED));
    for (Parameter parameter : fresh.parameters()) {
      String local = parameter.name().substring("ssm.".length());
      if (local.endsWith("_dt") || local.equals("C") && !config.deterministic()) {
        continue;
      }
      double[] expected = reference.tensor("param." + local).values();
      double[] actual = new double[expected.length];
      for (int i = 0; i < actual.length; i++) {
        actual[i] = parameter.value()[i];
      }
      if (local.equals("B") && config.init() == S4dInit.LEGS) {
        alignSigns(expected, actual);
      }
      double absolute = local.equals("A_imag") ? 1.01e-4 : 0;
      for (int i = 0; i < actual.length; i++) {
        assertThat(actual[i])
            .as("%s %s[%d]", reference.name(), local, i)
            .isCloseTo(expected[i], within(absolute + 2e-6 * Math.max(1, Math.abs(expected[i]))));
      }
      double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
      double tolerance = absolute + 2e-6 * Math.max(1, largest);
      reference.compare(local, expected, actual, tolerance / (largest == 0 ? 1 : largest));
    }
  }

  private static void alignSigns(double[] expected, double[] actual) {
    for (int i = 0; i < actual.length; i += 2) {
      double sign = Math.signum(expected[i] * actual[i] + expected[i + 1] * actual[i + 1]);
      actual[i] *= sign;
      actual[i + 1] *= sign;
    }
  }

  @Test
  void stepSizesAreLogUniform() {
    S4dParameterisation s4d =
        S4dParameterisation.create(
            S4dConfig.DEFAULT.withStateSize(2), "ssm", 4000, 1, new SeededRandom(SEED));
    float[] logs = s4d.parameters().get(0).value();
    double low = Math.log(0.001);
    double high = Math.log(0.1);
    double sum = 0;
    double squares = 0;
    for (float log : logs) {
      assertThat((double) log).as("seed %d", SEED).isBetween(low - 1e-6, high + 1e-6);
      sum += log;
      squares += (double) log * log;
    }
    double mean = sum / logs.length;
    double variance = squares / logs.length - mean * mean;
    // Standard errors: 1.33/√4000 = 0.021 of the mean, 1.6/√4000 = 0.025 of the variance 1.77.
    assertThat(mean).isCloseTo((low + high) / 2, within(0.08));
    assertThat(variance).isCloseTo((high - low) * (high - low) / 12, within(0.1));
  }

  @ParameterizedTest
  @EnumSource(
      names = {"EXP", "SOFTPLUS", "SIGMOID", "RELU"},
      value = Transform.class)
  void stepSizeStaysInRangeThroughEveryTransform(Transform transform) {
    for (boolean fast : new boolean[] {false, true}) {
      S4dConfig config =
          S4dConfig.DEFAULT.withStateSize(2).withDtTransform(transform).withDtFast(fast);
      S4dParameterisation s4d =
          S4dParameterisation.create(config, "ssm", 50, 1, new SeededRandom(SEED));
      for (float raw : s4d.parameters().get(0).value()) {
        double delta = transform.value(fast ? Math.sinh(raw) : raw);
        // RELU adds 1e-4 on top of the drawn value, as the official code does.
        assertThat(delta).as("raw %s", raw).isBetween(0.00099, 0.1002);
      }
    }
  }

  @Test
  void outputWeightsHaveTheirVariance() {
    for (double variance : new double[] {1, 2}) {
      float[] c = last(S4dConfig.DEFAULT.withCVariance(variance), 100);
      assertThat(meanSquare(c) * 2).as("variance").isCloseTo(variance, within(0.1));
    }
    assertThat(Math.sqrt(meanSquare(last(DlrConfig.DEFAULT.withStateSize(50), 100))))
        .isCloseTo(1.0 / 50, within(0.001));
    assertThat(meanSquare(last(DssConfig.DEFAULT, 100))).isCloseTo(1, within(0.05));
  }

  /** Mode by mode of the same size; the phase of W is uniform anyway. */
  @Test
  void dssWithoutAScaleBeginsAsLargeAsExpAndAsPublishedOnDemand() {
    for (boolean separate : new boolean[] {false, true}) {
      DssConfig config = DssConfig.DEFAULT.withStateSize(8).withSeparateDt(separate);
      Modes exp = modes(config);
      for (DssVersion version : List.of(DssVersion.EXP_NO_SCALE, DssVersion.CLIP_NO_SCALE)) {
        Modes other = modes(config.withVersion(version));
        for (int i = 0; i < exp.wRe().length; i++) {
          double size = Math.hypot(exp.wRe()[i], exp.wIm()[i]);
          assertThat(Math.hypot(other.wRe()[i], other.wIm()[i]))
              .as("%s, mode %d", version, i)
              .isCloseTo(size, within(1e-6 * size));
        }
        float[] published = last(config.withVersion(version).withWScale(1), 1000);
        assertThat(meanSquare(published)).as("%s", version).isCloseTo(1, within(0.05));
      }
    }
  }

  private static Modes modes(DssConfig config) {
    return KernelMaps.diagonal(config, "ssm", 5, 2, new SeededRandom(SEED)).modes(16, 1);
  }

  @Test
  void randomPartsAreDrawnInTheirRanges() {
    S4dConfig config =
        S4dConfig.DEFAULT
            .withRealTransform(Transform.NONE)
            .withRandomReal(true)
            .withRandomImag(true);
    double[][] raw = new S4dInitialiser(config, 30, 1, new SeededRandom(SEED)).values();
    double realSum = 0;
    double imagSum = 0;
    for (int i = 0; i < raw[1].length; i++) {
      assertThat(raw[1][i]).isBetween(1e-4, 1.0);
      assertThat(raw[2][i]).isBetween(0.0, 32 * Math.PI);
      realSum += raw[1][i];
      imagSum += raw[2][i];
    }
    assertThat(realSum / raw[1].length).isCloseTo(0.5, within(0.04));
    assertThat(imagSum / raw[1].length).isCloseTo(16 * Math.PI, within(4.0));
  }

  @ParameterizedTest
  @EnumSource(S4dInit.class)
  void everyInitDecaysUnderEveryTransformThatPromisesIt(S4dInit init) {
    for (Transform transform : Transform.values()) {
      boolean reachable = transform != Transform.SIGMOID || init != S4dInit.REAL;
      for (Discretisation kind : Discretisation.values()) {
        if (reachable) {
          S4dConfig config =
              S4dConfig.DEFAULT
                  .withStateSize(8)
                  .withInit(init)
                  .withRealTransform(transform)
                  .withDiscretisation(kind);
          decays(config);
        }
      }
    }
  }

  @Test
  void everyDlrAndDssStartDecays() {
    for (DlrVersion version : DlrVersion.values()) {
      for (DlrInit init : DlrInit.values()) {
        Modes modes =
            KernelMaps.diagonal(
                    DlrConfig.DEFAULT.withStateSize(8).withVersion(version).withInit(init),
                    "ssm",
                    2,
                    1,
                    new SeededRandom(SEED))
                .modes(4, 1);
        for (double re : modes.logRe()) {
          assertThat(re).isLessThanOrEqualTo(0);
          assertThat(re < 0).as("%s decays", version).isEqualTo(version.decays());
        }
        for (double im : modes.logIm()) {
          assertThat(im).isBetween(0.0, 2 * Math.PI);
        }
      }
    }
    for (DssVersion version : DssVersion.values()) {
      decays(DssConfig.DEFAULT.withStateSize(8).withVersion(version));
    }
  }

  private static void decays(SsmConfig config) {
    Modes modes = KernelMaps.diagonal(config, "ssm", 4, 1, new SeededRandom(SEED)).modes(16, 1);
    assertThat(Arrays.stream(modes.logRe()).max().orElseThrow()).as("%s", config).isNegative();
    for (double kernel : ModesOracle.kernel(modes, 16)) {
      assertThat(kernel).as("%s", config).isFinite();
    }
  }

  @Test
  void sameSeedSameWeights() {
    for (SsmConfig config :
        new SsmConfig[] {
          S4dConfig.DEFAULT, DlrConfig.DEFAULT.withStateSize(9), DssConfig.DEFAULT
        }) {
      float[] first = last(config, 3);
      assertThat(last(config, 3)).isEqualTo(first);
      Parameterisation other = KernelMaps.diagonal(config, "ssm", 3, 1, new SeededRandom(SEED + 1));
      assertThat(other.parameters().get(other.parameters().size() - 1).value()).isNotEqualTo(first);
    }
  }

  @Test
  void imagSignAndConjugationGiveTheSameKernel() {
    S4dConfig config =
        S4dConfig.DEFAULT
            .withInit(S4dInit.LEGS)
            .withBInit(InputWeightInit.HIPPO)
            .withDeterministic(true);
    double[] plus = kernel(config.withImagSign(ImagSign.PLUS));
    double[] minus = kernel(config.withImagSign(ImagSign.MINUS));
    assertThat(ReferenceCase.relativeError(plus, minus)).isLessThan(1e-12);
  }

  private static double[] kernel(SsmConfig config) {
    return ModesOracle.kernel(
        KernelMaps.diagonal(config, "ssm", 2, 1, new SeededRandom(SEED)).modes(50, 1), 50);
  }

  private static float[] last(SsmConfig config, int channels) {
    Parameterisation p = KernelMaps.diagonal(config, "ssm", channels, 1, new SeededRandom(SEED));
    return p.parameters().get(p.parameters().size() - 1).value();
  }

  private static double meanSquare(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return sum / values.length;
  }
}
