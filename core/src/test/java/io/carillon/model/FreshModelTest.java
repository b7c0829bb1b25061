package io.carillon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.config.Activation;
import io.carillon.config.BlockConfig;
import io.carillon.config.DssConfig;
import io.carillon.config.Mixer;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Norm;
import io.carillon.config.Pooling;
import io.carillon.config.kernel.DssVersion;
import io.carillon.engine.SeededRandom;
import io.carillon.nn.Network;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a model answers before any training. */
class FreshModelTest {
  /**
   * Products of products: a gate of two unbounded halves, then GEGLU, in three blocks. What a
   * kernel amplifies is raised to the 64th power where no norm holds it. No start can be safe
   * against inputs of any size, but all versions of DSS take inputs of size one.
   */
  @ParameterizedTest
  @EnumSource(
      value = DssVersion.class,
      names = {"EXP_RE_IM", "EXP", "EXP_NO_SCALE", "EXP_NO_SCALE_REAL", "CLIP_NO_SCALE"})
  void dssWithGatesAnswersWithFiniteNumbersWhateverTheNorm(DssVersion version) {
    for (Norm norm : Norm.values()) {
      for (int seed = 0; seed < 5; seed++) {
        SequenceModel model = products(version, norm, seed);
        float[] answer = Models.predict(model, Models.history(model, seed + 9, 500));
        for (float y : answer) {
          assertThat(y).as("norm %s, seed %d", norm, seed).isFinite();
        }
      }
    }
  }

  @Test
  void anAnswerThatOverflowsNamesTheProductsThatNoNormHolds() {
    SequenceModel model = products(DssVersion.EXP_NO_SCALE, Norm.NONE, 1);
    float[] large = new float[2 * 100];
    Arrays.fill(large, 1e6f);
    assertThatThrownBy(() -> model.predict(large))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("sequence 0")
        .hasMessageContaining("gate RELU, mixer GEGLU")
        .hasMessageContaining("norm LAYER is the remedy");
    assertThatThrownBy(() -> model.forward(large, model.newState()))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("norm LAYER is the remedy");
    assertThat(products(DssVersion.EXP_NO_SCALE, Norm.LAYER, 1).predict(large)[0])
        .doesNotContain(Float.NaN);
  }

  @Test
  void oneChannelHasNoDeviationToDivideBy() {
    NetworkConfig config =
        NetworkConfig.sequence(2, 3)
            .withBlock(BlockConfig.DEFAULT.withNorm(Norm.SCALAR_AFFINE, true));
    assertThatThrownBy(() -> config.withWidth(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("width is 1")
        .hasMessageContaining("SCALAR_AFFINE");
  }

  private static SequenceModel products(DssVersion version, Norm norm, int seed) {
    BlockConfig block =
        BlockConfig.DEFAULT
            .withSsm(DssConfig.DEFAULT.withStateSize(8).withVersion(version))
            .withKernels(2, Activation.RELU)
            .withActivation(Activation.RELU, false)
            .withMixer(Mixer.GEGLU)
            .withNorm(norm, seed % 2 == 0);
    NetworkConfig config =
        NetworkConfig.sequence(2, 3)
            .withWidth(12)
            .withDepth(3)
            .withPooling(Pooling.LAST)
            .withBlock(block);
    return SequenceModel.of(new Network(config, new SeededRandom(seed)), Map.of());
  }
}
