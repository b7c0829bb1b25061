package io.carillon.interop;

import io.carillon.error.FormatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The format of {@code torch.save} before PyTorch 1.6, still written on demand: five pickles one
 * after the other (magic number, version, system, object, list of storage keys), then for each key
 * the number of elements (8 bytes) and the elements.
 */
final class TorchLegacyFile implements TorchSource {
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final int VERSION = 1001;
  private static final long LONGEST = 1L << 30;

  private final Bytes in;
  private Map<String, TorchTensor.Storage> known = Map.of();
  private final Map<String, Integer> starts = new HashMap<>();

  /** A stream that tells where it is. */
  private static final class Bytes extends ByteArrayInputStream {
    Bytes(byte[] bytes) {
      super(bytes);
    }

    /** Little-endian view of the bytes from the present position on. */
    ByteBuffer rest() {
      return ByteBuffer.wrap(buf, pos, count - pos).slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    ByteBuffer slice(int from, int length) {
      return ByteBuffer.wrap(buf, from, length).slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    int position() {
      return pos;
    }
  }

  private TorchLegacyFile(byte[] bytes) {
    in = new Bytes(bytes);
  }

  /**
   * Reads a file.
   *
   * @throws FormatException if it is larger than 1 GiB
   * @throws IOException if it cannot be read
   */
  static TorchLegacyFile open(Path file) throws IOException {
    long size = Files.size(file);
    if (size > LONGEST) {
      throw new FormatException(
          "has "
              + size
              + " bytes; in the old format at most "
              + LONGEST
              + " are read. Save it again with PyTorch 1.6 or newer");
    }
    return new TorchLegacyFile(Files.readAllBytes(file));
  }

  @Override
  public Object root() {
    if (!MAGIC.equals(new TorchPickle().read(in))) {
      throw new FormatException("is a pickle, but was not written by torch.save");
    }
    Object version = new TorchPickle().read(in);
    if (!Integer.valueOf(VERSION).equals(version)) {
      throw new FormatException("its format version is not " + VERSION);
    }
    Object system = new TorchPickle().read(in);
    if (!(system instanceof Map<?, ?> map) || !Boolean.TRUE.equals(map.get("little_endian"))) {
      throw new FormatException("its numbers are not little-endian");
    }
    TorchPickle pickle = new TorchPickle();
    Object root = pickle.read(in);
    known = pickle.storages();
    findStorages(new TorchPickle().read(in));
    return root;
  }

  private void findStorages(Object keys) {
    if (!(keys instanceof List<?> list)) {
      throw new FormatException("its list of storages is missing");
    }
    ByteBuffer rest = in.rest();
    for (Object key : list) {
      TorchTensor.Storage storage = key instanceof String s ? known.get(s) : null;
      if (storage == null || starts.containsKey(storage.key())) {
        throw new FormatException("its list of storages does not fit its tensors");
      }
      long elements = rest.remaining() < 8 ? -1 : rest.getLong();
      if (elements != storage.elements() || rest.remaining() < storage.bytes()) {
        throw new FormatException(
            "storage " + storage.key() + " is cut off or has another size than its tensors say");
      }
      starts.put(storage.key(), in.position() + rest.position());
      rest.position(rest.position() + storage.bytes());
    }
    if (rest.hasRemaining()) {
      throw new FormatException("there are " + rest.remaining() + " bytes after its end");
    }
  }

  @Override
  public ByteBuffer bytes(TorchTensor.Storage storage) {
    Integer start = starts.get(storage.key());
    if (start == null) {
      throw new FormatException("storage " + storage.key() + " is missing");
    }
    return in.slice(start, storage.bytes());
  }

  @Override
  public void close() {
    starts.clear();
  }
}
