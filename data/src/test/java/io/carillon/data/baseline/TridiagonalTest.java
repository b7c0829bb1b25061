package io.carillon.data.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.carillon.engine.SeededRandom;
import io.carillon.math.RealMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TridiagonalTest {

  /** A positive definite matrix. */
  private static double[][] matrix(int n) {
    SeededRandom random = new SeededRandom(n);
    double[][] b = new double[n][n];
    for (double[] row : b) {
      for (int j = 0; j < n; j++) {
        row[j] = random.normal();
      }
    }
    double[][] a = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        for (int k = 0; k < n; k++) {
          a[i][j] += b[i][k] * b[j][k] / n;
        }
      }
    }
    return a;
  }

  private static double[][] copy(double[][] a) {
    double[][] copy = new double[a.length][];
    for (int i = 0; i < a.length; i++) {
      copy[i] = a[i].clone();
    }
    return copy;
  }

  private static double[][] transposed(double[][] a) {
    double[][] transposed = new double[a[0].length][a.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[0].length; j++) {
        transposed[j][i] = a[i][j];
      }
    }
    return transposed;
  }

  private static void assertClose(double[][] a, double[][] b) {
    for (int i = 0; i < a.length; i++) {
      assertThat(a[i]).as("row %d", i).containsExactly(b[i], within(1e-9));
    }
  }

  private static void assertSolves(double[][] a, double shift) {
    int n = a.length;
    Tridiagonal tridiagonal = Tridiagonal.of(copy(a));
    double[][] q = tridiagonal.q();
    double[][] identity = RealMatrix.product(q, transposed(q));
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        assertThat(identity[i][j]).isCloseTo(i == j ? 1 : 0, within(1e-12));
      }
    }
    double[][] shifted = copy(a);
    for (int i = 0; i < n; i++) {
      shifted[i][i] += shift;
    }
    double[][] inverse = RealMatrix.inverse(shifted);

    double[][] inner = transposed(q);
    tridiagonal.shifted(shift).solve(inner);
    assertClose(RealMatrix.product(q, inner), inverse);
    for (int i = 0; i < n; i++) {
      assertThat(tridiagonal.shifted(shift).quadratic(q[i])).isCloseTo(inverse[i][i], within(1e-9));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 17, 63, 64, 65, 130})
  void inversesAreThoseOfTheMatrix(int n) {
    assertSolves(matrix(n), 0.5);
  }

  @Test
  void matricesWithNothingToReflectStayAsTheyAre() {
    assertSolves(new double[5][5], 1);
    double[][] diagonal = new double[6][6];
    double[][] tridiagonal = new double[6][6];
    double[][] blocks = new double[6][6];
    for (int i = 0; i < 6; i++) {
      diagonal[i][i] = i;
      tridiagonal[i][i] = 3;
      blocks[i][i] = 2;
      blocks[i][5 - i] += 1;
      if (i > 0) {
        tridiagonal[i][i - 1] = tridiagonal[i - 1][i] = 1;
      }
    }
    assertSolves(diagonal, 1);
    assertSolves(tridiagonal, 1);
    assertSolves(blocks, 1);
  }
}
