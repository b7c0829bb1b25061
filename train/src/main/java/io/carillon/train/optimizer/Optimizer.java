package io.carillon.train.optimizer;

import io.carillon.engine.Parallel;
import io.carillon.engine.Parameter;
import java.util.List;

/**
 * Changes the weights from their gradients, step by step. Which one a training has is decided in
 * {@code TrainingRun}: what the state to resume from and the loop need of it is here.
 */
public interface Optimizer {
  /**
   * What it remembers of a parameter from step to step.
   *
   * @param name tells the memories of a parameter apart in the state to resume from
   * @param values live, as many as the parameter has
   */
  record Memory(String name, Parameter parameter, float[] values) {}

  /** All that it remembers besides the number of steps, always in the same order. */
  List<Memory> memory();

  /** Steps done. */
  long steps();

  /** Continues after that many steps; its memory must be restored too. */
  void continueAfter(long done);

  /**
   * One update of all parameters from their gradients.
   *
   * @param scheduled factor of the schedule, multiplies every learning rate
   */
  void step(double scheduled, Parallel parallel);
}
