package io.carillon.papers.compare;

import io.carillon.config.kernel.Discretisation;
import io.carillon.io.FormatException;
import io.carillon.papers.compare.Comparison.Size;
import io.carillon.report.Block;
import io.carillon.report.Blocks;
import io.carillon.report.Chart;
import io.carillon.report.DataTable;
import io.carillon.report.HtmlReport;
import io.carillon.report.Look;
import io.carillon.report.console.CommandFailure;
import io.carillon.report.console.Console;
import io.carillon.report.console.Errors;
import io.carillon.report.console.Table;
import io.carillon.report.console.Text;
import io.carillon.report.folder.Version;
import io.carillon.ssm.hippo.LegsBasis;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How the basis of S4D-LegS approaches that of S4-LegS as the state grows, on discretised kernels
 * (theorem 3 of the S4D paper, papers A.7). Errors are root mean squares over the steps after
 * {@code from}: near t = 0 the basis of the normal part has a peak of constant height that only
 * becomes narrower.
 */
final class LegsBasisStudy implements Study {
  private static final List<Discretisation> KINDS =
      List.of(Discretisation.ZOH, Discretisation.BILINEAR);

  private static final double SMALLEST_SHOWN = 1e-4;

  /** State sizes in the figures of the functions, the largest always. */
  private static final int CURVES = 3;

  /** The input vector of the theorem, and the one that one would take without it. */
  private static final double[] FACTORS = {0.5, 1};

  /**
   * An error.
   *
   * @param n basis function
   * @param rms root mean square of the difference of K_n[l]/Δ
   * @param largest largest difference
   */
  record Distance(
      Discretisation kind, int stateSize, double factor, int n, double rms, double largest) {}

  /** The numbers of the comparison file. */
  record Setting(int[] stateSizes, int functions, double dt, double horizon, double from) {
    static Setting of(Size size) {
      return new Setting(
          Arrays.stream(text(size, "state_sizes").split("[\\[\\], ]+"))
              .filter(word -> !word.isEmpty())
              .mapToInt(Integer::parseInt)
              .toArray(),
          Integer.parseInt(text(size, "functions")),
          Double.parseDouble(text(size, "dt")),
          Double.parseDouble(text(size, "horizon")),
          Double.parseDouble(text(size, "from")));
    }

    private static String text(Size size, String key) {
      String value = size.settings().get(key);
      if (value == null) {
        throw new FormatException("this study needs the setting '" + key + "'");
      }
      return value;
    }

    int length() {
      return (int) Math.round(horizon / dt) + 1;
    }

    int first() {
      return (int) Math.floor(from / dt) + 1;
    }
  }

  @Override
  public void run(
      Console console, Comparison comparison, Size size, StudyFolder folder, String command) {
    long begin = System.nanoTime();
    Setting setting = Setting.of(size);
    List<Distance> distances = distances(setting);
    List<CounterExamples.Example> counter = CounterExamples.all();
    double seconds = (System.nanoTime() - begin) / 1e9;
    csv(distances).write(folder.csv("distances"));
    CounterExamples.csv(counter).write(folder.csv("counter-examples"));
    HtmlReport report =
        new HtmlReport(comparison.title(), comparison.shows())
            .section("Overview", overview(comparison, setting, seconds, command))
            .section("Convergence", convergence(distances, setting))
            .section("Basis functions", functions(setting))
            .section("Spectrum", spectrum(setting))
            .section("Counter-examples", CounterExamples.section(counter))
            .section(
                "Differences from the papers",
                size.differences().stream().map(Blocks::text).toList());
    try {
      report.write(folder.report());
    } catch (IOException e) {
      throw new CommandFailure("cannot write " + folder.report() + ": " + Errors.message(e), e);
    }
    print(console, distances, setting);
    console.say("");
    console.say("Report: %s", folder.report());
    console.say("Tables: %s, %s", folder.csv("distances"), folder.csv("counter-examples"));
  }

  private static List<Distance> distances(Setting s) {
    List<Distance> all = new ArrayList<>();
    for (Discretisation kind : KINDS) {
      double[][] full = LegsBasis.full(kind, s.functions, s.dt, s.length());
      for (int size : s.stateSizes) {
        for (double factor : FACTORS) {
          double[][] normal =
              LegsBasis.normalPart(kind, size, factor, s.functions, s.dt, s.length());
          for (int n = 0; n < s.functions; n++) {
            all.add(distance(kind, size, factor, n, normal[n], full[n], s.first()));
          }
        }
      }
    }
    return all;
  }

  private static Distance distance(
      Discretisation kind, int size, double factor, int n, double[] a, double[] b, int first) {
    double sum = 0;
    double largest = 0;
    for (int l = first; l < a.length; l++) {
      double difference = Math.abs(a[l] - b[l]);
      sum += difference * difference;
      largest = Math.max(largest, difference);
    }
    return new Distance(kind, size, factor, n, Math.sqrt(sum / (a.length - first)), largest);
  }

  private static Csv csv(List<Distance> distances) {
    Csv csv = new Csv(List.of("discretisation", "N", "input_factor", "n", "rms", "largest"));
    for (Distance d : distances) {
      csv.row(List.of(name(d.kind()), d.stateSize(), d.factor(), d.n(), d.rms(), d.largest()));
    }
    return csv;
  }

  private static String name(Discretisation kind) {
    return kind == Discretisation.ZOH ? "zoh" : "bilinear";
  }

  private static List<Block> overview(
      Comparison comparison, Setting s, double seconds, String command) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Comparison", comparison.name());
    facts.put("In the papers", comparison.source());
    facts.put("Step size Δ", Text.number(s.dt));
    facts.put("Compared on", "t from " + Text.number(s.from) + " to " + Text.number(s.horizon));
    facts.put("Time", Text.duration(seconds));
    facts.put("Made by", "carillon " + Version.carillon() + ", Java " + Version.java());
    return List.of(
        Blocks.text(
            "S4-LegS has the basis K_n(t) = e_n exp(tA) B with A = HiPPO-LegS. S4D-LegS drops the"
                + " low-rank part of A and keeps A + P Pᵀ, which is diagonal in another basis. The"
                + " theorem says that its basis with B/2 approaches that of S4 as the state size"
                + " N grows. Kernels are discretised, K_n[l] = e_n Āˡ B̄, and divided by Δ."),
        Blocks.facts(facts),
        Blocks.code(command));
  }

  private static List<Block> convergence(List<Distance> distances, Setting s) {
    Chart chart =
        Chart.titled("Distance of the first basis function from that of S4-LegS")
            .caption(
                "Root mean square; dashed with B instead of B/2, which does not converge. Distances"
                    + " below 0.0001 are cut off.")
            .x("state size N")
            .logX()
            .y("distance")
            .logY()
            .yRange(SMALLEST_SHOWN, 2);
    int colour = 0;
    double[] x = Arrays.stream(s.stateSizes).asDoubleStream().toArray();
    for (Discretisation kind : KINDS) {
      for (double factor : FACTORS) {
        Look look = factor == FACTORS[0] ? Look.of(colour) : Look.of(colour).asFaint();
        chart.line(
            name(kind) + (factor == FACTORS[0] ? ", B/2" : ", B"),
            x,
            Arrays.stream(s.stateSizes)
                .mapToDouble(size -> find(distances, kind, size, factor, 0).rms())
                .toArray(),
            look);
      }
      colour++;
    }
    return List.of(
        chart,
        table("Root mean square distance with B/2", distances, s, FACTORS[0]),
        table("Root mean square distance with B", distances, s, FACTORS[1]));
  }

  private static Distance find(
      List<Distance> all, Discretisation kind, int size, double factor, int n) {
    return all.stream()
        .filter(d -> d.kind() == kind && d.stateSize() == size && d.n() == n)
        .filter(d -> d.factor() == factor)
        .findFirst()
        .orElseThrow();
  }

  private static DataTable table(String caption, List<Distance> all, Setting s, double factor) {
    List<String> columns = new ArrayList<>(List.of("discretisation", "N"));
    for (int n = 0; n < s.functions; n++) {
      columns.add("n = " + n);
    }
    DataTable table = new DataTable(caption, columns);
    for (Discretisation kind : KINDS) {
      for (int size : s.stateSizes) {
        List<String> row = new ArrayList<>(List.of(name(kind), String.valueOf(size)));
        for (int n = 0; n < s.functions; n++) {
          row.add(Text.number(find(all, kind, size, factor, n).rms()));
        }
        table.row(row);
      }
    }
    return table;
  }

  private static List<Block> functions(Setting s) {
    int count = s.stateSizes.length;
    int[] shown =
        IntStream.range(0, count)
            .filter(i -> i == count - 1 || i >= 1 && i < CURVES)
            .map(i -> s.stateSizes[i])
            .toArray();
    List<Block> charts = new ArrayList<>();
    double[][] full = LegsBasis.full(Discretisation.ZOH, s.functions, s.dt, s.length());
    List<double[][]> normal = new ArrayList<>();
    for (int size : shown) {
      normal.add(
          LegsBasis.normalPart(
              Discretisation.ZOH, size, FACTORS[0], s.functions, s.dt, s.length()));
    }
    double[] times = new double[s.length()];
    Arrays.setAll(times, l -> l * s.dt);
    for (int n = 0; n < s.functions; n++) {
      double top = 1.6 * Math.sqrt(2 * n + 1);
      Chart chart =
          Chart.titled("Basis function n = " + n)
              .caption("Zero-order hold. The peaks at the start are cut.")
              .x("t")
              .y("K_n")
              .yRange(-top, top);
      for (int i = 0; i < shown.length; i++) {
        chart.line("S4D-LegS, N = " + shown[i], times, normal.get(i)[n], Look.of(i));
      }
      chart.line("S4-LegS", times, full[n], Look.NEUTRAL);
      charts.add(chart);
    }
    return List.of(Blocks.grid(charts));
  }

  private static List<Block> spectrum(Setting s) {
    DataTable table =
        new DataTable(
            "The largest imaginary part of the spectrum, which is said to be N²/π + c",
            "N",
            "largest",
            "c",
            "second",
            "smallest");
    for (int size : s.stateSizes) {
      double[] f = LegsBasis.frequencies(size);
      table.row(
          String.valueOf(size),
          Text.number(f[0]),
          Text.format("%.4f", f[0] - (double) size * size / Math.PI),
          f.length > 1 ? Text.number(f[1]) : "–",
          Text.number(f[f.length - 1]));
    }
    return List.of(table);
  }

  private static void print(Console console, List<Distance> distances, Setting s) {
    console.say("Distance of S4D-LegS (B/2) from S4-LegS, root mean square:");
    Table table = new Table("N", "zoh, n = 0", "bilinear, n = 0");
    for (int size : s.stateSizes) {
      table.row(
          String.valueOf(size),
          Text.number(find(distances, Discretisation.ZOH, size, FACTORS[0], 0).rms()),
          Text.number(find(distances, Discretisation.BILINEAR, size, FACTORS[0], 0).rms()));
    }
    table.print(console);
  }
}
