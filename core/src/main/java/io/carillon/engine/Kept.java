package io.carillon.engine;

import java.util.function.Supplier;

/**
 * Handle of an object that a layer keeps from a forward pass of training to the backward pass;
 * otherwise it is as scratch, see {@link Buffers}. What it holds is not counted in {@link
 * Workspace#bytes()}.
 */
public final class Kept<T> {
  private final Buffer.Kind kind;
  private final Class<T> type;
  private final Supplier<T> fresh;

  Kept(Buffer.Kind kind, Class<T> type, Supplier<T> fresh) {
    this.kind = kind;
    this.type = type;
    this.fresh = fresh;
  }

  /** The object, made at the first call. */
  public T of(Pass pass) {
    Workspace workspace = pass.workspace();
    Workspace.Room room = pass.training() ? workspace.own(this) : workspace.claim(this, kind);
    if (room.object == null) {
      room.object = fresh.get();
    }
    return type.cast(room.object);
  }
}
