package io.carillon.train;

/**
 * A loss of one's own, instead of cross entropy or squared error: given for a single answer, with
 * its derivative. What is minimised is the mean over the answers that have a target, weighted by
 * {@link TrainConfig#classWeights} where targets are classes:
 *
 * <pre>
 *   mean = Σ v · loss / Σ v
 * </pre>
 *
 * <p>Because an answer's loss depends on that answer alone, batches and shards of any size, unequal
 * lengths and missing steps come out right by themselves. A loss that compares the answers of a
 * batch with each other cannot be given.
 *
 * <p>Called from one thread at a time; a loss keeps no state. To compute on other machines it must
 * be there too. An example is in {@code docs/extending.md}.
 */
public interface Loss {
  /**
   * Name for messages, and for the state to resume from, by which a run recognises its loss.
   * Includes what the loss was given: {@code huber 0.5}.
   */
  String name();

  /**
   * Outputs of the network for every target value, which stand together; 1 unless the loss is of
   * several, such as {@link QuantileLoss}. Of classes always 1.
   */
  default int outputsPerTarget() {
    return 1;
  }

  /**
   * The one number that stands for the outputs of a target value, which the usual metrics are of.
   *
   * @param answer with or without its target
   * @param k of the target value
   */
  default float point(Answer answer, int k) {
    return answer.output(k * outputsPerTarget());
  }

  /**
   * The loss of an answer, and its derivative.
   *
   * @param answer with its target
   * @param gradient [outputs] takes ∂ loss / ∂ output; is zero before; null when it is not wanted
   * @return finite
   */
  double of(Answer answer, double[] gradient);
}
