package io.carillon.config;

/**
 * Settings of an SGConv kernel (papers B.3): a few scales of N trained numbers each, every scale
 * stretched to twice the length of the one before and damped by one more factor α.
 *
 * @param stateSize N, trained numbers per scale, channel and kernel; also the taps of the two
 *     shortest scales
 * @param scales number of scales s; 0 = by the official rule for maxKernelLength, see {@link
 *     #scaleCount}. The kernel has N·2^(s−1) taps, beyond which it is zero
 */
public record SgConvConfig(
    int stateSize, int scales, double alphaMin, double alphaMax, int maxKernelLength)
    implements KernelConfig {
  private static final int MOST_SCALES = 30;

  private static final Schema<SgConvConfig> SCHEMA = new Schema<>("sgconv", "SGConv");

  /** N = 64, kernels of up to 16,384 taps, initial α in [0.3, 1] as in the published settings. */
  public static final SgConvConfig DEFAULT = SCHEMA.declare(SgConvConfig::of);

  private static SgConvConfig of(Schema.Values<SgConvConfig> s) {
    return new SgConvConfig(
        s.setting("state_size", "N, trained numbers per scale")
            .integer(SgConvConfig::stateSize, 64, Range.atLeast(1)),
        s.setting(
                "scales",
                "number of scales s, a kernel of N·2^(s−1) taps; 0 = ⌈1 + log₂(max(l/N, 2) − 1)⌉ for l ="
                    + " `max_kernel_length`, as in the official code, which can be fewer than l taps:"
                    + " zeros follow")
            .integer(SgConvConfig::scales, 0, Range.NOT_NEGATIVE),
        s.setting("alpha_min", "lower end of the initial decay from scale to scale")
            .number(SgConvConfig::alphaMin, 0.3, Range.FINITE),
        s.setting("alpha_max", "upper end of the initial decay")
            .number(SgConvConfig::alphaMax, 1, Range.FINITE),
        KernelConfig.maxKernelLength(s, 16_384));
  }

  /** Checks every value and their combination. */
  public SgConvConfig {
    SCHEMA.check(stateSize, scales, alphaMin, alphaMax, maxKernelLength);
    Range.checkOrder("alpha_min", alphaMin, "alpha_max", alphaMax);
    if (scales == 0 && maxKernelLength == 0) {
      throw new IllegalArgumentException(
          "scales and max_kernel_length are both 0; give one of them, since the number of trained"
              + " numbers follows from the length of the kernel");
    }
    if (scales == 0 && maxKernelLength > 1 << MOST_SCALES) {
      throw new IllegalArgumentException(
          "max_kernel_length is "
              + maxKernelLength
              + ", an SGConv kernel must have at most 2^"
              + MOST_SCALES
              + " taps");
    }
    if (scales > MOST_SCALES || (long) stateSize << Math.max(0, scales - 1) > 1L << MOST_SCALES) {
      throw new IllegalArgumentException(
          "scales is "
              + scales
              + " with state_size "
              + stateSize
              + "; a kernel of state_size * 2^(scales - 1) taps must have at most 2^"
              + MOST_SCALES);
    }
  }

  @Override
  public Schema<SgConvConfig> schema() {
    return SCHEMA;
  }

  @Override
  public long largestArray(int channels) {
    return 2L * channels * stateSize;
  }

  @Override
  public String size() {
    return scaleCount() + " scales of " + stateSize + " numbers a channel";
  }

  @Override
  public String gapObstacle() {
    return "an SGConv kernel is given at whole steps; it has no state to let pass";
  }

  /**
   * Number of scales s: as given, or ⌈1 + log₂(max(l/N, 2) − 1)⌉ for l = maxKernelLength, the
   * official rule, here in whole numbers. For l of at most N·(2^k + 1) taps but more than N·2^k the
   * kernel ends after N·2^k; it is zero from there on.
   */
  public int scaleCount() {
    if (scales > 0) {
      return scales;
    }
    long needed = maxKernelLength - (long) stateSize;
    int count = 1;
    while ((long) stateSize << (count - 1) < needed) {
      count++;
    }
    return count;
  }

  /** N. */
  public SgConvConfig withStateSize(int value) {
    return SCHEMA.with(this, "state_size", value);
  }

  /** Number of scales; 0 = by the longest kernel. */
  public SgConvConfig withScales(int value) {
    return SCHEMA.with(this, "scales", value);
  }

  /** Range of the initial α. */
  public SgConvConfig withAlphaRange(double min, double max) {
    return SCHEMA.with(this, "alpha_min", min, "alpha_max", max);
  }

  /** Longest kernel; 0 = what the scales give. */
  public SgConvConfig withMaxKernelLength(int value) {
    return SCHEMA.with(this, "max_kernel_length", value);
  }
}
