package io.carillon.data.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.engine.Parallel;
import io.carillon.engine.SeededRandom;
import io.carillon.train.Dataset;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the paper says of MiniRocket, and that the fast code computes it. */
class MiniRocketTest {
  private static final long SEED = 5;

  /** Random walks and noise with the given lengths. */
  private static Dataset data(int channels, long seed, int... lengths) {
    SeededRandom random = new SeededRandom(seed);
    float[][] values = new float[lengths.length][];
    for (int i = 0; i < lengths.length; i++) {
      values[i] = new float[lengths[i] * channels];
      float[] walk = new float[channels];
      for (int t = 0; t < values[i].length; t++) {
        walk[t % channels] += (float) random.normal();
        values[i][t] = i % 2 == 0 ? walk[t % channels] : (float) random.normal();
      }
    }
    return of(channels, values);
  }

  private static Dataset of(int channels, float[]... values) {
    return Dataset.ofValues(channels, values).labels(2, new int[values.length]).build();
  }

  @Test
  void thereAre84KernelsWithThreeTwosAndSixMinusOnesWhoseSumIsZero() {
    Set<List<Integer>> kernels = new HashSet<>();
    for (int kernel = 0; kernel < MiniRocket.KERNELS; kernel++) {
      int[] weights = MiniRocketOracle.weights(kernel);
      assertThat(Arrays.stream(weights).filter(w -> w == 2)).hasSize(3);
      assertThat(Arrays.stream(weights).filter(w -> w == -1)).hasSize(6);
      assertThat(Arrays.stream(weights).sum()).isZero();
      kernels.add(Arrays.stream(weights).boxed().toList());
    }
    assertThat(kernels).hasSize(84);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 9, 24, 150, 1460, 5000})
  void thereAre9996FeaturesForAnyLength(int length) {
    MiniRocket rocket = MiniRocket.fit(data(1, 1, length, length), SEED);
    assertThat(rocket.count()).isEqualTo(9996).isEqualTo(84 * 119);
    assertThat(Arrays.stream(rocket.perDilation()).sum()).isEqualTo(119);
  }

  @ParameterizedTest
  @CsvSource({"9, 1", "24, 2", "150, 18", "257, 32", "2049, 256", "5, 1"})
  void dilationsGrowExponentiallyUntilTheKernelIsAsLongAsTheSequence(int length, int last) {
    MiniRocket rocket = MiniRocket.fit(data(1, 1, length), SEED);
    int[] dilations = rocket.dilations();

    assertThat(dilations).hasSizeLessThanOrEqualTo(32).isSorted().doesNotHaveDuplicates();
    assertThat(dilations[0]).isEqualTo(1);
    assertThat(dilations[dilations.length - 1]).isEqualTo(last);
    // Rounding down hides the law for small numbers only.
    double step = Math.pow(last, 1.0 / 31);
    for (int d = 1; d < dilations.length; d++) {
      if (dilations[d - 1] > 20) {
        assertThat((double) dilations[d] / dilations[d - 1]).isBetween(step * 0.9, step * 1.1);
      }
    }
    // The first of several equal ones stand for them all, and so have more features.
    assertThat(rocket.perDilation()[0])
        .isEqualTo(Arrays.stream(rocket.perDilation()).max().orElse(0));
  }

  @Test
  void everySecondPairOfKernelAndDilationIsPadded() {
    for (int dilation = 0; dilation < 3; dilation++) {
      int padded = 0;
      for (int kernel = 0; kernel < 84; kernel++) {
        padded += MiniRocket.isPadded(dilation, kernel) ? 1 : 0;
        assertThat(MiniRocket.isPadded(dilation, kernel))
            .isNotEqualTo(MiniRocket.isPadded(dilation, kernel + 1))
            .isNotEqualTo(MiniRocket.isPadded(dilation + 1, kernel));
      }
      assertThat(padded).isEqualTo(42);
    }
  }

  @Test
  void featuresAreThoseOfTheDefinition() {
    Dataset known = data(1, 2, 60, 60, 60);
    MiniRocket rocket = MiniRocket.fit(known, SEED);
    Dataset fresh = data(1, 3, 60, 60);
    for (int i = 0; i < fresh.size(); i++) {
      assertThat(rocket.of(fresh, i)).containsExactly(MiniRocketOracle.features(rocket, fresh, i));
    }
  }

  @Test
  void featuresOfManyChannelsAndAnyLengthAreThoseOfTheDefinition() {
    MiniRocket rocket = MiniRocket.fit(data(3, 2, 50, 20), SEED);
    Dataset fresh = data(3, 3, 50, 1, 7, 9, 31, 90);
    for (int i = 0; i < fresh.size(); i++) {
      assertThat(rocket.of(fresh, i))
          .as("length %d", fresh.length(i))
          .containsExactly(MiniRocketOracle.features(rocket, fresh, i));
    }
  }

  @Test
  void biasesAreQuantilesOfTheConvolutionOfOneTrainingSequence() {
    Dataset known = data(1, 4, 40, 25, 33, 40);
    MiniRocket rocket = MiniRocket.fit(known, SEED);
    assertThat(rocket.biases()).containsExactly(MiniRocketOracle.biases(rocket, known, SEED));
  }

  /** 84 kernels times the dilations, each with a quantile of its own: shares fill [0, 1] evenly. */
  @Test
  void sharesLieBetweenZeroAndOneAndFillWhatIsBetween() {
    Dataset known = data(1, 6, 200);
    float[] features = MiniRocket.fit(known, SEED).of(known, 0);
    int[] tenths = new int[10];
    for (float share : features) {
      assertThat(share).isBetween(0f, 1f);
      tenths[Math.min(9, (int) (share * 10))]++;
    }
    for (int count : tenths) {
      assertThat(count).isBetween(800, 1200);
    }
  }

  @Test
  void channelsAreDrawnWithoutRepetitionAndAtMostNine() {
    MiniRocket rocket = MiniRocket.fit(data(20, 7, 64, 64), SEED);
    int[] sizes = new int[10];
    Set<Integer> used = new HashSet<>();
    for (int d = 0; d < rocket.dilations().length; d++) {
      for (int kernel = 0; kernel < 84; kernel++) {
        int[] channels = rocket.channels(d, kernel);
        assertThat(channels).doesNotHaveDuplicates().hasSizeBetween(1, 9);
        sizes[channels.length]++;
        Arrays.stream(channels).forEach(used::add);
      }
    }
    assertThat(used).hasSize(20);
    // Even in the exponent: as often one channel as two or three.
    int pairs = 84 * rocket.dilations().length;
    assertThat((double) sizes[1] / pairs).isBetween(0.25, 0.35);
    assertThat((double) (sizes[2] + sizes[3]) / pairs).isBetween(0.25, 0.35);
    assertThat(sizes[9]).isPositive();
  }

  @Test
  void theUnitOfTheDataDoesNotMatter() {
    Dataset known = data(1, 8, 70, 70);
    float[][] scaled = new float[2][];
    for (int i = 0; i < 2; i++) {
      scaled[i] = known.values(i).clone();
      for (int t = 0; t < scaled[i].length; t++) {
        scaled[i][t] *= 1024;
      }
    }
    Dataset other = of(1, scaled);
    assertThat(MiniRocket.fit(other, SEED).of(other, 1))
        .containsExactly(MiniRocket.fit(known, SEED).of(known, 1));
  }

  /** Because weights sum to 0, which padding spoils at the ends. */
  @Test
  void aConstantDoesNotMatterWithoutPadding() {
    int length = 100;
    float[] wave = new float[length];
    float[] lifted = new float[length];
    for (int t = 0; t < length; t++) {
      wave[t] = t * 37 % 101 - 50;
      lifted[t] = wave[t] + 1000;
    }
    // The largest value that makes the unit of whole numbers 1.
    float[] largest = new float[length];
    largest[3] = (1 << 30) / 18 / 8;
    MiniRocket rocket = MiniRocket.fit(of(1, wave, largest), SEED);
    assertThat(rocket.rounded(17)).isEqualTo(17);
    Dataset both = of(1, wave, lifted);
    float[] plain = rocket.of(both, 0);
    float[] other = rocket.of(both, 1);
    int feature = 0;
    int differing = 0;
    for (int d = 0; d < rocket.dilations().length; d++) {
      for (int kernel = 0; kernel < 84; kernel++) {
        for (int k = 0; k < rocket.perDilation()[d]; k++, feature++) {
          if (!MiniRocket.isPadded(d, kernel)) {
            assertThat(other[feature]).isEqualTo(plain[feature]);
          } else if (other[feature] != plain[feature]) {
            differing++;
          }
        }
      }
    }
    assertThat(differing).isPositive();
  }

  @Test
  void theSeedDecidesAndNothingElse() {
    Dataset known = data(2, 9, 40, 60, 50);
    Dataset fresh = data(2, 10, 45, 55);
    float[] features = MiniRocket.fit(known, SEED).of(fresh, 1);
    assertThat(MiniRocket.fit(known, SEED).ofAll(fresh, Parallel.serial())[1])
        .containsExactly(features);
    assertThat(MiniRocket.fit(known, SEED + 1).of(fresh, 1)).isNotEqualTo(features);
  }

  @Test
  void valuesBeyondAllOfTheTrainingDoNotOverflow() {
    MiniRocket rocket = MiniRocket.fit(data(9, 11, 64, 64), SEED);
    float[] extreme = new float[9 * 64];
    for (int t = 0; t < extreme.length; t++) {
      extreme[t] = t % 2 == 0 ? 1e30f : -1e30f;
    }
    Dataset hostile = of(9, extreme);
    assertThat(rocket.of(hostile, 0))
        .containsExactly(MiniRocketOracle.features(rocket, hostile, 0));
  }

  @Test
  void constantSequencesHaveFeatures() {
    Dataset flat = of(1, new float[30], new float[30]);
    for (float share : MiniRocket.fit(flat, SEED).of(flat, 0)) {
      assertThat(share).isZero();
    }
  }

  @Test
  void missingStepsRepeatTheLastObservedOne() {
    Dataset holes =
        Dataset.ofValues(1, new float[][] {{9, 1, 9, 9, 2, 9}})
            .labels(2, new int[1])
            .masks(new float[][] {{0, 1, 0, 0, 1, 0}})
            .build();
    assertThat(Signals.channels(holes, 0)[0]).containsExactly(1, 1, 1, 1, 2, 2);
  }
}
