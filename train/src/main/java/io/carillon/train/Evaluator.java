package io.carillon.train;

import io.carillon.config.NetworkConfig;
import io.carillon.engine.Engine;
import io.carillon.engine.Parallel;
import io.carillon.engine.Pass;
import io.carillon.engine.Workspace;
import io.carillon.model.SequenceModel;
import io.carillon.model.inside.Inside;
import io.carillon.nn.Batch;
import io.carillon.nn.Network;
import io.carillon.train.Dataset.Target;
import java.util.function.BooleanSupplier;

/**
 * Measures how well a model does on a data set. Masks, and steps without a target, are honoured.
 */
public final class Evaluator {
  private static final int ROWS_AT_ONCE = 1 << 16;

  private Evaluator() {}

  /**
   * Evaluates a model, in the way that it computes.
   *
   * @param rate factor on Δ: 2 for data sampled at half the rate of training
   * @throws IllegalArgumentException if the data do not fit the model, or hold no target
   */
  public static Evaluation evaluate(SequenceModel model, Dataset data, double rate) {
    return evaluate(model, data, rate, Objective.DEFAULT);
  }

  /**
   * Evaluates a model with a loss and metrics of one's own.
   *
   * @param rate factor on Δ: 2 for data sampled at half the rate of training
   * @throws IllegalArgumentException if the data do not fit the model, or hold no target
   * @throws ExtensionException if a loss or metric of one's own fails
   */
  public static Evaluation evaluate(
      SequenceModel model, Dataset data, double rate, Objective objective) {
    Objective complete = QuantileLoss.completed(objective, model.meaning());
    FitChecks.check(model.config(), data, complete.outputsPerTarget());
    complete.check(data);
    return evaluate(
        Inside.network(model),
        data,
        new Workspace(),
        Inside.engine(model),
        complete,
        rate,
        ROWS_AT_ONCE,
        () -> false);
  }

  /**
   * Bytes of the arrays that {@link #evaluate(SequenceModel, Dataset, double)} computes in, see
   * {@link MemoryEstimate#inference}.
   */
  public static long memory(NetworkConfig config, Dataset data) {
    return memory(config, data, 1);
  }

  /**
   * The same for shorter sequences.
   *
   * @param ofLength what is left of the length of each
   */
  static long memory(NetworkConfig config, Dataset data, double ofLength) {
    if (data.size() == 0) {
      return 0;
    }
    long longest = left(data.maxLength(), ofLength);
    long all = 0;
    for (int i = 0; i < data.size() && all < ROWS_AT_ONCE; i++) {
      all += data.isGenerated() ? longest : left(data.length(i), ofLength);
    }
    return MemoryEstimate.inference(config, Math.max(longest, Math.min(ROWS_AT_ONCE, all)));
  }

  private static long left(int length, double ofLength) {
    return (long) Math.ceil(length * ofLength);
  }

  /** Evaluates at the sampling rate of training. */
  public static Evaluation evaluate(SequenceModel model, Dataset data) {
    return evaluate(model, data, 1);
  }

  /** Answers that come from elsewhere than a network. */
  @FunctionalInterface
  public interface Answers {
    /**
     * What a network would give for sequence i of the data: one row of [outputSize] scores or
     * values, or for per-step targets one for every step, or for each of the last steps if only
     * they have a target. Of scores only the largest counts.
     */
    float[] of(Dataset data, int i);
  }

  /**
   * Measures answers with the metrics of a network's.
   *
   * @return with a loss of NaN for classes, because scores need not be probabilities
   * @throws IllegalArgumentException if the data hold no target, or an answer has another size
   */
  public static Evaluation evaluate(Answers answers, Dataset data) {
    Metrics metrics = Metrics.of(data, Objective.DEFAULT);
    Losses.Value loss = new Losses.Value(0, 0);
    int size = data.outputSize();
    for (int[] sequences : Batches.inOrder(data, ROWS_AT_ONCE)) {
      Batches.Loaded loaded = Batches.load(data, sequences, Parallel.serial());
      Targets targets = loaded.targets(data.lastSteps());
      float[] outputs = new float[targets.rows() * size];
      int to = 0;
      for (int i : loaded.sequences()) {
        float[] answer = answers.of(loaded.data(), i);
        int left = outputs.length - to;
        FitChecks.require(
            answer.length % size == 0 && answer.length <= left,
            "an answer to '"
                + data.name()
                + "' has "
                + answer.length
                + " numbers; a multiple of "
                + size
                + " is due, and "
                + left
                + " are left for its batch");
        System.arraycopy(answer, 0, outputs, to, answer.length);
        to += answer.length;
      }
      FitChecks.require(
          to == outputs.length,
          "answers to '" + data.name() + "' have " + to + " numbers, not " + outputs.length);
      loss = loss.plus(targets.loss(null, outputs, size, null, null));
      metrics.add(outputs, targets);
    }
    FitChecks.require(
        loss.weight() > 0, "data set '" + data.name() + "' has no target to compare with");
    boolean values = data.target() == Target.VALUE || data.target() == Target.VALUE_PER_STEP;
    return metrics.evaluation(values ? loss.mean() : Double.NaN);
  }

  /**
   * Evaluates a network on data that fit it, {@code rowsAtOnce} rows or one sequence at a time.
   *
   * @param abandoned asked between batches; once it is true, the evaluation is given up
   * @return null if it was given up
   */
  static Evaluation evaluate(
      Network network,
      Dataset data,
      Workspace workspace,
      Engine engine,
      Objective objective,
      double rate,
      int rowsAtOnce,
      BooleanSupplier abandoned) {
    Metrics metrics = Metrics.of(data, objective);
    Losses.Value loss = new Losses.Value(0, 0);
    int size = network.config().outputSize();
    for (int[] sequences : Batches.inOrder(data, rowsAtOnce)) {
      if (abandoned.getAsBoolean()) {
        return null;
      }
      Batches.Loaded loaded = Batches.load(data, sequences, engine.parallel());
      Batch batch = loaded.inputs();
      Pass pass = Pass.inference(batch.rows(), workspace, engine).withRate(rate);
      float[] outputs = network.forward(pass, batch);
      Targets targets = loaded.targets(network.config().lastSteps());
      loss = loss.plus(targets.loss(objective.loss(), outputs, size, null, null));
      metrics.add(outputs, targets);
    }
    FitChecks.require(
        loss.weight() > 0, "data set '" + data.name() + "' has no target to compare with");
    return metrics.evaluation(loss.mean());
  }
}
