package io.carillon.train;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/**
 * Pace of a run, and what it says of the time left.
 *
 * <p>The first steps are slow because the virtual machine is still compiling the inner loops, often
 * twenty times slower than the later ones, so that their pace foretells nothing. The time after
 * them is therefore cut into stretches; the pace has settled when a few of them in a row are about
 * equally fast. Data whose steps differ much in cost may never look so; after many stretches the
 * compiler is done in any case.
 */
final class StepClock {
  /** Steps that are not looked at; a minute of slow ones is enough for the compiler as well. */
  private static final int WARM_UP_STEPS = 30;

  private static final long WARM_UP_NANOS = 60_000_000_000L;

  /** A stretch is as long as that, and has so many steps unless these take very long. */
  private static final long STRETCH_NANOS = 2_000_000_000L;

  private static final int STRETCH_STEPS = 10;
  private static final long LONG_STRETCH_NANOS = 10_000_000_000L;

  /** Stretches that must be alike. */
  private static final int ALIKE = 3;

  /** How much faster the fastest of them may be than the slowest. */
  private static final double SPREAD = 1.25;

  /** Stretches after which the pace counts as settled whatever it is. */
  private static final int ENOUGH = 15;

  private final long totalSteps;
  private final LongSupplier nanoTime;
  private final Deque<Mark> marks = new ArrayDeque<>();
  private long startNanos;
  private long firstStep;
  private int stretches;
  private Mark settled;

  /** A step, and when it was done. */
  private record Mark(long step, long nanos) {
    double stepsPerSecond(Mark later) {
      return (later.step - step) / Math.max((later.nanos - nanos) * 1e-9, 1e-9);
    }
  }

  StepClock(long totalSteps) {
    this(totalSteps, System::nanoTime);
  }

  /** A clock that is told the time, in nanoseconds. */
  StepClock(long totalSteps, LongSupplier nanoTime) {
    this.totalSteps = totalSteps;
    this.nanoTime = nanoTime;
    startNanos = nanoTime.getAsLong();
  }

  /** Starts to count, with that many steps done by an earlier run. */
  void start(long doneSteps) {
    startNanos = nanoTime.getAsLong();
    firstStep = doneSteps;
    stretches = 0;
    settled = null;
    marks.clear();
  }

  /** Seconds since the start. */
  double seconds() {
    return (nanoTime.getAsLong() - startNanos) * 1e-9;
  }

  StepRecord record(
      long step,
      int epoch,
      int stepOfEpoch,
      double loss,
      Metrics metrics,
      double rate,
      double norm) {
    return new StepRecord(
        step,
        totalSteps,
        epoch,
        stepOfEpoch,
        loss,
        metrics.main(),
        metrics.mainSoFar(),
        rate,
        norm,
        (step - firstStep) / Math.max(seconds(), 1e-9),
        secondsLeft(step));
  }

  /** Seconds until the last step, at the pace that has settled; NaN as long as none has. */
  double secondsLeft(long step) {
    Mark now = new Mark(step, nanoTime.getAsLong());
    if (settled == null) {
      look(now);
    }
    return settled == null ? Double.NaN : (totalSteps - step) / settled.stepsPerSecond(now);
  }

  private void look(Mark now) {
    if (marks.isEmpty()) {
      if (now.step - firstStep >= WARM_UP_STEPS || now.nanos - startNanos >= WARM_UP_NANOS) {
        marks.add(now);
      }
      return;
    }
    long steps = now.step - marks.getLast().step;
    long nanos = now.nanos - marks.getLast().nanos;
    if (nanos < STRETCH_NANOS || steps < STRETCH_STEPS && nanos < LONG_STRETCH_NANOS) {
      return;
    }
    stretches++;
    marks.add(now);
    if (marks.size() > ALIKE + 1) {
      marks.removeFirst();
    }
    if (stretches >= ENOUGH || alike()) {
      settled = marks.getFirst();
    }
  }

  private boolean alike() {
    double slowest = Double.POSITIVE_INFINITY;
    double fastest = 0;
    Mark before = null;
    for (Mark mark : marks) {
      if (before != null) {
        double pace = before.stepsPerSecond(mark);
        slowest = Math.min(slowest, pace);
        fastest = Math.max(fastest, pace);
      }
      before = mark;
    }
    return marks.size() > ALIKE && fastest <= SPREAD * slowest;
  }
}
