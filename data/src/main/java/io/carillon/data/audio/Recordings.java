package io.carillon.data.audio;

import io.carillon.data.DataException;
import io.carillon.data.Limits;
import io.carillon.data.read.Memory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The WAV files of a folder, of a zip archive, or a single one. */
public final class Recordings implements AutoCloseable {
  private final Path path;
  private final ZipFile zip;
  private final List<String> names;

  private Recordings(Path path, ZipFile zip, List<String> names) {
    this.path = path;
    this.zip = zip;
    this.names = names;
  }

  /**
   * Lists what is there.
   *
   * @throws DataException if the path cannot be read or has no WAV file
   */
  public static Recordings open(Path path) {
    try {
      Recordings found = list(path);
      Limits.FILES.require(found.names.size(), path.toString());
      if (found.names.isEmpty()) {
        found.close();
        throw new DataException(path + ": has no .wav file in it");
      }
      return found;
    } catch (IOException e) {
      throw DataException.unreadable(path, e);
    }
  }

  private static Recordings list(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      try (Stream<Path> files = Files.walk(path)) {
        return new Recordings(
            path,
            null,
            files
                .filter(Files::isRegularFile)
                .map(file -> path.relativize(file).toString().replace('\\', '/'))
                .filter(Recordings::isWav)
                .sorted()
                .toList());
      }
    }
    if (path.toString().toLowerCase(Locale.ROOT).endsWith(".zip")) {
      ZipFile zip = new ZipFile(path.toFile());
      return new Recordings(
          path,
          zip,
          zip.stream()
              .filter(entry -> !entry.isDirectory())
              .map(ZipEntry::getName)
              .filter(Recordings::isWav)
              .sorted()
              .toList());
    }
    return new Recordings(
        path.toAbsolutePath().getParent(), null, List.of(path.getFileName().toString()));
  }

  /** Whether a folder holds any WAV file. */
  static boolean any(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.anyMatch(file -> isWav(file.toString().replace('\\', '/')));
    } catch (IOException e) {
      throw DataException.unreadable(folder, e);
    }
  }

  /** Whether the file counts; the hidden twins that some systems add to archives do not. */
  static boolean isWav(String name) {
    String file = fileName(name);
    return file.toLowerCase(Locale.ROOT).endsWith(".wav")
        && !file.startsWith(".")
        && !name.startsWith("__MACOSX/");
  }

  /** The last part of a name with slashes. */
  public static String fileName(String name) {
    return name.substring(name.lastIndexOf('/') + 1);
  }

  /** Names with slashes, relative to the folder or archive, in ascending order. */
  public List<String> names() {
    return names;
  }

  /** How a recording is called in messages. */
  public String title(String name) {
    return zip == null ? path.resolve(name).toString() : path + "!" + name;
  }

  /**
   * Decodes a recording.
   *
   * @throws DataException if it cannot be read or is no WAV file
   */
  public Audio read(String name) {
    String title = title(name);
    try (InputStream in = stream(name)) {
      long size = size(name);
      Limits.RECORDING.require(size, title);
      Memory.require(3 * size, title + ": its bytes and samples", "Cut the recording");
      byte[] bytes = in.readNBytes(Math.toIntExact(size + 1));
      if (bytes.length != size) {
        throw new DataException(
            title
                + ": its size is given as "
                + size
                + " bytes, reading it gives "
                + (bytes.length > size ? "more" : bytes.length)
                + "; the archive is damaged");
      }
      return WavFile.parse(bytes, title);
    } catch (IOException e) {
      throw new DataException(title + ": cannot be read (" + e.getMessage() + ")", e);
    }
  }

  /** Bytes of all recordings together. */
  long bytes() {
    try {
      long bytes = 0;
      for (String name : names) {
        bytes += size(name);
      }
      return bytes;
    } catch (IOException e) {
      throw DataException.unreadable(path, e);
    }
  }

  private InputStream stream(String name) throws IOException {
    return zip == null
        ? Files.newInputStream(path.resolve(name))
        : zip.getInputStream(zip.getEntry(name));
  }

  private long size(String name) throws IOException {
    return zip == null ? Files.size(path.resolve(name)) : zip.getEntry(name).getSize();
  }

  @Override
  public void close() {
    if (zip != null) {
      try {
        zip.close();
      } catch (IOException e) {
        throw DataException.unreadable(path, e);
      }
    }
  }
}
