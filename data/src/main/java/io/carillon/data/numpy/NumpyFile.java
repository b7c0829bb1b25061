package io.carillon.data.numpy;

import io.carillon.data.DataException;
import io.carillon.data.Limits;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** The arrays of a file: those of an archive {@code .npz} by name, that of a {@code .npy} as x. */
final class NumpyFile {
  private static final String END = ".npy";
  private static final int MOST_NAMED = 10;

  /** What an archive may always unpack to. */
  private static final long ALWAYS = 64L << 20;

  private NumpyFile() {}

  /**
   * Reads some arrays; those that are not there are left out.
   *
   * @throws DataException if the file is damaged, or has no x
   */
  static Map<String, NpyArray> read(Path file, List<String> names) {
    try {
      boolean one = file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(END);
      return one ? Map.of("x", single(file)) : archive(file, names);
    } catch (ZipException e) {
      throw new DataException(file + ": is damaged or no .npz file (" + e.getMessage() + ")", e);
    } catch (IOException e) {
      throw DataException.unreadable(file, e);
    }
  }

  private static NpyArray single(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      return NpyArray.read(in, file.toString(), Files.size(file));
    }
  }

  private static Map<String, NpyArray> archive(Path file, List<String> names) throws IOException {
    long most = Math.max(ALWAYS, Files.size(file) * Limits.EXPANSION.most());
    Map<String, NpyArray> arrays = new HashMap<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (String name : names) {
        ZipEntry entry = zip.getEntry(name + END);
        if (entry != null) {
          try (InputStream in = new BufferedInputStream(zip.getInputStream(entry))) {
            arrays.put(name, NpyArray.read(in, file + ": " + name, most));
          }
        }
      }
      if (!arrays.containsKey("x")) {
        List<String> there =
            zip.stream().map(ZipEntry::getName).map(NumpyFile::plain).limit(MOST_NAMED).toList();
        throw new DataException(
            file
                + ": has no array 'x' of sequences; it holds "
                + (there.isEmpty() ? "none" : String.join(", ", there))
                + ". Save it with numpy.savez(file, x=..., y=...)");
      }
    }
    return arrays;
  }

  private static String plain(String entry) {
    return entry.endsWith(END) ? entry.substring(0, entry.length() - END.length()) : entry;
  }
}
