package io.carillon.data.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.carillon.engine.SeededRandom;
import io.carillon.math.RealMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Ridge regression against normal equations that are solved directly, and refits that leave out.
 */
class RidgeTest {

  private record Problem(float[][] x, double[][] y) {}

  /** Linear targets with noise; features of different size and mean, the last one constant. */
  private static Problem problem(int samples, int features, int targets) {
    SeededRandom random = new SeededRandom(samples * 1000L + features);
    float[][] x = new float[samples][features];
    double[][] y = new double[samples][targets];
    for (int i = 0; i < samples; i++) {
      for (int f = 0; f < features; f++) {
        x[i][f] = f == features - 1 ? 3 : (float) (random.normal() * (1 + f % 7) + f);
      }
      for (int c = 0; c < targets; c++) {
        y[i][c] = 5 * c + x[i][c] - 0.5 * x[i][c + 1] + random.normal();
      }
    }
    return new Problem(x, y);
  }

  /** Standardised features and a last one that is 1. */
  private static double[][] design(float[][] x) {
    int n = x.length;
    int features = x[0].length;
    double[][] design = new double[n][features + 1];
    for (int f = 0; f < features; f++) {
      double mean = 0;
      double squares = 0;
      for (float[] row : x) {
        mean += row[f] / (double) n;
      }
      for (float[] row : x) {
        squares += (row[f] - mean) * (row[f] - mean) / n;
      }
      for (int i = 0; i < n; i++) {
        design[i][f] = squares > 0 ? (x[i][f] - mean) / Math.sqrt(squares) : 0;
      }
    }
    for (double[] row : design) {
      row[features] = 1;
    }
    return design;
  }

  /** Weights and intercept of the normal equations, without the sample {@code left}. */
  private static double[][] direct(double[][] design, double[][] y, double penalty, int left) {
    int p = design[0].length;
    double[][] a = new double[p][p];
    double[][] b = new double[p][y[0].length];
    for (int i = 0; i < design.length; i++) {
      for (int f = 0; f < p && i != left; f++) {
        for (int g = 0; g < p; g++) {
          a[f][g] += design[i][f] * design[i][g];
        }
        for (int c = 0; c < b[f].length; c++) {
          b[f][c] += design[i][f] * y[i][c];
        }
      }
    }
    for (int f = 0; f < p - 1; f++) {
      a[f][f] += penalty;
    }
    return RealMatrix.product(RealMatrix.inverse(a), b);
  }

  private static double[] answer(double[] row, double[][] weights) {
    return RealMatrix.product(new double[][] {row}, weights)[0];
  }

  @ParameterizedTest
  @CsvSource({"30, 8, 1", "30, 8, 3", "12, 40, 2", "12, 12, 1", "2, 5, 1", "70, 200, 2"})
  void answersAreThoseOfTheNormalEquations(int samples, int features, int targets) {
    Problem problem = problem(samples, features, targets);
    double[][] design = design(problem.x());
    for (double penalty : new double[] {1e-3, 1, 1000}) {
      Ridge ridge = Ridge.fit(problem.x(), problem.y(), penalty);
      double[][] weights = direct(design, problem.y(), penalty, -1);
      for (int i = 0; i < samples; i++) {
        assertThat(ridge.predict(problem.x()[i]))
            .containsExactly(answer(design[i], weights), within(1e-8));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"25, 6, 2", "10, 30, 2", "40, 100, 1"})
  void theErrorIsThatOfRegressionsThatLeaveOneOut(int samples, int features, int targets) {
    Problem problem = problem(samples, features, targets);
    double[][] design = design(problem.x());
    double smallest = Double.POSITIVE_INFINITY;
    double best = 0;
    for (double penalty : Ridge.PENALTIES) {
      double sum = 0;
      for (int i = 0; i < samples; i++) {
        double[] answer = answer(design[i], direct(design, problem.y(), penalty, i));
        for (int c = 0; c < targets; c++) {
          sum += Math.pow(answer[c] - problem.y()[i][c], 2);
        }
      }
      double expected = sum / samples / targets;
      assertThat(Ridge.fit(problem.x(), problem.y(), penalty).error())
          .isCloseTo(expected, within(1e-6 * expected));
      if (expected < smallest) {
        smallest = expected;
        best = penalty;
      }
    }
    assertThat(Ridge.fit(problem.x(), problem.y()).penalty()).isEqualTo(best);
  }

  @Test
  void penaltiesAreTenFromAThousandthToAThousand() {
    assertThat(Ridge.PENALTIES).hasSize(10).isSorted();
    assertThat(Ridge.PENALTIES[0]).isEqualTo(1e-3);
    assertThat(Ridge.PENALTIES[9]).isCloseTo(1e3, within(1e-9));
    assertThat(Ridge.PENALTIES[4] / Ridge.PENALTIES[3])
        .isCloseTo(Math.pow(10, 2.0 / 3), within(1e-9));
  }

  /** Noise asks for the largest penalty, a law without noise for the smallest. */
  @Test
  void noiseIsPenalised() {
    SeededRandom random = new SeededRandom(3);
    float[][] x = new float[60][100];
    double[][] noise = new double[60][1];
    double[][] law = new double[60][1];
    for (int i = 0; i < x.length; i++) {
      // Two directions only, so that 60 samples know them.
      double first = random.normal();
      double second = random.normal();
      for (int f = 0; f < 100; f++) {
        x[i][f] = (float) (first * Math.cos(f) + second * Math.sin(f));
      }
      noise[i][0] = random.normal();
      law[i][0] = first - second;
    }
    assertThat(Ridge.fit(x, law).penalty()).isEqualTo(1e-3);
    assertThat(Ridge.fit(x, noise).penalty()).isCloseTo(1e3, within(1e-9));
  }

  @Test
  void featuresWithoutSpreadLeaveTheMean() {
    float[][] x = {{7, 7, 7, 7}, {7, 7, 7, 7}, {7, 7, 7, 7}};
    Ridge ridge = Ridge.fit(x, new double[][] {{1}, {2}, {6}});
    assertThat(ridge.predict(new float[] {9, 1, 7, 2}))
        .containsExactly(new double[] {3}, within(1e-12));
    assertThat(Ridge.fit(new float[][] {{7}, {7}, {7}}, new double[][] {{1}, {2}, {6}}).error())
        .isCloseTo(ridge.error(), within(1e-12));
  }

  @Test
  void oneSampleIsTooFew() {
    assertThatThrownBy(() -> Ridge.fit(new float[1][3], new double[1][1]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 2 samples");
  }
}
