package io.carillon.data.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.data.Splits;
import io.carillon.data.baseline.Baselines.Bounds;
import io.carillon.data.baseline.Baselines.Measured;
import io.carillon.data.baseline.Baselines.Plan;
import io.carillon.engine.SeededRandom;
import io.carillon.model.Meaning;
import io.carillon.train.Dataset;
import io.carillon.train.Dataset.Target;
import io.carillon.train.Evaluation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is answered by which baseline, from what, and within which bounds. */
class BaselinesTest {
  private static final Bounds ENOUGH = new Bounds(1e6, 1e12, 100);
  private static final int LENGTH = 64;

  /** Waves whose class is their period, with noise and random phases; twice as many of class 0. */
  private static Dataset waves(int count, long seed) {
    SeededRandom random = new SeededRandom(seed);
    int[] labels = new int[count];
    float[][] values = waves(labels, random);
    return Dataset.ofValues(1, values).labels(3, labels).build();
  }

  private static float[][] waves(int[] labels, SeededRandom random) {
    float[][] values = new float[labels.length][LENGTH];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = Math.max(0, i % 4 - 1);
      double phase = random.uniform(0, 6.28);
      for (int t = 0; t < LENGTH; t++) {
        values[i][t] =
            (float) (Math.sin(phase + t * (0.4 + 0.5 * labels[i])) + 0.3 * random.normal());
      }
    }
    return values;
  }

  /** The same with the frequency as value. */
  private static Dataset frequencies(int count, long seed) {
    SeededRandom random = new SeededRandom(seed);
    int[] labels = new int[count];
    float[][] values = waves(labels, random);
    float[][] targets = new float[count][];
    for (int i = 0; i < count; i++) {
      targets[i] = new float[] {0.4f + 0.5f * labels[i], 7};
    }
    return Dataset.ofValues(1, values).targets(2, targets).build();
  }

  private static Splits splits(Dataset train, Dataset validation, Dataset test) {
    Meaning.Builder builder = Meaning.of("none", Map.of());
    if (train.isTokens()) {
      builder.tokens(List.of("a", "b"));
    } else {
      builder.values(train.inputSize(), List.of(), null);
    }
    boolean classes = train.target() == Target.CLASS || train.target() == Target.CLASS_PER_STEP;
    List<String> names = List.of("x", "y", "z").subList(0, train.outputSize());
    if (classes) {
      builder.classes(names);
    } else {
      builder.quantities(train.outputSize(), names, null);
    }
    return new Splits(train, validation, test, builder.build(), "", Map.of());
  }

  private static Evaluation evaluation(List<Measured> measured, String title) {
    return measured.stream()
        .filter(one -> one.plan().baseline().title().equals(title))
        .findFirst()
        .orElseThrow()
        .evaluation();
  }

  private static List<Measured> measure(Splits data, Bounds bounds) {
    return Baselines.measure(data, bounds, 3, 1, plan -> {});
  }

  @Test
  void classesAreLearned() {
    List<Plan> told = new ArrayList<>();
    Splits data = splits(waves(40, 1), waves(12, 2), waves(60, 3));
    List<Measured> measured = Baselines.measure(data, ENOUGH, 3, 1, told::add);

    assertThat(measured)
        .extracting(one -> one.plan().baseline().title())
        .containsExactly("most frequent class", "log-spectra + ridge", "MiniRocket + ridge");
    assertThat(told).isEqualTo(measured.stream().map(Measured::plan).toList());
    // Those that learn have the validation part too.
    assertThat(told).extracting(Plan::known).containsExactly(40, 52, 52);
    assertThat(told).allMatch(plan -> plan.leftOut() == null && plan.known() == plan.of());
    assertThat(evaluation(measured, "most frequent class").main()).isEqualTo(0.5);
    assertThat(evaluation(measured, "log-spectra + ridge").main()).isGreaterThan(0.95);
    assertThat(evaluation(measured, "MiniRocket + ridge").main()).isGreaterThan(0.95);
    assertThat(evaluation(measured, "MiniRocket + ridge").mainMetric()).isEqualTo("accuracy");
    assertThat(evaluation(measured, "MiniRocket + ridge").confusion()).hasDimensions(3, 3);
  }

  @Test
  void valuesAreLearned() {
    Splits data = splits(frequencies(40, 1), frequencies(0, 2), frequencies(60, 3));
    List<Measured> measured = measure(data, ENOUGH);
    double mean = evaluation(measured, "training mean").main();
    assertThat(mean).isBetween(0.05, 0.15);
    assertThat(evaluation(measured, "log-spectra + ridge").main()).isLessThan(mean / 4);
    assertThat(evaluation(measured, "MiniRocket + ridge").main()).isLessThan(mean / 4);
  }

  /** Labels that only the validation part has right are learned from it. */
  @Test
  void theValidationPartIsLearnedFrom() {
    Dataset right = waves(40, 1);
    int[] wrong = new int[40];
    Dataset train =
        Dataset.ofValues(
                1, Arrays.stream(wrong).mapToObj(i -> new float[LENGTH]).toArray(float[][]::new))
            .labels(3, wrong)
            .build();
    List<Measured> measured = measure(splits(train, right, waves(60, 3)), ENOUGH);
    assertThat(evaluation(measured, "MiniRocket + ridge").main()).isGreaterThan(0.9);
  }

  @Test
  void theNumberOfThreadsDoesNotMatter() {
    Splits data = splits(waves(20, 1), waves(8, 2), waves(20, 3));
    for (Baseline baseline : Baselines.learning()) {
      Dataset known = Known.of(data, true, 28, 3);
      float[] serial = baseline.fit(known, 3, 1).of(data.test(), 7);
      assertThat(baseline.fit(known, 3, 3).of(data.test(), 7)).containsExactly(serial);
    }
  }

  @Test
  void withLittleTimeItLearnsFromFewerThatAreDrawn() {
    Splits data = splits(waves(400, 1), waves(40, 2), waves(20, 3));
    Baseline rocket = Baselines.learning().get(1);
    double half = rocket.cost(data, 220).seconds();

    Plan plan = Baselines.plan(rocket, data, new Bounds(half, 1e12, 100));

    assertThat(plan.leftOut()).isNull();
    assertThat(plan.known()).isEqualTo(220);
    assertThat(plan.of()).isEqualTo(440);
    assertThat(plan.cost().seconds()).isLessThanOrEqualTo(half);
    Dataset known = Known.of(data, true, 220, 3);
    assertThat(known.size()).isEqualTo(220);
    Set<float[]> sequences = Collections.newSetFromMap(new IdentityHashMap<>());
    for (int i = 0; i < known.size(); i++) {
      sequences.add(known.values(i));
    }
    assertThat(sequences).hasSize(220);
    // The classes take turns in these data: 2 to 1 to 1 of all.
    assertThat(count(known, 0)).isBetween(90, 130);
    assertThat(count(known, 1)).isBetween(40, 70);
    assertThat(count(known, 2)).isBetween(40, 70);
  }

  private static int count(Dataset data, int label) {
    int count = 0;
    for (int i = 0; i < data.size(); i++) {
      count += data.label(i) == label ? 1 : 0;
    }
    return count;
  }

  @Test
  void whatDoesNotFitItsBoundsIsLeftOutWithTheReason() {
    Splits data = splits(waves(400, 1), waves(40, 2), waves(20, 3));
    Baseline rocket = Baselines.learning().get(1);
    Bounds little = new Bounds(rocket.cost(data, 100).seconds() * 0.9, 1e12, 100);
    assertThat(Baselines.plan(rocket, data, little).leftOut())
        .matches("it would take about \\d+ s, and may take [\\d.]+ s");
    Bounds small = new Bounds(1e6, rocket.cost(data, 100).bytes() * 0.9, 100);
    assertThat(Baselines.plan(rocket, data, small).leftOut())
        .matches("it would take about \\d+ MiB of memory, and may take \\d+ MiB");
    Bounds half = new Bounds(rocket.cost(data, 220).seconds(), 1e12, 100);
    assertThat(Baselines.plan(rocket, data, half.fromAll()).leftOut()).contains("it would take");

    List<Measured> measured = measure(data, small);
    Measured last = measured.get(measured.size() - 1);
    assertThat(last.evaluation()).isNull();
    assertThat(last.plan().known()).isZero();
  }

  @Test
  void featuresOfWholeSequencesAreForNumbersWithOneTarget() {
    int[][] tokens = {{0, 1, 1}, {1, 0, 1}};
    Dataset ofTokens = Dataset.ofTokens(2, tokens).labels(2, new int[] {0, 1}).build();
    assertLeftOut(ofTokens, "tokens");
    float[][] values = {{0, 1, 1}, {1, 0, 1}};
    Dataset steps =
        Dataset.ofValues(1, values).stepLabels(2, new int[][] {{0, 1, 1}, {1, 1, 1}}).build();
    assertLeftOut(steps, "of single steps");
    Dataset pairs =
        Dataset.ofValues(1, values).pairs(new int[] {1, 2}).labels(2, new int[] {0, 1}).build();
    assertLeftOut(pairs, "pairs");
    Dataset one = Dataset.ofValues(1, new float[][] {{1, 2}}).labels(2, new int[1]).build();
    assertLeftOut(one, "at least 2 training sequences");
  }

  private static void assertLeftOut(Dataset data, String reason) {
    Splits splits = splits(data, data.subset("none"), data);
    for (Baseline baseline : Baselines.learning()) {
      Plan plan = Baselines.plan(baseline, splits, ENOUGH);
      assertThat(plan.leftOut()).contains(reason);
      assertThat(plan.known()).isZero();
    }
    assertThat(Baselines.withoutLearning(splits)).isNotEmpty();
  }

  /** 1 is the most frequent label of steps; of the test steps one is not observed, one has none. */
  @Test
  void answersToStepsAreGivenForEveryStep() {
    float[][] values = {{0, 1, 1, 2}, {1, 0, 1}};
    Dataset train =
        Dataset.ofValues(1, values).stepLabels(2, new int[][] {{0, 1, 1, 1}, {1, 0, 0}}).build();
    Dataset test =
        Dataset.ofValues(1, values)
            .masks(new float[][] {{1, 1, 1, 0}, null})
            .stepLabels(2, new int[][] {{1, 1, 0, 0}, {0, Dataset.IGNORE, 1}})
            .build();
    Splits splits = splits(train, train.subset("none"), test);
    Evaluation evaluation = Baselines.score(Baselines.withoutLearning(splits).get(0), splits);
    assertThat(evaluation.count()).isEqualTo(5);
    assertThat(evaluation.main()).isEqualTo(3 / 5.0);
  }

  @Test
  void answersToTheLastStepsAreGivenForThese() {
    Dataset data =
        Dataset.ofValues(1, new float[][] {{0, 1, 1, 2}, {1, 0, 1}})
            .lastStepTargets(1, 2, new float[][] {{1, 3}, {5, 7}})
            .build();
    Splits splits = splits(data, data.subset("none"), data);
    Evaluation evaluation = Baselines.score(Baselines.withoutLearning(splits).get(0), splits);
    assertThat(evaluation.count()).isEqualTo(4);
    assertThat(evaluation.main()).isEqualTo((9 + 1 + 1 + 9) / 4.0);
  }
}
