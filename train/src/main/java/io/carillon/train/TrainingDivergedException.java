package io.carillon.train;

/**
 * Training met a number that is not finite and ended. The message says where and what to do; {@link
 * #result()} holds the last good model.
 */
public final class TrainingDivergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long step;
  private final String block;
  private final String parameter;
  private final double learningRate;
  private final transient TrainResult result;

  TrainingDivergedException(
      String message,
      long step,
      String block,
      String parameter,
      double learningRate,
      TrainResult result) {
    super(message);
    this.step = step;
    this.block = block;
    this.parameter = parameter;
    this.learningRate = learningRate;
    this.result = result;
  }

  /** The step, from 1, at which it was met. */
  public long step() {
    return step;
  }

  /** First block whose output is not finite, e.g. {@code blocks.2}; null if all are finite. */
  public String block() {
    return block;
  }

  /** First parameter whose value or gradient is not finite; null if all are finite. */
  public String parameter() {
    return parameter;
  }

  /** Global learning rate at that step. */
  public double learningRate() {
    return learningRate;
  }

  /**
   * The last good model and the history: the best validated model, or before any validation the
   * weights with which the loss was last finite.
   */
  public TrainResult result() {
    return result;
  }
}
