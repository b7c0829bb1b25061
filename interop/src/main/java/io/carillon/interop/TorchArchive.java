package io.carillon.interop;

import io.carillon.error.FormatException;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * The zip format of {@code torch.save} (PyTorch 1.6 and later): {@code NAME/data.pkl}, the storages
 * as {@code NAME/data/KEY}, and {@code NAME/byteorder}. Members are stored, not compressed, so none
 * can be larger than the file; their checksums are compared.
 */
final class TorchArchive implements TorchSource {
  private static final String PICKLE = "/data.pkl";
  private static final int LONGEST_PICKLE = 64 << 20;

  private final ZipFile zip;
  private final String prefix;

  private TorchArchive(ZipFile zip) {
    this.zip = zip;
    this.prefix = prefix(zip);
  }

  /**
   * Opens an archive.
   *
   * @throws FormatException if it is damaged, or is not one of {@code torch.save}
   * @throws IOException if it cannot be read
   */
  static TorchArchive open(Path file) throws IOException {
    ZipFile zip;
    try {
      zip = new ZipFile(file.toFile());
    } catch (ZipException | IllegalArgumentException e) {
      throw new FormatException("the zip archive is damaged or cut off: " + e.getMessage(), e);
    }
    try {
      return new TorchArchive(zip);
    } catch (RuntimeException e) {
      zip.close();
      throw e;
    }
  }

  private static String prefix(ZipFile zip) {
    List<String> names = zip.stream().map(ZipEntry::getName).toList();
    List<String> pickles =
        names.stream()
            .filter(name -> name.endsWith(PICKLE) && name.indexOf('/') == name.lastIndexOf('/'))
            .toList();
    if (pickles.size() != 1) {
      throw new FormatException(
          "is a zip archive, but not one of torch.save: it has "
              + (pickles.isEmpty() ? "no data.pkl" : pickles.size() + " data.pkl"));
    }
    String prefix = pickles.get(0).substring(0, pickles.get(0).length() - PICKLE.length());
    if (names.stream().anyMatch(name -> name.startsWith(prefix + "/code/"))) {
      throw new FormatException(
          "is a TorchScript program; save the state_dict() of the model with torch.save instead");
    }
    return prefix;
  }

  @Override
  public Object root() throws IOException {
    if (zip.getEntry(prefix + "/byteorder") != null) {
      String order = StandardCharsets.US_ASCII.decode(member("byteorder", 16)).toString();
      if (!order.equals("little")) {
        throw new FormatException("its numbers are not little-endian: byteorder is " + order);
      }
    }
    byte[] pickle = member("data.pkl", LONGEST_PICKLE).array();
    return new TorchPickle().read(new ByteArrayInputStream(pickle));
  }

  @Override
  public ByteBuffer bytes(TorchTensor.Storage storage) throws IOException {
    ByteBuffer bytes = member("data/" + storage.key(), Integer.MAX_VALUE - 16);
    if (bytes.remaining() != storage.bytes()) {
      throw new FormatException(
          "storage "
              + storage.key()
              + " has "
              + bytes.remaining()
              + " bytes, its tensors say "
              + storage.bytes());
    }
    return bytes;
  }

  /** A member of the archive, whole. */
  private ByteBuffer member(String name, int longest) throws IOException {
    String shown = "member " + name;
    ZipEntry entry = zip.getEntry(prefix + "/" + name);
    if (entry == null) {
      throw new FormatException(shown + " is missing");
    }
    if (entry.getMethod() != ZipEntry.STORED) {
      throw new FormatException(shown + " is compressed, which torch.save does not do");
    }
    if (entry.getSize() < 0 || entry.getSize() > longest) {
      throw new FormatException(
          shown + " has " + entry.getSize() + " bytes; at most " + longest + " can be read");
    }
    if (entry.getSize() != entry.getCompressedSize()) {
      throw new FormatException(shown + " has two sizes");
    }
    byte[] bytes;
    try (InputStream in = zip.getInputStream(entry)) {
      bytes = in.readNBytes((int) entry.getSize());
    } catch (ZipException | EOFException | IllegalArgumentException e) {
      throw new FormatException(shown + " is damaged: " + e.getMessage(), e);
    }
    CRC32 sum = new CRC32();
    sum.update(bytes);
    if (bytes.length != entry.getSize() || sum.getValue() != entry.getCrc()) {
      throw new FormatException(shown + " is damaged: its checksum is wrong");
    }
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
