package io.carillon.ssm.dplr;

import io.carillon.math.RealMatrix;
import java.util.Arrays;

/** From the output weight C of a system to that of its truncated kernel, C (I − Ā^l), and back. */
final class DplrTruncation {
  private DplrTruncation() {}

  /** C ← C + sign · C Ā^steps for all sets. */
  static void addPower(DplrStep step, DplrSystem system, long steps, int sign) {
    for (int c = 0; c < system.sets(); c++) {
      double[] re = system.outRe[c].clone();
      double[] im = system.outIm[c].clone();
      for (long i = 0; i < steps; i++) {
        step.backward(re, im);
      }
      for (int n = 0; n < re.length; n++) {
        system.outRe[c][n] += sign * re[n];
        system.outIm[c][n] += sign * im[n];
      }
    }
  }

  /** C ← C (I − Ā^length)⁻¹ for all sets, as a dense real system of size 2M. */
  static void undo(DplrStep step, DplrSystem system, int length) {
    int modes = system.modes;
    double[][] rest = RealMatrix.power(step.dense(), length);
    for (int i = 0; i < rest.length; i++) {
      for (int j = 0; j < rest.length; j++) {
        rest[i][j] = (i == j ? 1 : 0) - rest[i][j];
      }
    }
    double[][] inverse = RealMatrix.inverse(rest);
    for (int c = 0; c < system.sets(); c++) {
      // 2 Re Σ c x as a real row on (Re x, Im x): (2 Re c, −2 Im c); the factors 2 cancel.
      double[] row = Arrays.copyOf(system.outRe[c], 2 * modes);
      for (int n = 0; n < modes; n++) {
        row[modes + n] = -system.outIm[c][n];
      }
      double[] solved = RealMatrix.product(new double[][] {row}, inverse)[0];
      for (int n = 0; n < modes; n++) {
        system.outRe[c][n] = solved[n];
        system.outIm[c][n] = -solved[modes + n];
      }
    }
  }
}
