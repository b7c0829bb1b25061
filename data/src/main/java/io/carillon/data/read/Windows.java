package io.carillon.data.read;

import io.carillon.data.DataException;
import io.carillon.train.Dataset;
import io.carillon.train.DatasetBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Cuts time series into windows of history and targets, and counts what cannot be used.
 *
 * <p>With a horizon of k, the k steps after the history are the target; with horizon 0, the last
 * row of the history is. Steps are rows; where rows have times they are steps of time, and a target
 * is the mean of the rows that are nearer to it than to the steps beside it. Whether the window
 * belongs to a part is decided by its target rows alone: they all lie inside the part. The history
 * may reach back into the rows before the part.
 *
 * <p>A target that was not observed is NaN and counts nowhere. A window is left out when none of
 * its targets was observed, or no row of its history was.
 */
public final class Windows {
  /** A step of time takes the rows that are less than this away from it. */
  private static final double HALF = 0.5;

  private final int history;
  private final int horizon;
  private final String metric;
  private final List<Cut> cuts = new ArrayList<>();

  /**
   * A scaled series.
   *
   * @param title for messages
   * @param inputs [rows][inputSize], finite
   * @param inputSize numbers of a row
   * @param mask [rows] 0 where the inputs are missing, or null
   * @param targets [rows][targetSize], NaN where one is missing
   * @param targetSize numbers of a target
   * @param gaps [rows] steps since the row before, or null when all are 1
   * @param steps [rows] steps since the first row; null when gaps are
   */
  public record Rows(
      String title,
      float[] inputs,
      int inputSize,
      float[] mask,
      float[] targets,
      int targetSize,
      double[] gaps,
      double[] steps) {}

  /**
   * Where a part of a series is cut.
   *
   * @param from first row that may be a target
   * @param to end (exclusive) of these rows
   * @param stride rows from one window to the next
   */
  private record Cut(Rows rows, int from, int to, int stride) {}

  /**
   * No windows yet.
   *
   * @param history rows that a window shows
   * @param horizon steps of its target; 0 for the last row of the history
   * @param metric that models are chosen by
   */
  public Windows(int history, int horizon, String metric) {
    this.history = history;
    this.horizon = horizon;
    this.metric = metric;
  }

  /**
   * Takes the windows whose targets are rows in [from, to).
   *
   * @param stride rows from one window to the next
   * @return this
   */
  public Windows cut(Rows rows, int from, int to, int stride) {
    cuts.add(new Cut(rows, from, to, stride));
    return this;
  }

  /** Steps that a target spans. */
  private int targetSteps() {
    return Math.max(1, horizon);
  }

  /**
   * All of them as a data set, whose notes say what was left out and why.
   *
   * @param more notes
   * @throws DataException if there is none, or they do not fit into memory
   */
  public Dataset dataset(String name, List<String> more) {
    List<int[]> ends = cuts.stream().map(this::ends).toList();
    int possible = ends.stream().mapToInt(all -> all.length).sum();
    Rows first = cuts.get(0).rows;
    requirePossible(possible, name);
    long numbers = (long) history * first.inputSize + (long) targetSteps() * first.targetSize;
    Memory.require(
        Float.BYTES * numbers * possible,
        first.title + ": " + possible + " windows of " + history + " rows",
        "Raise stride, shorten history, or choose fewer columns");
    Collected collected = new Collected(history, first.inputSize);
    for (int c = 0; c < cuts.size(); c++) {
      Cut cut = cuts.get(c);
      for (int end : ends.get(c)) {
        collected.add(cut.rows, end, target(cut, end));
      }
    }
    requirePossible(collected.x.size(), name);
    return collected
        .builder(name, possible, targetSteps() * first.targetSize, more)
        .metric(metric)
        .build();
  }

  private void requirePossible(int count, String name) {
    if (count > 0) {
      return;
    }
    Cut cut = cuts.get(0);
    String part =
        cuts.size() == 1
            ? String.format(Locale.ROOT, "rows %d to %d (%s)", cut.from + 1, cut.to, name)
            : String.format(Locale.ROOT, "any of %d series (%s, the first one)", cuts.size(), name);
    throw new DataException(
        String.format(
            Locale.ROOT,
            "%s: no complete window has its target in %s; a window needs %d rows of"
                + " history and %d of target. Shorten history or horizon, or change split",
            cut.rows.title,
            part,
            history,
            targetSteps()));
  }

  /** End (exclusive) of the history of every window that is possible. */
  private int[] ends(Cut cut) {
    List<Integer> ends = new ArrayList<>();
    int first = Math.max(cut.from + (horizon == 0 ? 1 : 0), history);
    for (int end = first; fits(cut, end); end += cut.stride) {
      ends.add(end);
    }
    return ends.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Whether the targets after a history do not reach beyond the part. */
  private boolean fits(Cut cut, int end) {
    double[] steps = cut.rows.steps;
    return horizon == 0 || steps == null
        ? end + horizon <= cut.to
        : end < cut.to && steps[end - 1] + horizon < steps[cut.to - 1] + HALF;
  }

  /** The target after a history, [targetSteps][targetSize]; NaN where there is none. */
  private float[] target(Cut cut, int end) {
    Rows rows = cut.rows;
    int size = rows.targetSize;
    if (horizon == 0) {
      return Arrays.copyOfRange(rows.targets, (end - 1) * size, end * size);
    }
    if (rows.steps == null) {
      return Arrays.copyOfRange(rows.targets, end * size, (end + horizon) * size);
    }
    double[] sums = new double[horizon * size];
    int[] counts = new int[horizon * size];
    double now = rows.steps[end - 1];
    for (int r = end; r < cut.to && rows.steps[r] - now < horizon + HALF; r++) {
      int ahead = (int) Math.floor(rows.steps[r] - now + HALF);
      for (int k = 0; ahead > 0 && k < size; k++) {
        float value = rows.targets[r * size + k];
        if (!Float.isNaN(value)) {
          sums[(ahead - 1) * size + k] += value;
          counts[(ahead - 1) * size + k]++;
        }
      }
    }
    float[] target = new float[sums.length];
    for (int i = 0; i < target.length; i++) {
      target[i] = counts[i] == 0 ? Float.NaN : (float) (sums[i] / counts[i]);
    }
    return target;
  }

  /** The windows that can be used, and how many cannot. */
  private static final class Collected {
    private final int history;
    private final int inputSize;
    private final List<float[]> x = new ArrayList<>();
    private final List<float[]> y = new ArrayList<>();
    private final List<float[]> masks = new ArrayList<>();
    private final List<double[]> gaps = new ArrayList<>();
    private int withoutTarget;
    private int withoutInput;
    private int partly;
    private long missing;

    Collected(int history, int inputSize) {
      this.history = history;
      this.inputSize = inputSize;
    }

    void add(Rows rows, int end, float[] target) {
      int unknown = 0;
      for (float value : target) {
        unknown += Float.isNaN(value) ? 1 : 0;
      }
      if (unknown == target.length) {
        withoutTarget++;
        return;
      }
      int from = end - history;
      float[] mask = rows.mask == null ? null : Arrays.copyOfRange(rows.mask, from, end);
      if (mask != null && !anyObserved(mask)) {
        withoutInput++;
        return;
      }
      partly += unknown > 0 ? 1 : 0;
      missing += unknown;
      x.add(Arrays.copyOfRange(rows.inputs, from * inputSize, end * inputSize));
      y.add(target);
      masks.add(mask);
      gaps.add(gaps(rows, from, end));
    }

    /** A window is a sequence of its own, whose first step has length 1. */
    private static double[] gaps(Rows rows, int from, int end) {
      if (rows.gaps == null) {
        return null;
      }
      double[] gaps = Arrays.copyOfRange(rows.gaps, from, end);
      gaps[0] = 1;
      return gaps;
    }

    private static boolean anyObserved(float[] mask) {
      for (float observed : mask) {
        if (observed != 0f) {
          return true;
        }
      }
      return false;
    }

    DatasetBuilder builder(String name, int possible, int outputs, List<String> more) {
      List<String> notes = new ArrayList<>(more);
      int left = withoutTarget + withoutInput;
      if (left > 0) {
        List<String> reasons = new ArrayList<>();
        if (withoutTarget > 0) {
          reasons.add(withoutTarget + " without any target value");
        }
        if (withoutInput > 0) {
          reasons.add(withoutInput + " without an observed row in the history");
        }
        notes.add(
            String.format(
                Locale.ROOT,
                "%s: %d of %d windows are left out: %s",
                name,
                left,
                possible,
                String.join(", ", reasons)));
      }
      if (partly > 0) {
        notes.add(
            String.format(
                Locale.ROOT,
                "%s: in %d of %d windows some target values are missing, %.1f %% of all; these count"
                    + " nowhere",
                name,
                partly,
                x.size(),
                100.0 * missing / ((double) x.size() * outputs)));
      }
      boolean timed = gaps.stream().anyMatch(each -> each != null);
      boolean masked = masks.stream().anyMatch(each -> each != null);
      DatasetBuilder builder =
          Dataset.ofValues(inputSize, x.toArray(float[][]::new))
              .name(name)
              .masks(masked ? masks.toArray(float[][]::new) : null)
              .gaps(timed ? gaps.toArray(double[][]::new) : null)
              .targets(outputs, y.toArray(float[][]::new))
              .notes(notes);
      if (partly > 0) {
        builder.missingTargets();
      }
      return builder;
    }
  }
}
