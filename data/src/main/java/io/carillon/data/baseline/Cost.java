package io.carillon.data.baseline;

/**
 * What a baseline takes, about.
 *
 * @param operations additions and the like
 * @param bytes of arrays that live at the same time
 */
public record Cost(double operations, double bytes) {
  /** Nothing worth speaking of. */
  static final Cost NONE = new Cost(0, 0);

  /** Operations a second of one core of an old machine. */
  private static final double RATE = 1e9;

  /** Seconds on one core, rather too many than too few. */
  public double seconds() {
    return operations / RATE;
  }
}
