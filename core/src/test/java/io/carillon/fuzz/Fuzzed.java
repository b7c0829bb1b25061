package io.carillon.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Gives damaged files to a reader and counts what it makes of them. Documented exceptions are a
 * refusal; any other one, an error of the JVM, a long time or much memory fails the test.
 *
 * <p>Each reader gets a few thousand files in a usual test run; {@code -Djqwik.tries.default=200000
 * -Dtest='*FuzzTest'} gives it more.
 */
public final class Fuzzed {
  /**
   * No reader may take longer for a few kilobytes, even on a busy machine that just collects
   * garbage.
   */
  private static final double MOST_SECONDS = 20;

  private static final double NANOS_PER_SECOND = 1e9;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final Map<String, long[]> COUNTS = new TreeMap<>();

  private Fuzzed() {}

  /** Reads bytes. */
  @FunctionalInterface
  public interface Reader {
    /** Reads, or throws. */
    void read(byte[] bytes) throws Exception;
  }

  /**
   * Reads a damaged copy.
   *
   * @param name of the reader, for the summary
   * @param mostBytes that the reader may allocate
   * @param refusals exceptions that the reader documents
   */
  public static void check(
      String name,
      byte[] file,
      List<Mutation> mutations,
      long mostBytes,
      Set<Class<? extends Exception>> refusals,
      Reader reader)
      throws Exception {
    byte[] damaged = Mutation.applyAll(mutations, file);
    Exception refusal = null;
    long start = System.nanoTime();
    long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    try {
      reader.read(damaged);
    } catch (Exception e) {
      refusal = e;
    }
    long allocated = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
    if (refusal != null && !refusals.contains(refusal.getClass())) {
      throw refusal;
    }
    COUNTS.computeIfAbsent(name, n -> new long[2])[refusal == null ? 0 : 1]++;
    if (refusal != null) {
      assertThat(refusal.getMessage()).as("message of the refusal").isNotBlank();
    }
    assertThat(allocated).as("bytes allocated for %d bytes", damaged.length).isLessThan(mostBytes);
    assertThat(seconds).as("seconds for %d bytes", damaged.length).isLessThan(MOST_SECONDS);
  }

  /** Prints how many files each reader has been given. */
  public static void summary() {
    COUNTS.forEach(
        (name, counts) ->
            System.out.printf(
                "fuzz: %s: %d executions, %d read, %d refused%n",
                name, counts[0] + counts[1], counts[0], counts[1]));
    COUNTS.clear();
  }
}
