package io.carillon.faults;

import io.carillon.faults.Fault.Operation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file that is open for writing, or a folder that is open to be forced to disk. The first write
 * to a file takes half of what it is given, as it may.
 */
final class FaultyChannel extends FileChannel {
  private final FaultyFileSystem system;
  private final Path file;
  private final FileChannel real;
  private boolean written;

  FaultyChannel(FaultyFileSystem system, Path file, FileChannel real) {
    this.system = system;
    this.file = file;
    this.real = real;
  }

  /** One write to the file below. */
  private interface Write {
    int write(ByteBuffer bytes) throws IOException;
  }

  private int write(ByteBuffer bytes, Write write) throws IOException {
    long before = real.size();
    try {
      system.begin(Operation.WRITE, file);
    } catch (FaultyFileSystem.HalfWritten e) {
      ByteBuffer half = bytes.slice(bytes.position(), bytes.remaining() / 2);
      system.written(file, before);
      while (half.hasRemaining()) {
        write.write(half);
      }
      system.losePower();
      throw e;
    }
    system.written(file, before);
    if (written || bytes.remaining() < 2) {
      return write.write(bytes);
    }
    written = true;
    int limit = bytes.limit();
    bytes.limit(bytes.position() + bytes.remaining() / 2);
    try {
      return write.write(bytes);
    } finally {
      bytes.limit(limit);
    }
  }

  @Override
  public int write(ByteBuffer bytes) throws IOException {
    return write(bytes, real::write);
  }

  @Override
  public int write(ByteBuffer bytes, long position) throws IOException {
    long[] at = {position};
    return write(
        bytes,
        part -> {
          int count = real.write(part, at[0]);
          at[0] += count;
          return count;
        });
  }

  @Override
  public long write(ByteBuffer[] parts, int offset, int length) throws IOException {
    long written = 0;
    for (int i = offset; i < offset + length; i++) {
      while (parts[i].hasRemaining()) {
        written += write(parts[i]);
      }
    }
    return written;
  }

  @Override
  public long transferFrom(ReadableByteChannel from, long position, long count) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void force(boolean metaData) throws IOException {
    boolean folder = Files.isDirectory(file);
    try {
      system.begin(Operation.FORCE, file);
    } catch (IOException e) {
      if (folder && system.dead()) {
        // Who takes no notice of a folder that cannot be forced must not live on.
        throw new UncheckedIOException(e);
      }
      throw e;
    }
    real.force(metaData);
    if (folder) {
      system.forcedFolder(file);
    } else {
      system.forced(file);
    }
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    system.begin(Operation.WRITE, file);
    system.written(file, size);
    real.truncate(size);
    return this;
  }

  @Override
  public int read(ByteBuffer bytes) throws IOException {
    return real.read(bytes);
  }

  @Override
  public long read(ByteBuffer[] parts, int offset, int length) throws IOException {
    return real.read(parts, offset, length);
  }

  @Override
  public int read(ByteBuffer bytes, long position) throws IOException {
    return real.read(bytes, position);
  }

  @Override
  public long position() throws IOException {
    return real.position();
  }

  @Override
  public FileChannel position(long position) throws IOException {
    real.position(position);
    return this;
  }

  @Override
  public long size() throws IOException {
    return real.size();
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel to) throws IOException {
    return real.transferTo(position, count, to);
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
    return real.map(mode, position, size);
  }

  @Override
  public FileLock lock(long position, long size, boolean shared) throws IOException {
    return real.lock(position, size, shared);
  }

  @Override
  public FileLock tryLock(long position, long size, boolean shared) throws IOException {
    return real.tryLock(position, size, shared);
  }

  @Override
  protected void implCloseChannel() throws IOException {
    real.close();
  }
}
