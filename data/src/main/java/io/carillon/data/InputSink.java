package io.carillon.data;

import io.carillon.model.Sequence;

/** Takes sequences to predict for as they are read, so that they need not all be held. */
@FunctionalInterface
public interface InputSink {
  /**
   * Takes the next steps of a sequence. A sequence comes in one piece unless it is long; the pieces
   * of one follow one another.
   *
   * @param name of the sequence: file, or file and line
   * @param piece at least one step, prepared in the same way as the training data
   * @param first whether the sequence begins with it
   * @param last whether the sequence ends with it
   */
  void accept(String name, Sequence piece, boolean first, boolean last);
}
