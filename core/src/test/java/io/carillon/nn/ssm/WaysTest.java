package io.carillon.nn.ssm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.config.DlrConfig;
import io.carillon.config.KernelConfig;
import io.carillon.config.KernelKind;
import io.carillon.config.S4Config;
import io.carillon.config.S4dConfig;
import io.carillon.config.SgConvConfig;
import io.carillon.config.SsmAlgorithm;
import io.carillon.engine.Carry;
import io.carillon.engine.KernelChoice;
import io.carillon.engine.Parallel;
import io.carillon.engine.Pass;
import io.carillon.engine.Rows;
import io.carillon.engine.SeededRandom;
import io.carillon.engine.Workspace;
import io.carillon.nn.KernelMaps;
import io.carillon.ssm.KernelMap;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Which way is taken for which rows. */
class WaysTest {
  private static final int CHANNELS = 4;
  private static final S4dConfig S4D = S4dConfig.DEFAULT.withStateSize(4);

  /** Cut where the sequences below go on. */
  private static final S4dConfig CUT = S4D.withMaxKernelLength(8);

  private static SsmShape shape(KernelConfig config) {
    SeededRandom random = new SeededRandom(1);
    KernelMap map = KernelMaps.of(config, "layer", CHANNELS, 1, random);
    return new SsmShape(0, map, false, new Skip("layer", 1, CHANNELS, random));
  }

  private static Rows timed(double gap) {
    return timed(Rows.of(20), gap);
  }

  private static Rows timed(Rows rows, double gap) {
    double[] gaps = new double[rows.total()];
    Arrays.fill(gaps, gap);
    return rows.withGaps(gaps);
  }

  private static Pass training(Rows rows) {
    return Pass.training(
        rows, new Workspace(), Parallel.serial(), KernelChoice.select(KernelKind.SCALAR), 0);
  }

  private static Pass prediction(Rows rows) {
    return Pass.inference(
        rows, new Workspace(), Parallel.serial(), KernelChoice.select(KernelKind.SCALAR));
  }

  private static Pass carried(KernelConfig config, Pass pass) {
    return pass.withCarries(new Carry(shape(config).stateSize(1)));
  }

  private static Class<?> way(KernelConfig config, Pass pass) {
    return new Ways("layer", shape(config)).of(pass).getClass();
  }

  @Test
  void ordinaryRowsTakeWhatIsAskedForOrTheCheaperOne() {
    Pass pass = training(Rows.of(20));
    assertThat(way(S4D, pass.withAlgorithm(SsmAlgorithm.RECURRENCE))).isEqualTo(Recurrence.class);
    assertThat(way(S4D, pass.withAlgorithm(SsmAlgorithm.CONVOLUTION))).isEqualTo(Convolution.class);
    DlrConfig many = DlrConfig.DEFAULT.withStateSize(500);
    assertThat(way(many, training(Rows.uniform(16, 256)))).isEqualTo(Convolution.class);
  }

  @Test
  void withoutARecurrenceItIsTheConvolution() {
    Pass pass = training(Rows.of(20));
    assertThat(way(CUT, pass)).isEqualTo(Convolution.class);
    assertThat(way(S4Config.DEFAULT, pass)).isEqualTo(Convolution.class);
    assertThat(way(SgConvConfig.DEFAULT, pass)).isEqualTo(Convolution.class);
    assertThatThrownBy(() -> way(CUT, pass.withAlgorithm(SsmAlgorithm.RECURRENCE)))
        .isInstanceOf(ImpossibleAlgorithmException.class)
        .hasMessageContaining("layer cannot run as a recurrence: its kernel is cut at 8 steps");
  }

  @Test
  void statesThatNoArrayCanHoldAreNotScanned() {
    Pass pass = prediction(Rows.uniform(1 << 18, 1));
    DlrConfig large = DlrConfig.DEFAULT.withStateSize(1 << 10);
    assertThat(way(large, pass)).isEqualTo(Convolution.class);
    assertThatThrownBy(() -> way(large, pass.withAlgorithm(SsmAlgorithm.RECURRENCE)))
        .isInstanceOf(ImpossibleAlgorithmException.class)
        .hasMessageContaining("the states of 262144 sequences at once are more numbers");
    Pass timed = prediction(timed(Rows.uniform(1 << 18, 1), 2));
    SsmShape shape = shape(large);
    float[] none = new float[CHANNELS << 18];
    assertThatThrownBy(() -> new GapRecurrence(shape).forward(timed, none, none.clone()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("use fewer or shorter sequences at once");
  }

  @Test
  void gapsAreARecurrenceOfTheirOwnOrAreSpelledOut() {
    assertThat(way(S4D, training(timed(2.5)))).isEqualTo(GapRecurrence.class);
    assertThat(way(CUT, prediction(timed(3)))).isEqualTo(HeldRows.class);
    assertThat(way(S4Config.DEFAULT, training(timed(100)))).isEqualTo(HeldRows.class);
    assertThat(way(S4Config.DEFAULT, prediction(timed(3)))).isEqualTo(HeldRows.class);
    assertThat(way(S4Config.DEFAULT, prediction(timed(100)))).isEqualTo(SingleSteps.class);
    assertThatThrownBy(() -> way(S4D, training(timed(2)).withAlgorithm(SsmAlgorithm.CONVOLUTION)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot run as a convolution")
        .hasMessageContaining("use the recurrence");
    assertThatThrownBy(() -> way(SgConvConfig.DEFAULT, training(timed(2))))
        .isInstanceOf(ImpossibleAlgorithmException.class);
  }

  @Test
  void aStateIsGoneOnFromByTheScanOrStepByStep() {
    Rows rows = Rows.of(20);
    assertThat(way(S4D, carried(S4D, prediction(rows)))).isEqualTo(Recurrence.class);
    assertThat(way(S4D, carried(S4D, training(rows)))).isEqualTo(Recurrence.class);
    assertThat(way(CUT, carried(CUT, prediction(rows)))).isEqualTo(SingleSteps.class);
    assertThat(way(S4Config.DEFAULT, carried(S4Config.DEFAULT, prediction(rows))))
        .isEqualTo(SingleSteps.class);
    assertThatThrownBy(() -> way(CUT, carried(CUT, training(rows))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot go on from a state")
        .hasMessageContaining("use whole sequences");
  }
}
