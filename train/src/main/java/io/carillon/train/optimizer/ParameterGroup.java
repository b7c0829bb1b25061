package io.carillon.train.optimizer;

import io.carillon.engine.Parameter;
import java.util.List;

/**
 * Parameters that share a learning rate and a weight decay.
 *
 * @param parameters all trainable
 * @param learningRate full rate, before the schedule
 * @param weightDecay decoupled decay
 */
public record ParameterGroup(List<Parameter> parameters, double learningRate, double weightDecay) {

  /** Keeps the order of the parameters. */
  public ParameterGroup {
    parameters = List.copyOf(parameters);
  }
}
