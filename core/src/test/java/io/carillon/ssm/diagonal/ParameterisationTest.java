package io.carillon.ssm.diagonal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.carillon.config.DlrConfig;
import io.carillon.config.DssConfig;
import io.carillon.config.S4dConfig;
import io.carillon.config.SsmConfig;
import io.carillon.config.kernel.Discretisation;
import io.carillon.config.kernel.DlrVersion;
import io.carillon.config.kernel.DssVersion;
import io.carillon.config.kernel.InputWeight;
import io.carillon.config.kernel.KernelCast;
import io.carillon.config.kernel.S4dInit;
import io.carillon.config.kernel.Transform;
import io.carillon.engine.Parameter;
import io.carillon.engine.Role;
import io.carillon.engine.SeededRandom;
import io.carillon.math.Complex;
import io.carillon.nn.KernelMaps;
import io.carillon.reference.ReferenceCase;
import io.carillon.ssm.Modes;
import io.carillon.ssm.ModesGradient;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Names, shapes and roles of the raw parameters; rate; recurrence; refusals. */
class ParameterisationTest {
  private static final SeededRandom RANDOM = new SeededRandom(3);

  @Test
  void s4dParameters() {
    S4dConfig config = S4dConfig.DEFAULT.withStateSize(8);
    assertThat(describe(config, 4, 2))
        .containsExactly(
            "ssm.log_dt[4] DT",
            "ssm.A_real[4, 4] A_REAL",
            "ssm.A_imag[4, 4] A",
            "ssm.B[4, 4, 2] B",
            "ssm.C[2, 4, 4, 2] C");
    assertThat(
            describe(
                config
                    .withDtTied(false)
                    .withDtFast(true)
                    .withSsmCopies(2)
                    .withInputWeight(InputWeight.FROZEN),
                4,
                1))
        .containsExactly(
            "ssm.inv_dt[4, 4] DT",
            "ssm.A_real[2, 4] A_REAL",
            "ssm.A_imag[2, 4] A",
            "ssm.B[2, 4, 2] B frozen",
            "ssm.C[1, 4, 4, 2] C");
    assertThat(describe(config.withRealValued(true).withInputWeight(InputWeight.ABSENT), 4, 1))
        .containsExactly("ssm.log_dt[4] DT", "ssm.A_real[4, 8] A_REAL", "ssm.C[1, 4, 8] C");
  }

  @Test
  void dlrParameters() {
    DlrConfig config = DlrConfig.DEFAULT.withStateSize(8);
    assertThat(describe(config, 4, 2))
        .containsExactly("ssm.rho[8] A_REAL", "ssm.theta[8] A", "ssm.W[2, 4, 8, 2] C");
    assertThat(describe(config.withVersion(DlrVersion.LAMBDA_IMAG_W_REAL), 4, 2))
        .containsExactly("ssm.theta[8] A", "ssm.W[2, 4, 8] C");
    assertThat(describe(config.withVersion(DlrVersion.LAMBDA_REAL_W_REAL), 4, 2))
        .containsExactly("ssm.rho[8] A_REAL", "ssm.W[2, 4, 8] C");
  }

  @Test
  void dssParameters() {
    DssConfig config = DssConfig.DEFAULT.withStateSize(8);
    assertThat(describe(config, 4, 2))
        .containsExactly(
            "ssm.log_dt[4] DT",
            "ssm.Lambda_log_neg_re[8] A_REAL",
            "ssm.Lambda_im[8] A",
            "ssm.W[2, 4, 8, 2] C");
    assertThat(describe(config.withVersion(DssVersion.SOFTMAX).withSeparateDt(true), 4, 1))
        .containsExactly("ssm.log_dt[4, 2] DT", "ssm.Lambda[8, 2] A", "ssm.W[1, 4, 8, 2] C");
  }

  private static String[] describe(SsmConfig config, int channels, int sets) {
    return KernelMaps.diagonal(config, "ssm", channels, sets, RANDOM).parameters().stream()
        .map(p -> p + " " + p.role() + (p.trainable() ? "" : " frozen"))
        .toArray(String[]::new);
  }

  @Test
  void rateScalesTheStep() {
    S4dConfig config = S4dConfig.DEFAULT.withStateSize(8);
    S4dParameterisation map = s4d(config);
    Modes slow = map.modes(6, 1);
    Modes fast = map.modes(6, 2);
    for (int i = 0; i < slow.logRe().length; i++) {
      assertThat(fast.logRe()[i]).isEqualTo(2 * slow.logRe()[i]);
      assertThat(fast.logIm()[i]).isEqualTo(2 * slow.logIm()[i]);
    }
  }

  @Test
  void channelsTakeTheCopiesInTurn() {
    S4dConfig config =
        S4dConfig.DEFAULT.withStateSize(8).withDeterministic(true).withDtRange(0.1, 0.1);
    double[] log = s4d(config.withSsmCopies(2).withInit(S4dInit.DIAG)).modes(3, 1).logIm();
    double[] inv = s4d(config.withInit(S4dInit.INV)).modes(3, 1).logIm();
    double[] lin = s4d(config.withInit(S4dInit.LIN)).modes(3, 1).logIm();
    for (int h = 0; h < 4; h++) {
      double[] expected = h % 2 == 0 ? inv : lin;
      assertThat(Arrays.copyOfRange(log, 4 * h, 4 * h + 4))
          .as("channel %d", h)
          .isEqualTo(Arrays.copyOf(expected, 4));
    }
  }

  @Test
  void bandlimitIsJudgedAtTrainingRate() {
    S4dConfig config =
        S4dConfig.DEFAULT.withStateSize(16).withDtRange(0.1, 0.1).withBandlimit(0.45);
    S4dParameterisation map = s4d(config);
    // Δ·πn/2π ≥ 0.225 from n = 5 on.
    for (double rate : new double[] {1, 4}) {
      Modes modes = map.modes(6, rate);
      for (int i = 0; i < modes.wRe().length; i++) {
        boolean kept = modes.wRe()[i] != 0 || modes.wIm()[i] != 0;
        assertThat(kept).as("mode %d at rate %s", i % 8, rate).isEqualTo(i % 8 < 5);
      }
    }
  }

  @Test
  void bilinearPoleStaysFinite() {
    // Δ = 2, A = −1: λ = 0 exactly.
    S4dConfig config =
        S4dConfig.DEFAULT
            .withRealValued(true)
            .withStateSize(1)
            .withDiscretisation(Discretisation.BILINEAR)
            .withInputWeight(InputWeight.ABSENT)
            .withRealTransform(Transform.NONE)
            .withDtTransform(Transform.SOFTPLUS);
    RawParameterisation map =
        (RawParameterisation) KernelMaps.diagonal(config, "ssm", 1, 1, RANDOM);
    double[][] raw = {{Transform.SOFTPLUS.inverse(2)}, {1}, {3}};
    Modes modes = map.modes(raw, 4, 1);
    double[] kernel = ModesOracle.kernel(modes, 4);
    assertThat(kernel[0]).isEqualTo(6, within(1e-12));
    assertThat(kernel[1]).isEqualTo(0, within(1e-12));
    ModesGradient gradient = ModesOracle.adjoint(modes, 4, new double[] {1, 1, 1, 1});
    for (double[] values : map.pullback(raw, 4, 1, gradient)) {
      for (double value : values) {
        assertThat(value).isFinite();
      }
    }
  }

  @Test
  void frozenInputWeightGetsNoGradient() {
    S4dParameterisation map =
        s4d(S4dConfig.DEFAULT.withStateSize(4).withInputWeight(InputWeight.FROZEN));
    Modes modes = map.modes(3, 1);
    map.pullback(3, 1, ModesOracle.adjoint(modes, 3, filled(12)));
    for (Parameter parameter : map.parameters()) {
      boolean zero = true;
      for (float g : parameter.gradient()) {
        zero &= g == 0;
      }
      assertThat(zero).as(parameter.name()).isEqualTo(parameter.role() == Role.B);
    }
  }

  @Test
  void gradientsAddUp() {
    S4dParameterisation map = s4d(S4dConfig.DEFAULT.withStateSize(4));
    ModesGradient g = ModesOracle.adjoint(map.modes(3, 1), 3, filled(12));
    map.pullback(3, 1, g);
    float[] once = map.parameters().get(4).gradient().clone();
    map.pullback(3, 1, g);
    for (int i = 0; i < once.length; i++) {
      assertThat(map.parameters().get(4).gradient()[i]).isEqualTo(2 * once[i]);
    }
  }

  @Test
  void discreteSystemGivesTheKernelOfEveryLinearCast() {
    for (KernelCast cast : KernelCast.values()) {
      if (cast.isLinear()) {
        sameKernel(DlrConfig.DEFAULT.withStateSize(5).withCast(cast));
        sameKernel(DssConfig.DEFAULT.withStateSize(5).withCast(cast));
      }
    }
    sameKernel(S4dConfig.DEFAULT.withDiscretisation(Discretisation.DIRAC));
    sameKernel(S4dConfig.DEFAULT.withDiscretisation(Discretisation.BILINEAR));
  }

  /** The impulse response of s ← Ā s + B̄ u, y = factor · Re C s. */
  private static void sameKernel(SsmConfig config) {
    Parameterisation map = KernelMaps.diagonal(config, "ssm", 2, 2, RANDOM);
    int length = 7;
    DiscreteSystem s = map.discrete(1);
    double[] response = new double[2 * 2 * length];
    for (int i = 0; i < s.cRe().length; i++) {
      int row = i / s.modes();
      int k = i % (s.channels() * s.modes());
      Complex a = new Complex(s.aRe()[k], s.aIm()[k]);
      Complex state = new Complex(s.bRe()[k], s.bIm()[k]);
      for (int l = 0; l < length; l++) {
        response[row * length + l] +=
            s.factor() * state.times(new Complex(s.cRe()[i], s.cIm()[i])).re();
        state = state.times(a);
      }
    }
    double[] kernel = ModesOracle.kernel(map.modes(length, 1), length);
    assertThat(ReferenceCase.relativeError(kernel, response)).as("%s", config).isLessThan(1e-13);
  }

  @Test
  void refusesWhatHasNoRecurrence() {
    noRecurrence(S4dConfig.DEFAULT.withDiscretisation(Discretisation.DSS), "DSS");
    noRecurrence(DssConfig.DEFAULT.withVersion(DssVersion.SOFTMAX), "SOFTMAX");
    noRecurrence(DlrConfig.DEFAULT.withCast(KernelCast.PROD), "PROD");
    noRecurrence(DssConfig.DEFAULT.withCast(KernelCast.PROD), "PROD");
  }

  private static void noRecurrence(SsmConfig config, String part) {
    Parameterisation map = KernelMaps.diagonal(config, "ssm", 1, 1, RANDOM);
    assertThatThrownBy(() -> map.discrete(1))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining(part)
        .hasMessageContaining("convolution");
  }

  @Test
  void refusesBadLengthAndRate() {
    S4dParameterisation map = s4d(S4dConfig.DEFAULT);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> map.modes(0, 1))
        .withMessageContaining("length 0");
    for (double rate : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> map.modes(3, rate))
          .withMessageContaining("rate " + rate);
    }
    Parameterisation dlr = KernelMaps.diagonal(DlrConfig.DEFAULT, "ssm", 1, 1, RANDOM);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> dlr.modes(3, 2))
        .withMessageContaining("rate 2.0")
        .withMessageContaining("no step size");
  }

  @Test
  void onlySoftmaxDependsOnTheLength() {
    assertThat(s4d(S4dConfig.DEFAULT).dependsOnLength()).isFalse();
    assertThat(s4d(S4dConfig.DEFAULT.withDiscretisation(Discretisation.DSS)).dependsOnLength())
        .isTrue();
    for (DssVersion version : DssVersion.values()) {
      Parameterisation dss =
          KernelMaps.diagonal(DssConfig.DEFAULT.withVersion(version), "ssm", 2, 1, RANDOM);
      assertThat(dss.dependsOnLength()).isEqualTo(version == DssVersion.SOFTMAX);
      boolean same = Arrays.equals(dss.modes(4, 1).wRe(), dss.modes(9, 1).wRe());
      assertThat(same).isEqualTo(version != DssVersion.SOFTMAX);
    }
  }

  private static S4dParameterisation s4d(S4dConfig config) {
    return S4dParameterisation.create(config, "ssm", 4, 1, RANDOM);
  }

  private static double[] filled(int size) {
    double[] values = new double[size];
    Arrays.fill(values, 1);
    return values;
  }
}
