package io.carillon.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What is minimised, what is reported, and what the best epoch is chosen by. Immutable; start from
 * {@link #DEFAULT}:
 *
 * <pre>{@code
 * Objective.DEFAULT.withLoss(new Huber(0.5)).withMetric(new Within(0.1)).choosingBy("within")
 * }</pre>
 *
 * @param loss of one's own, or null: cross entropy for classes, squared error for values
 * @param metrics of one's own, besides those of {@link Evaluation}
 * @param main name of the metric that epochs are chosen by, of one's own or of {@link Evaluation};
 *     null for that of the data set
 */
public record Objective(Loss loss, List<Metric> metrics, String main) {
  /** The usual loss and metrics. */
  public static final Objective DEFAULT = new Objective(null, List.of(), null);

  /**
   * Checks the names.
   *
   * @throws IllegalArgumentException if a metric has no usable name or that of another one, or no
   *     sums
   */
  public Objective {
    metrics = List.copyOf(metrics);
    List<String> names = new ArrayList<>();
    for (Metric metric : metrics) {
      String name = metric.name();
      require(
          name != null && name.matches("[a-z][a-z0-9_]*"),
          "a metric has the name '"
              + name
              + "'; use lower-case letters, digits and underscores, with a letter in front");
      require(
          !names.contains(name) && !Metrics.isUsual(name),
          "metric '" + name + "' has the name of another metric; give it one of its own");
      require(
          metric.sums() >= 1,
          "metric '" + name + "' has " + metric.sums() + " sums; it needs at least 1");
      names.add(name);
    }
    require(
        loss == null || loss.name() != null && !loss.name().isBlank(),
        "the loss has no name; give it one, by which a run to resume knows it");
  }

  /** With a loss of one's own. */
  public Objective withLoss(Loss value) {
    return new Objective(Objects.requireNonNull(value, "loss"), metrics, main);
  }

  /** With one more metric of one's own. */
  public Objective withMetric(Metric value) {
    List<Metric> more = new ArrayList<>(metrics);
    more.add(Objects.requireNonNull(value, "metric"));
    return new Objective(loss, more, main);
  }

  /** With the metric that the best epoch is chosen by, of one's own or a usual one. */
  public Objective choosingBy(String metric) {
    return new Objective(loss, metrics, Objects.requireNonNull(metric, "metric"));
  }

  /** Outputs of the network for every target value. */
  int outputsPerTarget() {
    return loss == null ? 1 : loss.outputsPerTarget();
  }

  /** Whether there is a metric of one's own with this name. */
  boolean owns(String name) {
    return metrics.stream().anyMatch(metric -> metric.name().equals(name));
  }

  /**
   * Refuses data whose targets do not have the main metric.
   *
   * @throws IllegalArgumentException naming those that there are
   */
  void check(Dataset data) {
    List<String> usual = Metrics.names(data.target());
    require(
        main == null || owns(main) || usual.contains(main),
        "there is no metric '"
            + main
            + "' of "
            + data.target()
            + " to choose by; known are "
            + usual
            + (metrics.isEmpty() ? "" : " and " + metrics.stream().map(Metric::name).toList()));
  }

  /** What a run to resume must be given again, in words. */
  List<String> inWords() {
    List<String> words = new ArrayList<>();
    if (loss != null) {
      words.add("loss '" + loss.name() + "'");
    }
    metrics.forEach(metric -> words.add("metric '" + metric.name() + "'"));
    if (main != null) {
      words.add("epochs chosen by '" + main + "'");
    }
    return words;
  }

  private static void require(boolean condition, String message) {
    FitChecks.require(condition, message);
  }
}
