package io.carillon.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Gives damaged files to a reader and counts what it makes of them. Documented exceptions are a
 * refusal; any other one, an error of the JVM, a long time or much memory fails the test.
 *
 * <p>Damage follows from a seed and leans towards what is new: a file that is refused at a place of
 * the code that refused none before is damaged further, so that one hurdle after the other is
 * taken. {@code -Dcarillon.fuzz.executions=2000000 -Dcarillon.fuzz.seed=7} asks for more files, and
 * for others. An input that fails is written to {@code target/fuzz}; kept in the test resources
 * under {@code fuzz/READER} it is read in every run.
 */
public final class Fuzzed {
  /** How many files each reader is given. */
  private static final int EXECUTIONS = Integer.getInteger("carillon.fuzz.executions", 5000);

  private static final long SEED = Long.getLong("carillon.fuzz.seed", 1);

  /**
   * No reader may take longer for a few kilobytes, even on a busy machine that just collects
   * garbage.
   */
  private static final double MOST_SECONDS = 20;

  private static final double NANOS_PER_SECOND = 1e9;

  /** Frames of a refusal that tell places of the code apart. */
  private static final int FRAMES = 8;

  /** Most files that are damaged further, and how much larger than the originals one may be. */
  private static final int MOST_KEPT = 500;

  private static final int LARGER = 4;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final Map<String, Tally> TALLIES = new TreeMap<>();

  private Fuzzed() {}

  /** Reads bytes. */
  @FunctionalInterface
  public interface Reader {
    /** Reads, or throws. */
    void read(byte[] bytes) throws Exception;
  }

  /** What a reader made of its files. */
  private static final class Tally {
    private long read;
    private long refused;
    private long mostBytes;
    private double seconds;
    private int places;
  }

  /**
   * Reads the files of the corpus as they are, then damaged ones.
   *
   * @param name of the reader: for the summary, and as folder of its corpus
   * @param files sound files of the kind
   * @param mostBytes that the reader may allocate for one file
   * @param refusals exceptions that the reader documents
   */
  public static void run(
      String name,
      List<byte[]> files,
      long mostBytes,
      Set<Class<? extends Exception>> refusals,
      Reader reader)
      throws Exception {
    List<byte[]> sound = new ArrayList<>(files);
    sound.addAll(corpus(name));
    int longest = LARGER * sound.stream().mapToInt(file -> file.length).max().orElseThrow();
    List<byte[]> kept = new ArrayList<>();
    Set<Integer> places = new HashSet<>();
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < EXECUTIONS; i++) {
      byte[] bytes = i < sound.size() ? sound.get(i) : damaged(sound, kept, random);
      Exception refusal;
      try {
        refusal = execute(name, bytes, mostBytes, refusals, reader);
      } catch (Throwable e) {
        throw new AssertionError(failure(name, i, bytes) + ": " + e, e);
      }
      boolean fresh = places.add(refusal == null ? 0 : place(refusal));
      if (fresh && i >= sound.size() && bytes.length <= longest && kept.size() < MOST_KEPT) {
        kept.add(bytes);
      }
    }
    TALLIES.get(name).places = places.size();
    summary();
  }

  private static byte[] damaged(List<byte[]> sound, List<byte[]> kept, SplittableRandom random) {
    List<byte[]> from = kept.isEmpty() || random.nextBoolean() ? sound : kept;
    return Mutation.applyAll(Mutation.several(random), from.get(random.nextInt(from.size())));
  }

  /** Where a refusal was decided, and on the way from where. */
  private static int place(Throwable refusal) {
    int hash = 0;
    int frames = 0;
    for (StackTraceElement frame : refusal.getStackTrace()) {
      if (frame.getClassName().equals(Fuzzed.class.getName()) || frames++ == FRAMES) {
        break;
      }
      hash = 31 * (31 * hash + frame.getClassName().hashCode()) + frame.getLineNumber();
    }
    return refusal.getCause() == null ? hash : 31 * hash + place(refusal.getCause());
  }

  private static String failure(String name, int execution, byte[] bytes) throws IOException {
    Path file = Path.of("target", "fuzz", folder(name), SEED + "-" + execution).toAbsolutePath();
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
    return String.format(
        Locale.ROOT,
        "%s, seed %d, execution %d, %d bytes that are in %s",
        name,
        SEED,
        execution,
        bytes.length,
        file);
  }

  private static List<byte[]> corpus(String name) throws IOException, URISyntaxException {
    List<byte[]> files = new ArrayList<>();
    URL folder = Fuzzed.class.getResource("/fuzz/" + folder(name));
    if (folder != null) {
      try (Stream<Path> list = Files.list(Path.of(folder.toURI()))) {
        for (Path file : list.sorted().toList()) {
          files.add(Files.readAllBytes(file));
        }
      }
    }
    return files;
  }

  private static String folder(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
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
    execute(name, Mutation.applyAll(mutations, file), mostBytes, refusals, reader);
  }

  /** Reads, and returns the refusal or null. */
  private static Exception execute(
      String name,
      byte[] bytes,
      long mostBytes,
      Set<Class<? extends Exception>> refusals,
      Reader reader)
      throws Exception {
    Exception refusal = null;
    long start = System.nanoTime();
    long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    try {
      reader.read(bytes);
    } catch (Exception e) {
      refusal = e;
    }
    long allocated = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
    if (refusal != null && !refusals.contains(refusal.getClass())) {
      throw refusal;
    }
    Tally tally = TALLIES.computeIfAbsent(name, n -> new Tally());
    if (refusal == null) {
      tally.read++;
    } else {
      tally.refused++;
      assertThat(refusal.getMessage()).as("message of the refusal").isNotBlank();
    }
    tally.seconds += seconds;
    tally.mostBytes = Math.max(tally.mostBytes, allocated);
    assertThat(allocated).as("bytes allocated for %d bytes", bytes.length).isLessThan(mostBytes);
    assertThat(seconds).as("seconds for %d bytes", bytes.length).isLessThan(MOST_SECONDS);
    return refusal;
  }

  /** Prints how many files each reader has been given, and what they cost. */
  public static void summary() {
    TALLIES.forEach(
        (name, tally) ->
            System.out.printf(
                Locale.ROOT,
                "fuzz: %s: %d executions, %d read, %d refused at %d places, %.0f s, at most %.1f"
                    + " MiB for one%n",
                name,
                tally.read + tally.refused,
                tally.read,
                tally.refused,
                tally.places,
                tally.seconds,
                tally.mostBytes / (double) (1 << 20)));
    TALLIES.clear();
  }
}
