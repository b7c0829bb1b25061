package io.carillon.engine;

import io.carillon.config.SsmAlgorithm;
import io.carillon.internal.kernel.Kernels;
import java.util.List;

/**
 * What one forward pass, and the backward pass that follows it, need besides the numbers: layout of
 * the rows, scratch memory, threads, and the few switches that change what is computed.
 */
public final class Pass {
  private static final int ROW_GRAIN = 64;

  /** A tile of 256 rows of 128 channels: a dozen such arrays fit into a second-level cache. */
  private static final int TILE_FLOATS = 256 * 128;

  private static final int HIGHEST_TILE = 256;
  private static final int LOWEST_TILE = 32;

  /** Bound on what the tasks of a loop collect together, 8 MiB, unless few tasks need more. */
  private static final int SUM_FLOATS = 1 << 21;

  private static final int FEW_TASKS = 8;

  private final Rows rows;
  private final Workspace workspace;
  private final Parallel parallel;
  private final Kernels kernels;
  private final boolean training;
  private final long dropoutSeed;
  private final double rate;
  private final SsmAlgorithm algorithm;
  private final Carry[] carries;
  private final Prepared prepared;

  /** Which worker runs a task of a {@link FusedLoop}; written and read by that worker only. */
  private final int[] workers;

  /** Whether operands are whole arrays and there are no tiles. */
  private final boolean whole;

  /** By power of two and by exact length: every layer asks again. */
  private List<LengthGroup> similarLengths;

  private List<LengthGroup> equalLengths;

  private Pass(
      Rows rows,
      Workspace workspace,
      Parallel parallel,
      Kernels kernels,
      boolean training,
      long dropoutSeed,
      double rate,
      SsmAlgorithm algorithm,
      Carry[] carries,
      Prepared prepared,
      boolean whole,
      int[] workers) {
    this.rows = rows;
    this.workspace = workspace;
    this.parallel = parallel;
    this.kernels = kernels;
    this.training = training;
    this.dropoutSeed = dropoutSeed;
    this.rate = rate;
    this.algorithm = algorithm;
    this.carries = carries;
    this.prepared = prepared;
    this.whole = whole;
    this.workers = workers;
  }

  /** The pass {@code from} with what the with-methods change. */
  private Pass(
      Pass from,
      Rows rows,
      double rate,
      SsmAlgorithm algorithm,
      Carry[] carries,
      Prepared prepared) {
    this(
        rows,
        from.workspace,
        from.parallel,
        from.kernels,
        from.training,
        from.dropoutSeed,
        rate,
        algorithm,
        carries,
        prepared,
        from.whole,
        from.workers);
  }

  /**
   * A pass that keeps nothing for a backward pass, with dropout off and running batch statistics.
   */
  public static Pass inference(Rows rows, Workspace workspace, Parallel parallel, Kernels kernels) {
    return create(rows, workspace, parallel, kernels, false, 0, null, false);
  }

  /**
   * A pass that a backward pass may follow.
   *
   * @param dropoutSeed decides the dropout masks; a new one for every step
   */
  public static Pass training(
      Rows rows, Workspace workspace, Parallel parallel, Kernels kernels, long dropoutSeed) {
    return create(rows, workspace, parallel, kernels, true, dropoutSeed, null, false);
  }

  /**
   * A pass for stages that are made once and run on the first of {@code capacity} rows, without
   * {@link #fuse}: all operands are whole arrays.
   */
  public static Pass stepping(int capacity, Kernels kernels, Prepared prepared) {
    Rows rows = Rows.of(capacity);
    return create(rows, new Workspace(), Parallel.serial(), kernels, false, 0, prepared, true);
  }

  private static Pass create(
      Rows rows,
      Workspace workspace,
      Parallel parallel,
      Kernels kernels,
      boolean training,
      long dropoutSeed,
      Prepared prepared,
      boolean whole) {
    return new Pass(
        rows,
        workspace,
        parallel,
        kernels,
        training,
        dropoutSeed,
        1.0,
        SsmAlgorithm.select(),
        null,
        prepared,
        whole,
        new int[Ranges.MOST]);
  }

  /** The same pass with Δ of every state-space layer multiplied by {@code rate}. */
  public Pass withRate(double rate) {
    return new Pass(this, rows, rate, algorithm, carries, prepared);
  }

  /** The same pass with a forced algorithm of the state-space layers. */
  public Pass withAlgorithm(SsmAlgorithm algorithm) {
    return new Pass(this, rows, rate, algorithm, carries, prepared);
  }

  /** The same pass with the state of every layer, in network order, carried through. */
  public Pass withCarries(Carry... carries) {
    return new Pass(this, rows, rate, algorithm, carries, prepared);
  }

  /** The same pass with modes that were computed before; they are used at rate 1. */
  public Pass withPrepared(Prepared prepared) {
    return new Pass(this, rows, rate, algorithm, carries, prepared);
  }

  /** The same settings for other rows, as after pooling. */
  public Pass withRows(Rows rows) {
    return new Pass(this, rows, rate, algorithm, carries, prepared);
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

  /** Who runs the tasks of a loop. */
  public Parallel parallel() {
    return parallel;
  }

  public Kernels kernels() {
    return kernels;
  }

  /** Decides the dropout masks. */
  public long dropoutSeed() {
    return dropoutSeed;
  }

  /** Modes that need not be computed again, or null. */
  public Prepared prepared() {
    return rate == 1 ? prepared : null;
  }

  /** Carried state of the layer with this index, or null. */
  public Carry carry(int layer) {
    return carries == null ? null : carries[layer];
  }

  /**
   * Runs a part of the pass; the scratch memory that it asks for is free again when it returns. In
   * a pass for stages that run later it is free for the stages that are made next.
   */
  public void scoped(Runnable part) {
    workspace.scoped(part);
  }

  /** The sequences grouped by length, see {@link LengthGroup#of}. */
  public List<LengthGroup> lengthGroups(boolean exact) {
    if (exact) {
      equalLengths = equalLengths == null ? LengthGroup.of(rows, true) : equalLengths;
      return equalLengths;
    }
    similarLengths = similarLengths == null ? LengthGroup.of(rows, false) : similarLengths;
    return similarLengths;
  }

  /** Runs {@code body} over the given number of items in a fixed partition into ranges. */
  public void overRange(int items, int grain, RangeBody body) {
    int tasks = Ranges.count(items, grain);
    parallel.run(
        tasks,
        i -> body.accept(i, Ranges.start(items, tasks, i), Ranges.start(items, tasks, i + 1)));
  }

  /**
   * Ranges of rows that a {@link FusedLoop} works on in parallel when tasks need no memory of their
   * own.
   */
  public int rowTasks() {
    return Ranges.count(rows.total(), ROW_GRAIN);
  }

  /** The same when every task collects sums of {@code floats} values. */
  public int rowTasks(int floats) {
    return Math.min(rowTasks(), Math.max(FEW_TASKS, SUM_FLOATS / floats));
  }

  /**
   * Runs stages over tiles of rows.
   *
   * @param tasks number of parallel ranges
   * @param width channels of the widest rows, which decides the height of a tile
   */
  public void fuse(int tasks, int width, List<RowStage> stages) {
    new FusedLoop(rows.total(), tasks, tileHeight(width), stages, workers).run(parallel);
  }

  /** {@link #fuse(int, int, List)}. */
  public void fuse(int tasks, int width, RowStage... stages) {
    fuse(tasks, width, List.of(stages));
  }

  /** Runs a stage whose tasks do not cut their range of rows into tiles. */
  public void untiled(int tasks, RowStage stage) {
    new FusedLoop(rows.total(), tasks, rows.total(), List.of(stage), workers).run(parallel);
  }

  /** Most rows of a tile; the narrower the rows the more. */
  private static int tileHeight(int width) {
    return Math.max(LOWEST_TILE, Math.min(HIGHEST_TILE, TILE_FLOATS / width));
  }

  /** Rows that there is room for in a tile of that width. */
  int tileRows(int width) {
    return whole ? rows.total() : Math.min(tileHeight(width), rows.total());
  }

  /** Whether operands are whole arrays and there are no tiles. */
  boolean whole() {
    return whole;
  }

  /** Where the worker of every task is noted. */
  int[] workers() {
    return workers;
  }

  Workspace workspace() {
    return workspace;
  }

  /** Work on items from .. to-1. */
  public interface RangeBody {
    void accept(int task, int from, int to);
  }
}
