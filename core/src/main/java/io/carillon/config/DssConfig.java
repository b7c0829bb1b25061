package io.carillon.config;

import io.carillon.config.kernel.DssInit;
import io.carillon.config.kernel.DssVersion;
import io.carillon.config.kernel.KernelCast;

/**
 * Settings of a DSS kernel (papers A.6, B.2): Λ shared by all channels, one step size per channel,
 * one complex weight W per channel and mode.
 *
 * @param stateSize N, stored complex modes (no conjugates are implied)
 * @param version how Λ is stored and what scales W
 * @param init initial Λ
 * @param dtMin lower end of the log-uniform initial Δ
 * @param dtMax upper end
 * @param separateDt two step sizes per channel, for Re Λ and for Im Λ (equal at the start)
 * @param cast how the complex sum becomes a real kernel; not REAL_PROD
 * @param wScale standard deviation of Re W and Im W at the start. 0 = 1 for the versions that scale
 *     W; for those that do not, what EXP would multiply it with, |(e^{ΔΛ} − 1)/Λ|, so that they
 *     begin as EXP does. Deviation: the official code takes 1 for all; give 1 for that. Without the
 *     factor Δ a kernel amplifies some ten times, and a few layers of products without a norm
 *     overflow
 * @param epsilon what keeps 1/x finite: conj(x)/max(|x|², ε), SOFTMAX conj(x)/(|x|² + ε)
 * @param maxKernelLength longest kernel in steps, 0 = no limit
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

  /** DSS-EXP: N = 64, HiPPO init, Δ in [0.001, 0.1], real cast. */
  public static final DssConfig DEFAULT =
      new DssConfig(
          64,
          DssVersion.EXP,
          DssInit.HIPPO_SKEW_POS_IMAG,
          0.001,
          0.1,
          false,
          KernelCast.REAL,
          0,
          1e-7,
          0);

  /** Checks every value and their combination. */
  public DssConfig {
    Checks.atLeastOne("stateSize N", stateSize);
    Checks.notNull("version", version);
    Checks.notNull("init", init);
    Checks.dtRange(dtMin, dtMax);
    Checks.notNull("cast", cast);
    if (!(wScale >= 0) || Double.isInfinite(wScale)) {
      throw new IllegalArgumentException(
          "wScale is "
              + wScale
              + ", must be a finite number that is not negative; 1 is the published start, 0 that"
              + " of version EXP");
    }
    Checks.positive("epsilon", epsilon);
    Checks.notNegative("maxKernelLength", maxKernelLength);
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
  public String kind() {
    return "dss";
  }

  /** N. */
  public DssConfig withStateSize(int value) {
    return new DssConfig(
        value, version, init, dtMin, dtMax, separateDt, cast, wScale, epsilon, maxKernelLength);
  }

  /** How Λ is stored and what scales W. */
  public DssConfig withVersion(DssVersion value) {
    return new DssConfig(
        stateSize, value, init, dtMin, dtMax, separateDt, cast, wScale, epsilon, maxKernelLength);
  }

  /** Initial Λ. */
  public DssConfig withInit(DssInit value) {
    return new DssConfig(
        stateSize,
        version,
        value,
        dtMin,
        dtMax,
        separateDt,
        cast,
        wScale,
        epsilon,
        maxKernelLength);
  }

  /** Range of the initial Δ. */
  public DssConfig withDtRange(double min, double max) {
    return new DssConfig(
        stateSize, version, init, min, max, separateDt, cast, wScale, epsilon, maxKernelLength);
  }

  /** Separate step sizes for Re Λ and Im Λ. */
  public DssConfig withSeparateDt(boolean value) {
    return new DssConfig(
        stateSize, version, init, dtMin, dtMax, value, cast, wScale, epsilon, maxKernelLength);
  }

  /** How the complex sum becomes real. */
  public DssConfig withCast(KernelCast value) {
    return new DssConfig(
        stateSize,
        version,
        init,
        dtMin,
        dtMax,
        separateDt,
        value,
        wScale,
        epsilon,
        maxKernelLength);
  }

  /** Scale of the initial W; 0 = 1, or that of EXP for versions that do not scale W. */
  public DssConfig withWScale(double value) {
    return new DssConfig(
        stateSize, version, init, dtMin, dtMax, separateDt, cast, value, epsilon, maxKernelLength);
  }

  /** Bound of 1/x. */
  public DssConfig withEpsilon(double value) {
    return new DssConfig(
        stateSize, version, init, dtMin, dtMax, separateDt, cast, wScale, value, maxKernelLength);
  }

  /** Longest kernel; 0 = no limit. */
  public DssConfig withMaxKernelLength(int value) {
    return new DssConfig(
        stateSize, version, init, dtMin, dtMax, separateDt, cast, wScale, epsilon, value);
  }
}
