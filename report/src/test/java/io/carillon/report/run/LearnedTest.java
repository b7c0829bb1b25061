package io.carillon.report.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.config.BlockConfig;
import io.carillon.config.Computing;
import io.carillon.config.DlrConfig;
import io.carillon.config.DssConfig;
import io.carillon.config.LayerConfig;
import io.carillon.config.NetworkConfig;
import io.carillon.config.S4Config;
import io.carillon.config.S4dConfig;
import io.carillon.config.SgConvConfig;
import io.carillon.config.kernel.KernelCast;
import io.carillon.engine.Engine;
import io.carillon.engine.KernelChoice;
import io.carillon.engine.Parallel;
import io.carillon.engine.SeededRandom;
import io.carillon.nn.Network;
import io.carillon.nn.ssm.SsmLayer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The numbers behind the pictures of poles and kernels. */
class LearnedTest {
  /**
   * Both sides round to single precision, 6e-8, and sum up to 64 modes in another order; the
   * largest tap is of size 1.
   */
  private static final double ROUNDING = 1e-5;

  static Stream<LayerConfig> kinds() {
    return Stream.of(
        S4dConfig.DEFAULT,
        DlrConfig.DEFAULT,
        DlrConfig.DEFAULT.withCast(KernelCast.REAL_PROD),
        DssConfig.DEFAULT,
        S4Config.DEFAULT,
        SgConvConfig.DEFAULT);
  }

  private static SsmLayer layer(LayerConfig kind, boolean bidirectional) {
    BlockConfig block = BlockConfig.DEFAULT.withSsm(kind).withBidirectional(bidirectional);
    NetworkConfig config = NetworkConfig.sequence(1, 2).withWidth(70).withDepth(1).withBlock(block);
    return (SsmLayer) new Network(config, new SeededRandom(5)).layers().get(0);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void shownKernelsAreThoseOfTheLayer(LayerConfig kind) {
    for (boolean bidirectional : new boolean[] {false, true}) {
      SsmLayer layer = layer(kind, bidirectional);
      int length = 100;
      int all = layer.kernelMap().sets() * layer.channels();
      float[] whole = new float[all * length];
      layer.kernelMap().kernel(KernelChoice.select(), Parallel.serial(), length, 1, whole);

      LayerKernels shown = LayerKernels.of(layer, length, 1, Engine.of(Computing.standard()));

      assertThat(shown.of()).isEqualTo(all);
      assertThat(shown.size()).isEqualTo(64);
      assertThat(shown.whole()).isTrue();
      for (int i = 0; i < shown.size(); i++) {
        int row = shown.rows().get(i);
        for (int l = 0; l < length; l++) {
          float expected = whole[row * length + l];
          assertThat(shown.taps()[i][l])
              .as("kernel %d lag %d", row, l)
              .isCloseTo(expected, org.assertj.core.data.Offset.offset((float) ROUNDING));
        }
      }
    }
  }

  @Test
  void polesTurnAndFadeAsTheirKernelsDo() {
    // One mode λ = exp(−1/20 + 2πi/8): a period of 8 steps, 1/e after 20.
    Poles poles = new Poles(new double[] {-0.05, 0.1}, new double[] {2 * Math.PI / 8, 0}, 1);

    assertThat(poles.time(0)).isEqualTo(20);
    assertThat(poles.frequency(0)).isEqualTo(0.125);
    assertThat(Math.hypot(poles.real(0), poles.imaginary(0)))
        .isCloseTo(Math.exp(-0.05), org.assertj.core.data.Offset.offset(1e-15));
    assertThat(poles.lasting()).isEqualTo(1);
    assertThat(poles.time(1)).isInfinite();
    assertThat(poles.medianMove(poles)).isZero();
  }

  @Test
  void someModesAreThoseOfWholeChannels() {
    Poles poles = new Poles(new double[40], new double[40], 4);

    assertThat(poles.some(11)).containsExactly(0, 1, 2, 3, 20, 21, 22, 23);
    assertThat(poles.some(4)).containsExactly(0, 1, 2, 3);
    assertThat(poles.some(2)).containsExactly(0, 2);
    assertThat(poles.some(1000)).hasSize(40);
  }

  @Test
  void lagGroupsHoldEveryLagOnce() {
    for (int lags : new int[] {1, 2, 7, 160, 1000, 262_144}) {
      LagGroups groups = LagGroups.of(lags, 160);
      int next = 0;
      for (int g : groups.distinct()) {
        assertThat(groups.from()[g]).as("%d lags, group %d", lags, g).isEqualTo(next);
        next = lastOfRun(groups, g);
      }
      assertThat(next).isEqualTo(lags);
      assertThat(groups.ages(1)[0]).isEqualTo(1);
    }
  }

  /** Where the groups that begin with the same lag end. */
  private static int lastOfRun(LagGroups groups, int g) {
    int end = groups.to()[g];
    for (int k = g + 1; k < groups.size() && !groups.isNew(k); k++) {
      end = Math.max(end, groups.to()[k]);
    }
    return end;
  }

  @Test
  void memoryIsWhereHalfOfAKernelLies() {
    float[] taps = {4, -4, 2, 2, -2, 2};
    LayerKernels kernels = new LayerKernels(List.of(0), 1, 6, true, new float[][] {taps});

    assertThat(kernels.reach(0, 0.5)).isEqualTo(2);
    assertThat(kernels.reach(0, 1)).isEqualTo(6);
    float[] zero = new float[3];
    assertThat(new LayerKernels(List.of(0), 1, 3, true, new float[][] {zero}).reach(0, 0.9))
        .isEqualTo(1);
  }

  @Test
  void meansByPlaceLeaveOutWhatIsMissing() {
    PlaceMean mean = new PlaceMean(400);
    mean.add(0, 1);
    mean.add(1, 3);
    mean.add(3, 7);
    mean.add(3, Double.NaN);

    assertThat(Arrays.copyOf(mean.means(), 3)).containsExactly(2, 7, Double.NaN);
    assertThat(mean.places()).hasSize(200).startsWith(1, 3, 5);
    assertThat(mean.caption("Mean")).contains("2 neighbouring");
  }
}
