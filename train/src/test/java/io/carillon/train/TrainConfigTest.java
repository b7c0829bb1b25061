package io.carillon.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.config.BlockConfig;
import io.carillon.config.DlrConfig;
import io.carillon.config.DssConfig;
import io.carillon.config.KernelConfig;
import io.carillon.config.NetworkConfig;
import io.carillon.config.S4Config;
import io.carillon.config.S4dConfig;
import io.carillon.config.SsmConfig;
import io.carillon.config.kernel.DssVersion;
import io.carillon.engine.Parameter;
import io.carillon.engine.Role;
import io.carillon.engine.SeededRandom;
import io.carillon.io.Json;
import io.carillon.nn.Network;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TrainConfigTest {
  private static final TrainConfig RATES =
      TrainConfig.DEFAULT.withLearningRate(0.01).withWeightDecay(0.05);
  private static final Set<Role> STATE_SPACE = Set.of(Role.DT, Role.A, Role.A_REAL, Role.B);

  private static ParameterGroup group(Role role, SsmConfig kind, TrainConfig config) {
    Parameter p = new Parameter("p", role, new int[] {1}, new float[1], true);
    return ParameterGroup.of(List.of(p), kind, config).get(0);
  }

  private static double[] ratesAndDecays(SsmConfig kind, TrainConfig config, Role... roles) {
    return Arrays.stream(roles)
        .map(role -> group(role, kind, config))
        .flatMapToDouble(g -> java.util.stream.DoubleStream.of(g.learningRate(), g.weightDecay()))
        .toArray();
  }

  @Test
  void stateSpaceParametersOfS4dAreSlowAndDoNotDecay() {
    assertThat(ratesAndDecays(S4dConfig.DEFAULT, RATES, Role.DT, Role.A, Role.B))
        .containsExactly(0.001, 0, 0.001, 0, 0.001, 0);
    assertThat(ratesAndDecays(S4dConfig.DEFAULT, RATES, Role.C, Role.D, Role.NORM, Role.WEIGHT))
        .containsExactly(0.01, 0.05, 0.01, 0.05, 0.01, 0.05, 0.01, 0.05);
    assertThat(ratesAndDecays(S4dConfig.DEFAULT, RATES.withLearningRate(2e-4), Role.A))
        .containsExactly(2e-4, 0);
  }

  @Test
  void dlrUsesTheGlobalRateAndItsOutputWeightDoesNotDecay() {
    assertThat(ratesAndDecays(DlrConfig.DEFAULT, RATES, Role.A, Role.C, Role.WEIGHT))
        .containsExactly(0.01, 0, 0.01, 0, 0.01, 0.05);
    assertThat(ratesAndDecays(DssConfig.DEFAULT, RATES, Role.DT, Role.A, Role.C))
        .containsExactly(0.001, 0, 0.001, 0, 0.01, 0);
    assertThat(
            ratesAndDecays(
                DlrConfig.DEFAULT,
                RATES.withSsmLearningRate(0.003).withOutputWeightDecay(0.02),
                Role.A,
                Role.C))
        .containsExactly(0.003, 0, 0.01, 0.02);
  }

  @Test
  void ownRatesComeBeforeTheCommonOne() {
    TrainConfig config = RATES.withSsmLearningRate(0.002).withDtLearningRate(0.01);
    assertThat(ratesAndDecays(S4dConfig.DEFAULT, config, Role.DT, Role.A, Role.B))
        .containsExactly(0.01, 0, 0.002, 0, 0.002, 0);
    TrainConfig frozen = RATES.withALearningRate(0).withBLearningRate(0.5);
    assertThat(ratesAndDecays(S4dConfig.DEFAULT, frozen, Role.DT, Role.A, Role.B))
        .containsExactly(0.001, 0, 0, 0, 0.5, 0);
  }

  @Test
  void theRealPartOfAMayHaveItsOwnRate() {
    TrainConfig own = RATES.withARealLearningRate(2e-5);
    assertThat(ratesAndDecays(DlrConfig.DEFAULT, own, Role.A_REAL)).containsExactly(2e-5, 0);
    TrainConfig followsA = RATES.withALearningRate(0.5);
    assertThat(ratesAndDecays(S4dConfig.DEFAULT, followsA, Role.A, Role.A_REAL))
        .containsExactly(0.5, 0, 0.5, 0);
  }

  /** Which parameters a rate moves is what a network of one step of training shows. */
  @ParameterizedTest
  @MethodSource("kindsWithARealPartOfItsOwn")
  void aRealPartOfRateZeroStaysWhileTheImaginaryPartMoves(KernelConfig kind, String real) {
    Network network = network(kind);
    Map<String, Double> rates = rates(network, kind, RATES.withARealLearningRate(0));
    assertThat(rates).containsEntry(real, 0.0);
    assertThat(rates.values().stream().filter(rate -> rate == 0)).hasSize(1);
  }

  static Stream<Arguments> kindsWithARealPartOfItsOwn() {
    return Stream.of(
        Arguments.of(S4dConfig.DEFAULT, "A_real"),
        Arguments.of(S4Config.DEFAULT, "A_real"),
        Arguments.of(DlrConfig.DEFAULT, "rho"),
        Arguments.of(DssConfig.DEFAULT, "Lambda_log_neg_re"));
  }

  @Test
  void aRateOfARealPartThatIsNotStoredApartIsRefused() {
    KernelConfig together = DssConfig.DEFAULT.withVersion(DssVersion.SOFTMAX);
    assertThatThrownBy(() -> rates(network(together), together, RATES.withARealLearningRate(0.01)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a_real_learning_rate is 0.01")
        .hasMessageContaining("kind dss");
  }

  /** P belongs to the state matrix: it has the rate of A, and a frozen A freezes it. */
  @Test
  void theLowRankPartOfS4FollowsA() {
    Map<String, Double> rates =
        rates(network(S4Config.DEFAULT), S4Config.DEFAULT, RATES.withALearningRate(0));
    assertThat(rates).containsEntry("P", 0.0).containsEntry("A_imag", 0.0);
    assertThat(rates.get("B")).isEqualTo(0.001);
  }

  private static Network network(KernelConfig kind) {
    return new Network(
        NetworkConfig.sequence(1, 2)
            .withWidth(4)
            .withDepth(1)
            .withBlock(BlockConfig.DEFAULT.withSsm(kind)),
        new SeededRandom(1));
  }

  /** Learning rates by the last part of the parameter's name, of state-space parameters. */
  private static Map<String, Double> rates(Network network, KernelConfig kind, TrainConfig config) {
    Map<String, Double> rates = new HashMap<>();
    for (ParameterGroup group : ParameterGroup.of(network.parameters(), kind, config)) {
      for (Parameter p : group.parameters()) {
        if (STATE_SPACE.contains(p.role())) {
          rates.put(p.name().substring(p.name().lastIndexOf('.') + 1), group.learningRate());
        }
      }
    }
    return rates;
  }

  @Test
  void theOutputWeightMayHaveItsOwnRate() {
    assertThat(
            ratesAndDecays(
                DlrConfig.DEFAULT,
                RATES.withOutputLearningRate(2e-5),
                Role.A,
                Role.C,
                Role.D,
                Role.WEIGHT))
        .containsExactly(0.01, 0, 2e-5, 0, 0.01, 0.05, 0.01, 0.05);
  }

  @Test
  void biasesNormsAndEmbeddingsMayBeSparedFromDecay() {
    assertThat(
            ratesAndDecays(
                S4dConfig.DEFAULT,
                RATES.withDecayBiasAndNorm(false),
                Role.BIAS,
                Role.NORM,
                Role.EMBEDDING,
                Role.WEIGHT))
        .containsExactly(0.01, 0, 0.01, 0, 0.01, 0, 0.01, 0.05);
  }

  @Test
  void buffersAreInNoGroup() {
    Parameter buffer = new Parameter("b", Role.NORM, new int[] {1}, new float[1], false);
    assertThat(ParameterGroup.of(List.of(buffer), S4dConfig.DEFAULT, RATES)).isEmpty();
  }

  @Test
  void aMapHoldsEverySetting() {
    TrainConfig unusual =
        TrainConfig.DEFAULT
            .withEpochs(3)
            .withBatchSize(5)
            .withLearningRate(0.5)
            .withSsmLearningRate(0.25)
            .withOutputLearningRate(0.03125)
            .withDtLearningRate(0.125)
            .withALearningRate(0.0625)
            .withARealLearningRate(0.09375)
            .withBLearningRate(0)
            .withWeightDecay(0.75)
            .withOutputWeightDecay(0.375)
            .withDecayBiasAndNorm(false)
            .withPlateau(0.5, 3)
            .withMilestones(0.3, List.of(2, 7))
            .withSchedulePerEpoch(true)
            .withWarmupSteps(4)
            .withTotalSteps(44)
            .withClipNorm(0)
            .withAdam(0.8, 0.9, 1e-6)
            .withSeed(-9007199254740993L)
            .withThreads(3)
            .withDropLast(true)
            .withClassWeights(ClassWeights.BALANCED)
            .withPatience(6)
            .withValidateEvery(2);
    Map<String, Object> map = Json.parseObject(Json.write(unusual.toMap()));
    assertThat(map).hasSize(TrainConfig.class.getRecordComponents().length);
    assertThat(TrainConfig.DEFAULT.with(map)).isEqualTo(unusual);
    Map<String, Object> rules = TrainConfig.DEFAULT.toMap();
    assertThat(TrainConfig.DEFAULT.with(rules)).isEqualTo(TrainConfig.DEFAULT);
  }

  @Test
  void anUnknownSettingSuggestsTheNearest() {
    assertThatThrownBy(() -> TrainConfig.DEFAULT.with(Map.of("learnin_rate", 1)))
        .hasMessageContaining("unknown setting learnin_rate")
        .hasMessageContaining("learning_rate");
  }

  @ParameterizedTest
  @CsvSource({
    "epochs, 0",
    "batch_size, 0",
    "learning_rate, -1",
    "ssm_learning_rate, -1",
    "output_learning_rate, -1",
    "weight_decay, -0.1",
    "clip_norm, -1",
    "milestone_factor, 0",
    "plateau_factor, 1.5",
    "beta1, 1",
    "beta2, -0.1",
    "threads, -1",
    "validate_every, 0",
    "patience, -1"
  })
  void aValueOutOfRangeIsNamed(String key, double value) {
    Object number = value == Math.rint(value) ? (Object) (long) value : value;
    assertThatThrownBy(() -> TrainConfig.DEFAULT.with(Map.of(key, number)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(key + " is ");
  }

  @Test
  void milestonesMustIncreaseAndExist() {
    assertThatThrownBy(() -> RATES.withMilestones(0.1, List.of(3, 3)))
        .hasMessageContaining("milestones is [3, 3]");
    assertThatThrownBy(() -> RATES.withSchedule(Schedule.MULTISTEP))
        .hasMessageContaining("milestones is []");
    assertThatThrownBy(() -> RATES.with(Map.of("milestones", List.of("x"))))
        .hasMessageContaining("milestones");
  }
}
