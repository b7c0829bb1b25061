package io.carillon.engine;

import java.util.function.Supplier;

/** Handle of an object that all layers share, for as long as the workspace. */
public final class Shared<T> {
  private final Class<T> type;
  private final Supplier<T> fresh;

  /** The handle of an object that {@code fresh} makes at the first use. */
  public Shared(Class<T> type, Supplier<T> fresh) {
    this.type = type;
    this.fresh = fresh;
  }

  /** The object of the workspace of a pass. */
  public T of(Pass pass) {
    Workspace.Room room = pass.workspace().own(this);
    if (room.object == null) {
      room.object = fresh.get();
    }
    return type.cast(room.object);
  }
}
