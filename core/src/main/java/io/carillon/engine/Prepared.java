package io.carillon.engine;

import java.util.function.Supplier;

/**
 * What was made ready once for the weights of a network at that moment, see {@link
 * Pass#withPrepared}.
 */
public interface Prepared {
  /**
   * How a layer goes step by step, or null if it cannot.
   *
   * @param layer position among the network's layers
   * @param type what the layer has made
   */
  <T> T stream(int layer, Class<T> type);

  /**
   * The packed weight of a linear map of the network, made at the first call.
   *
   * @param map whose it is
   */
  float[] packed(Object map, Supplier<float[]> packing);
}
