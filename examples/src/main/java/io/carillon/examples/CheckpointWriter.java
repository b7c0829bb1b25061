package io.carillon.examples;

import io.carillon.io.AtomicFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * Writes the states of streams, version 2. Every stream has an entry of its own that can be found
 * and checked without the others. All numbers are big-endian:
 *
 * <pre>
 *   header   "CRLS", version (4 bytes), checksum of these 8 bytes
 *   entry    ENTRY (8), length of the key (4), length of the state (4), key in UTF-8,
 *            checksum of the entry so far (4), state, checksum of the entry so far (4)
 *   footer   END (8), number of entries (4), checksum of these 12 bytes (4)
 * </pre>
 *
 * Checksums are CRC-32C. The marks ENTRY and END begin with bytes that UTF-8 does not have: no key
 * that a client chooses can look like one.
 */
final class CheckpointWriter {
  /** "CRLS". */
  static final int MAGIC = 0x43524C53;

  static final int VERSION = 2;
  static final int HEADER = 12;

  /** FF FE "STRM" FD FC. */
  static final long ENTRY = 0xFFFE5354524DFDFCL;

  /** FF FE "DONE" FD FC. */
  static final long END = 0xFFFE444F4E45FDFCL;

  static final int MARK = 8;
  static final int ENTRY_HEAD = 16;
  static final int CHECKSUM = 4;

  private final OutputStream out;
  private int entries;

  private CheckpointWriter(OutputStream out) {
    this.out = out;
  }

  /** What is to be in a file. */
  @FunctionalInterface
  interface Content {
    /** Adds all entries. */
    void writeTo(CheckpointWriter out) throws IOException;
  }

  /**
   * Puts a file in place of the old one, once it is on the disk.
   *
   * @throws IOException if that fails; the old file stays
   */
  static void write(Path file, Content content) throws IOException {
    AtomicFile.write(
        file,
        channel -> {
          OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
          CheckpointWriter writer = new CheckpointWriter(out);
          writer.append(ByteBuffer.allocate(HEADER).putInt(MAGIC).putInt(VERSION));
          content.writeTo(writer);
          int entries = writer.entries;
          writer.append(ByteBuffer.allocate(MARK + 4 + CHECKSUM).putLong(END).putInt(entries));
          out.flush();
        });
  }

  void add(String key, byte[] state) throws IOException {
    byte[] name = key.getBytes(StandardCharsets.UTF_8);
    int head = ENTRY_HEAD + name.length;
    ByteBuffer entry = ByteBuffer.allocate(head + CHECKSUM + state.length + CHECKSUM);
    entry.putLong(ENTRY).putInt(name.length).putInt(state.length).put(name);
    entry.putInt(checksum(entry.array(), head));
    append(entry.put(state));
    entries++;
  }

  /** Appends the checksum of what the buffer holds, and writes all. */
  private void append(ByteBuffer buffer) throws IOException {
    buffer.putInt(checksum(buffer.array(), buffer.position()));
    out.write(buffer.array());
  }

  static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
