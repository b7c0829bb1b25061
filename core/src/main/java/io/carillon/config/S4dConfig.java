package io.carillon.config;

import io.carillon.config.kernel.Discretisation;
import io.carillon.config.kernel.ImagSign;
import io.carillon.config.kernel.InputWeight;
import io.carillon.config.kernel.InputWeightInit;
import io.carillon.config.kernel.S4dInit;
import io.carillon.config.kernel.Transform;

/**
 * Settings of an S4D kernel (papers A.1 - A.3). Immutable; start from {@link #DEFAULT} and change
 * what differs: {@code S4dConfig.DEFAULT.withStateSize(32).withInit(S4dInit.INV)}.
 *
 * <p>Where the two published versions of the code disagree, the choice is an option here: the input
 * weight of LegS ({@code bInit}: ONES = v3, HIPPO = HEAD, HALF_HIPPO = theory), the discretisation
 * (BILINEAR = v3, ZOH = HEAD), the variance of C ({@code cVariance}: 1 = code, 2 = the paper's
 * listing 1), the number of copies of A and B ({@code ssmCopies}: 1 = v3, 0 = HEAD) and the sign of
 * the raw imaginary part.
 *
 * @param stateSize N, full state size; even, since N/2 modes stand for conjugate pairs. With {@code
 *     realValued}: number of real modes, any size
 * @param randomReal draws −Re A uniformly from [0, 1) (REAL: [0, N/2))
 * @param randomImag draws the index n of the initialisation formula uniformly from [0, N/2)
 * @param realTransform Re A = −f(raw); all but NONE keep every mode decaying
 * @param imagTransform Im A = ±f(raw)
 * @param imagSign the sign in Im A = ±f(raw)
 * @param normalize divides the initial B by √(2 Σ |B/A|²), so that a random C gives unit variance
 *     for a constant input
 * @param ssmCopies independent (A, B) shared by the channels: channel h uses copy h mod ssmCopies;
 *     must divide the channels; 0 = one per channel
 * @param cVariance total variance of each complex entry of the initial C
 * @param deterministic no randomness in Δ (evenly spaced logarithms from dtMin to dtMax over the
 *     channels) and C (1 for the first mode, else 0). The official option of this name stores Δ
 *     where log Δ belongs, which puts every Δ near 1; that is not copied
 * @param bandlimit drops the modes with Δ|Im A|/2π ≥ bandlimit/2 at rate 1: 1 is the Nyquist
 *     frequency; NaN = keep all
 * @param realValued real A, B, C, no imaginary axis (an exponential moving average per mode); the
 *     factor 2 stays
 */
public record S4dConfig(
    int stateSize,
    S4dInit init,
    double realScale,
    double imagScale,
    boolean randomReal,
    boolean randomImag,
    Discretisation discretisation,
    Transform realTransform,
    Transform imagTransform,
    ImagSign imagSign,
    Transform dtTransform,
    boolean dtFast,
    boolean dtTied,
    double dtMin,
    double dtMax,
    InputWeight inputWeight,
    InputWeightInit bInit,
    double bScale,
    boolean normalize,
    int ssmCopies,
    double cVariance,
    boolean deterministic,
    double bandlimit,
    boolean realValued,
    int maxKernelLength)
    implements SsmConfig {

  private static final Schema<S4dConfig> SCHEMA = new Schema<>("s4d", "S4D");

  /**
   * S4D-Lin: N = 64, zero-order hold, Re A = −exp(raw), Im A = raw, Δ = exp(raw) log-uniform in
   * [0.001, 0.1] per channel, trained B starting at 1, A and B per channel, C of variance 1.
   */
  public static final S4dConfig DEFAULT = SCHEMA.declare(S4dConfig::of);

  private static S4dConfig of(Schema.Values<S4dConfig> s) {
    return new S4dConfig(
        s.setting("state_size", "N, full state: N/2 pairs of modes, or N modes if `real_valued`")
            .integer(S4dConfig::stateSize, 64, Range.atLeast(1)),
        s.setting("init", "initial A; `diag`, `hippo` and `all` are mixtures")
            .choice(S4dConfig::init, S4dInit.LIN),
        s.setting("real_scale", "multiplies the initial Re A")
            .number(S4dConfig::realScale, 1, Range.POSITIVE),
        s.setting("imag_scale", "multiplies the initial Im A")
            .number(S4dConfig::imagScale, 1, Range.FINITE),
        s.setting("random_real", "draws Re A at random").flag(S4dConfig::randomReal, false),
        s.setting("random_imag", "draws the index of Im A at random")
            .flag(S4dConfig::randomImag, false),
        s.setting("discretisation", "from A, B and Δ to steps; `dss` is the softmax of DSS")
            .choice(S4dConfig::discretisation, Discretisation.ZOH),
        s.setting("real_transform", "how Re A follows from what is trained")
            .choice(S4dConfig::realTransform, Transform.EXP),
        s.setting("imag_transform", "how Im A follows from what is trained")
            .choice(S4dConfig::imagTransform, Transform.NONE),
        s.setting("imag_sign", "sign of Im A").choice(S4dConfig::imagSign, ImagSign.PLUS),
        s.setting("dt_transform", "how Δ follows from what is trained; not `none`")
            .choice(S4dConfig::dtTransform, Transform.EXP),
        s.setting("dt_fast", "Δ = f(sinh(raw)), which lets Δ move over many scales quickly")
            .flag(S4dConfig::dtFast, false),
        s.setting("dt_tied", "one Δ per channel, else one per channel and mode")
            .flag(S4dConfig::dtTied, true),
        s.setting("dt_min", "lower end of the initial Δ, log-uniform, in sampling intervals")
            .number(S4dConfig::dtMin, 0.001, Range.POSITIVE),
        s.setting("dt_max", "upper end of the initial Δ")
            .number(S4dConfig::dtMax, 0.1, Range.POSITIVE),
        s.setting("input_weight", "whether B exists and is trained")
            .choice(S4dConfig::inputWeight, InputWeight.TRAINED),
        s.setting("b_init", "initial B").choice(S4dConfig::bInit, InputWeightInit.ONES),
        s.setting("b_scale", "multiplies the initial B").number(S4dConfig::bScale, 1, Range.FINITE),
        s.setting("normalize", "divides the initial B so that a random C gives unit variance")
            .flag(S4dConfig::normalize, false),
        s.setting("ssm_copies", "independent A and B that the channels share; 0 = one per channel")
            .integer(S4dConfig::ssmCopies, 0, Range.NOT_NEGATIVE),
        s.setting("c_variance", "variance of the initial C")
            .number(S4dConfig::cVariance, 1, Range.POSITIVE),
        s.setting("deterministic", "no randomness in the initial Δ and C")
            .flag(S4dConfig::deterministic, false),
        s.setting("bandlimit", "drops modes that are faster than this; 1 is the Nyquist frequency")
            .optional(S4dConfig::bandlimit, Double.NaN, Range.POSITIVE),
        s.setting("real_valued", "real A, B and C").flag(S4dConfig::realValued, false),
        KernelConfig.maxKernelLength(s, 0));
  }

  /** Checks every value and their combination. */
  public S4dConfig {
    SCHEMA.check(
        new Object[] {
          stateSize, init, realScale, imagScale, randomReal,
          randomImag, discretisation, realTransform, imagTransform, imagSign,
          dtTransform, dtFast, dtTied, dtMin, dtMax,
          inputWeight, bInit, bScale, normalize, ssmCopies,
          cVariance, deterministic, bandlimit, realValued, maxKernelLength
        });
    if (!realValued && stateSize % 2 != 0) {
      throw new IllegalArgumentException(
          "state_size N = "
              + stateSize
              + " is odd; N counts the modes and their conjugates, so it must be even. The minimal"
              + " official layer would store N//2 = "
              + stateSize / 2
              + " modes: use "
              + (stateSize > 1 ? stateSize - 1 + " for the same model, or " : "")
              + (stateSize + 1)
              + ", or real_valued modes");
    }
    Range.checkOrder("dt_min", dtMin, "dt_max", dtMax);
    if (init == S4dInit.REAL && realScale != 1) {
      throw new IllegalArgumentException(
          "real_scale "
              + realScale
              + " has no effect with init REAL, whose real parts are -1, -2, ...; leave it at 1");
    }
    if (randomImag && init.parts().stream().noneMatch(S4dInit::usesIndex)) {
      throw new IllegalArgumentException(
          "random_imag has no effect with init "
              + init
              + ", whose frequencies do not come from an index; use LIN, INV, INV2, QUAD or"
              + " FOURIER");
    }
    if (dtTransform == Transform.NONE) {
      throw new IllegalArgumentException(
          "dt_transform NONE would let the step size become negative; use EXP or SOFTPLUS");
    }
    if (inputWeight != InputWeight.ABSENT
        && bInit.isHippo()
        && init.parts().stream().noneMatch(S4dInit::isHippo)) {
      throw new IllegalArgumentException(
          "b_init "
              + bInit
              + " needs an init with a HiPPO matrix (LEGS, FOURIER, HIPPO, ALL), init is "
              + init);
    }
    if (realValued && !Double.isNaN(bandlimit)) {
      throw new IllegalArgumentException(
          "bandlimit " + bandlimit + " has no effect on real_valued modes, which do not oscillate");
    }
  }

  @Override
  public String gapObstacle() {
    return discretisation == Discretisation.DSS
        ? "its softmax normalises over the whole sequence length"
        : SsmConfig.super.gapObstacle();
  }

  @Override
  public int storedModes() {
    return realValued ? stateSize : stateSize / 2;
  }

  @Override
  public boolean decaysOutput() {
    return true;
  }

  @Override
  public Schema<S4dConfig> schema() {
    return SCHEMA;
  }

  /** Number of independent (A, B) for H channels. */
  public int copies(int channels) {
    return ssmCopies == 0 ? channels : ssmCopies;
  }

  /** N. */
  public S4dConfig withStateSize(int value) {
    return SCHEMA.with(this, "state_size", value);
  }

  /** Initial A. */
  public S4dConfig withInit(S4dInit value) {
    return SCHEMA.with(this, "init", value);
  }

  /** Factor of the initial Re A. */
  public S4dConfig withRealScale(double value) {
    return SCHEMA.with(this, "real_scale", value);
  }

  /** Factor of the initial Im A. */
  public S4dConfig withImagScale(double value) {
    return SCHEMA.with(this, "imag_scale", value);
  }

  /** Random initial Re A. */
  public S4dConfig withRandomReal(boolean value) {
    return SCHEMA.with(this, "random_real", value);
  }

  /** Random index in the formula of the initial Im A. */
  public S4dConfig withRandomImag(boolean value) {
    return SCHEMA.with(this, "random_imag", value);
  }

  /** Discretisation. */
  public S4dConfig withDiscretisation(Discretisation value) {
    return SCHEMA.with(this, "discretisation", value);
  }

  /** Transform of Re A. */
  public S4dConfig withRealTransform(Transform value) {
    return SCHEMA.with(this, "real_transform", value);
  }

  /** Transform of Im A. */
  public S4dConfig withImagTransform(Transform value) {
    return SCHEMA.with(this, "imag_transform", value);
  }

  /** Sign of Im A. */
  public S4dConfig withImagSign(ImagSign value) {
    return SCHEMA.with(this, "imag_sign", value);
  }

  /** Transform of Δ. */
  public S4dConfig withDtTransform(Transform value) {
    return SCHEMA.with(this, "dt_transform", value);
  }

  /** Δ = f(sinh(raw)). */
  public S4dConfig withDtFast(boolean value) {
    return SCHEMA.with(this, "dt_fast", value);
  }

  /** One Δ per channel, or per channel and mode. */
  public S4dConfig withDtTied(boolean value) {
    return SCHEMA.with(this, "dt_tied", value);
  }

  /** Range of the initial Δ. */
  public S4dConfig withDtRange(double min, double max) {
    return SCHEMA.with(this, "dt_min", min, "dt_max", max);
  }

  /** Whether B exists and is trained. */
  public S4dConfig withInputWeight(InputWeight value) {
    return SCHEMA.with(this, "input_weight", value);
  }

  /** Initial B. */
  public S4dConfig withBInit(InputWeightInit value) {
    return SCHEMA.with(this, "b_init", value);
  }

  /** Factor of the initial B. */
  public S4dConfig withBScale(double value) {
    return SCHEMA.with(this, "b_scale", value);
  }

  /** Normalisation of the initial B. */
  public S4dConfig withNormalize(boolean value) {
    return SCHEMA.with(this, "normalize", value);
  }

  /** Independent copies of (A, B). */
  public S4dConfig withSsmCopies(int value) {
    return SCHEMA.with(this, "ssm_copies", value);
  }

  /** Variance of the initial C. */
  public S4dConfig withCVariance(double value) {
    return SCHEMA.with(this, "c_variance", value);
  }

  /** No randomness in the initial Δ and C. */
  public S4dConfig withDeterministic(boolean value) {
    return SCHEMA.with(this, "deterministic", value);
  }

  /** Band limit; NaN = none. */
  public S4dConfig withBandlimit(double value) {
    return SCHEMA.with(this, "bandlimit", value);
  }

  /** Real modes. */
  public S4dConfig withRealValued(boolean value) {
    return SCHEMA.with(this, "real_valued", value);
  }

  /** Longest kernel; 0 = no limit. */
  public S4dConfig withMaxKernelLength(int value) {
    return SCHEMA.with(this, "max_kernel_length", value);
  }
}
