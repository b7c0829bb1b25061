package io.carillon.train;

import io.carillon.config.NetworkConfig;
import io.carillon.engine.Parameter;
import io.carillon.engine.SeededRandom;
import io.carillon.model.SequenceModel;
import io.carillon.model.inside.Inside;
import io.carillon.nn.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Where the numbers of a network stand in flat arrays. Weights are all parameters one after the
 * other in the order of the network, each row-major in its shape, as floats. A gradient has the
 * parameters that are trained alone, in the same order; what is left over (frozen parameters,
 * running statistics of batch norm) stands in an array of its own in {@link ShardGradient#fixed}.
 *
 * @param parts in order
 */
public record WeightLayout(List<Part> parts) {

  /**
   * One parameter.
   *
   * @param name unique in the network, e.g. {@code blocks.0.ssm.log_dt}
   * @param shape row-major axes
   * @param trained whether it has a gradient
   * @param at first number in the weights
   * @param gradientAt first number in the gradient if it is trained, else in the fixed numbers
   * @param size how many numbers
   */
  public record Part(
      String name, List<Integer> shape, boolean trained, int at, int gradientAt, int size) {}

  /** Keeps the order. */
  public WeightLayout {
    parts = List.copyOf(parts);
  }

  /** The layout of networks with these settings. */
  public static WeightLayout of(NetworkConfig network) {
    Objects.requireNonNull(network, "network");
    return of(new Network(network, new SeededRandom(0)));
  }

  static WeightLayout of(Network network) {
    List<Part> parts = new ArrayList<>();
    int at = 0;
    int[] used = {0, 0};
    for (Parameter p : network.parameters()) {
      int kind = p.trainable() ? 0 : 1;
      List<Integer> shape = Arrays.stream(p.shape()).boxed().toList();
      parts.add(new Part(p.name(), shape, p.trainable(), at, used[kind], p.size()));
      at = Math.addExact(at, p.size());
      used[kind] += p.size();
    }
    return new WeightLayout(parts);
  }

  /** Numbers of the weights. */
  public int size() {
    return parts.stream().mapToInt(Part::size).sum();
  }

  /** Numbers that have a gradient. */
  public int trained() {
    return parts.stream().filter(Part::trained).mapToInt(Part::size).sum();
  }

  /** Numbers that have none. */
  public int fixed() {
    return size() - trained();
  }

  /** The weights of a model, as a new array. */
  public static float[] weights(SequenceModel model) {
    Network network = Inside.network(model);
    float[] weights = new float[of(network).size()];
    read(network, weights);
    return weights;
  }

  /** Copies the weights of a network. */
  static void read(Network network, float[] to) {
    int at = 0;
    for (Parameter p : network.parameters()) {
      System.arraycopy(p.value(), 0, to, at, p.size());
      at += p.size();
    }
  }

  /**
   * Copies weights into a network.
   *
   * @throws IllegalArgumentException if there are more or fewer than it has
   */
  static void write(float[] from, Network network) {
    int size = network.parameters().stream().mapToInt(Parameter::size).sum();
    requireSize("the weights", from.length, size);
    int at = 0;
    for (Parameter p : network.parameters()) {
      System.arraycopy(from, at, p.value(), 0, p.size());
      at += p.size();
    }
  }

  /** The gradients of a network one after the other, as a new array. */
  static float[] gradient(Network network) {
    float[] all = new float[sizeOf(network, true)];
    int at = 0;
    for (Parameter p : network.parameters()) {
      if (p.trainable()) {
        System.arraycopy(p.gradient(), 0, all, at, p.size());
        at += p.size();
      }
    }
    return all;
  }

  /** What is not trained, as a new array. */
  static float[] fixed(Network network) {
    float[] all = new float[sizeOf(network, false)];
    int at = 0;
    for (Parameter p : network.parameters()) {
      if (!p.trainable()) {
        System.arraycopy(p.value(), 0, all, at, p.size());
        at += p.size();
      }
    }
    return all;
  }

  /** Copies what is not trained into a network. */
  static void writeFixed(float[] from, Network network) {
    requireSize("the numbers that are not trained", from.length, sizeOf(network, false));
    int at = 0;
    for (Parameter p : network.parameters()) {
      if (!p.trainable()) {
        System.arraycopy(from, at, p.value(), 0, p.size());
        at += p.size();
      }
    }
  }

  static int sizeOf(Network network, boolean trained) {
    return network.parameters().stream()
        .filter(p -> p.trainable() == trained)
        .mapToInt(Parameter::size)
        .sum();
  }

  static void requireSize(String what, int given, int needed) {
    if (given != needed) {
      throw new IllegalArgumentException(
          what + " are " + given + ", the network has " + needed + "; both need the same settings");
    }
  }
}
