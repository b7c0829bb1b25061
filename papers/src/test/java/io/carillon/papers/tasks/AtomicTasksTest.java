package io.carillon.papers.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.carillon.data.DataException;
import io.carillon.data.generated.Tasks;
import io.carillon.train.Dataset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Inputs and targets of our own samples, recomputed from what the paper says about each task. */
class AtomicTasksTest {
  private static final int SAMPLES = 20;

  private static Dataset samples(String task, String... pairs) {
    Map<String, String> options = new HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      options.put(pairs[i], pairs[i + 1]);
    }
    return Tasks.get(task).sample(SAMPLES, options, 11);
  }

  /** Channel c of sample i. */
  private static float[] channel(Dataset data, int i, int c) {
    float[] column = new float[data.length(i)];
    for (int t = 0; t < column.length; t++) {
      column[t] = data.values(i)[t * data.inputSize() + c];
    }
    return column;
  }

  private static float largest(float[] values) {
    float largest = 0;
    for (float v : values) {
      largest = Math.max(largest, Math.abs(v));
    }
    return largest;
  }

  @ParameterizedTest
  @ValueSource(strings = {"shift", "cumsum", "cummax", "reverse", "sort"})
  void oneNormalisedChannelAndPositions(String task) {
    Dataset data = samples(task, "length", "40");
    int steps = task.equals("reverse") || task.equals("sort") ? 80 : 40;
    double squares = 0;
    double fourths = 0;
    for (int i = 0; i < data.size(); i++) {
      assertThat(data.length(i)).isEqualTo(steps);
      float[] x = channel(data, i, 0);
      assertThat(largest(x)).isEqualTo(1f);
      for (int t = 0; t < steps; t++) {
        if (t >= 40) {
          assertThat(x[t]).isZero();
        }
        double angle = 2 * Math.PI * t / steps;
        assertThat(data.values(i)[3 * t + 1]).isEqualTo((float) Math.cos(angle), within(1e-6f));
        assertThat(data.values(i)[3 * t + 2]).isEqualTo((float) Math.sin(angle), within(1e-6f));
        squares += x[t] * x[t] / (40.0 * SAMPLES);
        fourths += Math.pow(x[t], 4) / (40.0 * SAMPLES);
      }
    }
    assertThat(data.metric()).isEqualTo("r2");
    // Kurtosis of normal numbers is 3, that of even ones 1.8; its deviation over 800 is about 0.2.
    assertThat(fourths / (squares * squares)).isBetween(2.2, 3.8);
  }

  @Test
  void shift() {
    Dataset data = samples("shift", "length", "64");
    assertThat(data.outputSize()).isEqualTo(8);
    for (int i = 0; i < data.size(); i++) {
      float[] x = channel(data, i, 0);
      for (int t = 0; t < 64; t++) {
        for (int c = 0; c < 8; c++) {
          int from = t - 8 * c;
          assertThat(data.targetValues(i)[8 * t + c]).isEqualTo(from < 0 ? 0f : x[from]);
        }
      }
    }
  }

  @Test
  void runningSumAndMaximum() {
    Dataset sums = samples("cumsum", "length", "30");
    Dataset maxima = samples("cummax", "length", "30");
    for (int i = 0; i < SAMPLES; i++) {
      for (int t = 0; t < 30; t++) {
        double sum = 0;
        for (int j = 0; j <= t; j++) {
          sum += channel(sums, i, 0)[j];
        }
        assertThat((double) sums.targetValues(i)[t])
            .isCloseTo(sum * Math.pow(t + 1, -0.5), within(1e-6));
        float[] begun = Arrays.copyOf(channel(maxima, i, 0), t + 1);
        Arrays.sort(begun);
        assertThat(maxima.targetValues(i)[t]).isEqualTo(begun[t]);
      }
    }
  }

  @Test
  void reverseAndSortAnswerInTheSecondHalf() {
    Dataset reversed = samples("reverse", "length", "17");
    Dataset sorted = samples("sort", "length", "17");
    assertThat(reversed.lastSteps()).isEqualTo(17);
    assertThat(sorted.lastSteps()).isEqualTo(17);
    for (int i = 0; i < SAMPLES; i++) {
      float[] x = channel(reversed, i, 0);
      float[] y = reversed.targetValues(i);
      float[] s = sorted.targetValues(i);
      float first = channel(sorted, i, 0)[0];
      assertThat(y).hasSize(17);
      assertThat(s[0]).isEqualTo(first);
      for (int t = 0; t < 17; t++) {
        assertThat(y[t]).isEqualTo(x[16 - t]);
        if (t > 0) {
          assertThat(Math.abs(s[t] - first)).isGreaterThanOrEqualTo(Math.abs(s[t - 1] - first));
        }
      }
      float[] all = Arrays.copyOf(channel(sorted, i, 0), 17);
      Arrays.sort(all);
      Arrays.sort(s);
      assertThat(s).isEqualTo(all);
    }
  }

  @Test
  void selectAnswersTheMarkedTokensInOrder() {
    for (String task : new String[] {"select", "select-fixed"}) {
      Dataset data = samples(task, "length", "20", "marked", "6");
      TreeSet<String> markings = new TreeSet<>();
      for (int i = 0; i < SAMPLES; i++) {
        float[] x = channel(data, i, 0);
        float[] marker = channel(data, i, 1);
        assertThat(x).hasSize(32);
        assertThat(largest(Arrays.copyOf(x, 26))).isEqualTo(1f);
        int to = 0;
        for (int t = 0; t < 32; t++) {
          if (t >= 26) {
            assertThat(x[t] == 0 && marker[t] == 0).isTrue();
          } else if (marker[t] == 1) {
            assertThat(data.targetValues(i)[to++]).isEqualTo(x[t]);
          } else {
            assertThat(marker[t]).isZero();
          }
        }
        assertThat(to).isEqualTo(6);
        markings.add(Arrays.toString(marker));
      }
      assertThat(markings).hasSize(task.equals("select") ? SAMPLES : 1);
      Dataset other = Tasks.get(task).sample(1, Map.of("length", "20", "marked", "6"), 12);
      assertThat(markings.contains(Arrays.toString(channel(other, 0, 1))))
          .as("what is fixed does not depend on the seed")
          .isEqualTo(task.equals("select-fixed"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"select", "select-fixed"})
  void consecutiveMarksAreOnePieceAnywhereBeforeTheEnd(String task) {
    Dataset data = samples(task, "length", "20", "marked", "6", "consecutive", "yes");
    TreeSet<Integer> firsts = new TreeSet<>();
    for (int s = 0; s < SAMPLES; s++) {
      float[] marker = channel(data, s, 1);
      int first = 0;
      while (marker[first] == 0) {
        first++;
      }
      assertThat(first).isBetween(0, 19);
      for (int t = 0; t < marker.length; t++) {
        assertThat(marker[t]).isEqualTo(t >= first && t < first + 6 ? 1f : 0f);
      }
      float[] token = channel(data, s, 0);
      assertThat(data.targetValues(s)).containsExactly(Arrays.copyOfRange(token, first, first + 6));
      firsts.add(first);
    }
    assertThat(firsts.size() > 1).isEqualTo(task.equals("select"));
  }

  @Test
  void mipsOverTheWholeSequenceFindsTheBestKeyOfAll() {
    Dataset data = samples("mips", "length", "12", "dimension", "3", "causal", "no");
    boolean later = false;
    for (int s = 0; s < SAMPLES; s++) {
      for (int i = 0; i < 12; i++) {
        int best = 0;
        double largest = Double.NEGATIVE_INFINITY;
        for (int j = 0; j < 12; j++) {
          double fit = 0;
          for (int k = 0; k < 3; k++) {
            fit += (double) channel(data, s, k)[i] * channel(data, s, 3 + k)[j];
          }
          if (fit > largest) {
            largest = fit;
            best = j;
          }
        }
        later |= best > i;
        for (int k = 0; k < 3; k++) {
          assertThat(data.targetValues(s)[3 * i + k]).isEqualTo(channel(data, s, 6 + k)[best]);
        }
      }
    }
    assertThat(later).as("some best key comes later").isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"solve", "solve-fixed"})
  void solveHasAnOrthogonalMatrixAndAUnitSolution(String task) {
    // The largest N with N² + 2N ≤ 50 is 6.
    int n = 6;
    Dataset data = samples(task, "length", "50");
    assertThat(data.lastSteps()).isEqualTo(n);
    TreeSet<String> matrices = new TreeSet<>();
    for (int s = 0; s < SAMPLES; s++) {
      float[] all = channel(data, s, 0);
      float[] x = data.targetValues(s);
      float[][] rows = new float[n][];
      double length = 0;
      for (int i = 0; i < n; i++) {
        rows[i] = Arrays.copyOfRange(all, i * (n + 1), (i + 1) * (n + 1));
        length += x[i] * x[i];
        double b = 0;
        for (int j = 0; j < n; j++) {
          b += rows[i][j] * x[j];
        }
        assertThat(b).isCloseTo(rows[i][n], within(1e-6));
        for (int k = 0; k <= i; k++) {
          double dot = 0;
          for (int j = 0; j < n; j++) {
            dot += (double) rows[i][j] * rows[k][j];
          }
          assertThat(dot).isCloseTo(i == k ? 1 : 0, within(1e-6));
        }
        matrices.add(Arrays.toString(Arrays.copyOf(rows[0], n)));
      }
      assertThat(length).isCloseTo(1, within(1e-5));
      assertThat(largest(Arrays.copyOfRange(all, n * (n + 1), 50))).isZero();
    }
    assertThat(matrices).hasSize(task.equals("solve") ? SAMPLES : 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 1024, 4096})
  void solveHasAsManyUnknownsAsInThePaper(int length) {
    int n = Tasks.get("solve").sample(1, Map.of("length", "" + length), 1).lastSteps();
    assertThat(n).isEqualTo(length == 512 ? 21 : length == 1024 ? 31 : 63);
  }

  @Test
  void mips() {
    Dataset data = samples("mips", "length", "25");
    assertThat(data.inputSize()).isEqualTo(14);
    for (int s = 0; s < SAMPLES; s++) {
      float[] all = data.values(s);
      for (int i = 0; i < 25; i++) {
        int best = -1;
        double largest = 0;
        for (int j = i; j >= 0; j--) {
          double fit = 0;
          double norm = 0;
          for (int k = 0; k < 4; k++) {
            fit += (double) all[14 * i + k] * all[14 * j + 4 + k];
            norm += all[14 * j + 8 + k] * all[14 * j + 8 + k];
          }
          assertThat(norm).isCloseTo(1, within(1e-5));
          if (best < 0 || fit >= largest) {
            largest = fit;
            best = j;
          }
        }
        assertThat(Arrays.copyOfRange(data.targetValues(s), 4 * i, 4 * i + 4))
            .isEqualTo(Arrays.copyOfRange(all, 14 * best + 8, 14 * best + 12));
      }
    }
  }

  @Test
  void contextShiftFollowsItsHeader() {
    Dataset data = Tasks.get("context-shift").sample(200, Map.of("length", "12"), 3);
    TreeSet<Integer> shifts = new TreeSet<>();
    for (int i = 0; i < data.size(); i++) {
      float[] x = channel(data, i, 0);
      int shift = 0;
      while (data.targetValues(i)[shift] == 0) {
        shift++;
      }
      shifts.add(shift);
      assertThat((double) x[0]).isCloseTo(Math.cos(Math.PI * shift / 6), within(1e-6));
      assertThat((double) x[1]).isCloseTo(Math.sin(Math.PI * shift / 6), within(1e-6));
      assertThat(largest(Arrays.copyOfRange(x, 2, 12))).isEqualTo(1f);
      for (int t = 0; t < 12; t++) {
        assertThat(data.targetValues(i)[t]).isEqualTo(t < shift ? 0f : x[t - shift]);
      }
    }
    // s is even from 0 to L - 3; where cos is 0 (s = 3) the value of y at s is rounding, not zero.
    assertThat(shifts).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
  }

  @Test
  void lengthsThatAreTooShortAreRefused() {
    assertThatThrownBy(() -> samples("context-shift", "length", "3"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("length='3' must be a whole number from 4");
    assertThatThrownBy(() -> samples("shift", "length", "1"))
        .hasMessageContaining("length='1' must be a whole number from 8");
  }
}
