package io.carillon.bench.compare;

import com.sun.management.ThreadMXBean;
import io.carillon.engine.KernelChoice;
import io.carillon.engine.Parallel;
import io.carillon.internal.kernel.Kernels;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.stream.LongStream;

/**
 * Times computations on request, so that they can alternate with those of another process. Takes
 * commands on standard input, one a line, and answers each with one line:
 *
 * <pre>
 *   prepare NAME SECONDS   makes the computation and runs it that long, to compile it; "ready"
 *   run COUNT              milliseconds of each run, separated by spaces
 *   sample COUNT           the number of runs done; their times are kept
 *   quantiles              runs kept since prepare, then median, p99, p99.9, largest in milliseconds
 *   allocated COUNT        bytes that a run allocates on all threads, mean of so many runs
 *   version                Java, kernels and threads
 * </pre>
 *
 * <p>Argument: the number of threads.
 */
public final class Worker {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double NANOS_PER_MILLI = 1e6;

  private final Parallel parallel;
  private final Kernels kernels = KernelChoice.select();
  private Work work;
  private Samples samples;

  private Worker(Parallel parallel) {
    this.parallel = parallel;
  }

  /** Serves commands until the end of the input. */
  public static void main(String[] arguments) throws IOException {
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (Parallel parallel = Parallel.of(Integer.parseInt(arguments[0]))) {
      Worker worker = new Worker(parallel);
      for (String line = input.readLine(); line != null; line = input.readLine()) {
        System.out.println(worker.answer(line.trim().split(" ")));
        System.out.flush();
      }
    }
  }

  private String answer(String[] command) {
    return switch (command[0]) {
      case "prepare" -> prepare(command[1], Double.parseDouble(command[2]));
      case "run" -> times(Integer.parseInt(command[1]));
      case "sample" -> sample(Integer.parseInt(command[1]));
      case "quantiles" -> samples.summary();
      case "allocated" -> allocatedByARun(Integer.parseInt(command[1]));
      case "version" ->
          "Java "
              + System.getProperty("java.version")
              + ", "
              + kernels.name()
              + ", "
              + parallel.threads()
              + " threads";
      default -> throw new IllegalArgumentException("unknown command '" + command[0] + "'");
    };
  }

  private String prepare(String name, double seconds) {
    work = null;
    work = Work.of(name, parallel, kernels);
    samples = new Samples();
    long start = System.nanoTime();
    do {
      work.run();
    } while (System.nanoTime() - start < seconds * NANOS_PER_SECOND);
    return "ready";
  }

  private String allocatedByARun(int count) {
    // Looking allocates too: at first more, then always the same.
    allocated();
    long earlier = allocated();
    long before = allocated();
    long looking = before - earlier;
    for (int i = 0; i < count; i++) {
      work.run();
    }
    return Double.toString((allocated() - before - looking) / (double) count);
  }

  private static long allocated() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    return LongStream.of(threads.getThreadAllocatedBytes(threads.getAllThreadIds()))
        .filter(bytes -> bytes > 0)
        .sum();
  }

  private String sample(int count) {
    samples.reserve(count);
    for (int i = 0; i < count; i++) {
      long start = System.nanoTime();
      work.run();
      samples.add(System.nanoTime() - start);
    }
    return Integer.toString(count);
  }

  private String times(int count) {
    StringBuilder answer = new StringBuilder();
    for (int i = 0; i < count; i++) {
      long start = System.nanoTime();
      work.run();
      answer.append((System.nanoTime() - start) / NANOS_PER_MILLI).append(' ');
    }
    return answer.toString().trim();
  }
}
