package io.carillon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.carillon.config.kernel.DlrInit;
import io.carillon.config.kernel.DlrVersion;
import io.carillon.config.kernel.DssInit;
import io.carillon.config.kernel.DssVersion;
import io.carillon.config.kernel.KernelCast;
import org.junit.jupiter.api.Test;

/** Defaults, changes and refusals of the DLR and DSS settings. */
class DlrDssConfigTest {
  private static final DlrConfig DLR = DlrConfig.DEFAULT;
  private static final DssConfig DSS = DssConfig.DEFAULT;

  @Test
  void dlrWithersAndDefaults() {
    assertThat(DLR)
        .isEqualTo(
            new DlrConfig(1024, DlrVersion.FULL, DlrInit.OMEGA, 1e-4, 0.1, KernelCast.REAL, 0, 0));
    assertThat(
            DLR.withStateSize(3)
                .withVersion(DlrVersion.LAMBDA_IMAG)
                .withInit(DlrInit.RANDN)
                .withDtRange(0.2, 0.4)
                .withCast(KernelCast.PROD)
                .withWScale(0.5)
                .withMaxKernelLength(9))
        .isEqualTo(
            new DlrConfig(
                3, DlrVersion.LAMBDA_IMAG, DlrInit.RANDN, 0.2, 0.4, KernelCast.PROD, 0.5, 9));
    assertThat(DLR.storedModes()).isEqualTo(1024);
    assertThat(DLR.kind()).isEqualTo("dlr");
  }

  @Test
  void dssWithersAndDefaults() {
    assertThat(DSS)
        .isEqualTo(
            new DssConfig(
                64,
                DssVersion.EXP,
                DssInit.HIPPO_SKEW_POS_IMAG,
                0.001,
                0.1,
                false,
                KernelCast.REAL,
                0,
                1e-7,
                0));
    assertThat(
            DSS.withStateSize(3)
                .withVersion(DssVersion.CLIP)
                .withInit(DssInit.LIN)
                .withDtRange(0.2, 0.4)
                .withSeparateDt(true)
                .withCast(KernelCast.SUM)
                .withWScale(0.5)
                .withEpsilon(1e-9)
                .withMaxKernelLength(9))
        .isEqualTo(
            new DssConfig(
                3, DssVersion.CLIP, DssInit.LIN, 0.2, 0.4, true, KernelCast.SUM, 0.5, 1e-9, 9));
    assertThat(DSS.storedModes()).isEqualTo(64);
    assertThat(DSS.kind()).isEqualTo("dss");
  }

  @Test
  void refusals() {
    refused(() -> DLR.withStateSize(0), "state_size", "0");
    refused(() -> DLR.withDtRange(-1, 1), "dt_min", "-1.0");
    refused(() -> DLR.withWScale(-0.1), "w_scale", "-0.1", "1/N");
    refused(() -> DLR.withMaxKernelLength(-1), "max_kernel_length", "-1");
    refused(() -> DLR.withCast(null), "cast", "missing");
    refused(() -> DSS.withStateSize(-4), "state_size", "-4");
    refused(() -> DSS.withDtRange(1, 0.5), "dt_min 1.0", "dt_max 0.5");
    refused(() -> DSS.withWScale(Double.NaN), "w_scale", "NaN", "1 is the published start");
    refused(() -> DSS.withEpsilon(0), "epsilon", "0.0");
    refused(() -> DSS.withCast(KernelCast.REAL_PROD), "REAL_PROD", "use REAL");
    refused(
        () -> DSS.withInit(DssInit.RANDN).withVersion(DssVersion.EXP_RE_IM), "EXP_RE_IM", "RANDN");
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
