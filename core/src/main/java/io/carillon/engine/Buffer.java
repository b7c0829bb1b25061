package io.carillon.engine;

import java.util.function.ToIntFunction;

/**
 * Handle of one array that a part of a network needs in its passes, or of several that are told
 * apart by an index. Made by {@link Buffers}; it alone knows the sizes, for the pass that asks and
 * for the {@link Footprint} before training.
 */
public final class Buffer {
  /** Longest array that every Java virtual machine can make. */
  public static final int MOST_FLOATS = Integer.MAX_VALUE - 8;

  /** How long contents last. */
  enum Life {
    /** As long as the workspace. */
    OWN,
    /** From a forward pass of training to the backward pass; otherwise as scratch. */
    KEPT,
    /** Until the scope ends in which it was asked for. */
    SCRATCH
  }

  /** Floats in an array of several. */
  public interface Size {
    long of(Pass pass, int index);
  }

  /** Handles of a kind may have the same memory one after the other. */
  record Kind(Class<?> owner, String name) {}

  private final Kind kind;
  private final Life life;
  private final ToIntFunction<Pass> count;
  private final Size size;

  Buffer(Kind kind, Life life, ToIntFunction<Pass> count, Size size) {
    this.kind = kind;
    this.life = life;
    this.count = count;
    this.size = size;
  }

  /**
   * The array, or the first of several, for the rows of a pass. Not cleared. The same one until its
   * contents are no longer needed, unless a larger one is asked for.
   *
   * @throws IllegalArgumentException if no array can be that long
   */
  public float[] of(Pass pass) {
    return of(pass, 0);
  }

  /** The array of that index. */
  public float[] of(Pass pass, int index) {
    return of(pass, index, size.of(pass, index));
  }

  /** The array of that index with room for {@code floats} values, whatever its own size. */
  public float[] of(Pass pass, int index, long floats) {
    if (floats > MOST_FLOATS) {
      long rows = pass.rows().total();
      throw new IllegalArgumentException(
          "a batch of "
              + rows
              + " steps with "
              + floats / rows
              + " numbers each does not fit into one array of at most "
              + MOST_FLOATS
              + "; use fewer or shorter sequences at once");
    }
    return pass.workspace().array(room(pass, index, (int) floats), index, (int) floats);
  }

  private Workspace.Room room(Pass pass, int index, int floats) {
    Workspace workspace = pass.workspace();
    if (life == Life.OWN || life == Life.KEPT && pass.training()) {
      return workspace.own(this);
    }
    // What training has left serves an evaluation between its steps.
    Workspace.Room left = life == Life.KEPT ? workspace.ownedBy(this) : null;
    boolean fits =
        left != null
            && left.arrays.length > index
            && left.arrays[index] != null
            && left.arrays[index].length >= floats;
    return fits ? left : workspace.claim(this, kind);
  }

  /** All arrays for a pass. */
  public float[][] all(Pass pass) {
    float[][] arrays = new float[count.applyAsInt(pass)][];
    for (int i = 0; i < arrays.length; i++) {
      arrays[i] = of(pass, i);
    }
    return arrays;
  }

  /** What a training pass takes for it. */
  Footprint footprint(Pass pass) {
    long[] floats = new long[count.applyAsInt(pass)];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = size.of(pass, i);
    }
    return life == Life.SCRATCH ? Footprint.shared(kind, floats) : Footprint.lasting(floats);
  }
}
