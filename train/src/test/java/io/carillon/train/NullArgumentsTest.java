package io.carillon.train;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.config.NetworkConfig;
import io.carillon.model.SequenceModel;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** A null is refused with the name of the argument. */
class NullArgumentsTest {
  private static final NetworkConfig NETWORK = NetworkConfig.sequence(1, 2).withWidth(4);

  private static void assertNamed(String name, ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(NullPointerException.class).hasMessage(name);
  }

  @Test
  void ofTrainers() {
    assertNamed("network", () -> new Trainer((NetworkConfig) null, TrainConfig.DEFAULT));
    assertNamed("config", () -> new Trainer(NETWORK, null));
    assertNamed("start", () -> new Trainer((SequenceModel) null, TrainConfig.DEFAULT));
    Trainer trainer = new Trainer(NETWORK, TrainConfig.DEFAULT);
    assertNamed("train", () -> trainer.fit(null, null, new TrainListener() {}));
    assertNamed("value", () -> trainer.withMeaning(null));
    assertNamed("value", () -> trainer.withInfo(null));
    assertNamed("value", () -> trainer.withComputing(null));
    assertNamed("data", () -> Trainer.fit(NETWORK, null, TrainConfig.DEFAULT));
  }

  @Test
  void ofDatasets() {
    assertNamed("values", () -> Dataset.ofValues(1, null));
    assertNamed("tokens", () -> Dataset.ofTokens(3, null));
    assertNamed("source", () -> Dataset.ofSource("x", null));
  }
}
