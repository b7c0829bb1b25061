package io.carillon.train;

import io.carillon.engine.Parameter;
import io.carillon.nn.Network;
import java.util.Arrays;

/**
 * The gradient of a step from those of its shards. With g_k and w_k the gradient and the weight of
 * shard k,
 *
 * <pre>
 *   g = Σ_k w_k g_k / Σ_k w_k
 * </pre>
 *
 * number by number, added in double in the order of the shards and rounded to a float once. That of
 * a single shard is its own, bit for bit. If no target counts, it is zero.
 */
public final class GradientSum {
  private final double[] sums;
  private Losses.Value loss = new Losses.Value(0, 0);
  private int shards;

  /** Empty sums for gradients of so many numbers. */
  public GradientSum(int size) {
    sums = new double[size];
  }

  /** Makes it empty again, for the next step. */
  public void clear() {
    Arrays.fill(sums, 0);
    loss = new Losses.Value(0, 0);
    shards = 0;
  }

  /**
   * Adds the next shard.
   *
   * @throws IllegalArgumentException if it is another one, or has another size
   */
  public void add(ShardGradient part) {
    if (part.shard() != shards) {
      throw new IllegalArgumentException(
          "shard "
              + part.shard()
              + " was given where shard "
              + shards
              + " is next; sums in another order have other bits, so give them in theirs");
    }
    WeightLayout.requireSize("the numbers of a gradient", part.gradient().length, sums.length);
    add(part.gradient(), 0, part.lossWeight());
    close(part.loss());
  }

  /** Adds the gradients that a network holds as those of the next shard. */
  void add(Network network, Losses.Value lossOfShard) {
    int at = 0;
    for (Parameter p : network.parameters()) {
      if (p.trainable()) {
        add(p.gradient(), at, lossOfShard.weight());
        at += p.size();
      }
    }
    close(lossOfShard);
  }

  private void add(float[] gradient, int at, double weight) {
    for (int i = 0; i < gradient.length; i++) {
      sums[at + i] += weight * gradient[i];
    }
  }

  private void close(Losses.Value lossOfShard) {
    loss = loss.plus(lossOfShard);
    shards++;
  }

  /** Shards that were added. */
  public int shards() {
    return shards;
  }

  /** Loss of all of them together. */
  public Losses.Value loss() {
    return loss;
  }

  /** The gradient of all of them together, as a new array. */
  public float[] gradient() {
    float[] gradient = new float[sums.length];
    writeTo(gradient, 0);
    return gradient;
  }

  /** Puts the gradient into a network. */
  void writeTo(Network network) {
    int at = 0;
    for (Parameter p : network.parameters()) {
      if (p.trainable()) {
        writeTo(p.gradient(), at);
        at += p.size();
      }
    }
  }

  private void writeTo(float[] gradient, int at) {
    double weight = loss.weight();
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] = weight == 0 ? 0 : (float) (sums[at + i] / weight);
    }
  }
}
