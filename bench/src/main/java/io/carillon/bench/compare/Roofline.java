package io.carillon.bench.compare;

import io.carillon.config.KernelKind;
import io.carillon.engine.KernelChoice;
import java.util.List;
import java.util.Locale;

/**
 * Measures the machine's limits and every vector kernel in one process, on one thread, and prints
 * the fraction of the limit that binds the kernel: the larger of flops / peak and bytes / copy
 * bandwidth. Times are processor times of the best run. About a minute.
 *
 * <p>Useful flops are counted, see {@link KernelWorks}; the recurrence can reach 92 % of the peak,
 * because it takes 6 multiply-adds for 11 useful flops, and its gradient 82 %, with 14 for 23. More
 * than 100 % of the limit by bytes means that they came from a cache.
 */
public final class Roofline {
  private static final double WARM_UP = 1.5;
  private static final double SECONDS = 0.6;
  private static final double PEAK_SECONDS = 0.1;
  private static final double GIGA = 1e9;

  private Roofline() {}

  /** Prints the table; no arguments. */
  public static void main(String[] arguments) {
    double bandwidth = MachinePeak.bytesPerSecond(2);
    double peak = MachinePeak.flopsPerSecond(2);
    List<KernelWork> works = KernelWorks.all(KernelChoice.select(KernelKind.VECTOR));
    double[] times = new double[works.size()];
    for (int i = 0; i < times.length; i++) {
      Stopwatch.best(works.get(i).work(), WARM_UP);
      times[i] = Stopwatch.best(works.get(i).work(), SECONDS);
      peak = Math.max(peak, MachinePeak.flopsPerSecond(PEAK_SECONDS));
    }
    System.out.printf(
        Locale.ROOT,
        "Java %s, %s kernels, one thread: at most %.0f GFLOP/s from registers, %.1f GB/s copied%n%n",
        System.getProperty("java.version"),
        KernelChoice.select(KernelKind.VECTOR).name(),
        peak / GIGA,
        bandwidth / GIGA);
    System.out.println(
        "| kernel | MFLOP | MB | ms | GFLOP/s | limit | fraction of it, % | of FMA peak, % |");
    System.out.println("|---|---|---|---|---|---|---|---|");
    for (int i = 0; i < times.length; i++) {
      System.out.println(row(works.get(i), times[i], peak, bandwidth));
    }
  }

  private static String row(KernelWork kernel, double time, double peak, double bandwidth) {
    double arithmetic = kernel.flops() / peak;
    double memory = kernel.bytes() / bandwidth;
    return String.format(
        Locale.ROOT,
        "| %s | %.2f | %.2f | %.3f | %.0f | %s | %.0f | %.0f |",
        kernel.name(),
        kernel.flops() / 1e6,
        kernel.bytes() / 1e6,
        1000 * time,
        kernel.flops() / time / GIGA,
        arithmetic >= memory ? "flops" : "bytes",
        100 * Math.max(arithmetic, memory) / time,
        100 * arithmetic / time);
  }
}
