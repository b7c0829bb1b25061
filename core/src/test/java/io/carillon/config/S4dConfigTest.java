package io.carillon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.carillon.config.kernel.Discretisation;
import io.carillon.config.kernel.ImagSign;
import io.carillon.config.kernel.InputWeight;
import io.carillon.config.kernel.InputWeightInit;
import io.carillon.config.kernel.S4dInit;
import io.carillon.config.kernel.Transform;
import io.carillon.engine.SeededRandom;
import io.carillon.nn.KernelMaps;
import org.junit.jupiter.api.Test;

/** Defaults, changes and refusals of the S4D settings. */
class S4dConfigTest {
  private static final S4dConfig DEFAULT = S4dConfig.DEFAULT;

  @Test
  void defaultIsS4dLin() {
    assertThat(DEFAULT.stateSize()).isEqualTo(64);
    assertThat(DEFAULT.storedModes()).isEqualTo(32);
    assertThat(DEFAULT.init()).isEqualTo(S4dInit.LIN);
    assertThat(DEFAULT.discretisation()).isEqualTo(Discretisation.ZOH);
    assertThat(DEFAULT.realTransform()).isEqualTo(Transform.EXP);
    assertThat(DEFAULT.dtMin()).isEqualTo(0.001);
    assertThat(DEFAULT.dtMax()).isEqualTo(0.1);
    assertThat(DEFAULT.ssmCopies()).isZero();
    assertThat(DEFAULT.bandlimit()).isNaN();
    assertThat(DEFAULT.maxKernelLength()).isZero();
    assertThat(DEFAULT.kind()).isEqualTo("s4d");
  }

  @Test
  void everyWitherChangesItsOwnComponent() {
    S4dConfig changed =
        DEFAULT
            .withStateSize(10)
            .withInit(S4dInit.INV)
            .withRealScale(2)
            .withImagScale(3)
            .withRandomReal(true)
            .withRandomImag(true)
            .withDiscretisation(Discretisation.DIRAC)
            .withRealTransform(Transform.RELU)
            .withImagTransform(Transform.EXP)
            .withImagSign(ImagSign.MINUS)
            .withDtTransform(Transform.SOFTPLUS)
            .withDtFast(true)
            .withDtTied(false)
            .withDtRange(0.2, 0.3)
            .withInputWeight(InputWeight.FROZEN)
            .withBInit(InputWeightInit.ALTERNATING)
            .withBScale(4)
            .withNormalize(true)
            .withSsmCopies(5)
            .withCVariance(6)
            .withDeterministic(true)
            .withBandlimit(0.5)
            .withMaxKernelLength(7);
    assertThat(changed)
        .isEqualTo(
            new S4dConfig(
                10,
                S4dInit.INV,
                2,
                3,
                true,
                true,
                Discretisation.DIRAC,
                Transform.RELU,
                Transform.EXP,
                ImagSign.MINUS,
                Transform.SOFTPLUS,
                true,
                false,
                0.2,
                0.3,
                InputWeight.FROZEN,
                InputWeightInit.ALTERNATING,
                4,
                true,
                5,
                6,
                true,
                0.5,
                false,
                7));
    assertThat(DEFAULT.withRealValued(true).realValued()).isTrue();
  }

  /** The minimal official layer rounds an odd N down without a word. */
  @Test
  void oddStateSizeNamesTheModesThatTheMinimalOfficialLayerWouldStore() {
    refused(() -> DEFAULT.withStateSize(63), "N = 63", "N//2 = 31 modes", "use 62", "or 64");
    refused(() -> DEFAULT.withStateSize(1), "N = 1", "N//2 = 0 modes: use 2");
    assertThat(DEFAULT.withRealValued(true).withStateSize(63).storedModes()).isEqualTo(63);
  }

  @Test
  void refusesValuesOutOfRange() {
    refused(() -> DEFAULT.withStateSize(0), "state_size", "0", "at least 1");
    refused(() -> DEFAULT.withRealScale(-1), "real_scale", "-1", "positive");
    refused(() -> DEFAULT.withImagScale(Double.NaN), "imag_scale", "NaN", "finite");
    refused(() -> DEFAULT.withDtRange(0, 1), "dt_min", "0.0", "positive");
    refused(() -> DEFAULT.withDtRange(0.2, 0.1), "dt_min 0.2", "above dt_max 0.1");
    refused(() -> DEFAULT.withDtRange(0.1, Double.POSITIVE_INFINITY), "dt_max", "Infinity");
    refused(() -> DEFAULT.withSsmCopies(-1), "ssm_copies", "-1");
    refused(() -> DEFAULT.withCVariance(0), "c_variance", "0.0");
    refused(() -> DEFAULT.withBandlimit(-0.5), "bandlimit", "-0.5");
    refused(() -> DEFAULT.withMaxKernelLength(-3), "max_kernel_length", "-3");
    refused(() -> DEFAULT.withInit(null), "init", "missing");
  }

  @Test
  void refusesCombinationsThatDoNotWork() {
    refused(() -> DEFAULT.withDtTransform(Transform.NONE), "dt_transform NONE", "SOFTPLUS");
    refused(() -> DEFAULT.withBInit(InputWeightInit.HIPPO), "b_init HIPPO", "LEGS", "init is LIN");
    refused(() -> DEFAULT.withInit(S4dInit.REAL).withRealScale(2), "real_scale 2.0", "REAL");
    refused(
        () -> DEFAULT.withInit(S4dInit.LEGS).withRandomImag(true),
        "random_imag",
        "init LEGS",
        "LIN");
    refused(() -> DEFAULT.withBandlimit(1).withRealValued(true), "bandlimit 1.0", "real_valued");
  }

  @Test
  void refusesChannelsThatDoNotFit() {
    SeededRandom random = new SeededRandom(1);
    refused(
        () -> KernelMaps.diagonal(DEFAULT.withSsmCopies(3), "blocks.0.ssm", 8, 1, random),
        "blocks.0.ssm",
        "ssm_copies 3",
        "channels 8");
    refused(
        () -> KernelMaps.diagonal(DEFAULT.withInit(S4dInit.ALL), "blocks.0.ssm", 6, 1, random),
        "init ALL",
        "6",
        "multiple of 4");
    refused(() -> KernelMaps.diagonal(DEFAULT, "x", 0, 1, random), "x", "at least 1 channel");
    refused(
        () ->
            KernelMaps.diagonal(
                DEFAULT.withInit(S4dInit.REAL).withRealTransform(Transform.SIGMOID),
                "x",
                1,
                1,
                random),
        "SIGMOID",
        "below 1");
  }

  private static void refused(Runnable action, String... parts) {
    assertThatIllegalArgumentException()
        .isThrownBy(action::run)
        .satisfies(
            e -> {
              for (String part : parts) {
                assertThat(e.getMessage()).contains(part);
              }
            });
  }
}
