package io.carillon.data.read;

import io.carillon.data.DataException;
import io.carillon.train.Dataset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts a time series into windows of history and targets.
 *
 * <p>With a horizon of k, the k rows after the history are the target; with horizon 0, the last row
 * of the history is. Whether the window belongs to a part is decided by its target rows alone: they
 * all lie inside the part. The history may reach back into the rows before the part.
 */
public final class Windows {
  private final String title;
  private final int history;
  private final int horizon;
  private final float[] inputs;
  private final int inputSize;
  private final float[] mask;
  private final float[] targets;
  private final int targetSize;
  private final boolean[] targetMissing;

  /**
   * A scaled series.
   *
   * @param title for messages
   * @param inputs [rows][inputSize], finite
   * @param mask [rows] 0 where the inputs are missing, or null
   * @param targets [rows][targetSize], finite
   * @param targetMissing [rows] whether a target of the row is missing
   */
  public Windows(
      String title,
      int history,
      int horizon,
      float[] inputs,
      int inputSize,
      float[] mask,
      float[] targets,
      int targetSize,
      boolean[] targetMissing) {
    this.title = title;
    this.history = history;
    this.horizon = horizon;
    this.inputs = inputs;
    this.inputSize = inputSize;
    this.mask = mask;
    this.targets = targets;
    this.targetSize = targetSize;
    this.targetMissing = targetMissing;
  }

  /** Rows that a target spans. */
  int targetRows() {
    return Math.max(1, horizon);
  }

  /**
   * The windows whose targets lie in [from, to).
   *
   * @param stride rows from one window to the next
   * @throws DataException if there is none, or they do not fit into memory
   */
  public Dataset dataset(String name, int from, int to, int stride) {
    List<Integer> starts = starts(from, to, stride);
    requirePossible(starts.size(), name, from, to);
    float[][] x = new float[starts.size()][];
    float[][] y = new float[starts.size()][];
    float[][] masks = mask == null ? null : new float[starts.size()][];
    for (int i = 0; i < x.length; i++) {
      int target = starts.get(i);
      int end = historyEnd(target);
      x[i] = Arrays.copyOfRange(inputs, (end - history) * inputSize, end * inputSize);
      y[i] = Arrays.copyOfRange(targets, target * targetSize, (target + targetRows()) * targetSize);
      if (masks != null) {
        masks[i] = Arrays.copyOfRange(mask, end - history, end);
      }
    }
    return Dataset.ofValues(inputSize, x)
        .name(name)
        .masks(masks)
        .targets(targetRows() * targetSize, y)
        .build();
  }

  private void requirePossible(int count, String name, int from, int to) {
    if (count == 0) {
      throw new DataException(
          String.format(
              "%s: no complete window has its target in rows %d to %d (%s); a window needs %d rows of"
                  + " history and %d of target. Shorten history or horizon, or change split",
              title, from + 1, to, name, history, targetRows()));
    }
    long floats = (long) history * inputSize + (long) targetRows() * targetSize;
    Memory.require(
        Float.BYTES * floats * count,
        title + ": " + count + " windows of " + history + " rows",
        "Raise stride, shorten history, or choose fewer columns");
  }

  private int historyEnd(int target) {
    return horizon == 0 ? target + 1 : target;
  }

  /** First target row of every window. */
  private List<Integer> starts(int from, int to, int stride) {
    List<Integer> starts = new ArrayList<>();
    int first = Math.max(from, horizon == 0 ? history - 1 : history);
    for (int target = first; target <= to - targetRows(); target += stride) {
      if (usable(target)) {
        starts.add(target);
      }
    }
    return starts;
  }

  /** Whether all targets are there and at least one row of the history. */
  private boolean usable(int target) {
    for (int row = target; row < target + targetRows(); row++) {
      if (targetMissing[row]) {
        return false;
      }
    }
    int end = historyEnd(target);
    for (int row = end - 1; mask != null && row >= end - history; row--) {
      if (mask[row] != 0f) {
        return true;
      }
    }
    return mask == null;
  }
}
