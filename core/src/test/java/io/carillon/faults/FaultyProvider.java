package io.carillon.faults;

import static io.carillon.faults.FaultyPath.real;

import io.carillon.faults.Fault.Operation;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;

/** Does what is asked for in the default file system, unless it is time for the fault. */
final class FaultyProvider extends FileSystemProvider {
  private final FaultyFileSystem system;

  FaultyProvider(FaultyFileSystem system) {
    this.system = system;
  }

  @Override
  public String getScheme() {
    return "faulty";
  }

  @Override
  public FaultyFileSystem newFileSystem(URI uri, Map<String, ?> settings) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FaultyFileSystem getFileSystem(URI uri) {
    return system;
  }

  @Override
  public Path getPath(URI uri) {
    return system.path(Path.of(uri));
  }

  @Override
  public FileChannel newFileChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    Path file = real(path).toAbsolutePath();
    boolean writes =
        options.contains(StandardOpenOption.WRITE) || options.contains(StandardOpenOption.APPEND);
    if (!writes) {
      system.begin(Operation.READ, file);
      FileChannel channel = FileChannel.open(file, options, attributes);
      return Files.isDirectory(file) ? new FaultyChannel(system, file, channel) : channel;
    }
    system.begin(Operation.OPEN, file);
    long before = Files.exists(file) ? Files.size(file) : 0;
    FileChannel channel = FileChannel.open(file, options, attributes);
    if (channel.size() < before) {
      system.written(file, 0);
    }
    return new FaultyChannel(system, file, channel);
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return newFileChannel(path, options, attributes);
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path folder, DirectoryStream.Filter<? super Path> filter) throws IOException {
    DirectoryStream<Path> stream =
        Files.newDirectoryStream(real(folder), path -> filter.accept(system.path(path)));
    return new DirectoryStream<>() {
      @Override
      public Iterator<Path> iterator() {
        Iterator<Path> paths = stream.iterator();
        return new Iterator<>() {
          @Override
          public boolean hasNext() {
            return paths.hasNext();
          }

          @Override
          public Path next() {
            return system.path(paths.next());
          }
        };
      }

      @Override
      public void close() throws IOException {
        stream.close();
      }
    };
  }

  @Override
  public void createDirectory(Path folder, FileAttribute<?>... attributes) throws IOException {
    Path path = real(folder);
    if (!Files.exists(path)) {
      system.begin(Operation.OPEN, path);
    }
    Files.createDirectory(path, attributes);
  }

  @Override
  public void delete(Path path) throws IOException {
    if (!Files.exists(real(path), LinkOption.NOFOLLOW_LINKS)) {
      throw new NoSuchFileException(path.toString());
    }
    system.begin(Operation.DELETE, real(path));
    Files.delete(real(path));
  }

  /** Through channels of this provider, so that it can stop halfway. */
  @Override
  public void copy(Path from, Path to, CopyOption... options) throws IOException {
    if (!Arrays.asList(options).contains(StandardCopyOption.REPLACE_EXISTING)
        && Files.exists(real(to))) {
      throw new java.nio.file.FileAlreadyExistsException(to.toString());
    }
    try (InputStream in = newInputStream(from);
        OutputStream out = newOutputStream(to)) {
      in.transferTo(out);
    }
  }

  @Override
  public void move(Path from, Path to, CopyOption... options) throws IOException {
    system.begin(Operation.MOVE, real(from));
    system.move(real(from).toAbsolutePath(), real(to).toAbsolutePath(), options);
  }

  @Override
  public boolean isSameFile(Path path, Path other) throws IOException {
    return Files.isSameFile(real(path), real(other));
  }

  @Override
  public boolean isHidden(Path path) throws IOException {
    return Files.isHidden(real(path));
  }

  @Override
  public FileStore getFileStore(Path path) throws IOException {
    return Files.getFileStore(real(path));
  }

  @Override
  public void checkAccess(Path path, AccessMode... modes) throws IOException {
    real(path).getFileSystem().provider().checkAccess(real(path), modes);
  }

  @Override
  public <V extends FileAttributeView> V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    return Files.getFileAttributeView(real(path), type, options);
  }

  @Override
  public <A extends BasicFileAttributes> A readAttributes(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    return Files.readAttributes(real(path), type, options);
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
      throws IOException {
    return Files.readAttributes(real(path), attributes, options);
  }

  @Override
  public void setAttribute(Path path, String attribute, Object value, LinkOption... options)
      throws IOException {
    Files.setAttribute(real(path), attribute, value, options);
  }
}
