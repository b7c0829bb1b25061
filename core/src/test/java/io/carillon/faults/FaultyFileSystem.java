package io.carillon.faults;

import io.carillon.faults.Fault.Kind;
import io.carillon.faults.Fault.Operation;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.CopyOption;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The files of the default file system, with a fault at a chosen operation. Code under test is
 * given a {@link #path}; whatever it does with that or with paths made of it can fail.
 */
public final class FaultyFileSystem extends FileSystem {
  private final FileSystem real = FileSystems.getDefault();
  private final FaultyProvider provider = new FaultyProvider(this);
  private final Fault fault;
  private final Map<Operation, Integer> counts = new EnumMap<>(Operation.class);

  /** Bytes that are safe on disk, of files that have others too. */
  private final Map<Path, Long> unforced = new LinkedHashMap<>();

  /** Renames that the folder on disk does not know of yet, the last one first. */
  private final Deque<Rename> renames = new ArrayDeque<>();

  private int operations;
  private boolean struck;

  /**
   * A file that got another name.
   *
   * @param replaced content of the file that had the name before; null for none
   */
  private record Rename(Path from, Path to, byte[] replaced) {}

  /** A file system with one fault. */
  public FaultyFileSystem(Fault fault) {
    this.fault = fault;
  }

  /** The same path, in this file system. */
  public Path path(Path path) {
    return new FaultyPath(this, path);
  }

  /** Whether the fault has happened. */
  public synchronized boolean struck() {
    return struck;
  }

  /** How many operations there were; of all that change something for null. */
  synchronized int count(Operation operation) {
    return operation == null ? operations : counts.getOrDefault(operation, 0);
  }

  /** Fails where it is time to. */
  synchronized void begin(Operation operation, Path file) throws IOException {
    operations += operation == Operation.READ ? 0 : 1;
    int count = counts.merge(operation, 1, Integer::sum);
    boolean due =
        (fault.operation() == null ? operations : count) == fault.number()
            && (fault.operation() == null
                ? operation != Operation.READ
                : fault.operation() == operation);
    boolean over = dead() || struck && fault.kind() == Kind.FULL && operation == Operation.WRITE;
    if (due && !struck) {
      struck = true;
      if (operation == Operation.WRITE) {
        throw new HalfWritten(file);
      }
      losePower();
    }
    if (due || over) {
      throw failure(file);
    }
  }

  /** What the k-th write does before it fails. */
  static final class HalfWritten extends FileSystemException {
    private static final long serialVersionUID = 1L;

    HalfWritten(Path file) {
      super(file.toString(), null, "No space left on device");
    }
  }

  private FileSystemException failure(Path file) {
    return new FileSystemException(
        file.toString(), null, fault.kind() == Kind.FULL ? "No space left on device" : "" + fault);
  }

  /** A write has begun that is not forced yet. */
  synchronized void written(Path file, long sizeBefore) {
    unforced.putIfAbsent(file, sizeBefore);
  }

  synchronized void forced(Path file) {
    unforced.remove(file);
  }

  /** Gives a file another name. */
  synchronized void move(Path from, Path to, CopyOption... options) throws IOException {
    byte[] replaced = Files.isRegularFile(to) ? Files.readAllBytes(to) : null;
    Files.move(from, to, options);
    renames.push(new Rename(from, to, replaced));
    Long safe = unforced.remove(from);
    unforced.remove(to);
    if (safe != null) {
      unforced.put(to, safe);
    }
  }

  /** The names of a folder are on disk. */
  synchronized void forcedFolder(Path folder) {
    renames.removeIf(rename -> folder.equals(rename.to.getParent()));
  }

  /** Whether nothing is to happen any more. */
  synchronized boolean dead() {
    return struck && (fault.kind() == Kind.DEATH || fault.kind() == Kind.POWER);
  }

  synchronized void losePower() throws IOException {
    if (fault.kind() != Kind.POWER) {
      return;
    }
    for (Map.Entry<Path, Long> file : unforced.entrySet()) {
      if (Files.exists(file.getKey())) {
        try (FileChannel channel = FileChannel.open(file.getKey(), StandardOpenOption.WRITE)) {
          channel.truncate(file.getValue());
        }
      }
    }
    unforced.clear();
    for (Rename rename : renames) {
      // What was deleted after its rename stays so.
      if (Files.exists(rename.to)) {
        Files.move(rename.to, rename.from, StandardCopyOption.REPLACE_EXISTING);
        if (rename.replaced != null) {
          Files.write(rename.to, rename.replaced);
        }
      }
    }
    renames.clear();
  }

  @Override
  public FaultyProvider provider() {
    return provider;
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public boolean isReadOnly() {
    return false;
  }

  @Override
  public String getSeparator() {
    return real.getSeparator();
  }

  @Override
  public Iterable<Path> getRootDirectories() {
    return List.of(path(real.getRootDirectories().iterator().next()));
  }

  @Override
  public Iterable<FileStore> getFileStores() {
    return real.getFileStores();
  }

  @Override
  public Set<String> supportedFileAttributeViews() {
    return real.supportedFileAttributeViews();
  }

  @Override
  public Path getPath(String first, String... more) {
    return path(real.getPath(first, more));
  }

  @Override
  public PathMatcher getPathMatcher(String pattern) {
    PathMatcher matcher = real.getPathMatcher(pattern);
    return path -> matcher.matches(FaultyPath.real(path));
  }

  @Override
  public UserPrincipalLookupService getUserPrincipalLookupService() {
    return real.getUserPrincipalLookupService();
  }

  @Override
  public WatchService newWatchService() {
    throw new UnsupportedOperationException();
  }
}
