package io.carillon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.config.AttentionConfig;
import io.carillon.config.BlockConfig;
import io.carillon.config.DlrConfig;
import io.carillon.config.DssConfig;
import io.carillon.config.GruConfig;
import io.carillon.config.LayerConfig;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Norm;
import io.carillon.config.Pooling;
import io.carillon.config.S4Config;
import io.carillon.config.S4dConfig;
import io.carillon.config.SgConvConfig;
import io.carillon.config.SsmConfig;
import io.carillon.config.kernel.KernelCast;
import io.carillon.config.kernel.S4Init;
import io.carillon.engine.SeededRandom;
import io.carillon.error.FormatException;
import io.carillon.model.inside.Inside;
import io.carillon.nn.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class SequenceModelTest {
  /** The accuracy that {@link SequenceModel} promises between its ways to compute. */
  private static final double AGREEMENT = 1e-4;

  @TempDir Path folder;

  static List<LayerConfig> streaming() {
    return List.of(
        S4dConfig.DEFAULT.withStateSize(16),
        DlrConfig.DEFAULT.withStateSize(24),
        DssConfig.DEFAULT.withStateSize(8));
  }

  static List<LayerConfig> layers() {
    List<LayerConfig> all = new ArrayList<>(streaming());
    all.add(new S4Config(16, S4Init.HIPPO, 2, 0.01, 0.2, 4, 48));
    all.add(GruConfig.DEFAULT);
    all.add(new SgConvConfig(8, 3, 0.5, 0.75, 20));
    all.add(new AttentionConfig(2, 6, 10, 500, 3));
    return all;
  }

  private static NetworkConfig config() {
    return NetworkConfig.sequence(2, 3)
        .withWidth(8)
        .withDepth(2)
        .withSsm(S4dConfig.DEFAULT.withStateSize(16));
  }

  private static SequenceModel model(NetworkConfig config) {
    return Inside.model(
        new Network(config, new SeededRandom(11)), Map.of("classes", List.of("a", "b", "c")));
  }

  private static float[] sequence(long seed, int n) {
    SeededRandom random = new SeededRandom(seed);
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) random.normal();
    }
    return x;
  }

  private static void assertClose(float[] actual, float[] expected) {
    double largest = 1e-3;
    double difference = 0;
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
    }
    assertThat(difference / largest).isLessThan(AGREEMENT);
  }

  @ParameterizedTest
  @MethodSource("streaming")
  void steppingAndChunksAgreeWithPredictionAtEveryStep(LayerConfig ssm) {
    SequenceModel model = model(config().withSsm(ssm).withPooling(Pooling.EVERY));
    float[] x = sequence(1, 2 * 150);
    float[] whole = model.predict(x)[0];

    State state = model.newState();
    float[] stepped = new float[whole.length];
    for (int t = 0; t < 150; t++) {
      float[] y = model.step(Arrays.copyOfRange(x, 2 * t, 2 * t + 2), state);
      System.arraycopy(y, 0, stepped, 3 * t, 3);
    }
    assertClose(stepped, whole);
    assertThat(state.steps()).isEqualTo(150);

    State chunkState = model.newState();
    float[] first = model.forward(Arrays.copyOfRange(x, 0, 2 * 67), chunkState);
    State copy = chunkState.copy();
    float[] second = model.forward(Arrays.copyOfRange(x, 2 * 67, x.length), chunkState);
    assertClose(first, Arrays.copyOfRange(whole, 0, 3 * 67));
    assertClose(second, Arrays.copyOfRange(whole, 3 * 67, whole.length));
    assertThat(model.forward(Arrays.copyOfRange(x, 2 * 67, x.length), copy))
        .containsExactly(second);
  }

  @ParameterizedTest
  @EnumSource(
      value = Pooling.class,
      names = {"MEAN", "LAST"})
  void aStepAnswersAsIfTheSequenceEndedThere(Pooling pooling) {
    SequenceModel model = model(config().withPooling(pooling));
    float[] x = sequence(2, 2 * 40);
    State state = model.newState();
    for (int t = 0; t < 40; t++) {
      float[] y = model.step(Arrays.copyOfRange(x, 2 * t, 2 * t + 2), state);
      assertClose(y, model.predict(Arrays.copyOfRange(x, 0, 2 * t + 2))[0]);
    }
  }

  @Test
  void tokensStepAsTheyPredict() {
    NetworkConfig config =
        NetworkConfig.tokens(5, 5).withWidth(8).withDepth(1).withPooling(Pooling.EVERY);
    SequenceModel model = model(config);
    int[] tokens = {0, 3, 1, 4, 4, 2};
    float[] whole = model.predictTokens(tokens)[0];
    State state = model.newState();
    for (int t = 0; t < tokens.length; t++) {
      assertClose(model.stepToken(tokens[t], state), Arrays.copyOfRange(whole, 5 * t, 5 * t + 5));
    }
  }

  @Test
  void aBatchOfUnequalLengthsIsItsSequencesOneByOne() {
    SequenceModel model = model(config());
    float[][] x = {sequence(3, 2 * 90), sequence(4, 2 * 7), sequence(5, 2)};
    float[][] together = model.predict(x);
    for (int i = 0; i < x.length; i++) {
      assertClose(together[i], model.predict(x[i])[0]);
    }
  }

  @Test
  void whatIsMaskedDoesNotMatter() {
    SequenceModel model = model(config());
    float[] x = sequence(7, 2 * 20);
    float[] mask = new float[20];
    Arrays.fill(mask, 1f);
    mask[3] = 0;
    mask[19] = 0;
    float[] other = x.clone();
    other[6] = 100;
    other[39] = -100;
    float[][] masks = {mask, null};
    float[][] one = model.predict(1, new float[][] {x, x}, masks);
    float[][] two = model.predict(1, new float[][] {other, x}, masks);
    assertThat(two[0]).containsExactly(one[0]);
    assertThat(one[1]).containsExactly(model.predict(x)[0]);
    assertThat(one[0]).isNotEqualTo(one[1]);
    assertThatThrownBy(() -> model.predict(1, new float[][] {x}, new float[][] {{1}}))
        .hasMessageContaining("20 steps, its mask 1");
  }

  @ParameterizedTest
  @EnumSource(Norm.class)
  void aSavedModelIsTheSameModel(Norm norm) throws IOException {
    SequenceModel model = model(config().withBlock(config().block().withNorm(norm, true)));
    model.save(folder.resolve("m"));
    SequenceModel loaded = SequenceModel.load(folder.resolve("m"));
    assertThat(loaded.config()).isEqualTo(model.config());
    assertThat(loaded.info()).isEqualTo(model.info());
    float[] x = sequence(6, 2 * 30);
    assertThat(loaded.predict(x)[0]).containsExactly(model.predict(x)[0]);
    assertThat(loaded.weights().keySet()).containsExactlyElementsOf(model.weights().keySet());
    model
        .weights()
        .forEach((name, a) -> assertThat(loaded.weights().get(name)).as(name).containsExactly(a));
    try (var files = Files.list(folder.resolve("m"))) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("config.json", "weights.safetensors");
    }
  }

  @ParameterizedTest
  @MethodSource("layers")
  void everyKindOfLayerSurvivesTheFiles(LayerConfig layer) throws IOException {
    SequenceModel model = model(config().withSsm(layer));
    model.save(folder.resolve("m"));
    SequenceModel loaded = SequenceModel.load(folder.resolve("m"));
    assertThat(loaded.config()).isEqualTo(model.config());
    float[] x = sequence(8, 2 * 45);
    assertThat(loaded.predict(x)[0]).containsExactly(model.predict(x)[0]);
  }

  @Test
  void aCutWeightsFileIsRefusedAtEveryLength() throws IOException {
    Path m = folder.resolve("m");
    model(config()).save(m);
    byte[] all = Files.readAllBytes(m.resolve("weights.safetensors"));
    for (int length : new int[] {0, 5, 8, 100, all.length / 2, all.length - 1}) {
      Files.write(m.resolve("weights.safetensors"), Arrays.copyOf(all, length));
      assertThatThrownBy(() -> SequenceModel.load(m))
          .as("first %d of %d bytes", length, all.length)
          .isInstanceOf(FormatException.class)
          .hasMessageContaining("weights.safetensors");
    }
  }

  @Test
  void aDamagedConfigurationIsRefusedWithThePlace() throws IOException {
    Path m = folder.resolve("m");
    model(config()).save(m);
    String json = Files.readString(m.resolve("config.json"));
    Files.writeString(m.resolve("config.json"), json.substring(0, json.length() / 2));
    assertThatThrownBy(() -> SequenceModel.load(m))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("config.json")
        .hasMessageContaining("line");
    Files.writeString(m.resolve("config.json"), json.replace("\"width\": 8", "\"width\": 9"));
    assertThatThrownBy(() -> SequenceModel.load(m))
        .isInstanceOf(FormatException.class)
        .hasMessageContainingAll("config.json", "checksum", "remove the entry \"checksums\"");
    json = json.replaceFirst(",\\s*\"checksums\": \\{[^}]*}", "");
    Files.writeString(m.resolve("config.json"), json.replace("\"width\"", "\"widht\""));
    assertThatThrownBy(() -> SequenceModel.load(m))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("network.widht")
        .hasMessageContaining("did you mean 'width'");
    Files.writeString(m.resolve("config.json"), json.replace("\"width\": 8", "\"width\": 9"));
    assertThatThrownBy(() -> SequenceModel.load(m))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("shape");
    Files.delete(m.resolve("config.json"));
    assertThatThrownBy(() -> SequenceModel.load(m)).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void aNetworkThatNoArrayHoldsIsRefused() {
    assertThatThrownBy(() -> config().withWidth(100_000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("too large");
  }

  @Test
  void whatCannotStreamSaysWhy() {
    BlockConfig block = config().block();
    assertThatThrownBy(() -> model(config().withBlock(block.withBidirectional(true))).newState())
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("bidirectional");
    SsmConfig product = DlrConfig.DEFAULT.withStateSize(8).withCast(KernelCast.PROD);
    assertThatThrownBy(() -> model(config().withSsm(product)).newState())
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("product");
    assertThatThrownBy(() -> model(config().withSsm(SgConvConfig.DEFAULT)).newState())
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("free of any state");
    assertThatThrownBy(() -> model(config().withSsm(AttentionConfig.DEFAULT)).newState())
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("ever more");
  }

  @Test
  void badInputIsNamed() {
    SequenceModel model = model(config());
    assertThatThrownBy(() -> model.predict(new float[3])).hasMessageContaining("multiple of 2");
    assertThatThrownBy(() -> model.predict(new float[0])).hasMessageContaining("0 values");
    assertThatThrownBy(() -> model.predict(new float[2], new float[] {1, 2, Float.NaN, 4}))
        .hasMessageContaining("sequence 1, step 1, channel 0 is NaN");
    assertThatThrownBy(() -> model.predictTokens(new int[] {1}))
        .hasMessageContaining("real numbers");
    assertThatThrownBy(() -> model.step(new float[] {1, Float.POSITIVE_INFINITY}, model.newState()))
        .hasMessageContaining("Infinity");
  }
}
