package io.carillon.train;

import java.io.Serializable;

/**
 * What a shard contributes to a training step. Plain numbers and arrays, not to be changed, so that
 * it can be sent anywhere; {@link GradientSum} adds those of a step.
 *
 * @param shard {@link Shard#index}
 * @param gradient [{@link WeightLayout#trained}] of the mean loss of this shard alone; meaningless
 *     if the loss is not finite
 * @param lossSum Σ weight · loss over the targets of the shard
 * @param lossWeight Σ weight over them: 0 if no target counts
 * @param counts whole sums of the metrics, to be added
 * @param values real sums of the metrics; only the metrics know how they are added
 * @param fixed [{@link WeightLayout#fixed}] new values of what is not trained, where computing a
 *     gradient changes them (running statistics of batch norm); else null
 * @param badBlock name of the first block whose output is not finite if the loss is not finite;
 *     else null
 * @param kernels name of the inner loops that ran, e.g. {@code scalar}: others round differently
 */
public record ShardGradient(
    int shard,
    float[] gradient,
    double lossSum,
    double lossWeight,
    long[] counts,
    double[] values,
    float[] fixed,
    String badBlock,
    String kernels)
    implements Serializable {

  Losses.Value loss() {
    return new Losses.Value(lossSum, lossWeight);
  }

  Metrics.Saved metrics() {
    return new Metrics.Saved(counts, values);
  }
}
