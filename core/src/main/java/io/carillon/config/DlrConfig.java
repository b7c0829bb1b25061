package io.carillon.config;

import io.carillon.config.kernel.DlrInit;
import io.carillon.config.kernel.DlrVersion;
import io.carillon.config.kernel.KernelCast;

/**
 * Settings of a DLR kernel (diagonal linear RNN, papers B.1): λ_n = exp(−ρ_n² + iθ_n) shared by all
 * channels, one complex weight W per channel and mode, no step size, no input weight.
 *
 * @param stateSize N, stored complex modes (no conjugates are implied)
 * @param version which parts of Λ and W exist
 * @param init initial angles
 * @param dtMin lower end of the log-uniform d; the initial |λ| is exp(−d/2)
 * @param dtMax upper end
 * @param cast how the complex sum becomes a real kernel
 * @param wScale standard deviation of Re W and Im W at the start; 0 = 1/N
 * @param maxKernelLength longest kernel in steps, 0 = no limit
 */
public record DlrConfig(
    int stateSize,
    DlrVersion version,
    DlrInit init,
    double dtMin,
    double dtMax,
    KernelCast cast,
    double wScale,
    int maxKernelLength)
    implements SsmConfig {

  /** N = 1024, full version, init OMEGA, d in [1e-4, 0.1], real cast, W of scale 1/N. */
  public static final DlrConfig DEFAULT =
      new DlrConfig(1024, DlrVersion.FULL, DlrInit.OMEGA, 1e-4, 0.1, KernelCast.REAL, 0, 0);

  /** Checks every value. */
  public DlrConfig {
    Checks.atLeastOne("stateSize N", stateSize);
    Checks.notNull("version", version);
    Checks.notNull("init", init);
    Checks.dtRange(dtMin, dtMax);
    Checks.notNull("cast", cast);
    if (!(wScale >= 0) || Double.isInfinite(wScale)) {
      throw new IllegalArgumentException(
          "wScale is " + wScale + ", must be a finite number that is not negative; 0 means 1/N");
    }
    Checks.notNegative("maxKernelLength", maxKernelLength);
  }

  @Override
  public int storedModes() {
    return stateSize;
  }

  @Override
  public boolean hasStepSize() {
    return false;
  }

  @Override
  public String kind() {
    return "dlr";
  }

  /** N. */
  public DlrConfig withStateSize(int value) {
    return new DlrConfig(value, version, init, dtMin, dtMax, cast, wScale, maxKernelLength);
  }

  /** Which parts of Λ and W exist. */
  public DlrConfig withVersion(DlrVersion value) {
    return new DlrConfig(stateSize, value, init, dtMin, dtMax, cast, wScale, maxKernelLength);
  }

  /** Initial angles. */
  public DlrConfig withInit(DlrInit value) {
    return new DlrConfig(stateSize, version, value, dtMin, dtMax, cast, wScale, maxKernelLength);
  }

  /** Range of the initial decay d. */
  public DlrConfig withDtRange(double min, double max) {
    return new DlrConfig(stateSize, version, init, min, max, cast, wScale, maxKernelLength);
  }

  /** How the complex sum becomes real. */
  public DlrConfig withCast(KernelCast value) {
    return new DlrConfig(stateSize, version, init, dtMin, dtMax, value, wScale, maxKernelLength);
  }

  /** Scale of the initial W; 0 = 1/N. */
  public DlrConfig withWScale(double value) {
    return new DlrConfig(stateSize, version, init, dtMin, dtMax, cast, value, maxKernelLength);
  }

  /** Longest kernel; 0 = no limit. */
  public DlrConfig withMaxKernelLength(int value) {
    return new DlrConfig(stateSize, version, init, dtMin, dtMax, cast, wScale, value);
  }
}
