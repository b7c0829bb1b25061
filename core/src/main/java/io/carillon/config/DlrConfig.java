package io.carillon.config;

import io.carillon.config.kernel.DlrInit;
import io.carillon.config.kernel.DlrVersion;
import io.carillon.config.kernel.KernelCast;

/**
 * Settings of a DLR kernel (diagonal linear RNN, papers B.1): λ_n = exp(−ρ_n² + iθ_n) shared by all
 * channels, one complex weight W per channel and mode, no step size, no input weight.
 *
 * @param dtMin lower end of the log-uniform d; the initial |λ| is exp(−d/2)
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

  private static final Schema<DlrConfig> SCHEMA = new Schema<>("dlr", "DLR");

  /** N = 1024, full version, init OMEGA, d in [1e-4, 0.1], real cast, W of scale 1/N. */
  public static final DlrConfig DEFAULT = SCHEMA.declare(DlrConfig::of);

  private static DlrConfig of(Schema.Values<DlrConfig> s) {
    return new DlrConfig(
        s.setting("state_size", "N, complex modes")
            .integer(DlrConfig::stateSize, 1024, Range.atLeast(1)),
        s.setting("version", "which parts of Λ and W exist")
            .choice(DlrConfig::version, DlrVersion.FULL),
        s.setting("init", "initial angles").choice(DlrConfig::init, DlrInit.OMEGA),
        s.setting(
                "dt_min",
                "lower end of the initial d, log-uniform; a mode decays by exp(−d/2) per step")
            .number(DlrConfig::dtMin, 1e-4, Range.POSITIVE),
        s.setting("dt_max", "upper end of the initial d")
            .number(DlrConfig::dtMax, 0.1, Range.POSITIVE),
        s.setting("cast", "how the complex sum becomes a real kernel")
            .choice(DlrConfig::cast, KernelCast.REAL),
        s.setting("w_scale", "standard deviation of the initial Re W and Im W; 0 = 1/N")
            .number(DlrConfig::wScale, 0, Range.atLeast(0).note("0 means 1/N")),
        KernelConfig.maxKernelLength(s, 0));
  }

  /** Checks every value. */
  public DlrConfig {
    SCHEMA.check(stateSize, version, init, dtMin, dtMax, cast, wScale, maxKernelLength);
    Range.checkOrder("dt_min", dtMin, "dt_max", dtMax);
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
  public boolean hasSlowModes() {
    return false;
  }

  @Override
  public Schema<DlrConfig> schema() {
    return SCHEMA;
  }

  /** N. */
  public DlrConfig withStateSize(int value) {
    return SCHEMA.with(this, "state_size", value);
  }

  /** Which parts of Λ and W exist. */
  public DlrConfig withVersion(DlrVersion value) {
    return SCHEMA.with(this, "version", value);
  }

  /** Initial angles. */
  public DlrConfig withInit(DlrInit value) {
    return SCHEMA.with(this, "init", value);
  }

  /** Range of the initial decay d. */
  public DlrConfig withDtRange(double min, double max) {
    return SCHEMA.with(this, "dt_min", min, "dt_max", max);
  }

  /** How the complex sum becomes real. */
  public DlrConfig withCast(KernelCast value) {
    return SCHEMA.with(this, "cast", value);
  }

  /** Scale of the initial W; 0 = 1/N. */
  public DlrConfig withWScale(double value) {
    return SCHEMA.with(this, "w_scale", value);
  }

  /** Longest kernel; 0 = no limit. */
  public DlrConfig withMaxKernelLength(int value) {
    return SCHEMA.with(this, "max_kernel_length", value);
  }
}
