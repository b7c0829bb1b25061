package io.carillon.ssm.dplr;

/**
 * One channel of a diagonal plus low-rank system, x' = (Λ − P P*) x + B u, y = 2 Re C x, in its
 * eigenbasis and with one mode of each conjugate pair; or the gradients of its numbers.
 */
public final class DplrSystem {
  /** Stored modes M. */
  final int modes;

  /** Rank R. */
  final int rank;

  /** Δ. */
  public double dt;

  public final double[] lambdaRe;
  public final double[] lambdaIm;

  /** B, then the rows of P: [1 + R][M]. */
  public final double[][] leftRe;

  public final double[][] leftIm;

  /** C of every set (or C̃ = C (I − Ā^l)), [C][M]. */
  public final double[][] outRe;

  public final double[][] outIm;

  public DplrSystem(int modes, int rank, int sets) {
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
  public double output(int set, double[] re, double[] im) {
    double sum = 0;
    for (int n = 0; n < modes; n++) {
      sum += outRe[set][n] * re[n] - outIm[set][n] * im[n];
    }
    return 2 * sum;
  }
}
