package io.carillon.config;

import io.carillon.config.kernel.S4Init;

/**
 * Settings of an S4 kernel (papers A.4, A.5): A diagonal plus low rank, bilinear discretisation, Re
 * A = −exp(raw), Δ = exp(raw). Immutable; start from {@link #DEFAULT}.
 *
 * @param stateSize N, even: N/2 modes stand for conjugate pairs
 * @param init HiPPO matrix that A, B and P start from
 * @param rank of the low-rank part P P*, at least that of the init; further rows start at zero
 * @param dtMin lower end of the log-uniform initial Δ, in units of the sampling interval
 * @param dtMax upper end
 * @param ssmCopies independent (A, B, P) shared by the channels: channel h uses copy h mod
 *     ssmCopies; must divide the channels; 0 = one per channel
 * @param kernelLength l, the length that the output weight is stored for: training needs sequences
 *     of at most l steps, and costs grow with l whatever their length. Longer sequences can be
 *     predicted
 */
public record S4Config(
    int stateSize,
    S4Init init,
    int rank,
    double dtMin,
    double dtMax,
    int ssmCopies,
    int kernelLength)
    implements KernelConfig {
  private static final int LONGEST = 1 << 24;

  /** S4-LegS: N = 64, rank 1, Δ in [0.001, 0.1], one copy per channel, up to 1,024 steps. */
  public static final S4Config DEFAULT = new S4Config(64, S4Init.LEGS, 1, 0.001, 0.1, 0, 1024);

  /** Checks every value and their combination. */
  public S4Config {
    Checks.atLeastOne("stateSize N", stateSize);
    if (stateSize % 2 != 0) {
      throw new IllegalArgumentException(
          "stateSize N = "
              + stateSize
              + " is odd; N counts the modes and their conjugates, so it must be even");
    }
    Checks.notNull("init", init);
    if (rank < init.rank() || rank > stateSize) {
      throw new IllegalArgumentException(
          "rank is "
              + rank
              + "; init "
              + init
              + " with stateSize "
              + stateSize
              + " needs a rank from "
              + init.rank()
              + " to "
              + stateSize);
    }
    Checks.dtRange(dtMin, dtMax);
    Checks.notNegative("ssmCopies", ssmCopies);
    if (kernelLength < 1 || kernelLength > LONGEST) {
      throw new IllegalArgumentException(
          "kernelLength is " + kernelLength + "; it must be from 1 to 2^24");
    }
  }

  @Override
  public String kind() {
    return "s4";
  }

  /** Kernels of S4 are not cut: any number of taps can be computed. */
  @Override
  public int maxKernelLength() {
    return 0;
  }

  @Override
  public long largestArray(int channels) {
    return 4L * channels * stateSize * rank;
  }

  @Override
  public String size() {
    return stateSize / 2 + " modes and rank " + rank + " a channel";
  }

  @Override
  public String gapObstacle() {
    return null;
  }

  /**
   * Ā is a matrix with eigenvalues that may be negative: it has no real power between whole ones.
   */
  @Override
  public String partialGapObstacle() {
    return "have a bilinear step, whose matrix has no real power between whole ones";
  }

  /** Number of independent (A, B, P) for H channels. */
  public int copies(int channels) {
    return ssmCopies == 0 ? channels : ssmCopies;
  }

  /** N. */
  public S4Config withStateSize(int value) {
    return new S4Config(value, init, rank, dtMin, dtMax, ssmCopies, kernelLength);
  }

  /** HiPPO matrix and rank. */
  public S4Config withInit(S4Init value, int ofRank) {
    return new S4Config(stateSize, value, ofRank, dtMin, dtMax, ssmCopies, kernelLength);
  }

  /** Range of the initial Δ. */
  public S4Config withDtRange(double min, double max) {
    return new S4Config(stateSize, init, rank, min, max, ssmCopies, kernelLength);
  }

  /** Independent copies of (A, B, P). */
  public S4Config withSsmCopies(int value) {
    return new S4Config(stateSize, init, rank, dtMin, dtMax, value, kernelLength);
  }

  /** Longest sequence of training. */
  public S4Config withKernelLength(int value) {
    return new S4Config(stateSize, init, rank, dtMin, dtMax, ssmCopies, value);
  }
}
