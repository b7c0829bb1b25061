package io.carillon.config;

import io.carillon.config.kernel.DssInit;
import io.carillon.config.kernel.DssVersion;
import io.carillon.config.kernel.KernelCast;

/**
 * Settings of a DSS kernel (papers A.6, B.2): Λ shared by all channels, one step size per channel,
 * one complex weight W per channel and mode.
 *
 * @param stateSize N, stored complex modes (no conjugates are implied)
 * @param wScale standard deviation of Re W and Im W at the start. 0 = 1 for the versions that scale
 *     W; for those that do not, what EXP would multiply it with, |(e^{ΔΛ} − 1)/Λ|, so that they
 *     begin as EXP does. Deviation: the official code takes 1 for all; give 1 for that. Without the
 *     factor Δ a kernel amplifies some ten times, and a few layers of products without a norm
 *     overflow
 * @param epsilon what keeps 1/x finite: conj(x)/max(|x|², ε), SOFTMAX conj(x)/(|x|² + ε)
 */
public record DssConfig(
    int stateSize,
    DssVersion version,
    DssInit init,
    double dtMin,
    double dtMax,
    boolean separateDt,
    KernelCast cast,
    double wScale,
    double epsilon,
    int maxKernelLength)
    implements SsmConfig {

  private static final Schema<DssConfig> SCHEMA = new Schema<>("dss", "DSS");

  /** DSS-EXP: N = 64, HiPPO init, Δ in [0.001, 0.1], real cast. */
  public static final DssConfig DEFAULT = SCHEMA.declare(DssConfig::of);

  private static DssConfig of(Schema.Values<DssConfig> s) {
    return new DssConfig(
        s.setting("state_size", "N, complex modes")
            .integer(DssConfig::stateSize, 64, Range.atLeast(1)),
        s.setting("version", "how Λ is stored and W scaled")
            .choice(DssConfig::version, DssVersion.EXP),
        s.setting("init", "initial Λ").choice(DssConfig::init, DssInit.HIPPO_SKEW_POS_IMAG),
        s.setting("dt_min", "lower end of the initial Δ, log-uniform, in sampling intervals")
            .number(DssConfig::dtMin, 0.001, Range.POSITIVE),
        s.setting("dt_max", "upper end of the initial Δ")
            .number(DssConfig::dtMax, 0.1, Range.POSITIVE),
        s.setting("separate_dt", "two step sizes, for Re Λ and Im Λ")
            .flag(DssConfig::separateDt, false),
        s.setting("cast", "how the complex sum becomes a real kernel; not `real-prod`")
            .choice(DssConfig::cast, KernelCast.REAL),
        s.setting(
                "w_scale",
                "standard deviation of the initial Re W and Im W; 0 = 1, and for versions without a"
                    + " scale what `exp` multiplies W with (the published start is 1)")
            .optional(
                DssConfig::wScale,
                0,
                Range.atLeast(0).note("1 is the published start, 0 that of version exp")),
        s.setting("epsilon", "what keeps 1/x finite")
            .number(DssConfig::epsilon, 1e-7, Range.POSITIVE),
        KernelConfig.maxKernelLength(s, 0));
  }

  /** Checks every value and their combination. */
  public DssConfig {
    SCHEMA.check(
        new Object[] {
          stateSize, version, init, dtMin, dtMax,
          separateDt, cast, wScale, epsilon, maxKernelLength
        });
    Range.checkOrder("dt_min", dtMin, "dt_max", dtMax);
    if (cast == KernelCast.REAL_PROD) {
      throw new IllegalArgumentException(
          "cast REAL_PROD exists only for DLR; the official DSS code reads it as REAL, so use"
              + " REAL");
    }
    if (version == DssVersion.EXP_RE_IM && init == DssInit.RANDN) {
      throw new IllegalArgumentException(
          "version EXP_RE_IM stores log Im Λ and init RANDN draws negative Im Λ; use EXP, or"
              + " another init");
    }
  }

  @Override
  public String gapObstacle() {
    return version == DssVersion.SOFTMAX
        ? "its softmax normalises over the whole sequence length"
        : SsmConfig.super.gapObstacle();
  }

  @Override
  public int storedModes() {
    return stateSize;
  }

  @Override
  public Schema<DssConfig> schema() {
    return SCHEMA;
  }

  /** N. */
  public DssConfig withStateSize(int value) {
    return SCHEMA.with(this, "state_size", value);
  }

  /** How Λ is stored and what scales W. */
  public DssConfig withVersion(DssVersion value) {
    return SCHEMA.with(this, "version", value);
  }

  /** Initial Λ. */
  public DssConfig withInit(DssInit value) {
    return SCHEMA.with(this, "init", value);
  }

  /** Range of the initial Δ. */
  public DssConfig withDtRange(double min, double max) {
    return SCHEMA.with(this, "dt_min", min, "dt_max", max);
  }

  /** Separate step sizes for Re Λ and Im Λ. */
  public DssConfig withSeparateDt(boolean value) {
    return SCHEMA.with(this, "separate_dt", value);
  }

  /** How the complex sum becomes real. */
  public DssConfig withCast(KernelCast value) {
    return SCHEMA.with(this, "cast", value);
  }

  /** Scale of the initial W; 0 = 1, or that of EXP for versions that do not scale W. */
  public DssConfig withWScale(double value) {
    return SCHEMA.with(this, "w_scale", value);
  }

  /** Bound of 1/x. */
  public DssConfig withEpsilon(double value) {
    return SCHEMA.with(this, "epsilon", value);
  }

  /** Longest kernel; 0 = no limit. */
  public DssConfig withMaxKernelLength(int value) {
    return SCHEMA.with(this, "max_kernel_length", value);
  }
}
