package io.carillon.faults;

/**
 * What goes wrong, and when.
 *
 * @param kind what
 * @param operation of which operations the number counts; null for all that change something
 * @param number from 1
 */
public record Fault(Kind kind, Operation operation, int number) {
  /** Nothing goes wrong. */
  static final Fault NONE = new Fault(Kind.ONCE, null, Integer.MAX_VALUE);

  /** How things go wrong. */
  public enum Kind {
    /** One operation fails, later ones succeed. A write that fails has written half. */
    ONCE,
    /** The disk is full: a write stops halfway, and so does every later one. */
    FULL,
    /** The process dies: an operation stops halfway, nothing later happens. */
    DEATH,
    /**
     * The power fails: as {@link #DEATH}, and what was not forced to disk is lost, bytes as well as
     * names.
     */
    POWER
  }

  /** What changes a file or a folder, and reading. */
  public enum Operation {
    /** A file is opened for reading; not counted among those that change something. */
    READ,
    /** A file is opened for writing, or a folder created. */
    OPEN,
    /** Bytes are written. */
    WRITE,
    /** Bytes of a file, or the names of a folder, are forced to disk. */
    FORCE,
    /** A file gets another name. */
    MOVE,
    /** A file or folder that is there is deleted. */
    DELETE
  }

  @Override
  public String toString() {
    return kind + " at " + (operation == null ? "operation" : operation) + " " + number;
  }
}
