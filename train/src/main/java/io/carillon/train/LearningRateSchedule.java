package io.carillon.train;

import java.util.List;

/**
 * The factor by which all learning rates are multiplied, as a function of the number of steps s
 * that are done (0 at the first step) and of e = ⌊s / steps per epoch⌋ finished epochs. With T the
 * total and W the warm-up steps:
 *
 * <ul>
 *   <li>CONSTANT: 1
 *   <li>COSINE: ½ (1 + cos(π min(1, s/T))), or ½ (1 + cos(π s/T)) if it rises again
 *   <li>COSINE_WARMUP: s/W for s &lt; W, then the same of s − W and T − W (papers A.9; the first
 *       step has rate 0, as in the official code)
 *   <li>MULTISTEP: f to the power of the number of milestones ≤ e
 *   <li>PLATEAU: f for every time that more than {@code patience} validations in a row brought no
 *       improvement by a relative 1e-4 (PyTorch's {@code ReduceLROnPlateau})
 * </ul>
 */
public final class LearningRateSchedule {
  private static final double THRESHOLD = 1e-4;
  private static final int LONGEST_WARMUP = 1000;

  private final Schedule kind;
  private final int stepsPerEpoch;
  private final boolean perEpoch;
  private final long total;
  private final long warmup;
  private final boolean rises;
  private final List<Integer> milestones;
  private final double milestoneFactor;
  private final double plateauFactor;
  private final int plateauPatience;
  private PlateauState plateau = new PlateauState(1, Double.NaN, 0);

  /**
   * What PLATEAU remembers.
   *
   * @param factor at present
   * @param best best metric so far, NaN before the first
   * @param bad validations in a row that brought no improvement
   */
  record PlateauState(double factor, double best, int bad) {}

  /**
   * The schedule of a training run.
   *
   * @throws IllegalArgumentException if the warm-up is not shorter than the run
   */
  public LearningRateSchedule(TrainConfig config, int stepsPerEpoch) {
    this.kind = config.schedule();
    this.stepsPerEpoch = stepsPerEpoch;
    this.perEpoch = config.schedulePerEpoch();
    this.total =
        config.totalSteps() > 0 ? config.totalSteps() : (long) config.epochs() * stepsPerEpoch;
    this.warmup =
        config.warmupSteps() > 0 ? config.warmupSteps() : Math.min(LONGEST_WARMUP, total / 10);
    this.rises = config.cosineRises();
    this.milestones = config.milestones();
    this.milestoneFactor = config.milestoneFactor();
    this.plateauFactor = config.plateauFactor();
    this.plateauPatience = config.plateauPatience();
    if (kind == Schedule.COSINE_WARMUP && warmup >= total) {
      throw new IllegalArgumentException(
          "warmup_steps is "
              + warmup
              + ", the whole run has "
              + total
              + " steps; give fewer, or train for more epochs");
    }
  }

  /** Steps of linear growth, given or by the rule. */
  long warmup() {
    return warmup;
  }

  /** Factor for the step after {@code step} steps are done. */
  public double factor(long step) {
    long epoch = step / stepsPerEpoch;
    long s = perEpoch ? epoch * stepsPerEpoch : step;
    return switch (kind) {
      case CONSTANT -> 1;
      case COSINE -> cosine(s, total);
      case COSINE_WARMUP -> s < warmup ? (double) s / warmup : cosine(s - warmup, total - warmup);
      case MULTISTEP ->
          Math.pow(milestoneFactor, milestones.stream().filter(m -> m <= epoch).count());
      case PLATEAU -> plateau.factor;
    };
  }

  private double cosine(long step, long total) {
    double done = (double) step / total;
    return 0.5 * (1 + Math.cos(Math.PI * (rises ? done : Math.min(1, done))));
  }

  /** Tells PLATEAU the result of a validation; nothing to the others. */
  public void observe(double metric, boolean higherIsBetter) {
    double best = plateau.best;
    double needed = best + (higherIsBetter ? THRESHOLD : -THRESHOLD) * Math.abs(best);
    boolean better = Double.isNaN(best) || (higherIsBetter ? metric > needed : metric < needed);
    if (better) {
      plateau = new PlateauState(plateau.factor, metric, 0);
    } else if (plateau.bad < plateauPatience) {
      plateau = new PlateauState(plateau.factor, best, plateau.bad + 1);
    } else {
      plateau = new PlateauState(plateau.factor * plateauFactor, best, 0);
    }
  }

  PlateauState plateauState() {
    return plateau;
  }

  void restore(PlateauState state) {
    plateau = state;
  }
}
