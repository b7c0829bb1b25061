package io.carillon.config;

import io.carillon.config.kernel.S4Init;

/**
 * Settings of an S4 kernel (papers A.4, A.5): A diagonal plus low rank, bilinear discretisation, Re
 * A = −exp(raw), Δ = exp(raw). Immutable; start from {@link #DEFAULT}.
 *
 * @param stateSize N, even: N/2 modes stand for conjugate pairs
 * @param rank of the low-rank part P P*, at least that of the init; further rows start at zero
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
  private static final Schema<S4Config> SCHEMA = new Schema<>("s4", "S4");

  /** S4-LegS: N = 64, rank 1, Δ in [0.001, 0.1], one copy per channel, up to 1,024 steps. */
  public static final S4Config DEFAULT = SCHEMA.declare(S4Config::of);

  private static S4Config of(Schema.Values<S4Config> s) {
    return new S4Config(
        s.setting("state_size", "N, full state: N/2 pairs of modes")
            .integer(S4Config::stateSize, 64, Range.atLeast(1)),
        s.setting("init", "HiPPO matrix that A, B and P start from; `hippo` is a mixture")
            .choice(S4Config::init, S4Init.LEGS),
        s.setting("rank", "of the low-rank term, at least that of the init")
            .integer(S4Config::rank, 1, Range.atLeast(1)),
        s.setting("dt_min", "lower end of the initial Δ, log-uniform, in sampling intervals")
            .number(S4Config::dtMin, 0.001, Range.POSITIVE),
        s.setting("dt_max", "upper end of the initial Δ")
            .number(S4Config::dtMax, 0.1, Range.POSITIVE),
        s.setting(
                "ssm_copies", "independent A, B and P that the channels share; 0 = one per channel")
            .integer(S4Config::ssmCopies, 0, Range.NOT_NEGATIVE),
        s.setting(
                "kernel_length", "longest sequence in training; the output weight is stored for it")
            .integer(S4Config::kernelLength, 1024, Range.between(1, 1 << 24)));
  }

  /** Checks every value and their combination. */
  public S4Config {
    SCHEMA.check(stateSize, init, rank, dtMin, dtMax, ssmCopies, kernelLength);
    if (stateSize % 2 != 0) {
      throw new IllegalArgumentException(
          "state_size N = "
              + stateSize
              + " is odd; N counts the modes and their conjugates, so it must be even");
    }
    if (rank < init.rank() || rank > stateSize) {
      throw new IllegalArgumentException(
          "rank is "
              + rank
              + "; init "
              + init
              + " with state_size "
              + stateSize
              + " needs a rank from "
              + init.rank()
              + " to "
              + stateSize);
    }
    Range.checkOrder("dt_min", dtMin, "dt_max", dtMax);
  }

  @Override
  public boolean decaysOutput() {
    return true;
  }

  @Override
  public int longestTraining() {
    return kernelLength;
  }

  @Override
  public Schema<S4Config> schema() {
    return SCHEMA;
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
    return SCHEMA.with(this, "state_size", value);
  }

  /** HiPPO matrix and rank. */
  public S4Config withInit(S4Init value, int ofRank) {
    return SCHEMA.with(this, "init", value, "rank", ofRank);
  }

  /** Range of the initial Δ. */
  public S4Config withDtRange(double min, double max) {
    return SCHEMA.with(this, "dt_min", min, "dt_max", max);
  }

  /** Independent copies of (A, B, P). */
  public S4Config withSsmCopies(int value) {
    return SCHEMA.with(this, "ssm_copies", value);
  }

  /** Longest sequence of training. */
  public S4Config withKernelLength(int value) {
    return SCHEMA.with(this, "kernel_length", value);
  }
}
