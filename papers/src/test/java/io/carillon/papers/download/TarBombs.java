package io.carillon.papers.download;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Archives of one file of zeros, and the unpacking of them. */
public final class TarBombs {
  private TarBombs() {}

  /** Writes a compressed archive of a file of so many zeros. */
  public static void write(Path archive, long zeros) throws IOException {
    byte[] header = new byte[512];
    put(header, 0, "zeros");
    put(header, 100, "0000644");
    put(header, 124, String.format("%011o", zeros));
    put(header, 156, "0");
    put(header, 257, "ustar");
    put(header, 148, "        ");
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xFF;
    }
    put(header, 148, String.format("%06o", sum));
    header[154] = 0;
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(archive))) {
      out.write(header);
      byte[] block = new byte[1 << 16];
      for (long left = zeros; left > 0; left -= block.length) {
        out.write(block, 0, (int) Math.min(left, block.length));
      }
      out.write(new byte[1024]);
    }
  }

  private static void put(byte[] header, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }

  /** {@link TarArchive#unpack} of all files. */
  public static int unpack(Path archive, Path folder) throws IOException {
    return TarArchive.unpack(archive, folder, List.of());
  }
}
