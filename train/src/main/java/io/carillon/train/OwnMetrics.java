package io.carillon.train;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The usual metrics, and after them those of one's own. */
final class OwnMetrics implements Metrics {
  private final Metrics usual;
  private final List<Metric> own;

  /** The metric of one's own that is the main one, or null. */
  private final Metric main;

  private final int size;
  private final int outputs;

  /** Number of answers, and the sums of each metric. */
  private long answers;

  private final double[][] sums;

  private long batchAnswers;
  private final double[][] batch;

  /** {@code size} is the number of classes or target values of an answer. */
  OwnMetrics(Metrics usual, Objective objective, int size) {
    this.usual = usual;
    this.own = objective.metrics();
    this.main =
        own.stream().filter(m -> m.name().equals(objective.main())).findFirst().orElse(null);
    this.size = size;
    this.outputs = size * objective.outputsPerTarget();
    this.sums = empty(own);
    this.batch = empty(own);
  }

  private static double[][] empty(List<Metric> own) {
    return own.stream().map(metric -> new double[metric.sums()]).toArray(double[][]::new);
  }

  @Override
  public void add(float[] outputs, Targets targets) {
    usual.add(outputs, targets);
    answers += collect(outputs, targets, sums);
  }

  private int collect(float[] given, Targets targets, double[][] to) {
    Answer answer = new Answer(outputs, size);
    int count = 0;
    for (int r = 0; r < targets.rows(); r++) {
      answer.at(given, targets, r);
      if (answer.counts() && answer.finite()) {
        count++;
        for (int m = 0; m < to.length; m++) {
          add(own.get(m), answer, to[m]);
        }
      }
    }
    return count;
  }

  private static void add(Metric metric, Answer answer, double[] to) {
    try {
      metric.add(answer, to);
    } catch (RuntimeException e) {
      throw new ExtensionException("metric '" + metric.name() + "' failed for " + answer, e);
    }
  }

  @Override
  public Saved part(float[] outputs, Targets targets) {
    double[][] part = empty(own);
    int count = collect(outputs, targets, part);
    return joined(usual.part(outputs, targets), count, part);
  }

  @Override
  public void addPart(Saved part) {
    Saved first = usualPart(part);
    usual.addPart(first);
    batchAnswers += part.counts()[first.counts().length];
    addOwn(part.values(), first.values().length, batch);
  }

  @Override
  public void endBatch() {
    usual.endBatch();
    answers += batchAnswers;
    batchAnswers = 0;
    for (int m = 0; m < sums.length; m++) {
      for (int k = 0; k < sums[m].length; k++) {
        sums[m][k] += batch[m][k];
      }
      Arrays.fill(batch[m], 0);
    }
  }

  @Override
  public Saved saved() {
    return joined(usual.saved(), answers, sums);
  }

  @Override
  public void restore(Saved saved) {
    Saved first = usualPart(saved);
    usual.restore(first);
    answers = saved.counts()[first.counts().length];
    for (double[] each : sums) {
      Arrays.fill(each, 0);
    }
    addOwn(saved.values(), first.values().length, sums);
  }

  private static Saved joined(Saved usual, long count, double[][] own) {
    long[] counts = Arrays.copyOf(usual.counts(), usual.counts().length + 1);
    counts[counts.length - 1] = count;
    int at = usual.values().length;
    double[] values =
        Arrays.copyOf(usual.values(), at + Arrays.stream(own).mapToInt(s -> s.length).sum());
    for (double[] each : own) {
      System.arraycopy(each, 0, values, at, each.length);
      at += each.length;
    }
    return new Saved(counts, values);
  }

  /** What the usual metrics have of such sums. */
  private Saved usualPart(Saved both) {
    int ownSums = Arrays.stream(sums).mapToInt(s -> s.length).sum();
    Saved like = usual.saved();
    Metrics.requireSizes(both, like.counts().length + 1, like.values().length + ownSums);
    return new Saved(
        Arrays.copyOf(both.counts(), like.counts().length),
        Arrays.copyOf(both.values(), like.values().length));
  }

  private static void addOwn(double[] values, int from, double[][] to) {
    int at = from;
    for (double[] each : to) {
      for (int k = 0; k < each.length; k++) {
        each[k] += values[at++];
      }
    }
  }

  @Override
  public String main() {
    return main == null ? usual.main() : main.name();
  }

  @Override
  public double mainSoFar() {
    return main == null ? usual.mainSoFar() : value(main);
  }

  @Override
  public boolean higherIsBetter() {
    return main == null ? usual.higherIsBetter() : main.higherIsBetter();
  }

  private double value(Metric metric) {
    if (answers == 0) {
      return Double.NaN;
    }
    try {
      return metric.value(sums[own.indexOf(metric)].clone());
    } catch (RuntimeException e) {
      throw new ExtensionException("metric '" + metric.name() + "' failed for its sums", e);
    }
  }

  /** Refuses a main metric that is not finite, unless the loss is not either. */
  @Override
  public Evaluation evaluation(double loss) {
    Evaluation first = usual.evaluation(loss);
    Map<String, Double> metrics = new LinkedHashMap<>();
    if (main != null) {
      double value = value(main);
      if (!Double.isFinite(value) && Double.isFinite(loss)) {
        throw new ExtensionException(
            "metric '"
                + main.name()
                + "' gave "
                + value
                + ", and the best epoch is to be chosen by it; it must be finite for these data,"
                + " or choose by another one");
      }
      metrics.put(main.name(), value);
    }
    metrics.putAll(first.metrics());
    own.forEach(metric -> metrics.computeIfAbsent(metric.name(), name -> value(metric)));
    return new Evaluation(
        first.count(), loss, main(), metrics, first.confusion(), higherIsBetter());
  }
}
