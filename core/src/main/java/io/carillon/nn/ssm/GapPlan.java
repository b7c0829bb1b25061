package io.carillon.nn.ssm;

import io.carillon.engine.Kept;
import io.carillon.engine.Pass;
import io.carillon.engine.Rows;
import io.carillon.internal.kernel.Kernels;
import io.carillon.ssm.Modes;
import io.carillon.ssm.diagonal.HeldModes;
import io.carillon.ssm.diagonal.ModesMemory;

/** What all tasks of a pass of {@link GapRecurrence} share. */
final class GapPlan {
  /** Steps between two states that are kept for the backward pass. */
  static final int BLOCK = Kernels.SCAN_BLOCK;

  final SsmShape layer;

  /** Where the modes are kept and their gradient is collected; null if they were prepared. */
  final ModesMemory memory;

  final Modes modes;
  final HeldModes held;

  /** Kernel sets. */
  final int sets;

  /** M H. */
  final int plane;

  GapPlan(SsmShape layer, Pass pass, Kept<ModesMemory> kept) {
    this.layer = layer;
    if (pass.prepared() != null) {
      DiagonalStream stream = pass.prepared().stream(layer.index(), DiagonalStream.class);
      memory = null;
      modes = stream.modes();
      held = stream.heldModes();
    } else {
      memory = kept.of(pass);
      modes = layer.modes(pass, pass.rows().maxLength(), memory);
      held = new HeldModes(modes);
    }
    sets = modes.sets();
    plane = modes.modes() * modes.channels();
  }

  /**
   * Where the kept states of sequence b and a set begin: [blocks][2][M][H] for every sequence and
   * set.
   */
  int boundaryOffset(Rows rows, int b, int set) {
    int blocks = (rows.length(b) + BLOCK - 1) / BLOCK;
    return (blocksBefore(rows, b) * sets + set * blocks) * 2 * plane;
  }

  /** Blocks of all sequences before b. */
  static int blocksBefore(Rows rows, int b) {
    int blocks = 0;
    for (int i = 0; i < b; i++) {
      blocks += (rows.length(i) + BLOCK - 1) / BLOCK;
    }
    return blocks;
  }
}
