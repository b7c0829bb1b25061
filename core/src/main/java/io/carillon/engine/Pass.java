package io.carillon.engine;

import io.carillon.config.SsmAlgorithm;
import io.carillon.engine.Workspace.Purpose;
import io.carillon.internal.kernel.Kernels;
import java.util.List;
import java.util.function.Supplier;

/**
 * What one forward pass, and the backward pass that follows it, need besides the numbers: layout of
 * the rows, scratch memory, threads, and the few switches that change what is computed.
 */
public final class Pass implements Moment {
  private static final int ROW_GRAIN = 64;

  /** A tile of 256 rows of 128 channels: a dozen such arrays fit into a second-level cache. */
  private static final int TILE_FLOATS = 256 * 128;

  private static final int HIGHEST_TILE = 256;
  private static final int LOWEST_TILE = 32;

  /** Bound on what the tasks of a loop collect together, 8 MiB, unless few tasks need more. */
  private static final int SUM_FLOATS = 1 << 21;

  private static final int FEW_TASKS = 8;

  /** Longest array that every Java virtual machine can make. */
  private static final int MOST_FLOATS = Integer.MAX_VALUE - 8;

  private final Rows rows;
  private final Workspace workspace;
  private final Parallel parallel;
  private final Kernels kernels;
  private final boolean training;
  private long dropoutSeed;
  private final double rate;
  private final SsmAlgorithm algorithm;
  private final Carry[] carries;
  private final Prepared prepared;

  private final PassPlan plan;

  /** Whether operands are whole arrays and there are no tiles. */
  private final boolean whole;

  private Pass(
      Rows rows,
      PassPlan plan,
      Workspace workspace,
      Parallel parallel,
      Kernels kernels,
      boolean training,
      long dropoutSeed,
      double rate,
      SsmAlgorithm algorithm,
      Carry[] carries,
      Prepared prepared,
      boolean whole) {
    this.rows = rows;
    this.plan = plan;
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
        from.planFor(rows, prepared),
        from.workspace,
        from.parallel,
        from.kernels,
        from.training,
        from.dropoutSeed,
        rate,
        algorithm,
        carries,
        prepared,
        from.whole);
  }

  private PassPlan planFor(Rows otherRows, Prepared otherPrepared) {
    if (otherPrepared != prepared) {
      return PassPlan.once(otherRows, parallel, kernels);
    }
    return otherRows == rows ? plan : plan.derived(otherRows);
  }

  /**
   * A pass that keeps nothing for a backward pass, with dropout off and running batch statistics.
   */
  public static Pass inference(Rows rows, Workspace workspace, Parallel parallel, Kernels kernels) {
    return inference(rows, workspace, new Engine(kernels, SsmAlgorithm.AUTO, parallel));
  }

  /** {@link #inference(Rows, Workspace, Parallel, Kernels)} in the way that is asked for. */
  public static Pass inference(Rows rows, Workspace workspace, Engine engine) {
    return create(rows, workspace, engine, false, 0, null, false);
  }

  /**
   * A pass that a backward pass may follow.
   *
   * @param dropoutSeed decides the dropout masks; a new one for every step
   */
  public static Pass training(
      Rows rows, Workspace workspace, Parallel parallel, Kernels kernels, long dropoutSeed) {
    return training(rows, workspace, new Engine(kernels, SsmAlgorithm.AUTO, parallel), dropoutSeed);
  }

  /** {@link #training(Rows, Workspace, Parallel, Kernels, long)} in the way that is asked for. */
  public static Pass training(Rows rows, Workspace workspace, Engine engine, long dropoutSeed) {
    return create(rows, workspace, engine, true, dropoutSeed, null, false);
  }

  /**
   * A pass for stages that are made once and run on the first of {@code capacity} rows, without
   * {@link #fuse}: all operands are whole arrays.
   */
  public static Pass stepping(int capacity, Kernels kernels, Prepared prepared) {
    Rows rows = Rows.of(capacity);
    Engine engine = new Engine(kernels, SsmAlgorithm.AUTO, Parallel.serial());
    return create(rows, new Workspace(), engine, false, 0, prepared, true);
  }

  private static Pass create(
      Rows rows,
      Workspace workspace,
      Engine engine,
      boolean training,
      long dropoutSeed,
      Prepared prepared,
      boolean whole) {
    return new Pass(
        rows,
        training
            ? PassPlan.kept(workspace, rows, engine.parallel(), engine.kernels())
            : PassPlan.once(rows, engine.parallel(), engine.kernels()),
        workspace,
        engine.parallel(),
        engine.kernels(),
        training,
        dropoutSeed,
        1.0,
        engine.algorithm(),
        null,
        prepared,
        whole);
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

  /**
   * The pass for the next step of training, with the same settings: this one, started again, if the
   * rows are {@linkplain Rows#isLike like} those of this pass, so that nothing is made anew; else a
   * new one. This pass is not to be used for its old step any more.
   *
   * @param dropoutSeed decides the dropout masks; a new one for every step
   * @throws IllegalStateException if this pass is not for training
   */
  public Pass next(Rows rows, long dropoutSeed) {
    if (!training) {
      throw new IllegalStateException(
          "only a training pass goes on to a next step; make an inference pass for every batch");
    }
    if (rows.isLike(this.rows)) {
      this.dropoutSeed = dropoutSeed;
      return this;
    }
    return new Pass(
        rows,
        PassPlan.kept(workspace, rows, parallel, kernels),
        workspace,
        parallel,
        kernels,
        true,
        dropoutSeed,
        rate,
        algorithm,
        carries,
        prepared,
        whole);
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

  @Override
  public Parallel parallel() {
    return parallel;
  }

  public Kernels kernels() {
    return kernels;
  }

  @Override
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
   * Floats in an array [rows][width].
   *
   * @throws IllegalArgumentException if no array can be that long
   */
  public int size(int width) {
    long size = (long) rows.total() * width;
    if (size > MOST_FLOATS) {
      throw new IllegalArgumentException(
          "a batch of "
              + rows.total()
              + " steps with "
              + width
              + " numbers each does not fit into one array of at most "
              + MOST_FLOATS
              + "; use fewer or shorter sequences at once");
    }
    return (int) size;
  }

  /**
   * Memory whose contents the backward pass needs: one array per layer while training; otherwise
   * the same if training has left one, else one shared by all layers of a class.
   */
  public float[] keep(Object owner, int slot, int size) {
    return keep(owner, slot, 0, size);
  }

  /**
   * {@link #keep(Object, int, int)} for a slot with several arrays.
   *
   * @param index tells them apart, 0 and up
   */
  public float[] keep(Object owner, int slot, int index, int size) {
    boolean own = training || workspace.has(owner, Purpose.KEPT, slot, index, size);
    return workspace.floats(own ? owner : owner.getClass(), Purpose.KEPT, slot, index, size);
  }

  /** Memory that is free again when the current layer returns; shared by all layers of a class. */
  public float[] scratch(Object owner, int slot, int size) {
    return scratch(owner, slot, 0, size);
  }

  /**
   * {@link #scratch(Object, int, int)} for a slot with several arrays.
   *
   * @param index tells them apart, 0 and up
   */
  float[] scratch(Object owner, int slot, int index, int size) {
    return workspace.floats(owner.getClass(), Purpose.SCRATCH, slot, index, size);
  }

  /**
   * Room for the rows of one tile on every worker, for what nothing needs after the tile; shared by
   * all layers of a class.
   */
  public Operand tile(Object owner, int slot, int width) {
    if (whole) {
      return Operand.of(scratch(owner, slot, size(width)));
    }
    int size = Math.min(tileHeight(width), rows.total()) * width;
    return Operand.tile(workerScratch(owner, slot, size), plan.workers());
  }

  /**
   * The rows of {@code array} [rows][width] as an operand of a tile, copied by a stage that is
   * added.
   */
  public Operand load(List<RowStage> stages, Object owner, int slot, float[] array, int width) {
    if (whole) {
      return Operand.of(array);
    }
    Operand tile = tile(owner, slot, width);
    stages.add(tile.loadStage(array, width));
    return tile;
  }

  /** One scratch array for every worker, shared by all layers of a class. */
  float[][] workerScratch(Object owner, int slot, int size) {
    float[][] arrays = new float[parallel.threads()][];
    workerScratch(owner, slot, size, arrays);
    return arrays;
  }

  /** {@link #workerScratch(Object, int, int)} into an array with a place for every worker. */
  public void workerScratch(Object owner, int slot, int size, float[][] arrays) {
    for (int i = 0; i < arrays.length; i++) {
      arrays[i] = workspace.floats(owner.getClass(), Purpose.WORKER, slot, i, size);
    }
  }

  /**
   * An object whose contents the backward pass needs, as with {@link #keep}: one per layer while
   * training, one shared by all layers of a class otherwise.
   */
  public <T> T keep(Object owner, Class<T> type, Supplier<T> fresh) {
    return workspace.object(training ? owner : owner.getClass(), type, fresh);
  }

  /** An object that all layers share. */
  public <T> T shared(Class<T> type, Supplier<T> fresh) {
    return workspace.object(type, type, fresh);
  }

  /** Memory of one owner, whatever the mode. */
  public float[] own(Object owner, int slot, int size) {
    return own(owner, slot, 0, size);
  }

  /**
   * {@link #own(Object, int, int)} for a slot with several arrays.
   *
   * @param index tells them apart, 0 and up
   */
  public float[] own(Object owner, int slot, int index, int size) {
    return workspace.floats(owner, Purpose.OWN, slot, index, size);
  }

  /**
   * What was made for the same arrays in an earlier training pass over rows of the same layout, or
   * is made now. It may use this pass for everything but the dropout seed. The maker is given all
   * it needs: as a method reference it is no object that every call makes anew, as a lambda that
   * sees variables would be.
   *
   * @param owner whose it is
   * @param slot tells the things of an owner apart, 0 and up
   * @param a an array from outside the workspace that it may use, or null; so are b and c
   */
  public <O, T> T planned(O owner, int slot, float[] a, float[] b, float[] c, Maker<O, T> maker) {
    T known = training ? plan.find(workspace, owner, slot, a, b, c) : null;
    if (known != null) {
      return known;
    }
    long changes = workspace.changes();
    T made = maker.make(owner, this, a, b, c);
    if (training) {
      plan.keep(owner, slot, a, b, c, changes, made);
    }
    return made;
  }

  /** The sequences grouped by length, see {@link LengthGroup#of}. */
  public List<LengthGroup> lengthGroups(boolean exact) {
    return plan.lengthGroups(exact);
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
   * A loop over tiles of rows.
   *
   * @param tasks number of parallel ranges
   * @param width channels of the widest rows, which decides the height of a tile
   */
  public FusedLoop fused(int tasks, int width, List<RowStage> stages) {
    return new FusedLoop(rows.total(), tasks, tileHeight(width), stages, plan.workers());
  }

  /** A loop whose tasks do not cut their range of rows into tiles. */
  public FusedLoop untiled(int tasks, RowStage stage) {
    return new FusedLoop(rows.total(), tasks, rows.total(), List.of(stage), plan.workers());
  }

  /** Makes and runs a loop over tiles, see {@link #fused}. */
  public void fuse(int tasks, int width, RowStage... stages) {
    fused(tasks, width, List.of(stages)).run(this);
  }

  /** Most rows of a tile; the narrower the rows the more. */
  private static int tileHeight(int width) {
    return Math.max(LOWEST_TILE, Math.min(HIGHEST_TILE, TILE_FLOATS / width));
  }

  /** Makes what is {@linkplain #planned planned}. */
  public interface Maker<O, T> {
    T make(O owner, Pass pass, float[] a, float[] b, float[] c);
  }

  /** Work on items from .. to-1. */
  public interface RangeBody {
    void accept(int task, int from, int to);
  }
}
