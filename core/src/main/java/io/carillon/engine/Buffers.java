package io.carillon.engine;

import io.carillon.engine.Buffer.Kind;
import io.carillon.engine.Buffer.Life;
import io.carillon.engine.Buffer.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

/**
 * Where a part of a network asks, once, for the memory that it needs in its passes:
 *
 * <ul>
 *   <li>{@code own}: its contents stay as long as the workspace;
 *   <li>{@code kept}: they stay from a forward pass of training to the backward pass;
 *   <li>{@code scratch}: they stay until the {@linkplain Pass#scoped scope} ends;
 *   <li>{@link #tile}: scratch of every worker for the rows of one tile.
 * </ul>
 *
 * <p>A size is either the width of rows, or computed from the pass.
 */
public final class Buffers {
  private final Class<?> owner;
  private final List<Buffer> all = new ArrayList<>();

  /**
   * The memory of an object.
   *
   * @param owner its class: scratch is used again by other objects of the same one
   */
  public Buffers(Class<?> owner) {
    this.owner = owner;
  }

  /** An array [rows][width] of its own. */
  public Buffer own(String name, int width) {
    return own(name, rows(width));
  }

  /** An array of its own. */
  public Buffer own(String name, ToLongFunction<Pass> size) {
    return add(name, Life.OWN, pass -> 1, (pass, index) -> size.applyAsLong(pass));
  }

  /** Several arrays of its own. */
  public Buffer own(String name, ToIntFunction<Pass> count, Size size) {
    return add(name, Life.OWN, count, size);
  }

  /** An array [rows][width] that is kept for the backward pass. */
  public Buffer kept(String name, int width) {
    return kept(name, rows(width));
  }

  /** An array that is kept for the backward pass. */
  public Buffer kept(String name, ToLongFunction<Pass> size) {
    return add(name, Life.KEPT, pass -> 1, (pass, index) -> size.applyAsLong(pass));
  }

  /** Several arrays that are kept for the backward pass. */
  public Buffer kept(String name, ToIntFunction<Pass> count, Size size) {
    return add(name, Life.KEPT, count, size);
  }

  /** A scratch array [rows][width]. */
  public Buffer scratch(String name, int width) {
    return scratch(name, rows(width));
  }

  /** A scratch array. */
  public Buffer scratch(String name, ToLongFunction<Pass> size) {
    return scratch(name, pass -> 1, (pass, index) -> size.applyAsLong(pass));
  }

  /** Several scratch arrays. */
  public Buffer scratch(String name, ToIntFunction<Pass> count, Size size) {
    return add(name, Life.SCRATCH, count, size);
  }

  /** A scratch array for every worker. */
  public Buffer perWorker(String name, ToLongFunction<Pass> size) {
    return scratch(
        name, pass -> pass.parallel().threads(), (pass, index) -> size.applyAsLong(pass));
  }

  /**
   * Sums that the tasks of a loop collect apart, see {@link PartialSums}.
   *
   * @param tasks of the loop
   * @param size values of a sum
   */
  public Buffer sums(String name, ToIntFunction<Pass> tasks, int size) {
    return scratch(name, tasks, (pass, index) -> size);
  }

  /** Rows of one tile for every worker. */
  public Tile tile(String name, int width) {
    return new Tile(
        scratch(
            name,
            pass -> pass.whole() ? 1 : pass.parallel().threads(),
            (pass, index) -> (long) pass.tileRows(width) * width),
        width);
  }

  /** An object whose contents are kept for the backward pass. */
  public <T> Kept<T> keptObject(String name, Class<T> type, Supplier<T> fresh) {
    return new Kept<>(new Kind(type, name), type, fresh);
  }

  private static ToLongFunction<Pass> rows(int width) {
    return pass -> (long) pass.rows().total() * width;
  }

  private Buffer add(String name, Life life, ToIntFunction<Pass> count, Size size) {
    Buffer buffer = new Buffer(new Kind(owner, name), life, count, size);
    all.add(buffer);
    return buffer;
  }

  /** What a training step with the rows of this pass takes for all of them. */
  public Footprint footprint(Pass pass) {
    Footprint sum = Footprint.NONE;
    for (Buffer buffer : all) {
      sum = sum.beside(buffer.footprint(pass));
    }
    return sum;
  }
}
