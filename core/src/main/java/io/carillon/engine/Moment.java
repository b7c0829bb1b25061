package io.carillon.engine;

/** What a loop that was made for an earlier pass over the same layout needs of the present one. */
public interface Moment {
  /** Who runs the tasks of a loop. */
  Parallel parallel();

  /** Decides the dropout masks. */
  long dropoutSeed();
}
