package io.carillon.ssm;

/**
 * One channel of a diagonal plus low-rank system, x' = (Λ − P P*) x + B u, y = 2 Re C x, in its
 * eigenbasis and with one mode of each conjugate pair; or the gradients of its numbers.
 */
final class DplrSystem {
  /** Stored modes M. */
  final int modes;

  /** Rank R. */
  final int rank;

  /** Δ. */
  double dt;

  final double[] lambdaRe;
  final double[] lambdaIm;

  /** B, then the rows of P: [1 + R][M]. */
  final double[][] leftRe;

  final double[][] leftIm;

  /** C of every set (or C̃ = C (I − Ā^l)), [C][M]. */
  final double[][] outRe;

  final double[][] outIm;

  DplrSystem(int modes, int rank, int sets) {
    this.modes = modes;
    this.rank = rank;
    this.lambdaRe = new double[modes];
    this.lambdaIm = new double[modes];
    this.leftRe = new double[1 + rank][modes];
    this.leftIm = new double[1 + rank][modes];
    this.outRe = new double[sets][modes];
    this.outIm = new double[sets][modes];
  }

  /** Kernels per channel. */
  int sets() {
    return outRe.length;
  }

  /** 2 Re C x of one set. */
  double output(int set, double[] re, double[] im) {
    double sum = 0;
    for (int n = 0; n < modes; n++) {
      sum += outRe[set][n] * re[n] - outIm[set][n] * im[n];
    }
    return 2 * sum;
  }
}
