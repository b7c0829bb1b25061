package io.carillon.data;

import io.carillon.model.Sequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Sequences to predict for, prepared in the same way as the training data.
 *
 * @param names one per sequence: file, or file and line
 * @param values [length][inputSize] of each sequence; null when the inputs are tokens
 * @param tokens [length] of each sequence, for pairs the two of each in turn; null when the inputs
 *     are values
 * @param masks [length] of each sequence, null entries where every step is observed
 * @param gaps [length] of each sequence, time between steps in sampling intervals; null when all
 *     steps have length 1
 * @param inputSize numbers per step; 0 for tokens
 * @param notes what was changed on the way, such as a resampling; for the user to read
 * @param ends when the last step of each sequence was; null when that is not known
 */
public record Inputs(
    List<String> names,
    float[][] values,
    int[][] tokens,
    float[][] masks,
    double[][] gaps,
    int inputSize,
    List<String> notes,
    List<EventTimes.Stamp> ends) {

  /** Inputs without known times. */
  public Inputs(
      List<String> names,
      float[][] values,
      int[][] tokens,
      float[][] masks,
      double[][] gaps,
      int inputSize,
      List<String> notes) {
    this(names, values, tokens, masks, gaps, inputSize, notes, null);
  }

  /** Inputs at equal steps of time. */
  public Inputs(
      List<String> names,
      float[][] values,
      int[][] tokens,
      float[][] masks,
      int inputSize,
      List<String> notes) {
    this(names, values, tokens, masks, null, inputSize, notes);
  }

  /** Sequence i as a model takes it. */
  private Sequence sequence(int i) {
    Sequence plain =
        values != null ? Sequence.ofValues(values[i], inputSize) : Sequence.ofTokens(tokens[i]);
    return plain.withMask(masks == null ? null : masks[i]).withGaps(gaps == null ? null : gaps[i]);
  }

  /** The same with one more note. */
  public Inputs withNote(String note) {
    List<String> more = new ArrayList<>(notes);
    more.add(note);
    return new Inputs(names, values, tokens, masks, gaps, inputSize, List.copyOf(more), ends);
  }

  /** The same with other names. */
  public Inputs named(List<String> others) {
    return new Inputs(List.copyOf(others), values, tokens, masks, gaps, inputSize, notes, ends);
  }

  /** The same with the times of the last steps. */
  public Inputs withEnds(List<EventTimes.Stamp> times) {
    return new Inputs(names, values, tokens, masks, gaps, inputSize, notes, List.copyOf(times));
  }

  /** All sequences as a model takes them: for pairs the two of each in turn. */
  public Sequence[] sequences() {
    Sequence[] all = new Sequence[values != null ? values.length : tokens.length];
    Arrays.setAll(all, this::sequence);
    return all;
  }

  /** Number of sequences, or of pairs. */
  public int size() {
    return names.size();
  }

  /** Number of steps of sequence i. */
  public int length(int i) {
    return values != null ? values[i].length / inputSize : tokens[i].length;
  }
}
