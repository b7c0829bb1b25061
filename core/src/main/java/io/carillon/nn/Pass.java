package io.carillon.nn;

import io.carillon.core.Parallel;
import io.carillon.core.Rows;
import io.carillon.core.Workspace;
import io.carillon.internal.kernel.Kernels;

/**
 * What one forward pass, and the backward pass that follows it, need besides the numbers: layout of
 * the rows, scratch memory, threads, and the few switches that change what is computed.
 */
public final class Pass {
  private final Rows rows;
  private final Workspace workspace;
  private final Parallel parallel;
  private final Kernels kernels;
  private final boolean training;
  private final long dropoutSeed;
  private final double rate;
  private final SsmAlgorithm algorithm;
  private final Carry[] carries;

  private Pass(
      Rows rows,
      Workspace workspace,
      Parallel parallel,
      Kernels kernels,
      boolean training,
      long dropoutSeed,
      double rate,
      SsmAlgorithm algorithm,
      Carry[] carries) {
    this.rows = rows;
    this.workspace = workspace;
    this.parallel = parallel;
    this.kernels = kernels;
    this.training = training;
    this.dropoutSeed = dropoutSeed;
    this.rate = rate;
    this.algorithm = algorithm;
    this.carries = carries;
  }

  /**
   * A pass that keeps nothing for a backward pass, with dropout off and running batch statistics.
   */
  public static Pass inference(Rows rows, Workspace workspace, Parallel parallel, Kernels kernels) {
    return new Pass(rows, workspace, parallel, kernels, false, 0, 1.0, SsmAlgorithm.AUTO, null);
  }

  /**
   * A pass that a backward pass may follow.
   *
   * @param dropoutSeed decides the dropout masks; a new one for every step
   */
  public static Pass training(
      Rows rows, Workspace workspace, Parallel parallel, Kernels kernels, long dropoutSeed) {
    return new Pass(
        rows, workspace, parallel, kernels, true, dropoutSeed, 1.0, SsmAlgorithm.AUTO, null);
  }

  /** The same pass with Δ of every state-space layer multiplied by {@code rate}. */
  public Pass withRate(double rate) {
    return new Pass(
        rows, workspace, parallel, kernels, training, dropoutSeed, rate, algorithm, carries);
  }

  /** The same pass with a forced algorithm of the state-space layers. */
  public Pass withAlgorithm(SsmAlgorithm algorithm) {
    return new Pass(
        rows, workspace, parallel, kernels, training, dropoutSeed, rate, algorithm, carries);
  }

  /** The same pass with the state of every state-space layer, in network order, carried through. */
  public Pass withCarries(Carry... carries) {
    return new Pass(
        rows, workspace, parallel, kernels, training, dropoutSeed, rate, algorithm, carries);
  }

  /** The same settings for other rows, as after pooling. */
  public Pass withRows(Rows rows) {
    return new Pass(
        rows, workspace, parallel, kernels, training, dropoutSeed, rate, algorithm, carries);
  }

  /** Layout of the batch. */
  public Rows rows() {
    return rows;
  }

  /** Whether a backward pass may follow, and dropout and batch statistics are live. */
  public boolean training() {
    return training;
  }

  /** Factor on Δ: 1 = as trained, 2 = input sampled at half the rate. */
  public double rate() {
    return rate;
  }

  /** Forced algorithm, or AUTO. */
  public SsmAlgorithm algorithm() {
    return algorithm;
  }

  Parallel parallel() {
    return parallel;
  }

  Kernels kernels() {
    return kernels;
  }

  long dropoutSeed() {
    return dropoutSeed;
  }

  /** Carried state of the state-space layer with this index, or null. */
  Carry carry(int ssmIndex) {
    return carries == null ? null : carries[ssmIndex];
  }

  /**
   * Memory whose contents the backward pass needs: one array per layer while training, one shared
   * by all layers of a class otherwise.
   */
  float[] keep(Object owner, int slot, int size) {
    return workspace.floats(training ? owner : owner.getClass(), slot, size);
  }

  /** Memory that is free again when the current layer returns; shared by all layers of a class. */
  float[] scratch(Object owner, int slot, int size) {
    return workspace.floats(owner.getClass(), 64 + slot, size);
  }

  /** Memory of one owner, whatever the mode. */
  float[] own(Object owner, int slot, int size) {
    return workspace.floats(owner, slot, size);
  }

  /** Runs {@code body} over the given number of items in a fixed partition into ranges. */
  void overRange(int items, int grain, RangeBody body) {
    int tasks = Ranges.count(items, grain);
    parallel.run(
        tasks,
        i -> body.accept(i, Ranges.start(items, tasks, i), Ranges.start(items, tasks, i + 1)));
  }

  /** Work on items from .. to-1. */
  interface RangeBody {
    void accept(int task, int from, int to);
  }
}
