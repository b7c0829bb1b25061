package io.carillon.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.config.Activation;
import io.carillon.config.BlockConfig;
import io.carillon.config.Mixer;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Norm;
import io.carillon.engine.Parameter;
import io.carillon.error.FormatException;
import io.carillon.model.SequenceModel;
import io.carillon.model.inside.Inside;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Same seed and data, same bits: run to run, for any number of threads, and across a resume. */
class TrainerReproducibilityTest {
  private static final Dataset TRAIN = Toys.periods(20, 15, 25, 1);
  private static final Dataset VALIDATION = Toys.periods(8, 15, 25, 2);

  @TempDir Path folder;

  /**
   * Recurrence with dropout; convolution with batch norm, two directions and a feed-forward layer.
   */
  static Stream<NetworkConfig> networks() {
    BlockConfig recurrence = BlockConfig.DEFAULT.withSsm(Toys.S4D).withDropout(0.2, false);
    BlockConfig convolution =
        BlockConfig.DEFAULT
            .withSsm(Toys.PRODUCT)
            .withBidirectional(true)
            .withKernels(1, Activation.NONE)
            .withMixer(Mixer.GEGLU)
            .withNorm(Norm.BATCH, false)
            .withDropout(0.1, true)
            .withFeedForward(2);
    NetworkConfig network = Toys.network(TRAIN, Toys.S4D).withWidth(19).withDepth(2);
    return Stream.of(network.withBlock(recurrence), network.withBlock(convolution));
  }

  private static TrainConfig config() {
    return Toys.training(3).withBatchSize(4).withLearningRate(0.01);
  }

  /** All parameters and buffers as bits. */
  private static List<Integer> bits(SequenceModel model) {
    List<Integer> bits = new ArrayList<>();
    for (Parameter p : Inside.network(model).parameters()) {
      for (float x : p.value()) {
        bits.add(Float.floatToRawIntBits(x));
      }
    }
    return bits;
  }

  @ParameterizedTest
  @MethodSource("networks")
  void sameBitsAgainAndForAnyNumberOfThreads(NetworkConfig network) {
    TrainResult one = fit(network, config());
    assertThat(bits(fit(network, config()).model())).isEqualTo(bits(one.model()));
    TrainResult two = fit(network, config().withThreads(2));
    assertThat(bits(two.model())).isEqualTo(bits(one.model()));
    assertThat(withoutTime(two.history())).isEqualTo(withoutTime(one.history()));
  }

  @Test
  void anotherSeedGivesAnotherModel() {
    NetworkConfig network = Toys.network(TRAIN, Toys.S4D);
    assertThat(bits(fit(network, config().withSeed(12)).model()))
        .isNotEqualTo(bits(fit(network, config()).model()));
  }

  private static TrainResult fit(NetworkConfig network, TrainConfig config) {
    return new Trainer(network, config).fit(TRAIN, VALIDATION, TrainListener.NONE);
  }

  private static List<EpochRecord> withoutTime(List<EpochRecord> history) {
    return history.stream()
        .map(
            r ->
                new EpochRecord(
                    r.epoch(),
                    r.step(),
                    r.trainLoss(),
                    r.trainMetric(),
                    r.metric(),
                    r.validationLoss(),
                    r.validationMetrics(),
                    r.learningRate(),
                    r.isBest(),
                    0))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("networks")
  void aResumedRunGivesTheSameBits(NetworkConfig network) throws IOException {
    TrainConfig config = config().withEpochs(4).withPlateau(0.5, 0);
    TrainResult whole = fit(network, config);
    Trainer first = new Trainer(network, config).withResumeFolder(folder);
    // Cut in the middle of the third epoch: 20 sequences in batches of 4 are 5 steps.
    assertThatThrownBy(() -> first.fit(TRAIN, VALIDATION, failAt(12)))
        .hasMessage("pulled the plug");
    TrainResult resumed = Trainer.resume(folder).fit(TRAIN, VALIDATION, TrainListener.NONE);
    assertThat(bits(resumed.model())).isEqualTo(bits(whole.model()));
    assertThat(withoutTime(resumed.history())).isEqualTo(withoutTime(whole.history()));
    assertThat(resumed.best().epoch()).isEqualTo(whole.best().epoch());
    assertThat(resumed.steps()).isEqualTo(20);
  }

  private static TrainListener failAt(long step) {
    return new TrainListener() {
      @Override
      public void onStep(StepRecord record) {
        if (record.step() == step) {
          throw new IllegalStateException("pulled the plug");
        }
      }
    };
  }

  @Test
  void aRunWithoutValidationResumesToo() throws IOException {
    NetworkConfig network = Toys.network(TRAIN, Toys.S4D);
    TrainResult whole = new Trainer(network, config()).fit(TRAIN, null, TrainListener.NONE);
    Trainer first = new Trainer(network, config()).withResumeFolder(folder);
    assertThatThrownBy(() -> first.fit(TRAIN, null, failAt(3))).hasMessage("pulled the plug");
    TrainResult resumed = Trainer.resume(folder).fit(TRAIN, null, TrainListener.NONE);
    assertThat(bits(resumed.model())).isEqualTo(bits(whole.model()));
  }

  @Test
  void aFinishedRunResumesToItsResult() throws IOException {
    NetworkConfig network = Toys.network(TRAIN, Toys.S4D);
    TrainResult whole =
        new Trainer(network, config())
            .withResumeFolder(folder)
            .fit(TRAIN, VALIDATION, TrainListener.NONE);
    TrainResult again = Trainer.resume(folder).fit(TRAIN, VALIDATION, failAt(16));
    assertThat(bits(again.model())).isEqualTo(bits(whole.model()));
    assertThat(again.history()).isEqualTo(whole.history());
  }

  @Test
  void otherDataAreRefused() throws IOException {
    new Trainer(Toys.network(TRAIN, Toys.S4D), config())
        .withResumeFolder(folder)
        .fit(TRAIN, VALIDATION, TrainListener.NONE);
    Dataset other = Toys.periods(20, 15, 25, 9);
    Trainer resumed = Trainer.resume(folder);
    assertThatThrownBy(() -> resumed.fit(other, VALIDATION, TrainListener.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("trained on other data");
    assertThatThrownBy(() -> resumed.fit(TRAIN, null, TrainListener.NONE))
        .hasMessageContaining("trained on other data");
  }

  @Test
  void aDamagedStateIsRefusedByName() throws IOException {
    assertThatThrownBy(() -> Trainer.resume(folder))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("resume.safetensors");
    new Trainer(Toys.network(TRAIN, Toys.S4D), config())
        .withResumeFolder(folder)
        .fit(TRAIN, null, TrainListener.NONE);
    Path file = folder.resolve("resume.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    assertThatThrownBy(() -> Trainer.resume(folder))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("resume.safetensors");
    Inside.model(
            new io.carillon.nn.Network(
                Toys.network(TRAIN, Toys.S4D), new io.carillon.engine.SeededRandom(1)),
            java.util.Map.of())
        .save(folder);
    Files.copy(
        folder.resolve("weights.safetensors"),
        file,
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> Trainer.resume(folder))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("expected carillon-resume");
  }

  @Test
  void aFolderThatCannotBeWrittenShowsBeforeTheFirstStep() {
    Trainer trainer =
        new Trainer(Toys.network(TRAIN, Toys.S4D), config())
            .withResumeFolder(folder.resolve("missing"));
    assertThatThrownBy(() -> trainer.fit(TRAIN, null, failAt(1)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("missing");
  }
}
