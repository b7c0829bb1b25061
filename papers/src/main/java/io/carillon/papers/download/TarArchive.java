package io.carillon.papers.download;

import io.carillon.data.DataException;
import io.carillon.data.Limits;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * Unpacks the regular files of a compressed tar archive (ustar, with the long names of GNU and
 * pax). Links and devices are left out, names that lead out of the target are refused, and a file
 * is seen under its name only when it is complete.
 */
final class TarArchive {
  private static final int BLOCK = 512;
  private static final int LONGEST_NAME = 1 << 16;

  /** Bytes that any archive may unpack to, however small it is. */
  private static final long LEAST_ALLOWED = 64L << 20;

  private final Path archive;
  private final InputStream in;
  private final byte[] header = new byte[BLOCK];
  private String longName;

  private TarArchive(Path archive, InputStream in) {
    this.archive = archive;
    this.in = in;
  }

  /**
   * Unpacks into a folder.
   *
   * @param keep parts of names; only files with one of them are unpacked; empty for all
   * @return number of files
   * @throws DataException if the archive is damaged or holds a name that leads out of the folder
   * @throws IOException if a file cannot be written
   */
  static int unpack(Path archive, Path folder, List<String> keep) throws IOException {
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(archive), 1 << 16);
        InputStream plain = new BufferedInputStream(new GZIPInputStream(raw, 1 << 16), 1 << 16)) {
      return new TarArchive(archive, plain).unpack(folder.toAbsolutePath().normalize(), keep);
    } catch (EOFException | java.util.zip.ZipException e) {
      throw new DataException(
          archive + ": is truncated or damaged (" + e.getMessage() + "); fetch it again", e);
    }
  }

  private int unpack(Path folder, List<String> keep) throws IOException {
    int files = 0;
    long most = Math.max(LEAST_ALLOWED, Limits.EXPANSION.most() * Files.size(archive));
    long entries = 0;
    long bytes = 0;
    while (nextHeader()) {
      long size = octal(124, 12);
      bytes += BLOCK + size;
      if (bytes > most || ++entries > Limits.FILES.most()) {
        throw bomb(bytes > most ? Limits.EXPANSION : Limits.FILES);
      }
      char type = (char) header[156];
      if (type == 'L' || type == 'x') {
        longName = longName(type, size);
        continue;
      }
      String name = longName != null ? longName : name();
      longName = null;
      boolean isFile = type == '0' || type == 0;
      boolean wanted = isFile && !name.endsWith("/") && isKept(name, keep);
      if (wanted) {
        write(target(folder, name), size);
        files++;
      } else {
        in.skipNBytes(size);
      }
      in.skipNBytes(padding(size));
    }
    return files;
  }

  private DataException bomb(Limits limit) {
    return new DataException(
        archive
            + ": unpacks to more than "
            + limit.most()
            + " "
            + limit.unit()
            + "; it is damaged or hostile. Where it is right, raise the limit with the system property "
            + limit.property());
  }

  private static boolean isKept(String name, List<String> keep) {
    return keep.isEmpty() || keep.stream().anyMatch(name::contains);
  }

  private static long padding(long size) {
    return (BLOCK - size % BLOCK) % BLOCK;
  }

  /** Reads the next header; false at the end, which is a block of zeros. */
  private boolean nextHeader() throws IOException {
    int read = in.readNBytes(header, 0, BLOCK);
    if (read == 0) {
      return false;
    }
    if (read < BLOCK) {
      throw new EOFException("a header has " + read + " bytes");
    }
    long sum = 0;
    long all = 0;
    for (int i = 0; i < BLOCK; i++) {
      all |= header[i];
      sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xFF;
    }
    if (all == 0) {
      return false;
    }
    if (sum != octal(148, 8)) {
      throw damaged();
    }
    return true;
  }

  private DataException damaged() {
    return new DataException(archive + ": is no tar archive, or damaged; fetch it again");
  }

  private long octal(int from, int length) {
    String digits = text(from, length).trim();
    try {
      long value = digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Told below, with the negative ones.
    }
    throw damaged();
  }

  private String text(int from, int length) {
    int end = from;
    while (end < from + length && header[end] != 0) {
      end++;
    }
    return new String(header, from, end - from, StandardCharsets.UTF_8);
  }

  private String name() {
    String prefix = text(257, 5).equals("ustar") ? text(345, 155) : "";
    return prefix.isEmpty() ? text(0, 100) : prefix + "/" + text(0, 100);
  }

  /** The name that the next entry has: as it stands (L), or a line "length path=name" (x). */
  private String longName(char type, long size) throws IOException {
    if (size > LONGEST_NAME) {
      throw new DataException(archive + ": has a name of " + size + " bytes: damaged");
    }
    String content = new String(in.readNBytes((int) size), StandardCharsets.UTF_8);
    in.skipNBytes(padding(size));
    if (type == 'L') {
      return content.replace("\0", "");
    }
    for (String line : content.split("\n")) {
      int at = line.indexOf(" path=");
      if (at > 0) {
        return line.substring(at + " path=".length());
      }
    }
    return longName;
  }

  private Path target(Path folder, String name) {
    Path target = folder.resolve(name).normalize();
    if (!target.startsWith(folder) || target.equals(folder)) {
      throw new DataException(
          archive + ": holds the name '" + name + "', which leads out of " + folder + "; refused");
    }
    return target;
  }

  private void write(Path target, long size) throws IOException {
    Files.createDirectories(target.getParent());
    Path part = target.resolveSibling("." + target.getFileName() + ".part");
    try {
      try (OutputStream out = Files.newOutputStream(part)) {
        byte[] buffer = new byte[1 << 16];
        for (long left = size; left > 0; ) {
          int n = in.read(buffer, 0, (int) Math.min(left, buffer.length));
          if (n < 0) {
            throw new EOFException("it ends in " + target.getFileName());
          }
          out.write(buffer, 0, n);
          left -= n;
        }
      }
      Files.move(part, target, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
