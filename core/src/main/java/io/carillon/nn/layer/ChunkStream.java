package io.carillon.nn.layer;

import io.carillon.engine.Carry;
import io.carillon.engine.Pass;

/** A {@link LayerStream} that also works off chunks, for layers that have no scan. */
public interface ChunkStream extends LayerStream {
  /** Adds to y [rows][C H] what the layer makes of u [rows][H] and of a carried state. */
  void forward(Pass pass, Carry carry, float[] u, float[] y);
}
