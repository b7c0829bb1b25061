package io.carillon.train;

import java.io.Serializable;
import java.util.Objects;

/**
 * Some sequences of a training step, whose gradient is computed in one piece. The shards of a step
 * are the pieces of its batch, cut by {@link TrainConfig#shardSize} alone, never by the number of
 * threads or machines: that is why the result does not depend on these. Plain numbers and arrays,
 * not to be changed, so that a shard can be sent anywhere.
 *
 * @param index position in the step, from 0
 * @param epoch from 1; of stored data every epoch has the same sequences
 * @param samples indices of the sequences, or pairs, in the data set
 * @param seed decides the dropout masks; different for every shard of every step
 * @param classWeights [classes] weights of the classes in the loss, where they follow from more
 *     than the shard, as with {@link ClassWeights#BALANCED} and with {@link ClassWeights#BATCH} in
 *     several shards; else null
 */
public record Shard(int index, int epoch, int[] samples, long seed, double[] classWeights)
    implements Serializable {

  /**
   * Checks it.
   *
   * @throws IllegalArgumentException if there is no sequence, or an index or epoch is too small
   */
  public Shard {
    Objects.requireNonNull(samples, "samples");
    require(samples.length > 0, "samples", "empty", "give at least one sequence");
    require(index >= 0, "index", index, "shards are counted from 0");
    require(epoch >= 1, "epoch", epoch, "epochs are counted from 1");
  }

  private static void require(boolean condition, String name, Object value, String whatToDo) {
    if (!condition) {
      throw new IllegalArgumentException("shard: " + name + " is " + value + "; " + whatToDo);
    }
  }

  /**
   * The same shard with its sequences under other indices, for a worker whose data set holds only
   * some of all sequences. They must be the same sequences in the same order.
   */
  public Shard withSamples(int... others) {
    if (others.length != samples.length) {
      throw new IllegalArgumentException(
          "shard "
              + index
              + " has "
              + samples.length
              + " sequences, "
              + others.length
              + " indices are given for them");
    }
    return new Shard(index, epoch, others, seed, classWeights);
  }
}
