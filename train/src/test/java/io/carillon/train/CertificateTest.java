package io.carillon.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.carillon.config.BlockConfig;
import io.carillon.config.NetworkConfig;
import io.carillon.engine.SeededRandom;
import io.carillon.model.LoadCheck;
import io.carillon.model.Parity;
import io.carillon.model.ParityException;
import io.carillon.model.SequenceModel;
import io.carillon.model.inside.Inside;
import io.carillon.nn.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training proves that the model that it gives says the same in all its ways. */
class CertificateTest {
  private static final Dataset TRAIN = Toys.periods(20, 30, 40, 1);
  private static final Dataset VALIDATION = Toys.periods(7, 50, 60, 2);

  @TempDir Path folder;

  @Test
  void fitCertifiesOnSomeOfTheValidationDataAndSavingKeepsIt() throws IOException {
    TrainResult result =
        new Trainer(Toys.network(TRAIN, Toys.S4D), Toys.training(1))
            .fit(TRAIN, VALIDATION, TrainListener.NONE);
    Parity parity = result.parity();
    assertThat(parity.passed()).isTrue();
    assertThat(parity.obstacle()).isNull();
    assertThat(parity.sequences()).isEqualTo(4);
    assertThat(parity.steps())
        .isEqualTo(Arrays.stream(new int[] {0, 1, 3, 5}).map(VALIDATION::length).sum());
    assertThat(parity.layers().get(1).differences()).containsOnlyKeys(Parity.Way.values());
    result.model().save(folder);
    SequenceModel loaded = SequenceModel.load(folder, LoadCheck.certified(Parity.TOLERANCE));
    assertThat(loaded.fingerprint()).isEqualTo(parity.model());
  }

  @Test
  void withoutValidationDataTheTrainingDataAreTaken() {
    TrainResult result =
        new Trainer(Toys.network(TRAIN, Toys.S4D), Toys.training(1))
            .fit(TRAIN, null, TrainListener.NONE);
    assertThat(result.parity().steps())
        .isEqualTo(Arrays.stream(new int[] {0, 5, 10, 15}).map(TRAIN::length).sum());
  }

  @Test
  void aModelThatCannotStreamSaysSoInItsCertificate() {
    NetworkConfig network =
        Toys.network(TRAIN, Toys.S4D)
            .withBlock(BlockConfig.DEFAULT.withSsm(Toys.S4D).withBidirectional(true));
    TrainResult result =
        new Trainer(network, Toys.training(1)).fit(TRAIN, null, TrainListener.NONE);
    assertThat(result.parity().obstacle()).contains("bidirectional");
    assertThat(result.parity().layers().get(1).differences())
        .containsOnlyKeys(Parity.Way.BATCHED, Parity.Way.CONVOLVED);
    assertThat(result.model().info().get(Parity.INFO)).asString().contains("bidirectional");
  }

  /**
   * With equal weights the decoder adds up the channels of the last norm, whose sum is zero: the
   * answers are rounding and nothing else, and every way rounds differently.
   */
  @Test
  void aModelThatDisagreesWithItselfFailsAndIsKept() throws IOException {
    Network network =
        new Network(Toys.network(TRAIN, Toys.S4D).withFinalNorm(true), new SeededRandom(1));
    network.parameters().stream()
        .filter(p -> p.name().startsWith("decoder"))
        .forEach(p -> Arrays.fill(p.value(), p.name().endsWith("bias") ? 0f : 1f));
    Trainer trainer =
        new Trainer(
            Inside.model(network, Map.of()),
            Toys.training(1).withLearningRate(0).withSsmLearningRate(0));
    DisagreementException failure =
        catchThrowableOfType(
            DisagreementException.class, () -> trainer.fit(TRAIN, VALIDATION, TrainListener.NONE));
    assertThat(failure).hasMessageContainingAll("disagrees with itself: answers", "1.0E-4");
    TrainResult kept = failure.result();
    assertThat(kept.best().epoch()).isEqualTo(1);
    assertThat(kept.parity().passed()).isFalse();
    kept.model().save(folder);
    assertThatThrownBy(() -> SequenceModel.load(folder)).isInstanceOf(ParityException.class);
    assertThat(SequenceModel.load(folder, LoadCheck.NONE).fingerprint())
        .isEqualTo(kept.model().fingerprint());
  }
}
