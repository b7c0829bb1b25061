package io.carillon.papers.compare;

import io.carillon.config.kernel.HippoMeasure;
import io.carillon.engine.SeededRandom;
import io.carillon.report.Block;
import io.carillon.report.Blocks;
import io.carillon.report.Chart;
import io.carillon.report.DataTable;
import io.carillon.report.Look;
import io.carillon.report.console.Text;
import io.carillon.ssm.hippo.HippoBasis;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where theorem 3 of the S4D paper ends (papers A.7): LegS to which another rank-1 term is added
 * than its own, and the normal part of FouT. Functions are compared by their size in the first unit
 * of time and in the fourth, where those of S4-LegS have all but gone.
 */
final class CounterExamples {
  private static final int[] SIZES = {16, 64, 256};

  /**
   * Beyond this the largest frequency of FouT turns by more than half a cycle in a step of 0.01.
   */
  private static final int LARGEST_FOURIER = 64;

  /** Standard deviations of the entries of the random term. */
  private static final double[] SIGMAS = {0.3, 0.4, 0.5};

  private static final long[] SEEDS = {1, 2, 3};

  private static final double DT = 0.01;
  private static final int A_UNIT = 100;
  private static final String RANDOM = "LegS + random";
  private static final String WINDOW = "FouT";
  private static final String PERIODIC = "FouT, normal part";

  private CounterExamples() {}

  /**
   * One basis.
   *
   * @param sigma of the random entries; NaN if nothing is random
   * @param seed of the random entries
   * @param first root mean square of K_0 over 0 ≤ t &lt; 1
   * @param fourth over 3 ≤ t &lt; 4
   */
  record Example(
      String basis,
      int stateSize,
      double sigma,
      long seed,
      double[] taps,
      double first,
      double fourth) {}

  /** All of them, on steps of Δ = 0.01. */
  static List<Example> all() {
    List<Example> all = new ArrayList<>();
    for (int size : SIZES) {
      for (double sigma : SIGMAS) {
        for (long seed : SEEDS) {
          double[] q = new double[size];
          SeededRandom random = new SeededRandom(seed);
          Arrays.setAll(q, n -> sigma * random.normal());
          all.add(example(RANDOM, HippoMeasure.LEGS, q, 0.5, sigma, seed));
        }
      }
      if (size <= LARGEST_FOURIER) {
        double[] p = HippoBasis.lowRank(HippoMeasure.FOURIER, size);
        all.add(example(WINDOW, HippoMeasure.FOURIER, new double[size], 1, Double.NaN, 0));
        all.add(example(PERIODIC, HippoMeasure.FOURIER, p, 1, Double.NaN, 0));
      }
    }
    return all;
  }

  /** One row for each. */
  static Csv csv(List<Example> all) {
    Csv csv = new Csv(List.of("basis", "N", "sigma", "seed", "rms_first", "rms_fourth"));
    for (Example e : all) {
      csv.row(
          List.of(
              e.basis,
              e.stateSize,
              Double.isNaN(e.sigma) ? "" : e.sigma,
              Double.isNaN(e.sigma) ? "" : e.seed,
              e.first,
              e.fourth));
    }
    return csv;
  }

  /** The section of the report. */
  static List<Block> section(List<Example> all) {
    DataTable table =
        new DataTable(
            "Root mean square of K_0 in the first and in the fourth unit of time",
            "basis",
            "N",
            "σ",
            "seed",
            "first",
            "fourth");
    for (Example e : all) {
      boolean random = !Double.isNaN(e.sigma);
      table.row(
          e.basis,
          String.valueOf(e.stateSize),
          random ? Text.number(e.sigma) : "–",
          random ? String.valueOf(e.seed) : "–",
          Text.number(e.first),
          Text.number(e.fourth));
    }
    return List.of(
        Blocks.text(
            "The theorem is about the low-rank term of LegS itself. With another rank-1 term q qᵀ,"
                + " entries from N(0, σ²), added to A the functions are others, and from some N and"
                + " σ on they grow without bound. FouT, a window, becomes periodic when its"
                + " low-rank term is dropped: nothing is ever forgotten. LegS with B/2; all with the"
                + " bilinear rule, Δ = 0.01."),
        Blocks.grid(List.of(fourier(all), random(all))),
        table);
  }

  private static Chart fourier(List<Example> all) {
    Chart chart = chart("FouT with and without its low-rank term, N = " + LARGEST_FOURIER);
    for (Example e : all) {
      if (e.stateSize == LARGEST_FOURIER && !e.basis.equals(RANDOM)) {
        chart.line(e.basis, times(), e.taps, e.basis.equals(WINDOW) ? Look.NEUTRAL : Look.of(0));
      }
    }
    return chart;
  }

  private static Chart random(List<Example> all) {
    int size = SIZES[SIZES.length - 1];
    Chart chart = chart("LegS with a random rank-1 term, N = " + size);
    int colour = 0;
    for (Example e : all) {
      if (e.stateSize == size && e.basis.equals(RANDOM) && e.seed == SEEDS[0]) {
        chart.line("σ = " + Text.number(e.sigma), times(), e.taps, Look.of(colour++));
      }
    }
    return chart;
  }

  private static Chart chart(String title) {
    return Chart.titled(title).caption("Cut at ±3.").x("t").y("K_0").yRange(-3, 3);
  }

  private static double[] times() {
    double[] times = new double[4 * A_UNIT];
    Arrays.setAll(times, l -> l * DT);
    return times;
  }

  private static Example example(
      String basis, HippoMeasure measure, double[] q, double factor, double sigma, long seed) {
    double[] taps = HippoBasis.of(measure, q, factor, 1, DT, 4 * A_UNIT)[0];
    return new Example(basis, q.length, sigma, seed, taps, rms(taps, 0), rms(taps, 3 * A_UNIT));
  }

  private static double rms(double[] taps, int from) {
    double sum = 0;
    for (int l = from; l < from + A_UNIT; l++) {
      sum += taps[l] * taps[l];
    }
    return Math.sqrt(sum / A_UNIT);
  }
}
