package io.carillon.papers.compare;

import io.carillon.report.console.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One comparison of the papers: which models are trained on what, and what is read off. Made from a
 * YAML file by {@link Comparisons}; docs/reproduce.md says what its keys mean.
 *
 * @param name on the command line
 * @param title in a few words
 * @param shows what it shows, one or two sentences
 * @param source where the papers have it
 * @param metric name of the test metric that is compared; empty for a study that trains nothing
 * @param study name of a study that trains nothing; empty for a grid of trainings
 * @param analysis name of what else is measured of every run; empty for none
 * @param chart the axis along which the metric is drawn as lines; empty for bars
 * @param dataNeeds what {@code --data} may be; empty if it takes none
 * @param sizes by name: small, paper
 * @param axes what varies
 * @param rules settings or omissions of single cells
 * @param numbers of the papers
 * @param claims of the papers that can be checked on the result
 * @param curves of others, by name, that the analysis shows beside ours
 */
public record Comparison(
    String name,
    String title,
    String shows,
    String source,
    String metric,
    String study,
    String analysis,
    String chart,
    String dataNeeds,
    Map<String, Size> sizes,
    List<Axis> axes,
    List<Rule> rules,
    List<PaperNumber> numbers,
    List<Claim> claims,
    Map<String, double[]> curves) {
  /** In tables, for a number that there is not. */
  static final String NONE = "–";

  /**
   * How large it is run.
   *
   * @param preset what the settings start from
   * @param task generated task when there is no {@code --data}; empty if data are needed
   * @param seeds of the runs of every cell
   * @param minutes measured on two cores; NaN where it was not
   * @param settings put over the preset, by full name
   * @param differences from the setting of the paper
   */
  record Size(
      String preset,
      String task,
      List<Long> seeds,
      double minutes,
      Map<String, String> settings,
      List<String> differences) {}

  /**
   * What varies.
   *
   * @param name such as {@code init}
   * @param levels settings by level, in the order of the report
   */
  record Axis(String name, Map<String, Map<String, String>> levels) {}

  /**
   * An exception.
   *
   * @param when cells it is for; {@code size} counts as an axis
   * @param settings put over those of the levels
   * @param skip why these cells are left out; empty if they are not
   */
  record Rule(When when, Map<String, String> settings, String skip) {}

  /**
   * A number of the papers.
   *
   * @param when its cell
   * @param value in the unit of the metric
   * @param spread standard deviation over seeds, NaN if not known
   * @param note on what data or setting, and whose
   */
  record PaperNumber(When when, double value, double spread, String note) {}

  /**
   * A claim that is checked on the means over seeds: every cell of {@code when} reaches {@code
   * atLeast}; or it is better by {@code by} than the cell of {@code than} that has the same levels
   * otherwise.
   *
   * @param text the claim in words
   * @param when the cells it is about
   * @param atLeast smallest metric, NaN if it compares
   * @param than the cells to compare with, null unless it compares
   * @param by smallest difference
   */
  record Claim(String text, When when, double atLeast, When than, double by) {}

  /** Whether a smaller metric is better. */
  public boolean smallerIsBetter() {
    return List.of("mse", "rmse", "mae", "loss").contains(metric);
  }

  /** Names of the axes in their order. */
  List<String> axisNames() {
    return axes.stream().map(Axis::name).toList();
  }

  /** The numbers of the papers for a cell, for a table; {@link #NONE} if there are none. */
  String numbersOf(Cell cell) {
    List<String> found =
        numbers.stream()
            .filter(number -> number.when().fits(cell.levels()))
            .map(number -> meanAndSpread(number.value(), number.spread()))
            .toList();
    return found.isEmpty() ? NONE : String.join("; ", found);
  }

  /** {@code 0.9790 ± 0.0060}; without a spread that is NaN; {@link #NONE} for a mean that is. */
  static String meanAndSpread(double mean, double spread) {
    if (Double.isNaN(mean)) {
      return NONE;
    }
    return Text.number(mean) + (Double.isNaN(spread) ? "" : " ± " + Text.number(spread));
  }

  /** The sizes with their number of runs and how long they take, for a list. */
  public String sizesInWords() {
    List<String> words = new ArrayList<>();
    sizes.forEach(
        (sizeName, size) -> {
          String runs = study.isEmpty() ? runs(sizeName, size) : "no runs";
          String time =
              Double.isNaN(size.minutes())
                  ? ""
                  : ", about " + Text.duration(60 * size.minutes()) + " on two cores";
          words.add(sizeName + ": " + runs + time);
        });
    return String.join("; ", words);
  }

  /** The number of runs without {@code --data}, or that there are none without. */
  private String runs(String sizeName, Size size) {
    List<Cell> cells =
        Grid.cells(this, sizeName, null, List.of(), List.of()).stream()
            .filter(cell -> cell.skip().isEmpty())
            .toList();
    boolean needsData = cells.isEmpty() || cells.stream().anyMatch(cell -> cell.task().isEmpty());
    String count = Text.count((long) cells.size() * size.seeds().size(), "run", "runs");
    return needsData ? "needs --data" : count;
  }
}
