package io.carillon.cli.run;

import io.carillon.data.EventTimes;

/** Takes the answers for one sequence after another, in pieces where there is one for each step. */
@FunctionalInterface
public interface AnswerSink {
  /**
   * Takes answers.
   *
   * @param name of the sequence
   * @param outputs raw outputs of the network, [outputSize] or [steps][outputSize]
   * @param first whether the answers for the sequence begin with these
   * @param last whether they end with these
   * @throws java.io.UncheckedIOException if they cannot be written
   */
  void add(String name, float[] outputs, boolean first, boolean last);

  /**
   * Says when the last step of the next sequence was, so that a forecast can say when it is for.
   *
   * @param end in the unit of the times in the data
   */
  default void endsAt(EventTimes.Stamp end) {}
}
