package io.carillon.examples;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
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
final class CheckpointWriter implements Closeable {
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

  private final Path file;
  private final Path part;
  private final FileChannel channel;
  private final OutputStream out;
  private int entries;

  CheckpointWriter(Path file) throws IOException {
    this.file = file;
    this.part = file.resolveSibling(file.getFileName() + ".part");
    this.channel =
        FileChannel.open(
            part,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    this.out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
    write(ByteBuffer.allocate(HEADER).putInt(MAGIC).putInt(VERSION));
  }

  void add(String key, byte[] state) throws IOException {
    byte[] name = key.getBytes(StandardCharsets.UTF_8);
    int head = ENTRY_HEAD + name.length;
    ByteBuffer entry = ByteBuffer.allocate(head + CHECKSUM + state.length + CHECKSUM);
    entry.putLong(ENTRY).putInt(name.length).putInt(state.length).put(name);
    entry.putInt(checksum(entry.array(), head));
    write(entry.put(state));
    entries++;
  }

  /** Appends the checksum of what the buffer holds, and writes all. */
  private void write(ByteBuffer buffer) throws IOException {
    buffer.putInt(checksum(buffer.array(), buffer.position()));
    out.write(buffer.array());
  }

  static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  /** Puts the file in place of the old one, once it is on the disk. */
  void commit() throws IOException {
    write(ByteBuffer.allocate(MARK + 4 + CHECKSUM).putLong(END).putInt(entries));
    out.flush();
    channel.force(true);
    Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Without {@link #commit} before, the old file stays. */
  @Override
  public void close() throws IOException {
    channel.close();
    Files.deleteIfExists(part);
  }
}
