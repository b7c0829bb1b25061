package io.carillon.data;

import io.carillon.engine.Heap;

/**
 * What a file may be like at most, so that one that is damaged or hostile is refused by a rule and
 * not by the end of the memory. A legitimate file beyond a limit can be read by setting the system
 * property of that limit, see docs/data.md. What memory cannot hold is refused apart from these, by
 * {@code Memory}.
 */
public enum Limits {
  /** Characters of a line of text; in a small heap a thirty-second part of it. */
  LINE("carillon.data.maxLine", "characters", 64L << 20, 32),
  /** Columns of a table, dimensions or classes of a {@code .ts} file. */
  COLUMNS("carillon.data.maxColumns", "columns", 1L << 20, 256),
  /** Files of a folder or archive. */
  FILES("carillon.data.maxFiles", "files", 5_000_000, 64),
  /** Bytes of one recording. */
  RECORDING("carillon.data.maxRecording", "bytes", 1L << 30, 1),
  /** Pixels of a picture. */
  PICTURE("carillon.data.maxPixels", "pixels", 1L << 24, 1),
  /** Bytes of one item of an IDX file. */
  ITEM("carillon.data.maxItem", "bytes", 1L << 26, 1),
  /** How many times as large as an archive what is unpacked from it may be. */
  EXPANSION("carillon.data.maxExpansion", "times its size", 200, 1);

  private final String property;
  private final String unit;
  private final long standard;
  private final int partOfHeap;

  Limits(String property, String unit, long standard, int partOfHeap) {
    this.property = property;
    this.unit = unit;
    this.standard = standard;
    this.partOfHeap = partOfHeap;
  }

  /** The system property that sets it. */
  public String property() {
    return property;
  }

  /** What is counted. */
  public String unit() {
    return unit;
  }

  /** The limit when nothing sets it and the heap is large. */
  public long standard() {
    return standard;
  }

  /**
   * The present limit.
   *
   * @throws DataException if the property is no whole number above 0
   */
  public long most() {
    String text = System.getProperty(property);
    if (text == null) {
      return partOfHeap == 1 ? standard : Math.min(standard, Heap.most() / partOfHeap);
    }
    try {
      long value = Long.parseLong(text.trim());
      if (value > 0) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw wrong(text, e);
    }
    throw wrong(text, null);
  }

  private DataException wrong(String text, Throwable cause) {
    return new DataException(
        "system property " + property + " is '" + text + "'; give a whole number above 0", cause);
  }

  /**
   * Refuses what is beyond the limit.
   *
   * @param count what there is
   * @param where file, or file and line
   * @throws DataException saying where, how much, the limit, and how it is raised
   */
  public void require(long count, String where) {
    long most = most();
    if (count > most) {
      throw exceeded(Long.toString(count), most, where);
    }
  }

  /** The error for something that has gone beyond the limit and may be larger still. */
  public DataException exceeded(String where) {
    long most = most();
    return exceeded("more than " + most, most, where);
  }

  private DataException exceeded(String count, long most, String where) {
    return new DataException(
        where
            + ": has "
            + count
            + " "
            + unit
            + ", at most "
            + most
            + " are read: it is damaged or of another kind; where it is right, raise the limit with"
            + " the system property "
            + property);
  }
}
