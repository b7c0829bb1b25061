package io.carillon.engine;

import java.util.List;

/**
 * Handle of the rows of one tile on every worker, for what nothing needs after the tile. In a pass
 * without tiles it is one array with all rows.
 */
public final class Tile {
  private final Buffer buffer;
  private final int width;

  Tile(Buffer buffer, int width) {
    this.buffer = buffer;
    this.width = width;
  }

  /** The rows as an operand of the stages of a pass. */
  public Operand of(Pass pass) {
    return pass.whole()
        ? Operand.of(buffer.of(pass))
        : Operand.tile(buffer.all(pass), pass.workers());
  }

  /** The rows of {@code array} [rows][width] as an operand, copied by a stage that is added. */
  public Operand load(Pass pass, List<RowStage> stages, float[] array) {
    if (pass.whole()) {
      return Operand.of(array);
    }
    Operand tile = of(pass);
    stages.add(tile.loadStage(array, width));
    return tile;
  }
}
