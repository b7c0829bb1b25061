package io.carillon.nn.layer;

import io.carillon.engine.Prepared;
import io.carillon.internal.kernel.Kernels;
import io.carillon.ssm.diagonal.HeldGap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The layers of a network made ready for single steps, at rate 1, once: for a single step,
 * computing the modes would take a hundred times as long as using them. So are the weights of the
 * linear maps, for one kind of kernels. Belongs to the weights that the network has at that moment;
 * shared by threads.
 */
public final class PreparedModes implements Prepared {
  private final LayerStream[] streams;
  private final Map<Object, float[]> weights = new ConcurrentHashMap<>();

  private PreparedModes(int layers) {
    this.streams = new LayerStream[layers];
  }

  /** Prepares those of the layers that can stream. */
  public static PreparedModes of(List<? extends SequenceLayer> layers, Kernels kernels) {
    PreparedModes prepared = new PreparedModes(layers.size());
    for (int i = 0; i < layers.size(); i++) {
      if (layers.get(i).streamingObstacle() == null) {
        prepared.streams[i] = layers.get(i).stream(kernels);
      }
    }
    return prepared;
  }

  @Override
  public <T> T stream(int layer, Class<T> type) {
    return type.cast(streams[layer]);
  }

  /**
   * Makes a step of a given length ready in the layers that are diagonal recurrences; the others
   * keep what they need themselves.
   *
   * @param gap positive and finite
   */
  public GapModes gap(double gap) {
    HeldGap[] held = new HeldGap[streams.length];
    for (int i = 0; i < held.length; i++) {
      held[i] = streams[i] == null ? null : streams[i].held(gap);
    }
    return new GapModes(gap, held);
  }

  @Override
  public float[] packed(Object map, Supplier<float[]> packing) {
    return weights.computeIfAbsent(map, m -> packing.get());
  }

  /**
   * Lets the state of one stream pass {@code steps} steps without input.
   *
   * @param layer position of the layer
   * @param state its numbers, updated
   * @param steps at least 0
   * @throws IllegalArgumentException if there are too many for this kind of layer; the state is
   *     then as before
   */
  public void rest(int layer, float[] state, long steps) {
    streams[layer].rest(state, steps);
  }

  /**
   * Lets the state of one stream pass a time without input.
   *
   * @param gap in ordinary steps, one that the layer takes, see {@code EventTime}
   */
  public void rest(int layer, float[] state, double gap) {
    streams[layer].rest(state, gap);
  }

  /** What is wrong with the state of a layer that was read from outside, or null. */
  public String fault(int layer, float[] state) {
    return streams[layer].fault(state);
  }
}
