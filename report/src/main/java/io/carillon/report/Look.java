package io.carillon.report;

/**
 * How a series is coloured.
 *
 * @param colour index into the chart's colours, −1 for the neutral one
 * @param faint dashed line, or hollow points: what is there for comparison only
 */
public record Look(int colour, boolean faint) {
  /** Grey, dashed or hollow. */
  public static final Look NEUTRAL = new Look(-1, true);

  /** A colour; there are eight, and larger numbers begin again with dashed lines. */
  public static Look of(int colour) {
    return new Look(colour, false);
  }

  /** The same colour, dashed or hollow. */
  public Look asFaint() {
    return new Look(colour, true);
  }
}
