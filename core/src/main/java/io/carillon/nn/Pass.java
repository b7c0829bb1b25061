package io.carillon.nn;

import io.carillon.core.Parallel;
import io.carillon.core.Rows;
import io.carillon.core.Workspace;
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
  private final PreparedModes prepared;

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
      PreparedModes prepared) {
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
  }

  /** The pass {@code from} with what the with-methods change. */
  private Pass(
      Pass from,
      Rows rows,
      double rate,
      SsmAlgorithm algorithm,
      Carry[] carries,
      PreparedModes prepared) {
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
        prepared);
  }

  /**
   * A pass that keeps nothing for a backward pass, with dropout off and running batch statistics.
   */
  public static Pass inference(Rows rows, Workspace workspace, Parallel parallel, Kernels kernels) {
    return new Pass(
        rows, workspace, parallel, kernels, false, 0, 1.0, SsmAlgorithm.select(), null, null);
  }

  /**
   * A pass that a backward pass may follow.
   *
   * @param dropoutSeed decides the dropout masks; a new one for every step
   */
  public static Pass training(
      Rows rows, Workspace workspace, Parallel parallel, Kernels kernels, long dropoutSeed) {
    return new Pass(
        rows,
        workspace,
        parallel,
        kernels,
        true,
        dropoutSeed,
        1.0,
        SsmAlgorithm.select(),
        null,
        null);
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
  public Pass withPrepared(PreparedModes prepared) {
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

  Parallel parallel() {
    return parallel;
  }

  Kernels kernels() {
    return kernels;
  }

  long dropoutSeed() {
    return dropoutSeed;
  }

  /** Modes that need not be computed again, or null. */
  PreparedModes prepared() {
    return rate == 1 ? prepared : null;
  }

  /** Carried state of the layer with this index, or null. */
  Carry carry(int layer) {
    return carries == null ? null : carries[layer];
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

  /**
   * Ranges of rows that {@link #fuse} works on in parallel when tasks need no memory of their own.
   */
  int rowTasks() {
    return Ranges.count(rows.total(), ROW_GRAIN);
  }

  /** The same when every task collects sums of {@code floats} values. */
  int rowTasks(int floats) {
    return Math.min(rowTasks(), Math.max(FEW_TASKS, SUM_FLOATS / floats));
  }

  /**
   * Runs row-wise stages one after another on every tile of rows, so that what one writes the next
   * reads from the cache.
   *
   * @param tasks number of parallel ranges
   * @param width channels of the widest rows, which decides the height of a tile
   */
  void fuse(int tasks, int width, List<RowStage> stages) {
    int height = Math.max(LOWEST_TILE, Math.min(HIGHEST_TILE, TILE_FLOATS / width));
    int total = rows.total();
    parallel.run(
        tasks,
        task -> {
          int from = Ranges.start(total, tasks, task);
          int count = Ranges.start(total, tasks, task + 1) - from;
          // Of about equal height: a last tile of a row or two would be slow.
          int tiles = (count + height - 1) / height;
          for (int i = 0; i < tiles; i++) {
            int r0 = from + Ranges.start(count, tiles, i);
            int r1 = from + Ranges.start(count, tiles, i + 1);
            for (RowStage stage : stages) {
              stage.rows(task, r0, r1);
            }
          }
        });
    for (RowStage stage : stages) {
      stage.finish();
    }
  }

  /** {@link #fuse(int, int, List)} of the given stages. */
  void fuse(int tasks, int width, RowStage... stages) {
    fuse(tasks, width, List.of(stages));
  }

  /** Work on items from .. to-1. */
  interface RangeBody {
    void accept(int task, int from, int to);
  }
}
