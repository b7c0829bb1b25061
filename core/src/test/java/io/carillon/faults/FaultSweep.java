package io.carillon.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.faults.Fault.Kind;
import io.carillon.faults.Fault.Operation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Does one piece of work again and again, each time with another fault: for every operation of the
 * work that changes files, that it fails; that the disk is full from it on; that the process dies
 * there; that the power fails there.
 */
public final class FaultSweep {
  private final Path scratch;
  private final Work before;
  private final Work work;
  private Predicate<Fault> wanted = fault -> true;

  /** Something that is done in a folder. */
  @FunctionalInterface
  public interface Work {
    /** Does it. */
    void in(Path folder) throws Exception;
  }

  /** Looks at what a fault has left. */
  @FunctionalInterface
  public interface Check {
    /**
     * Looks.
     *
     * @param folder of the default file system
     * @param failure with which the work ended, or null if it took no notice
     */
    void of(Fault fault, Path folder, Exception failure) throws Exception;
  }

  /**
   * A piece of work.
   *
   * @param scratch an empty folder
   * @param before what is there before, done without faults; each attempt has a folder of its own
   * @param work must do the same operations every time
   */
  public FaultSweep(Path scratch, Work before, Work work) {
    this.scratch = scratch;
    this.before = before;
    this.work = work;
  }

  /** Only some of the faults, where the work takes long. */
  public FaultSweep only(Predicate<Fault> some) {
    wanted = some;
    return this;
  }

  /** All faults there are for this work. */
  private List<Fault> faults() throws Exception {
    FaultyFileSystem counting = new FaultyFileSystem(Fault.NONE);
    Path folder = fresh("counting");
    work.in(counting.path(folder));
    List<Fault> faults = new ArrayList<>();
    for (int k = 1; k <= counting.count(null); k++) {
      faults.add(new Fault(Kind.DEATH, null, k));
      faults.add(new Fault(Kind.POWER, null, k));
    }
    for (Operation operation : Operation.values()) {
      for (int k = 1; k <= counting.count(operation); k++) {
        faults.add(new Fault(Kind.ONCE, operation, k));
        if (operation == Operation.WRITE) {
          faults.add(new Fault(Kind.FULL, operation, k));
        }
      }
    }
    return faults.stream().filter(wanted).toList();
  }

  private Path fresh(String name) throws Exception {
    Path folder = Files.createDirectory(scratch.resolve(name));
    before.in(folder);
    return folder;
  }

  /**
   * Tries all faults.
   *
   * @return how many there were
   */
  public int run(Check check) throws Exception {
    List<Fault> faults = faults();
    assertThat(faults).as("faults that the work can meet").isNotEmpty();
    System.out.printf("faults: %s: %d%n", caller(), faults.size());
    for (int i = 0; i < faults.size(); i++) {
      Fault fault = faults.get(i);
      Path folder = fresh(Integer.toString(i));
      FaultyFileSystem system = new FaultyFileSystem(fault);
      Exception failure = null;
      try {
        work.in(system.path(folder));
      } catch (Exception e) {
        failure = e;
      }
      assertThat(system.struck()).as("%s has happened", fault).isTrue();
      try {
        check.of(fault, folder, failure);
      } catch (Exception | AssertionError e) {
        throw new AssertionError(
            fault + " left " + list(folder) + " and ended with " + failure + ": " + e, e);
      }
      remove(folder);
    }
    return faults.size();
  }

  /** The test that asked. */
  private static String caller() {
    return StackWalker.getInstance()
        .walk(
            frames ->
                frames
                    .dropWhile(frame -> frame.getClassName().equals(FaultSweep.class.getName()))
                    .findFirst()
                    .map(frame -> frame.getClassName() + "." + frame.getMethodName())
                    .orElse("?"));
  }

  /** Names of everything in a folder, below each other with a slash. */
  public static List<String> list(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> !file.equals(folder))
          .map(file -> folder.relativize(file).toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
