package io.carillon.bench.compare;

import io.carillon.config.KernelKind;
import io.carillon.engine.KernelChoice;
import io.carillon.engine.Parallel;
import io.carillon.internal.kernel.Kernels;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How many times slower scalar kernels are than vector kernels: every inner loop on one thread, and
 * a whole training step of four S4D blocks (H = 128, N = 64, L = 1024, B = 16), in turns in one
 * process. About two minutes.
 *
 * <p>Argument: the number of threads of the training step, 2 without it.
 */
public final class ScalarAgainstVector {
  private static final double WARM_UP = 1.0;
  private static final double SECONDS = 0.4;
  private static final double STEP_WARM_UP_NANOS = 40e9;
  private static final int ROUNDS = 7;

  private ScalarAgainstVector() {}

  /** Prints the table. */
  public static void main(String[] arguments) {
    Kernels scalar = KernelChoice.select(KernelKind.SCALAR);
    Kernels vector = KernelChoice.select(KernelKind.VECTOR);
    System.out.println("| kernel | scalar, ms | " + vector.name() + ", ms | ratio |");
    System.out.println("|---|---|---|---|");
    List<KernelWork> slow = KernelWorks.all(scalar);
    List<KernelWork> fast = KernelWorks.all(vector);
    for (int i = 0; i < slow.size(); i++) {
      slow.get(i).work().run();
      fast.get(i).work().run();
    }
    for (int i = 0; i < slow.size(); i++) {
      Stopwatch.best(slow.get(i).work(), WARM_UP);
      Stopwatch.best(fast.get(i).work(), WARM_UP);
      print(
          slow.get(i).name(),
          1000 * Stopwatch.best(slow.get(i).work(), SECONDS),
          1000 * Stopwatch.best(fast.get(i).work(), SECONDS));
    }
    int threads = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 2;
    try (Parallel parallel = Parallel.of(threads)) {
      step(parallel, scalar, vector);
    }
  }

  private static void step(Parallel parallel, Kernels scalar, Kernels vector) {
    Work slow = NetworkWork.train(NetworkWork.s4d(), 16, 1024, parallel, scalar);
    Work fast = NetworkWork.train(NetworkWork.s4d(), 16, 1024, parallel, vector);
    long start = System.nanoTime();
    while (System.nanoTime() - start < STEP_WARM_UP_NANOS) {
      slow.run();
      fast.run();
      fast.run();
    }
    double[] a = new double[ROUNDS];
    double[] b = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      a[i] = millis(slow);
      b[i] = millis(fast);
    }
    Arrays.sort(a);
    Arrays.sort(b);
    print("training step, " + parallel.threads() + " threads", a[ROUNDS / 2], b[ROUNDS / 2]);
  }

  private static double millis(Work work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e6;
  }

  private static void print(String name, double scalar, double vector) {
    System.out.printf(
        Locale.ROOT, "| %s | %.3f | %.3f | %.1f |%n", name, scalar, vector, scalar / vector);
  }
}
