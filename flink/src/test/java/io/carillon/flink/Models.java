package io.carillon.flink;

import io.carillon.config.Computing;
import io.carillon.config.NetworkConfig;
import io.carillon.config.S4dConfig;
import io.carillon.model.Meaning;
import io.carillon.model.Scaling;
import io.carillon.model.SequenceModel;
import java.util.List;
import java.util.Map;

/** Models for tests. */
final class Models {
  private Models() {}

  /** Two blocks that read pressure and heat of an {@link Event} and tell three classes apart. */
  static SequenceModel classifier(long seed, Meaning.Missing missing) {
    return SequenceModel.fresh(
            NetworkConfig.sequence(2, 3).withWidth(16).withDepth(2).withSsm(ssm()),
            seed,
            Map.of(),
            Computing.standard())
        .withMeaning(inputs().classes(List.of("bad", "good", "so-so")).missing(missing).build());
  }

  /** Two blocks that forecast both for two steps. */
  static SequenceModel forecaster(long seed) {
    return SequenceModel.fresh(
            NetworkConfig.sequence(2, 4).withWidth(12).withDepth(2).withSsm(ssm()),
            seed,
            Map.of(),
            Computing.standard())
        .withMeaning(
            inputs().quantities(4, List.of("next_pressure", "next_heat"), scaling()).build());
  }

  /** One that reads tokens. */
  static SequenceModel reader(long seed) {
    return SequenceModel.fresh(
            NetworkConfig.tokens(3, 2).withWidth(8).withDepth(1).withSsm(ssm()),
            seed,
            Map.of(),
            Computing.standard())
        .withMeaning(
            Meaning.builder()
                .tokens(List.of("stop", "red", "blue"))
                .classes(List.of("bad", "good"))
                .build());
  }

  private static S4dConfig ssm() {
    return S4dConfig.DEFAULT.withStateSize(8);
  }

  private static Meaning.Builder inputs() {
    return Meaning.builder().values(2, List.of("pressure", "heat"), scaling()).timeUnit(0.5);
  }

  private static Scaling scaling() {
    return new Scaling(new double[] {1000, -40}, new double[] {10, 0.5});
  }
}
