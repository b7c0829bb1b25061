package io.carillon.ssm.diagonal;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.config.DlrConfig;
import io.carillon.config.DssConfig;
import io.carillon.config.S4dConfig;
import io.carillon.config.SsmConfig;
import io.carillon.config.kernel.Discretisation;
import io.carillon.config.kernel.DlrVersion;
import io.carillon.config.kernel.DssInit;
import io.carillon.config.kernel.DssVersion;
import io.carillon.config.kernel.ImagSign;
import io.carillon.config.kernel.InputWeight;
import io.carillon.config.kernel.InputWeightInit;
import io.carillon.config.kernel.KernelCast;
import io.carillon.config.kernel.S4dInit;
import io.carillon.config.kernel.Transform;
import io.carillon.engine.SeededRandom;
import io.carillon.math.Complex;
import io.carillon.nn.KernelMaps;
import io.carillon.reference.ReferenceCase;
import io.carillon.ssm.Modes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The pullback of every parameterisation against central differences in double precision, for each
 * raw parameter. The five-point formula with step 1e-4 has an error near 1e-10 of the largest entry
 * here; the tolerance leaves a factor of 1000.
 *
 * <p>The reference power exp(z(L − 1)) of growing softmax modes counts as a constant, see {@link
 * Softmax}: it is frozen at its unperturbed value in the differences as well.
 */
class FiniteDifferenceTest {
  private static final double TOLERANCE = 1e-7;
  private static final double STEP = 1e-4;
  private static final double SMALLEST = 1e-3;
  private static final long SEED = 20240611;
  private static final int LENGTH = 9;

  @TestFactory
  Stream<DynamicTest> s4d() {
    List<S4dConfig> configs = new ArrayList<>();
    S4dConfig base = S4dConfig.DEFAULT.withStateSize(8).withDtRange(0.02, 0.3);
    for (Discretisation discretisation : Discretisation.values()) {
      configs.add(base.withDiscretisation(discretisation));
      configs.add(
          base.withDiscretisation(discretisation).withDtTied(false).withImagSign(ImagSign.MINUS));
      configs.add(
          base.withDiscretisation(discretisation)
              .withRealValued(true)
              .withInit(S4dInit.REAL)
              .withBInit(InputWeightInit.RANDOM));
    }
    for (Transform transform : Transform.values()) {
      configs.add(base.withRealTransform(transform).withDiscretisation(Discretisation.BILINEAR));
      configs.add(base.withImagTransform(transform).withImagScale(0.05));
      if (transform != Transform.NONE) {
        configs.add(base.withDtTransform(transform));
        configs.add(base.withDtTransform(transform).withDtFast(true));
      }
    }
    for (InputWeight weight : InputWeight.values()) {
      configs.add(base.withInputWeight(weight).withBInit(InputWeightInit.RANDOM));
    }
    configs.add(base.withSsmCopies(1));
    configs.add(base.withSsmCopies(2).withInit(S4dInit.DIAG));
    configs.add(base.withBandlimit(0.4));
    configs.add(base.withInit(S4dInit.LEGS).withBInit(InputWeightInit.HIPPO));
    return configs.stream()
        .map(config -> DynamicTest.dynamicTest(config.toString(), () -> check(config)));
  }

  @TestFactory
  Stream<DynamicTest> growingModes() {
    // Re A > 0 is possible only without a transform; softmax DSS then shifts the powers.
    return Stream.of(Discretisation.DSS, Discretisation.ZOH)
        .map(
            S4dConfig.DEFAULT.withStateSize(8).withRealTransform(Transform.NONE)
                ::withDiscretisation)
        .map(
            config ->
                DynamicTest.dynamicTest(
                    config.discretisation().toString(),
                    () -> {
                      RawParameterisation map = create(config);
                      double[][] raw = map.rawValues();
                      raw[1][1] = -0.7;
                      raw[1][4] = -0.2;
                      check(map, raw, 1);
                    }));
  }

  @TestFactory
  Stream<DynamicTest> dlr() {
    List<DlrConfig> configs = new ArrayList<>();
    for (DlrVersion version : DlrVersion.values()) {
      for (KernelCast cast : KernelCast.values()) {
        configs.add(
            DlrConfig.DEFAULT.withStateSize(5).withVersion(version).withCast(cast).withWScale(1));
      }
    }
    return configs.stream()
        .map(
            config ->
                DynamicTest.dynamicTest(
                    config.toString(),
                    () -> {
                      RawParameterisation map = create(config);
                      check(map, map.rawValues(), 1);
                    }));
  }

  @TestFactory
  Stream<DynamicTest> dss() {
    List<DssConfig> configs = new ArrayList<>();
    for (DssVersion version : DssVersion.values()) {
      for (KernelCast cast :
          List.of(KernelCast.REAL, KernelCast.IMAG, KernelCast.SUM, KernelCast.PROD)) {
        for (boolean separate : new boolean[] {false, true}) {
          configs.add(
              DssConfig.DEFAULT
                  .withStateSize(5)
                  .withInit(DssInit.LIN)
                  .withVersion(version)
                  .withCast(cast)
                  .withDtRange(0.02, 0.3)
                  .withSeparateDt(separate));
        }
      }
    }
    return configs.stream()
        .map(config -> DynamicTest.dynamicTest(config.toString(), () -> check(config)));
  }

  @TestFactory
  Stream<DynamicTest> dssAtTheEdges() {
    return Stream.of(DssVersion.CLIP, DssVersion.CLIP_NO_SCALE, DssVersion.SOFTMAX)
        .flatMap(
            version ->
                Stream.of(false, true)
                    .map(
                        separate ->
                            DynamicTest.dynamicTest(
                                version + (separate ? " separate steps" : ""),
                                () -> checkEdges(version, separate))));
  }

  /** Growing, clipped, and so small that 1/Λ is bounded. */
  private static void checkEdges(DssVersion version, boolean separate) {
    RawParameterisation map =
        create(
            DssConfig.DEFAULT
                .withStateSize(5)
                .withInit(DssInit.LIN)
                .withVersion(version)
                .withSeparateDt(separate));
    double[][] raw = map.rawValues();
    raw[1][0] = 0.3;
    raw[1][1] = 0.4;
    raw[1][2] = -1e-4;
    raw[1][3] = 2e-4;
    raw[1][4] = 0.2;
    check(map, raw, 1);
  }

  private static RawParameterisation create(SsmConfig config) {
    return (RawParameterisation) KernelMaps.diagonal(config, "ssm", 4, 2, new SeededRandom(SEED));
  }

  private static void check(SsmConfig config) {
    RawParameterisation map = create(config);
    double[][] raw = map.rawValues();
    SeededRandom random = new SeededRandom(SEED + 1);
    for (double[] values : raw) {
      for (int i = 0; i < values.length; i++) {
        values[i] += 0.05 * random.normal();
      }
    }
    check(map, raw, 1.7);
  }

  private static void check(RawParameterisation map, double[][] raw, double rate) {
    Modes modes = map.modes(raw, LENGTH, rate);
    double[] g = new double[modes.sets() * modes.channels() * LENGTH];
    SeededRandom random = new SeededRandom(SEED + 2);
    for (int i = 0; i < g.length; i++) {
      g[i] = random.normal();
    }
    double[][] exact = map.pullback(raw, LENGTH, rate, ModesOracle.adjoint(modes, LENGTH, g));
    for (int p = 0; p < raw.length; p++) {
      double[] difference = new double[raw[p].length];
      for (int i = 0; i < difference.length; i++) {
        difference[i] = derivative(map, raw, rate, modes, g, raw[p], i);
      }
      String name = map.parameters().get(p).name();
      assertThat(ReferenceCase.relativeError(difference, exact[p]))
          .as("seed %d: relative error of the gradient of %s", SEED, name)
          .isLessThan(TOLERANCE);
    }
  }

  private static double derivative(
      RawParameterisation map,
      double[][] raw,
      double rate,
      Modes fixed,
      double[] g,
      double[] values,
      int i) {
    double start = values[i];
    double step = STEP * Math.max(Math.abs(start), SMALLEST);
    double sum = 0;
    for (int k : new int[] {-2, -1, 1, 2}) {
      values[i] = start + k * step;
      double weight = (k < 0 ? -1 : 1) * (Math.abs(k) == 1 ? 8 : -1) / 12.0;
      sum += weight * loss(map.modes(raw, LENGTH, rate), fixed, g);
    }
    values[i] = start;
    return sum / step;
  }

  /** Σ K g with the reference power of shifted modes taken from {@code fixed}. */
  private static double loss(Modes modes, Modes fixed, double[] g) {
    double[] kernel = ModesOracle.kernel(unshifted(modes, fixed), LENGTH);
    double sum = 0;
    for (int i = 0; i < g.length; i++) {
      sum += kernel[i] * g[i];
    }
    return sum;
  }

  /** w exp(z l − c) as modes without shift: c = z s of {@code fixed} goes into w. */
  private static Modes unshifted(Modes modes, Modes fixed) {
    if (fixed.shift() == null) {
      return modes;
    }
    double[] wRe = modes.wRe().clone();
    double[] wIm = modes.wIm().clone();
    for (int k = 0; k < wRe.length; k++) {
      int z = fixed.logRow(k / fixed.modes() % fixed.channels()) + k % fixed.modes();
      Complex power =
          new Complex(fixed.logRe()[z], fixed.logIm()[z]).times(-fixed.shift()[z]).exp();
      Complex w = new Complex(wRe[k], wIm[k]).times(power);
      wRe[k] = w.re();
      wIm[k] = w.im();
    }
    return new Modes(
        modes.sets(),
        modes.channels(),
        modes.modes(),
        modes.shared(),
        modes.logRe(),
        modes.logIm(),
        wRe,
        wIm,
        null,
        modes.cast());
  }
}
