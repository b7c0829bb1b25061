package io.carillon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.config.BlockConfig;
import io.carillon.config.DlrConfig;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Pooling;
import io.carillon.config.kernel.KernelCast;
import io.carillon.engine.SeededRandom;
import io.carillon.io.Json;
import io.carillon.nn.Network;
import io.carillon.nn.ssm.BrokenModes;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class ParityTest {
  @Provide
  Arbitrary<SequenceModel> models() {
    return Models.streaming();
  }

  private static Parity check(SequenceModel model, long seed, int... lengths) {
    float[][] values = new float[lengths.length][];
    int[][] tokens = new int[lengths.length][];
    for (int b = 0; b < lengths.length; b++) {
      Sequence history = Models.history(model, seed + b, lengths[b]);
      values[b] = history.values();
      tokens[b] = history.tokens();
    }
    return model.config().vocabulary() > 0
        ? Parity.checkTokens(model, Parity.TOLERANCE, tokens)
        : Parity.check(model, Parity.TOLERANCE, values);
  }

  @Property(tries = 40, seed = "21")
  void everyModelThatStreamsPasses(
      @ForAll("models") SequenceModel model,
      @ForAll @LongRange(max = 999) long seed,
      @ForAll @IntRange(min = 1, max = 200) int length) {
    Parity parity = check(model, seed, length, 3, 70);
    assertThat(parity.passed()).as("%s", parity).isTrue();
    assertThat(parity.steps()).isEqualTo(length + 73);
    assertThat(parity.firstBroken()).isNull();
    for (Parity.Layer layer : parity.layers()) {
      assertThat(layer.differences()).containsOnlyKeys(Parity.Way.values());
    }
  }

  @Test
  void layersAreNamedInOrder() {
    SequenceModel model = Models.plain();
    Parity parity = check(model, 1, 40);
    assertThat(parity.layers())
        .extracting(Parity.Layer::name)
        .containsExactly("encoder", "blocks.0", "blocks.1", "norm", "answers");
    Map<String, Object> map = Json.parseObject(Json.write(parity.toMap()));
    assertThat(map).containsEntry("passed", true).containsEntry("steps", 40L);
    assertThat(map.get("layers")).asString().contains("stepped_together");
  }

  /** One mode of one channel of the second block is wrong by a thousandth in streaming only. */
  @Test
  void aBrokenLayerIsCaughtAndNamed() {
    SequenceModel model = Models.plain();
    assertThat(check(model, 1, 300).passed()).isTrue();
    BrokenModes.scaleLambda(model.streaming().prepared().modes(), 1, 7, 0.999f);
    Parity parity = check(model, 1, 300);
    assertThat(parity.passed()).isFalse();
    assertThat(parity.firstBroken().name()).isEqualTo("blocks.1");
    Map<Parity.Way, Double> found = parity.firstBroken().differences();
    assertThat(found.get(Parity.Way.STEPPED)).isGreaterThan(Parity.TOLERANCE);
    assertThat(found.get(Parity.Way.STEPPED_TOGETHER)).isGreaterThan(Parity.TOLERANCE);
    assertThat(found.get(Parity.Way.CHUNKED)).isGreaterThan(Parity.TOLERANCE);
    assertThat(found.get(Parity.Way.BATCHED)).isLessThan(Parity.TOLERANCE);
    assertThat(found.get(Parity.Way.CONVOLVED)).isLessThan(Parity.TOLERANCE);
  }

  @Test
  void aNumberThatIsNotFiniteIsNoAgreement() {
    SequenceModel model = Models.plain();
    Network network = model.toNetwork();
    network.parameters().get(0).value()[0] = 3e38f;
    network.parameters().get(0).value()[1] = 3e38f;
    SequenceModel broken = SequenceModel.of(network, Map.of());
    float[] loud = {1f, 1f};
    assertThatThrownBy(() -> broken.step(loud, broken.newState()))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("output 0");
    assertThatThrownBy(() -> broken.predict(new float[2], loud))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("sequence 1: output 0");
    Parity parity = Parity.check(broken, Parity.TOLERANCE, loud);
    assertThat(parity.passed()).isFalse();
    assertThat(parity.largest()).isInfinite();
    assertThat(Json.write(parity.toMap())).contains("infinite");
  }

  @Test
  void whatCannotStreamIsComparedAsFarAsItGoes() {
    NetworkConfig config =
        NetworkConfig.sequence(1, 2)
            .withWidth(8)
            .withDepth(1)
            .withBlock(BlockConfig.DEFAULT.withBidirectional(true));
    Parity parity =
        check(SequenceModel.of(new Network(config, new SeededRandom(1)), Map.of()), 1, 50, 20);
    assertThat(parity.passed()).isTrue();
    assertThat(parity.obstacle()).contains("bidirectional");
    assertThat(parity.layers().get(1).differences())
        .containsOnlyKeys(Parity.Way.BATCHED, Parity.Way.CONVOLVED);
  }

  @Test
  void everyAnswerOfTheLastStepsIsCompared() {
    NetworkConfig config = NetworkConfig.sequence(1, 2).withWidth(8).withDepth(1).withLastSteps(4);
    SequenceModel model = SequenceModel.of(new Network(config, new SeededRandom(1)), Map.of());
    assertThat(model.config().pooling()).isEqualTo(Pooling.EVERY);
    assertThat(check(model, 3, 50, 4).passed()).isTrue();
  }

  @Test
  void productKernelsAreComparedAsFarAsTheyGo() {
    NetworkConfig config =
        NetworkConfig.sequence(1, 2)
            .withWidth(8)
            .withDepth(1)
            .withSsm(DlrConfig.DEFAULT.withStateSize(8).withCast(KernelCast.PROD));
    Parity parity =
        check(SequenceModel.of(new Network(config, new SeededRandom(1)), Map.of()), 1, 30, 9);
    assertThat(parity.passed()).isTrue();
    assertThat(parity.obstacle()).contains("product").contains("train with cast");
  }

  @Test
  void badArgumentsAreNamed() {
    SequenceModel model = Models.plain();
    assertThatThrownBy(() -> Parity.check(model, 0, new float[2]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tolerance is 0.0");
    assertThatThrownBy(() -> Parity.check(model, 1e-4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least one");
    assertThatThrownBy(() -> Parity.check(model, 1e-4, new float[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("multiple of 2");
  }
}
