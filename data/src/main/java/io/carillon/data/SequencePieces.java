package io.carillon.data;

import io.carillon.model.Meaning;
import io.carillon.model.Meaning.Missing;
import io.carillon.model.Scaling;
import io.carillon.model.Sequence;
import java.util.Arrays;

/**
 * Cuts sequences that are read step by step into pieces, prepared as {@code Sequences.inputs}
 * prepares whole ones.
 */
public final class SequencePieces {
  /** Steps of a piece at most; a sequence that is no longer comes whole. */
  static final int STEPS = 1 << 16;

  /** Numbers of a piece, where a step has so many that fewer steps must do. */
  private static final int NUMBERS = 1 << 22;

  private final int dims;
  private final Meaning fitted;
  private final Scaling scaling;
  private final Missing missing;
  private final InputSink sink;
  private final int longest;
  private double[] values = new double[256];
  private double[] times;
  private int steps;
  private String name;
  private long done;
  private boolean observed;
  private double[] before;
  private double timeBefore;

  /**
   * For sequences of one file.
   *
   * @param timed whether steps have times
   */
  public SequencePieces(int dims, boolean timed, Meaning fitted, Missing missing, InputSink sink) {
    this.dims = dims;
    this.fitted = fitted;
    this.scaling = Scaling.of(fitted.inputScaling(), dims);
    this.missing = missing;
    this.sink = sink;
    this.longest = Math.max(1, Math.min(STEPS, NUMBERS / dims));
    this.times = timed ? new double[64] : null;
  }

  /** Begins a sequence. */
  public void begin(String sequence) {
    name = sequence;
    steps = 0;
    done = 0;
    observed = false;
    before = null;
    timeBefore = Double.NaN;
  }

  /** Makes room for a step; its numbers are then to be {@link #put}. */
  public void step(double time) {
    if (steps == longest) {
      hand(false);
    }
    int needed = (steps + 1) * dims;
    if (values.length < needed) {
      values = Arrays.copyOf(values, Math.max(needed, 2 * values.length));
    }
    if (times != null) {
      times = times.length > steps ? times : Arrays.copyOf(times, 2 * steps);
      times[steps] = time;
    }
    steps++;
  }

  /** Sets a number of the last step; NaN when it is missing. */
  public void put(int dim, double value) {
    values[(steps - 1) * dims + dim] = value;
  }

  /**
   * Ends the sequence.
   *
   * @throws DataException if it holds nothing that can be used
   */
  public void end() {
    hand(true);
  }

  private void hand(boolean last) {
    double[] raw = Arrays.copyOf(values, steps * dims);
    if (missing == Missing.FILL) {
      MissingValues.fill(raw, dims, name, before);
      before = Arrays.copyOfRange(raw, raw.length - dims, raw.length);
    }
    float[] mask = MissingValues.maskOfPart(raw, dims);
    observed |= mask == null || MissingValues.anyObserved(mask);
    if (last && !observed) {
      throw MissingValues.nothingLeft(name);
    }
    float[] scaled = scaling.apply(raw);
    MissingValues.clearMasked(scaled, mask, dims);
    Sequence piece = Sequence.ofValues(scaled, dims).withMask(mask).withGaps(gaps());
    boolean first = done == 0;
    done += steps;
    steps = 0;
    sink.accept(name, piece, first, last);
  }

  private double[] gaps() {
    if (times == null) {
      return null;
    }
    double[] part = Arrays.copyOf(times, steps);
    double[] gaps = EventTimes.gaps(part, timeBefore, done, fitted, name);
    timeBefore = part[steps - 1];
    return gaps;
  }
}
