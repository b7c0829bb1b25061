package io.carillon.engine;

import io.carillon.internal.kernel.Kernels;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * What passes over rows of one layout have in common and is made once: loops with their stages,
 * sums, groups of sequences, layouts after pooling. The plan of the last training pass stays in the
 * workspace, so that a step whose batch has the same layout as the one before makes nothing anew.
 */
final class PassPlan {
  /** Owners in a small network. */
  private static final int EXPECTED = 8;

  private final Rows rows;
  private final Parallel parallel;
  private final Kernels kernels;

  /** Which worker runs a task of a {@link FusedLoop}; written and read by that worker only. */
  private final int[] workers = new int[Ranges.MOST];

  private final Map<Object, Entry[]> entries = new IdentityHashMap<>(EXPECTED);

  /** By power of two, and by exact length. */
  private List<LengthGroup> similarLengths;

  private List<LengthGroup> equalLengths;
  private PassPlan derived;

  private PassPlan(Rows rows, Parallel parallel, Kernels kernels) {
    this.rows = rows;
    this.parallel = parallel;
    this.kernels = kernels;
  }

  /**
   * Something made earlier.
   *
   * @param a array that it uses, compared by identity, as b and c
   * @param changes state of the workspace before it was made
   */
  private record Entry(Object a, Object b, Object c, long changes, Object made) {}

  /** The plan that a workspace keeps. */
  private static final class Kept {
    private PassPlan last;
  }

  /** A plan for one pass. */
  static PassPlan once(Rows rows, Parallel parallel, Kernels kernels) {
    return new PassPlan(rows, parallel, kernels);
  }

  /** The plan of the last training pass in the workspace if it fits, else a new one. */
  static PassPlan kept(Workspace workspace, Rows rows, Parallel parallel, Kernels kernels) {
    Kept kept = workspace.object(Kept.class, Kept.class, Kept::new);
    PassPlan last = kept.last;
    if (last == null
        || last.parallel != parallel
        || last.kernels != kernels
        || !last.rows.isLike(rows)) {
      kept.last = new PassPlan(rows, parallel, kernels);
    }
    return kept.last;
  }

  /** The plan for other rows that follow from these, as after pooling. */
  PassPlan derived(Rows other) {
    if (derived == null || !derived.rows.isLike(other)) {
      derived = new PassPlan(other, parallel, kernels);
    }
    return derived;
  }

  int[] workers() {
    return workers;
  }

  /** What was {@linkplain #keep kept} and still fits, or null; see {@link Pass#planned}. */
  <T> T find(Workspace workspace, Object owner, int slot, Object a, Object b, Object c) {
    Entry[] known = entries.get(owner);
    Entry entry = known == null || known.length <= slot ? null : known[slot];
    if (entry == null
        || entry.changes != workspace.changes()
        || entry.a != a
        || entry.b != b
        || entry.c != c) {
      return null;
    }
    @SuppressWarnings("unchecked")
    T made = (T) entry.made;
    return made;
  }

  /**
   * Keeps something for {@link #find}.
   *
   * @param changes state of the workspace before it was made
   */
  void keep(Object owner, int slot, Object a, Object b, Object c, long changes, Object made) {
    Entry[] known = entries.get(owner);
    if (known == null || known.length <= slot) {
      known = known == null ? new Entry[slot + 1] : Arrays.copyOf(known, slot + 1);
      entries.put(owner, known);
    }
    known[slot] = new Entry(a, b, c, changes, made);
  }

  /** The sequences grouped by length, see {@link LengthGroup#of}. */
  List<LengthGroup> lengthGroups(boolean exact) {
    if (exact) {
      equalLengths = equalLengths == null ? LengthGroup.of(rows, true) : equalLengths;
      return equalLengths;
    }
    similarLengths = similarLengths == null ? LengthGroup.of(rows, false) : similarLengths;
    return similarLengths;
  }
}
