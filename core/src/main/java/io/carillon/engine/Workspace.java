package io.carillon.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Memory that stays from one pass to the next, so that a training step makes no array anew once the
 * largest batch has been seen. Layers ask for it by their {@link Buffer handles}.
 *
 * <p>A handle either owns its memory for good, or claims a free room until the scope ends in which
 * it asked. A room has one owner, or at most one claim at a time: what lives together is never the
 * same memory, whatever the handles are called. One workspace serves one thread of control at a
 * time.
 */
public final class Workspace {
  /** What one handle has: arrays by index, or an object. */
  static final class Room {
    float[][] arrays = {};
    Object object;
  }

  /** A room in use until the scope ends. */
  private record Claim(Object handle, Object kind, Room room) {}

  private final Map<Object, Room> owned = new IdentityHashMap<>();

  /** The rooms of a kind that nobody uses at present. */
  private final Map<Object, Deque<Room>> free = new HashMap<>();

  private final Map<Object, Room> claimed = new IdentityHashMap<>();
  private final List<Claim> claims = new ArrayList<>();
  private long bytes;

  /** An empty workspace. */
  public Workspace() {}

  /** The room that a handle owns. */
  Room own(Object handle) {
    return owned.computeIfAbsent(handle, h -> new Room());
  }

  /** The room that a handle owns if it has one, else null. */
  Room ownedBy(Object handle) {
    return owned.get(handle);
  }

  /**
   * The room that a handle has claimed in an open scope, or claims now.
   *
   * @param kind handles of equal kinds want rooms of about the same size
   */
  Room claim(Object handle, Object kind) {
    Room room = claimed.get(handle);
    if (room == null) {
      Deque<Room> rooms = free.get(kind);
      room = rooms == null || rooms.isEmpty() ? new Room() : rooms.pop();
      claimed.put(handle, room);
      claims.add(new Claim(handle, kind, room));
    }
    return room;
  }

  /** Runs something; what it has claimed is free again when it returns. */
  void scoped(Runnable work) {
    int before = claims.size();
    try {
      work.run();
    } finally {
      while (claims.size() > before) {
        Claim claim = claims.remove(claims.size() - 1);
        claimed.remove(claim.handle);
        free.computeIfAbsent(claim.kind, k -> new ArrayDeque<>()).push(claim.room);
      }
    }
  }

  /**
   * The array of that index with room for at least {@code size} values; grown when needed (contents
   * are then lost), never shrunk. Not cleared.
   */
  float[] array(Room room, int index, int size) {
    if (room.arrays.length <= index) {
      room.arrays = Arrays.copyOf(room.arrays, index + 1);
    }
    float[] known = room.arrays[index];
    if (known == null || known.length < size) {
      bytes += 4L * (size - (known == null ? 0 : known.length));
      room.arrays[index] = new float[size];
    }
    return room.arrays[index];
  }

  /** Bytes held in arrays. */
  public long bytes() {
    return bytes;
  }
}
