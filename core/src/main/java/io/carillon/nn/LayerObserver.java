package io.carillon.nn;

/** Sees what every layer of a network puts out, to compare ways to compute the same thing. */
public interface LayerObserver {
  /** Looks away. */
  LayerObserver NONE = (layer, x, rows) -> {};

  /**
   * Called after every layer.
   *
   * @param layer position in {@link Network#layerNames()}
   * @param x [rows][H] at least, valid during the call only
   * @param rows number of rows computed
   */
  void rows(int layer, float[] x, int rows);
}
