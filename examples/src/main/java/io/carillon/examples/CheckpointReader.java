package io.carillon.examples;

import io.carillon.error.FormatException;
import io.carillon.model.SequenceModel;
import io.carillon.model.State;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads what {@link CheckpointWriter} has written, and version 1, which had neither marks nor
 * checksums of its own. Damage costs the streams whose entries it touches and no other.
 */
final class CheckpointReader implements Closeable {
  private static final int OLD_HEADER = 12;
  private static final int LONGEST_KEY_BYTES = 1024;
  private static final int WINDOW = 1 << 16;

  /**
   * What could be read.
   *
   * @param states by key, in the order of the file
   * @param losses what could not, one sentence each
   */
  record Found(Map<String, State> states, List<String> losses) {}

  private final Path file;
  private final SequenceModel model;
  private final FileChannel channel;
  private final long size;
  private final Map<String, State> states = new LinkedHashMap<>();
  private final List<String> losses = new ArrayList<>();

  /** Entries without damage that the model does not take, and what it says about the first. */
  private int refused;

  private String firstRefusal;
  private boolean anyMark;

  private CheckpointReader(Path file, SequenceModel model) throws IOException {
    this.file = file;
    this.model = model;
    this.channel = FileChannel.open(file);
    this.size = channel.size();
  }

  /**
   * Reads a file. If anything in it cannot be read, a copy of the whole file is kept beside it,
   * with a list of what is missing: the next checkpoint will replace the file itself.
   *
   * @throws IOException if the file cannot be read, is of a later version, is no such file at all,
   *     or is of another model
   */
  static Found read(Path file, SequenceModel model) throws IOException {
    Found found;
    try (CheckpointReader reader = new CheckpointReader(file, model)) {
      found = reader.read();
    }
    if (!found.losses().isEmpty()) {
      setAside(file, found.losses());
    }
    return found;
  }

  private Found read() throws IOException {
    boolean ours = requireKnownVersion();
    readEntries();
    if (!anyMark && !readOldEntries() && size > 0) {
      losses.add("no stream was found");
    }
    if (states.isEmpty() && refused > 0) {
      throw new IOException(
          file
              + ": the model takes none of its "
              + refused
              + " streams ("
              + firstRefusal
              + "); give the model that wrote it, or move the file away to begin anew");
    }
    if (states.isEmpty() && !ours && size > 0) {
      throw new IOException(
          file
              + ": is no file of streams, and nothing in it can be read; it would be replaced: give"
              + " another name, or move it away");
    }
    return new Found(states, losses);
  }

  /** Returns whether the file begins as one of ours, as far as it goes. */
  private boolean requireKnownVersion() throws IOException {
    ByteBuffer header = at(0, (int) Math.min(size, CheckpointWriter.HEADER));
    if (header.remaining() < CheckpointWriter.HEADER) {
      losses.add("the file has only " + size + " bytes");
      byte[] magic = ByteBuffer.allocate(4).putInt(CheckpointWriter.MAGIC).array();
      int n = Math.min(4, header.remaining());
      return Arrays.equals(magic, 0, n, header.array(), 0, n);
    }
    boolean ours = header.getInt(0) == CheckpointWriter.MAGIC;
    int version = header.getInt(4);
    boolean intact = header.getInt(8) == CheckpointWriter.checksum(header.array(), 8);
    if (ours && intact && version > CheckpointWriter.VERSION) {
      throw new IOException(
          file
              + ": is of version "
              + version
              + "; this program reads up to version "
              + CheckpointWriter.VERSION);
    }
    if (!(ours && (intact || version == 1))) {
      losses.add("the header is damaged");
    }
    return ours;
  }

  private void readEntries() throws IOException {
    int expected = -1;
    long at = nextMark(0);
    while (at < size) {
      anyMark = true;
      long end = at;
      if (at(at, CheckpointWriter.MARK).getLong() == CheckpointWriter.END) {
        ByteBuffer footer = at(at, (int) Math.min(size - at, 16));
        if (footer.remaining() == 16
            && footer.getInt(12) == CheckpointWriter.checksum(footer.array(), 12)) {
          expected = footer.getInt(8);
          end = at + 16;
        }
      } else {
        end = readEntry(at);
      }
      long next = nextMark(Math.max(end, at + CheckpointWriter.MARK));
      if (end < next) {
        losses.add("bytes " + end + " to " + next + " are damaged");
      }
      at = next;
    }
    if (anyMark && expected < 0) {
      losses.add("the end of the file is missing or damaged; how many streams it had is not known");
    } else if (anyMark && expected > states.size()) {
      losses.add(expected - states.size() + " of " + expected + " streams could not be read");
    }
  }

  /** Returns the end of the entry, or its beginning if the entry cannot be trusted. */
  private long readEntry(long at) throws IOException {
    if (size - at < CheckpointWriter.ENTRY_HEAD) {
      return at;
    }
    ByteBuffer lengths = at(at, CheckpointWriter.ENTRY_HEAD);
    int keyLength = lengths.getInt(8);
    int stateLength = lengths.getInt(12);
    int head = CheckpointWriter.ENTRY_HEAD + keyLength;
    if (keyLength < 0
        || keyLength > LONGEST_KEY_BYTES
        || size - at < head + CheckpointWriter.CHECKSUM) {
      return at;
    }
    ByteBuffer named = at(at, head + CheckpointWriter.CHECKSUM);
    if (named.getInt(head) != CheckpointWriter.checksum(named.array(), head)) {
      return at;
    }
    String key =
        new String(named.array(), CheckpointWriter.ENTRY_HEAD, keyLength, StandardCharsets.UTF_8);
    long end = at + head + 2L * CheckpointWriter.CHECKSUM + stateLength;
    if (stateLength < 0 || end > size || end - at > Integer.MAX_VALUE - 8) {
      losses.add("stream '" + key + "' is cut off");
      return at;
    }
    ByteBuffer entry = at(at, (int) (end - at));
    int checked = entry.limit() - CheckpointWriter.CHECKSUM;
    if (entry.getInt(checked) != CheckpointWriter.checksum(entry.array(), checked)) {
      losses.add("stream '" + key + "' is damaged");
      return at;
    }
    byte[] state = new byte[stateLength];
    entry.get(head + CheckpointWriter.CHECKSUM, state);
    take(key, state);
    return end;
  }

  private void take(String key, byte[] state) {
    try {
      states.put(key, model.stateFromBytes(state));
    } catch (FormatException e) {
      losses.add("stream '" + key + "' is not taken by the model: " + e.getMessage());
      if (refused++ == 0) {
        firstRefusal = e.getMessage();
      }
    }
  }

  /** Where the next mark begins, or the size of the file. */
  private long nextMark(long from) throws IOException {
    for (long at = from; at <= size - CheckpointWriter.MARK; ) {
      ByteBuffer window = at(at, (int) Math.min(WINDOW, size - at));
      int last = window.limit() - CheckpointWriter.MARK;
      for (int i = 0; i <= last; i++) {
        if (window.get(i) == (byte) 0xFF) {
          long mark = window.getLong(i);
          if (mark == CheckpointWriter.ENTRY || mark == CheckpointWriter.END) {
            return at + i;
          }
        }
      }
      at += last + 1;
    }
    return size;
  }

  /**
   * Version 1: number of streams, and for each the length of the key, the key, the length of the
   * state and the state. After a damaged length nothing can be found any more.
   *
   * @return whether there was such a number
   */
  private boolean readOldEntries() throws IOException {
    if (size < OLD_HEADER) {
      return false;
    }
    int count = at(8, 4).getInt();
    long at = OLD_HEADER;
    for (int left = count; left > 0; left--) {
      long keyEnd = oldEnd(at);
      long stateEnd = keyEnd < 0 ? -1 : oldEnd(keyEnd);
      if (stateEnd < 0 || keyEnd - at > LONGEST_KEY_BYTES) {
        losses.add("from byte " + at + " on: " + left + " streams are cut off or damaged");
        return true;
      }
      String key = new String(at(at + 4, (int) (keyEnd - at - 4)).array(), StandardCharsets.UTF_8);
      take(key, at(keyEnd + 4, (int) (stateEnd - keyEnd - 4)).array());
      at = stateEnd;
    }
    if (count < 0 || at < size) {
      losses.add("after byte " + at + " there is more than there should be");
    }
    return true;
  }

  /** End of a piece that begins with its length, or -1 if it cannot end where it says. */
  private long oldEnd(long at) throws IOException {
    if (size - at < 4) {
      return -1;
    }
    int length = at(at, 4).getInt();
    return length < 0 || length > size - at - 4 ? -1 : at + 4 + length;
  }

  private ByteBuffer at(long position, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new IOException(file + ": became shorter while it was read");
      }
    }
    return buffer.flip();
  }

  private static void setAside(Path file, List<String> losses) throws IOException {
    for (int number = 1; ; number++) {
      Path copy = file.resolveSibling(file.getFileName() + ".damaged-" + number);
      try {
        Files.copy(file, copy);
      } catch (FileAlreadyExistsException e) {
        continue;
      }
      losses.add("the whole file is kept as " + copy + ", this list beside it");
      Files.write(copy.resolveSibling(copy.getFileName() + ".txt"), losses);
      return;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
