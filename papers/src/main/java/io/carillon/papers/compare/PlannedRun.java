package io.carillon.papers.compare;

/**
 * One training of a comparison.
 *
 * @param cell what is trained
 * @param seed of weights, order and random data
 */
public record PlannedRun(Cell cell, long seed) {
  /** Name of its folder. */
  public String id() {
    return cell.id() + "-seed" + seed;
  }

  /** For people. */
  public String title() {
    return cell.title() + ", seed " + seed;
  }
}
