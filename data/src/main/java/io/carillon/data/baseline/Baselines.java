package io.carillon.data.baseline;

import io.carillon.data.Splits;
import io.carillon.engine.Heap;
import io.carillon.engine.Parallel;
import io.carillon.model.Meaning;
import io.carillon.train.Dataset;
import io.carillon.train.Evaluation;
import io.carillon.train.Evaluator;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * All baselines, and how well they do on a test part, with the metrics of a model's evaluation.
 *
 * <p>Before one starts it is known about how long it takes and how much memory. Where that is
 * beyond its bounds it learns from fewer sequences, drawn from all, or is left out, with the
 * reason.
 */
public final class Baselines {
  /** Rows of a day in an hourly series, the usual season. */
  private static final int SEASON = 24;

  /** Sequences of a generated data set that stand for all where nothing is learned. */
  private static final int MOST_DRAWN = 200;

  /** Sequences of a generated data set, which has no end, that are learned from. */
  private static final int MOST_LEARNED = 2000;

  private Baselines() {}

  /** Those that do not learn from examples and fit the data. */
  public static List<Baseline> withoutLearning(Splits data) {
    Meaning fitted = data.meaning();
    return Stream.of(
            new MostFrequentClass(),
            new TrainingMean(),
            new PastValue(fitted, 0),
            new PastValue(fitted, SEASON))
        .map(Baseline.class::cast)
        .filter(baseline -> baseline.obstacle(data).isEmpty())
        .toList();
  }

  /** Those that learn from examples, whether they fit or not, the quicker one first. */
  public static List<Baseline> learning() {
    return List.of(FeatureRidge.values());
  }

  /**
   * Always the last observed value, or for every row of a forecast that a period before.
   *
   * @param period rows; 0 for the last value
   */
  public static Baseline pastValue(Meaning fitted, int period) {
    return new PastValue(fitted, period);
  }

  /** Always the mean of the training targets. */
  public static Baseline mean() {
    return new TrainingMean();
  }

  /**
   * Fits a baseline on all that there is to learn from, and answers the test part.
   *
   * @param threads that work at it, at least 1; the answers do not depend on their number
   * @return [test sequences][outputSize]
   */
  public static float[][] answers(Baseline baseline, Splits data, int threads) {
    Dataset known =
        Known.of(data, baseline.learns(), Known.size(data, baseline.learns(), MOST_LEARNED), 0);
    return answers(baseline.fit(known, 0, threads), data.test(), threads);
  }

  private static float[][] answers(Evaluator.Answers fitted, Dataset data, int threads) {
    float[][] given = new float[data.size()][];
    try (Parallel parallel = Parallel.of(threads)) {
      parallel.run(given.length, i -> given[i] = fitted.of(data, i));
    }
    return given;
  }

  /** Linear regression on the past of every quantity alone. */
  public static Baseline autoregression(Meaning fitted) {
    return new Autoregression(fitted);
  }

  /**
   * Fits a baseline that does not learn and measures it. Of generated data, whose samples are drawn
   * when they are needed, the first few hundred stand for all.
   *
   * @throws IllegalArgumentException if it does not fit the data, or these have no target
   */
  public static Evaluation score(Baseline baseline, Splits data) {
    Optional<String> obstacle = baseline.obstacle(data);
    if (obstacle.isPresent()) {
      throw new IllegalArgumentException(baseline.title() + ": " + obstacle.get());
    }
    Evaluator.Answers answers = baseline.fit(looked(data.train()), 0, 1);
    return Evaluator.evaluate(answers, looked(data.test()));
  }

  private static Dataset looked(Dataset data) {
    return data.isGenerated() && data.size() > MOST_DRAWN
        ? data.subset(data.name(), IntStream.range(0, MOST_DRAWN).toArray())
        : data;
  }

  /**
   * What a baseline may take.
   *
   * @param seconds about
   * @param bytes of arrays
   * @param fewest sequences that it must at least learn from, of more
   */
  public record Bounds(double seconds, double bytes, int fewest) {
    /** With fewer of more sequences, a baseline is none that a critic would use. */
    private static final int FEWEST = 100;

    /** So many seconds and half of the memory that is free, if need be from fewer sequences. */
    public static Bounds ofSeconds(double seconds) {
      return new Bounds(seconds, Heap.room() / 2.0, FEWEST);
    }

    /** The same, but from all sequences or not at all. */
    public Bounds fromAll() {
      return new Bounds(seconds, bytes, Integer.MAX_VALUE);
    }

    private boolean allow(Cost cost) {
      return cost.seconds() <= seconds && cost.bytes() <= bytes;
    }
  }

  /**
   * What is known of a baseline before it starts.
   *
   * @param baseline the baseline
   * @param cost what it will take
   * @param known sequences that it learns from; 0 if it is left out
   * @param of as many as there are
   * @param leftOut why it is left out; else null
   */
  public record Plan(Baseline baseline, Cost cost, int known, int of, String leftOut) {}

  /** Says whether and from how much a baseline learns within some bounds. */
  public static Plan plan(Baseline baseline, Splits data, Bounds bounds) {
    int all = Known.size(data, baseline.learns(), MOST_LEARNED);
    Optional<String> obstacle = baseline.obstacle(data);
    if (obstacle.isPresent()) {
      return new Plan(baseline, Cost.NONE, 0, all, obstacle.get());
    }
    int most = all;
    int least = Math.min(all, bounds.fewest());
    if (!bounds.allow(baseline.cost(data, all))) {
      int low = least - 1;
      while (most - low > 1) {
        int middle = (low + most) / 2;
        if (bounds.allow(baseline.cost(data, middle))) {
          low = middle;
        } else {
          most = middle;
        }
      }
      most = low;
    }
    Cost cost = baseline.cost(data, Math.max(most, least));
    return most < least
        ? new Plan(baseline, cost, 0, all, beyond(cost, bounds))
        : new Plan(baseline, cost, most, all, null);
  }

  private static String beyond(Cost cost, Bounds bounds) {
    return cost.seconds() > bounds.seconds()
        ? String.format(
            Locale.ROOT,
            "it would take about %.0f s, and may take %s s",
            Math.ceil(cost.seconds()),
            BigDecimal.valueOf(bounds.seconds()).stripTrailingZeros().toPlainString())
        : String.format(
            Locale.ROOT,
            "it would take about %.0f MiB of memory, and may take %.0f MiB",
            Math.ceil(cost.bytes() / (1 << 20)),
            Math.floor(bounds.bytes() / (1 << 20)));
  }

  /**
   * What a baseline reached.
   *
   * @param plan what was known before
   * @param evaluation on the test part; null if it was left out
   * @param seconds that it took, fit and answers
   */
  public record Measured(Plan plan, Evaluation evaluation, double seconds) {}

  /**
   * Measures all baselines on the test part, which must not be empty.
   *
   * @param seed of what they draw
   * @param threads that fit and answer, at least 1; the same answers for any number
   * @param starting told each plan before it is carried out
   */
  public static List<Measured> measure(
      Splits data, Bounds bounds, long seed, int threads, Consumer<Plan> starting) {
    List<Baseline> all = new ArrayList<>(withoutLearning(data));
    Baseline autoregression = autoregression(data.meaning());
    if (autoregression.obstacle(data).isEmpty()) {
      all.add(autoregression);
    }
    all.addAll(learning());
    Dataset test = data.test().isGenerated() ? data.test().stored() : data.test();
    List<Measured> measured = new ArrayList<>();
    for (Baseline baseline : all) {
      Plan plan = plan(baseline, data, bounds);
      starting.accept(plan);
      if (plan.leftOut() != null) {
        measured.add(new Measured(plan, null, 0));
        continue;
      }
      long start = System.nanoTime();
      Dataset known = Known.of(data, baseline.learns(), plan.known(), seed);
      float[][] given = answers(baseline.fit(known, seed, threads), test, threads);
      Evaluation evaluation = Evaluator.evaluate((same, i) -> given[i], test);
      measured.add(new Measured(plan, evaluation, (System.nanoTime() - start) * 1e-9));
    }
    return measured;
  }
}
