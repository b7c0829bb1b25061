package io.carillon.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.config.Computing;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Pooling;
import io.carillon.engine.SeededRandom;
import io.carillon.laws.RandomSystem;
import io.carillon.model.SequenceModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What an evaluation says of a model is what its predictions say, for {@linkplain RandomSystem
 * whole configurations} by seed: classes and values, for sequences, steps, last steps and pairs,
 * with missing steps, gaps and rates.
 */
class EvaluationLawTest {
  /**
   * Both go through the same sequences in one batch, so that the answers are the same numbers; sums
   * of up to a million terms in double are left to differ.
   */
  private static final double BOUND = 1e-9;

  @ParameterizedTest
  @MethodSource("io.carillon.laws.RandomSystem#seeds")
  void anEvaluationIsWhatThePredictionsSay(long seed) {
    Law law = new Law(seed);
    try {
      law.check();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(law.system + ": " + e.getMessage(), e);
    }
  }

  /** The law for one system, with random targets. */
  private static final class Law {
    private final RandomSystem system;
    private final NetworkConfig config;
    private final SeededRandom random;
    private final boolean perStep;
    private final boolean classes;

    // For each answer, of the rows that the model answers for: a class or numbers, and whether it
    // counts.
    private final List<int[]> labels = new ArrayList<>();
    private final List<float[]> targets = new ArrayList<>();

    Law(long seed) {
      system = RandomSystem.of(seed);
      config = system.model().config();
      random = new SeededRandom(seed);
      perStep = config.pooling() == Pooling.EVERY;
      classes = config.outputSize() > 1 && random.uniform() < 0.5;
    }

    void check() {
      Dataset data = data();
      float[][] answers;
      try {
        answers = system.model().predict(system.rate(), system.sequences());
      } catch (ArithmeticException e) {
        // An overflow has a law of its own; no measure of it may look like a good one.
        Evaluation overflow = Evaluator.evaluate(system.model(), data, system.rate());
        assertThat(overflow.loss()).isNotFinite();
        return;
      }
      Evaluation evaluation = Evaluator.evaluate(system.model(), data, system.rate());
      double sum = 0;
      long correct = 0;
      long rows = 0;
      int n = config.outputSize();
      for (int i = 0; i < answers.length; i++) {
        int count = answers[i].length / n;
        for (int r = 0; r < count; r++) {
          // Steps without an answer come first.
          int row = perStep ? data.length(i) - count + r : 0;
          if (perStep && data.mask(i) != null && data.mask(i)[row] == 0) {
            continue;
          }
          if (!classes) {
            rows++;
            for (int k = 0; k < n; k++) {
              double d = (double) answers[i][r * n + k] - targets.get(i)[row * n + k];
              sum += d * d / n;
            }
          } else if (labels.get(i)[row] != Dataset.IGNORE) {
            rows++;
            sum += crossEntropy(answers[i], r * n, labels.get(i)[row]);
            correct += best(answers[i], r * n) == labels.get(i)[row] ? 1 : 0;
          }
        }
      }
      assertThat(evaluation.count()).as("rows that count").isEqualTo(rows);
      assertThat(Math.abs(evaluation.loss() - sum / rows) / Math.max(1, sum / rows))
          .as("loss %s of %s", evaluation.loss(), sum / rows)
          .isLessThan(BOUND);
      if (classes) {
        assertThat(evaluation.metrics().get("accuracy")).isEqualTo((double) correct / rows);
      }
      SequenceModel two = system.model().withComputing(Computing.standard().withThreads(2));
      assertThat(Evaluator.evaluate(two, data, system.rate()).metrics())
          .isEqualTo(evaluation.metrics());
    }

    private double crossEntropy(float[] scores, int at, int label) {
      double max = scores[at + best(scores, at)];
      double sum = 0;
      for (int k = 0; k < config.outputSize(); k++) {
        sum += Math.exp(scores[at + k] - max);
      }
      return Math.log(sum) + max - scores[at + label];
    }

    private int best(float[] scores, int at) {
      int best = 0;
      for (int k = 1; k < config.outputSize(); k++) {
        best = scores[at + k] > scores[at + best] ? k : best;
      }
      return best;
    }

    /** The inputs of the system, two after one another for pairs, with random targets. */
    private Dataset data() {
      int group = config.pairs() ? 2 : 1;
      int size = system.inputs().size() / group;
      float[][] values = new float[size][];
      int[][] tokens = new int[size][];
      float[][] masks = new float[size][];
      double[][] gaps = new double[size][];
      int[] first = new int[size];
      for (int i = 0; i < size; i++) {
        RandomSystem.Input input = system.inputs().get(i * group);
        first[i] = input.steps();
        if (config.pairs()) {
          input = joined(input, system.inputs().get(i * group + 1));
        }
        values[i] = input.values();
        tokens[i] = input.tokens();
        masks[i] = input.mask();
        gaps[i] = input.gaps();
        targets(perStep ? first[i] : 1);
      }
      boolean numbers = config.vocabulary() == 0;
      DatasetBuilder builder =
          numbers
              ? Dataset.ofValues(config.inputSize(), values)
              : Dataset.ofTokens(config.vocabulary(), tokens);
      builder.masks(masks).gaps(gaps);
      if (config.pairs()) {
        builder.pairs(first);
      }
      int[] single = labels.stream().mapToInt(l -> l[0]).toArray();
      if (classes) {
        return perStep
            ? builder.stepLabels(config.outputSize(), labels.toArray(int[][]::new)).build()
            : builder.labels(config.outputSize(), single).build();
      }
      float[][] all = targets.toArray(float[][]::new);
      return perStep
          ? builder.stepTargets(config.outputSize(), all).build()
          : builder.targets(config.outputSize(), all).build();
    }

    private void targets(int rows) {
      int[] label = new int[rows];
      float[] target = new float[rows * config.outputSize()];
      for (int r = 0; r < rows; r++) {
        // The last step always has a label, so that every system has something to compare with.
        boolean none = perStep && r < rows - 1 && random.uniform() < 0.3;
        label[r] = none ? Dataset.IGNORE : random.nextInt(config.outputSize());
      }
      for (int k = 0; k < target.length; k++) {
        target[k] = (float) random.normal();
      }
      labels.add(label);
      targets.add(target);
    }

    /** The two of a pair one after the other. */
    private RandomSystem.Input joined(RandomSystem.Input a, RandomSystem.Input b) {
      int steps = a.steps() + b.steps();
      int size = config.inputSize();
      float[] values = null;
      int[] tokens = null;
      if (a.values() != null) {
        values = Arrays.copyOf(a.values(), steps * size);
        System.arraycopy(b.values(), 0, values, a.steps() * size, b.steps() * size);
      } else {
        tokens = Arrays.copyOf(a.tokens(), steps);
        System.arraycopy(b.tokens(), 0, tokens, a.steps(), b.steps());
      }
      float[] mask = a.mask() == null && b.mask() == null ? null : new float[steps];
      double[] gaps = a.gaps() == null && b.gaps() == null ? null : new double[steps];
      for (int t = 0; t < steps; t++) {
        RandomSystem.Input of = t < a.steps() ? a : b;
        int at = t < a.steps() ? t : t - a.steps();
        if (mask != null) {
          mask[t] = of.mask() == null ? 1 : of.mask()[at];
        }
        if (gaps != null) {
          gaps[t] = of.gaps() == null ? 1 : of.gaps()[at];
        }
      }
      return new RandomSystem.Input(steps, values, tokens, mask, gaps);
    }
  }
}
