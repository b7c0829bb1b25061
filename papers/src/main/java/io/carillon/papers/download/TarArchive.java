package io.carillon.papers.download;

import io.carillon.data.DataException;
import io.carillon.data.Limits;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Unpacks the regular files of a compressed tar archive. Links and devices are left out, names that
 * lead out of the target are refused, and a file is seen under its name only when it is complete.
 */
final class TarArchive {
  /** Bytes that any archive may unpack to, however small it is. */
  private static final long LEAST_ALLOWED = 64L << 20;

  private final Path archive;
  private final Guard guard;
  private final TarArchiveInputStream tar;

  private TarArchive(Path archive, InputStream plain) {
    this.archive = archive;
    guard = new Guard(plain);
    tar = new TarArchiveInputStream(guard, StandardCharsets.UTF_8.name());
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
    try (InputStream raw = Files.newInputStream(archive);
        InputStream plain = open(archive, raw)) {
      return new TarArchive(archive, plain).unpack(folder.toAbsolutePath().normalize(), keep);
    }
  }

  private static InputStream open(Path archive, InputStream raw) {
    try {
      return new GZIPInputStream(raw, 1 << 16);
    } catch (IOException e) {
      throw damaged(archive, e);
    }
  }

  private int unpack(Path folder, List<String> keep) throws IOException {
    int files = 0;
    long most = Math.max(LEAST_ALLOWED, Limits.EXPANSION.most() * Files.size(archive));
    long entries = 0;
    long bytes = 0;
    for (TarArchiveEntry entry = nextEntry(); entry != null; entry = nextEntry()) {
      if (entry.getSize() > most - bytes) {
        throw bomb(Limits.EXPANSION);
      }
      if (++entries > Limits.FILES.most()) {
        throw bomb(Limits.FILES);
      }
      bytes += entry.getSize();
      if (isFile(entry) && isKept(entry.getName(), keep)) {
        write(target(folder, entry.getName()));
        files++;
      }
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

  private static boolean isFile(TarArchiveEntry entry) {
    byte flag = entry.getLinkFlag();
    return (flag == TarConstants.LF_NORMAL || flag == TarConstants.LF_OLDNORM)
        && !entry.isSparse()
        && !entry.getName().endsWith("/");
  }

  private static boolean isKept(String name, List<String> keep) {
    return keep.isEmpty() || keep.stream().anyMatch(name::contains);
  }

  /** The next entry, or null at the end. */
  private TarArchiveEntry nextEntry() {
    try {
      guard.allowContent();
      while (tar.getCurrentEntry() != null && tar.skip(Long.MAX_VALUE) > 0) {
        // The rest of an entry is left out before the guard looks at what describes the next.
      }
      guard.allowDescription();
      TarArchiveEntry entry = tar.getNextEntry();
      guard.allowContent();
      if (entry != null && !entry.isCheckSumOK()) {
        throw damaged(archive, null);
      }
      return entry;
    } catch (IOException | IllegalArgumentException e) {
      throw damaged(archive, e);
    }
  }

  private static DataException damaged(Path archive, Exception cause) {
    if (cause instanceof EOFException || cause instanceof ZipException) {
      return new DataException(
          archive + ": is truncated or damaged (" + cause.getMessage() + "); fetch it again",
          cause);
    }
    return new DataException(archive + ": is no tar archive, or damaged; fetch it again", cause);
  }

  private Path target(Path folder, String name) {
    Path target;
    try {
      target = folder.resolve(name).normalize();
    } catch (InvalidPathException e) {
      throw damaged(archive, e);
    }
    if (!target.startsWith(folder) || target.equals(folder)) {
      throw new DataException(
          archive + ": holds the name '" + name + "', which leads out of " + folder + "; refused");
    }
    return target;
  }

  private void write(Path target) throws IOException {
    Files.createDirectories(target.getParent());
    Path part = target.resolveSibling("." + target.getFileName() + ".part");
    try {
      try (OutputStream out = Files.newOutputStream(part)) {
        byte[] buffer = new byte[1 << 16];
        for (int n = read(buffer); n >= 0; n = read(buffer)) {
          out.write(buffer, 0, n);
        }
      }
      Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private int read(byte[] buffer) {
    try {
      return tar.read(buffer, 0, buffer.length);
    } catch (IOException e) {
      throw damaged(archive, e);
    }
  }

  /**
   * Bounds what the reader of archives holds in memory: names and other words about an entry, as
   * long as they claim to be, and one inside the other.
   */
  private final class Guard extends FilterInputStream {
    private static final long LONGEST = 1 << 17;

    private long allowed;

    Guard(InputStream plain) {
      super(plain);
    }

    void allowContent() {
      allowed = Long.MAX_VALUE;
    }

    void allowDescription() {
      allowed = LONGEST;
    }

    private int count(int read) {
      allowed -= Math.max(0, read);
      if (allowed < 0) {
        throw new DataException(
            archive
                + ": has an entry whose name and description are longer than "
                + LONGEST
                + " bytes: it is damaged or hostile; fetch it again");
      }
      return read;
    }

    @Override
    public int read() throws IOException {
      int b = super.read();
      count(b < 0 ? 0 : 1);
      return b;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      return count(super.read(into, from, length));
    }

    @Override
    public long skip(long n) throws IOException {
      long skipped = super.skip(n);
      count((int) Math.min(Integer.MAX_VALUE, skipped));
      return skipped;
    }
  }
}
