package io.carillon.train;

/**
 * Sequences that are drawn when they are needed instead of being kept: the memory of a data set
 * made of them does not depend on their number. See {@link Dataset#ofSource}.
 *
 * <p>A sample depends on its epoch and index alone, so that a run that is resumed sees what it
 * would have seen. May be asked by several threads.
 */
public interface SampleSource {

  /** Number of sequences of an epoch. */
  int size();

  /** Number of steps that every sequence has at least. */
  int minLength();

  /** Number of steps that no sequence exceeds. */
  int maxLength();

  /**
   * Draws a sequence.
   *
   * @param epoch from 1; a source may give the same sequences in every epoch
   * @param index in [0, size)
   * @return a stored data set of exactly this sequence; all of a source agree in everything but
   *     length and contents
   */
  Dataset draw(int epoch, int index);
}
