package io.carillon.data.images;

import io.carillon.data.DataException;
import io.carillon.data.Limits;
import io.carillon.data.read.Memory;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * Reads arrays of unsigned bytes in the IDX format, plain or compressed with gzip. What a header
 * declares is believed only as far as bytes are there: items are read one by one.
 *
 * @param shape size of one item, such as rows and columns of an image; empty for a label
 * @param items bytes of each item
 */
public record IdxFile(List<Integer> shape, List<byte[]> items) {
  private static final int UNSIGNED_BYTE = 0x08;

  /** As read, divided by 255, and scaled. */
  private static final long BYTES_PER_NUMBER = 1 + 2 * Float.BYTES;

  private static final long BYTES_PER_OBJECT = 64;

  /** Number of bytes of an item. */
  int itemSize() {
    return shape.stream().reduce(1, (a, b) -> a * b);
  }

  /**
   * Reads the first items.
   *
   * @param dimensions number of dimensions that the file must have, the count of items included
   * @param limit number of items after which to stop
   * @param advice what makes less of the file be read, for a file that memory cannot hold
   * @throws DataException if the file is no such IDX file, or shorter or longer than it declares
   */
  public static IdxFile read(Path file, int dimensions, int limit, String advice) {
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file));
        DataInputStream in = new DataInputStream(unzipped(raw))) {
      int magic = in.readInt();
      if (magic != (UNSIGNED_BYTE << 8 | dimensions)) {
        throw new DataException(
            String.format(
                "%s: begins with 0x%08x; an IDX file of unsigned bytes with %d dimensions begins"
                    + " with 0x%08x",
                file, magic, dimensions, UNSIGNED_BYTE << 8 | dimensions));
      }
      long count = Integer.toUnsignedLong(in.readInt());
      List<Integer> shape = new ArrayList<>();
      long most = Math.min(Integer.MAX_VALUE - 8, Limits.ITEM.most());
      long size = 1;
      for (int d = 1; d < dimensions; d++) {
        shape.add(in.readInt());
        size = Math.min(size, most + 1) * Math.max(0, shape.get(d - 1));
      }
      if (size < 1 || size > most) {
        throw new DataException(
            file
                + ": declares items of the size "
                + shape
                + "; each size must be at least 1, the"
                + " product at most "
                + most
                + " (system property "
                + Limits.ITEM.property()
                + ")");
      }
      return new IdxFile(List.copyOf(shape), items(file, in, count, (int) size, limit, advice));
    } catch (EOFException e) {
      throw new DataException(file + ": ends too early: it is truncated. Copy it again", e);
    } catch (IOException e) {
      throw DataException.unreadable(file, e);
    }
  }

  private static List<byte[]> items(
      Path file, DataInputStream in, long count, int size, int limit, String advice)
      throws IOException {
    List<byte[]> items = new ArrayList<>();
    while (items.size() < Math.min(count, limit)) {
      Memory.require(
          (BYTES_PER_OBJECT + BYTES_PER_NUMBER * size) * (items.size() + 1),
          file + ": the first " + (items.size() + 1) + " of its items",
          advice);
      byte[] item = in.readNBytes(size);
      if (item.length < size) {
        throw new DataException(
            file
                + ": declares "
                + count
                + " items of "
                + size
                + " bytes and ends in item "
                + (items.size() + 1)
                + ": it is truncated. Copy it again");
      }
      items.add(item);
    }
    if (items.size() == count && in.read() >= 0) {
      throw new DataException(
          file + ": goes on after the " + count + " items that it declares: it is damaged");
    }
    return items;
  }

  private static InputStream unzipped(InputStream raw) throws IOException {
    raw.mark(2);
    boolean zipped = raw.read() == 0x1F && raw.read() == 0x8B;
    raw.reset();
    return zipped ? new GZIPInputStream(raw) : raw;
  }
}
