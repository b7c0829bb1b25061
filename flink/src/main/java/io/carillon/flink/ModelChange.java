package io.carillon.flink;

/**
 * What becomes of the streams that a savepoint holds when the job goes on with another model. The
 * state of one model says nothing to another: it is in the coordinates of the old weights.
 */
public enum ModelChange {
  /** The job is refused. */
  FAIL,

  /** Every stream begins anew with its next event. */
  RESET,

  /**
   * Every stream keeps its last events; the new model is given them before the next one. Streams of
   * which the savepoint has kept none, since the job before was set up otherwise, begin anew.
   */
  WARM_UP
}
