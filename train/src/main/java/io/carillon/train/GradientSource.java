package io.carillon.train;

import java.util.List;
import java.util.function.Consumer;

/**
 * Computes the gradients of a training step somewhere else than in the training loop: in other
 * processes, on other machines. The loop keeps everything around them: order of the data, sum of
 * the shards, clipping, schedule, optimiser, validation, checkpoints. See {@link
 * Trainer#withGradients}; where the gradients are computed, a {@link GradientWorker} does it.
 *
 * <p>A shard's gradient follows from the weights and the {@link Shard} alone. So a lost shard can
 * be computed again, two workers may compute the same one, and any distribution over workers gives
 * the same bits, as long as all workers use the same kernels.
 */
@FunctionalInterface
public interface GradientSource {
  /**
   * Computes all shards of a step. Called from one thread, one step after the other.
   *
   * @param weights [{@link WeightLayout#size}] of all parameters; not to be changed, and
   *     overwritten by the next step
   * @param shards of the step, in their order
   * @param inOrder takes every shard's gradient once, in the order of the shards, on the calling
   *     thread; what it was given may be used again afterwards
   * @throws RuntimeException to end the training
   */
  void compute(float[] weights, List<Shard> shards, Consumer<ShardGradient> inOrder);
}
