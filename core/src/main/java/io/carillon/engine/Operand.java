package io.carillon.engine;

/**
 * Rows that the stages of a fused chain read or write: either an array with all rows of the batch,
 * or memory of the worker for the rows of one tile only. All operands of a stage are of the same
 * kind unless it says otherwise.
 */
public final class Operand {
  private final float[] whole;
  private final float[][] tiles;
  private final int[] workers;

  private Operand(float[] whole, float[][] tiles, int[] workers) {
    this.whole = whole;
    this.tiles = tiles;
    this.workers = workers;
  }

  /** All rows. */
  public static Operand of(float[] rows) {
    return new Operand(rows, null, null);
  }

  /**
   * The rows of one tile.
   *
   * @param tiles one array for every worker
   * @param workers the worker of every task, see {@link Pass#fuse}
   */
  static Operand tile(float[][] tiles, int[] workers) {
    return new Operand(null, tiles, workers);
  }

  /** Whether the rows are those of one tile. */
  public boolean isTile() {
    return whole == null;
  }

  /** The array that a task works on. */
  public float[] of(int task) {
    return whole != null ? whole : tiles[workers[task]];
  }

  /** Where row r0 of the batch, the first of the tile, is in {@link #of(int)}. */
  public int row(int r0) {
    return whole != null ? r0 : 0;
  }

  /** Copies the tile's rows of an array [rows][width] into this operand. */
  public RowStage loadStage(float[] from, int width) {
    return (task, r0, r1) ->
        System.arraycopy(from, r0 * width, of(task), row(r0) * width, (r1 - r0) * width);
  }

  /** Copies the tile's rows of this operand into an array [rows][width]. */
  public RowStage storeStage(float[] to, int width) {
    return (task, r0, r1) ->
        System.arraycopy(of(task), row(r0) * width, to, r0 * width, (r1 - r0) * width);
  }

  /** Adds the tile's rows of an array [rows][width] to this operand. */
  public RowStage addStage(float[] from, int width) {
    return (task, r0, r1) -> {
      float[] to = of(task);
      int shift = (row(r0) - r0) * width;
      for (int i = r0 * width; i < r1 * width; i++) {
        to[i + shift] += from[i];
      }
    };
  }
}
