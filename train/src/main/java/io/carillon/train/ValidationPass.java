package io.carillon.train;

import io.carillon.engine.Parallel;
import io.carillon.engine.Pass;
import io.carillon.engine.Workspace;
import io.carillon.internal.kernel.Kernels;
import io.carillon.nn.Batch;
import io.carillon.nn.Network;
import java.util.function.BooleanSupplier;

/**
 * Measures a network that is being trained on its validation data.
 *
 * @param rowsAtOnce rows that are computed together at most, unless one sequence alone is longer
 */
record ValidationPass(
    Network network,
    Dataset data,
    Workspace workspace,
    Parallel parallel,
    Kernels kernels,
    Objective objective,
    int rowsAtOnce) {

  /** The evaluation, or null if it was given up because {@code abandoned} became true. */
  Evaluation evaluate(BooleanSupplier abandoned) {
    return Evaluator.evaluate(
        network, data, workspace, parallel, kernels, objective, 1, rowsAtOnce, abandoned);
  }

  /** Why the loss of an evaluation is not finite. */
  Divergence divergence(Evaluation evaluation) {
    return new Divergence(
        "the validation loss is " + evaluation.loss(), badBlock(), Divergence.badValue(network));
  }

  /**
   * Finds the block by a training pass, which keeps what a check needs; null if such a pass is all
   * finite. It may move running statistics of the network, which is given up anyway.
   */
  private String badBlock() {
    for (int[] sequences : Batches.inOrder(data, rowsAtOnce)) {
      Batches.Loaded loaded = Batches.load(data, sequences, parallel);
      Batch batch = loaded.inputs();
      Pass pass = Pass.training(batch.rows(), workspace, parallel, kernels, 0);
      float[] outputs = network.forward(pass, batch);
      Targets targets = loaded.targets(network.config().lastSteps());
      int size = network.config().outputSize();
      double loss = targets.loss(objective.loss(), outputs, size, null, null).mean();
      if (!Double.isFinite(loss)) {
        return Divergence.badBlock(network, pass);
      }
    }
    return null;
  }
}
