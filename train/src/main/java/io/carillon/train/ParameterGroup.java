package io.carillon.train;

import io.carillon.config.LayerConfig;
import io.carillon.engine.Parameter;
import io.carillon.engine.Role;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Parameters that share a learning rate and a weight decay.
 *
 * @param parameters all trainable
 * @param learningRate full rate, before the schedule
 * @param weightDecay decoupled decay
 */
// Public for the benchmarks, see AdamW.
@SuppressWarnings("exports")
public record ParameterGroup(List<Parameter> parameters, double learningRate, double weightDecay) {

  /** Keeps the order of the parameters. */
  public ParameterGroup {
    parameters = List.copyOf(parameters);
  }

  /**
   * The groups of a network after the papers' rules (A.9, B.1): Δ, A and B with their own rates and
   * no decay, C or W with its own rate and decay, everything else with the global values.
   * Parameters that are not trainable are in no group.
   *
   * @param kind which the rules depend on
   * @throws IllegalArgumentException if a rate of Re A is given and no real part is stored apart
   */
  public static List<ParameterGroup> of(
      List<Parameter> parameters, LayerConfig kind, TrainConfig config) {
    if (!Double.isNaN(config.aRealLearningRate())
        && parameters.stream().noneMatch(p -> p.role() == Role.A_REAL)) {
      throw new IllegalArgumentException(
          "a_real_learning_rate is "
              + config.aRealLearningRate()
              + ", but a layer of kind "
              + kind.kind()
              + " with these settings has no real part of A that is stored apart; leave it out, or"
              + " give a_learning_rate");
    }
    Map<List<Double>, List<Parameter>> groups = new LinkedHashMap<>();
    for (Parameter p : parameters) {
      if (p.trainable()) {
        groups
            .computeIfAbsent(
                List.of(rate(p.role(), kind, config), decay(p.role(), kind, config)),
                key -> new ArrayList<>())
            .add(p);
      }
    }
    return groups.entrySet().stream()
        .map(e -> new ParameterGroup(e.getValue(), e.getKey().get(0), e.getKey().get(1)))
        .toList();
  }

  private static double rate(Role role, LayerConfig kind, TrainConfig config) {
    return switch (role) {
      case DT -> config.dtRate(kind);
      case A -> config.aRate(kind);
      case A_REAL -> config.aRealRate(kind);
      case B -> config.bRate(kind);
      case C -> config.outputRate();
      case D, WEIGHT, BIAS, NORM, EMBEDDING -> config.learningRate();
    };
  }

  private static double decay(Role role, LayerConfig kind, TrainConfig config) {
    return switch (role) {
      case DT, A, A_REAL, B -> 0;
      case C -> config.outputDecay(kind);
      case BIAS, NORM, EMBEDDING -> config.decayBiasAndNorm() ? config.weightDecay() : 0;
      case D, WEIGHT -> config.weightDecay();
    };
  }
}
