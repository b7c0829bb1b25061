package io.carillon.config;

import io.carillon.config.kernel.Discretisation;
import io.carillon.config.kernel.ImagSign;
import io.carillon.config.kernel.InputWeight;
import io.carillon.config.kernel.InputWeightInit;
import io.carillon.config.kernel.S4dInit;
import io.carillon.config.kernel.Transform;
import java.util.function.Consumer;

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
 * @param init initial A
 * @param realScale multiplies the initial Re A
 * @param imagScale multiplies the initial Im A
 * @param randomReal draws −Re A uniformly from [0, 1) (REAL: [0, N/2))
 * @param randomImag draws the index n of the initialisation formula uniformly from [0, N/2)
 * @param discretisation from (A, B, Δ) to discrete modes
 * @param realTransform Re A = −f(raw); all but NONE keep every mode decaying
 * @param imagTransform Im A = ±f(raw)
 * @param imagSign the sign in Im A = ±f(raw)
 * @param dtTransform Δ = f(raw); not NONE
 * @param dtFast Δ = f(sinh(raw)), which lets Δ move over many scales quickly
 * @param dtTied one Δ per channel; false: one per channel and mode
 * @param dtMin lower end of the log-uniform initial Δ, in units of the sampling interval
 * @param dtMax upper end
 * @param inputWeight whether B exists and is trained
 * @param bInit initial B
 * @param bScale multiplies the initial B
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
 * @param maxKernelLength longest kernel in steps, 0 = no limit
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

  /**
   * S4D-Lin: N = 64, zero-order hold, Re A = −exp(raw), Im A = raw, Δ = exp(raw) log-uniform in
   * [0.001, 0.1] per channel, trained B starting at 1, A and B per channel, C of variance 1.
   */
  public static final S4dConfig DEFAULT = new Draft().build();

  /** Checks every value and their combination. */
  public S4dConfig {
    Checks.atLeastOne("stateSize N", stateSize);
    if (!realValued && stateSize % 2 != 0) {
      throw new IllegalArgumentException(
          "stateSize N = "
              + stateSize
              + " is odd; N counts the modes and their conjugates, so it must be even. The minimal"
              + " official layer would store N//2 = "
              + stateSize / 2
              + " modes: use "
              + (stateSize > 1 ? stateSize - 1 + " for the same model, or " : "")
              + (stateSize + 1)
              + ", or realValued modes");
    }
    Checks.notNull("init", init);
    Checks.positive("realScale", realScale);
    Checks.finite("imagScale", imagScale);
    Checks.notNull("discretisation", discretisation);
    Checks.notNull("realTransform", realTransform);
    Checks.notNull("imagTransform", imagTransform);
    Checks.notNull("imagSign", imagSign);
    Checks.notNull("dtTransform", dtTransform);
    Checks.dtRange(dtMin, dtMax);
    Checks.notNull("inputWeight", inputWeight);
    Checks.notNull("bInit", bInit);
    Checks.finite("bScale", bScale);
    Checks.notNegative("ssmCopies", ssmCopies);
    Checks.positive("cVariance", cVariance);
    Checks.notNegative("maxKernelLength", maxKernelLength);
    if (!Double.isNaN(bandlimit)) {
      Checks.positive("bandlimit", bandlimit);
    }
    if (init == S4dInit.REAL && realScale != 1) {
      throw new IllegalArgumentException(
          "realScale "
              + realScale
              + " has no effect with init REAL, whose real parts are -1, -2, ...; leave it at 1");
    }
    if (randomImag && init.parts().stream().noneMatch(S4dInit::usesIndex)) {
      throw new IllegalArgumentException(
          "randomImag has no effect with init "
              + init
              + ", whose frequencies do not come from an index; use LIN, INV, INV2, QUAD or"
              + " FOURIER");
    }
    if (dtTransform == Transform.NONE) {
      throw new IllegalArgumentException(
          "dtTransform NONE would let the step size become negative; use EXP or SOFTPLUS");
    }
    if (inputWeight != InputWeight.ABSENT
        && bInit.isHippo()
        && init.parts().stream().noneMatch(S4dInit::isHippo)) {
      throw new IllegalArgumentException(
          "bInit "
              + bInit
              + " needs an init with a HiPPO matrix (LEGS, FOURIER, HIPPO, ALL), init is "
              + init);
    }
    if (realValued && !Double.isNaN(bandlimit)) {
      throw new IllegalArgumentException(
          "bandlimit " + bandlimit + " has no effect on realValued modes, which do not oscillate");
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
  public String kind() {
    return "s4d";
  }

  /** Number of independent (A, B) for H channels. */
  public int copies(int channels) {
    return ssmCopies == 0 ? channels : ssmCopies;
  }

  /** N. */
  public S4dConfig withStateSize(int value) {
    return with(d -> d.stateSize = value);
  }

  /** Initial A. */
  public S4dConfig withInit(S4dInit value) {
    return with(d -> d.init = value);
  }

  /** Factor of the initial Re A. */
  public S4dConfig withRealScale(double value) {
    return with(d -> d.realScale = value);
  }

  /** Factor of the initial Im A. */
  public S4dConfig withImagScale(double value) {
    return with(d -> d.imagScale = value);
  }

  /** Random initial Re A. */
  public S4dConfig withRandomReal(boolean value) {
    return with(d -> d.randomReal = value);
  }

  /** Random index in the formula of the initial Im A. */
  public S4dConfig withRandomImag(boolean value) {
    return with(d -> d.randomImag = value);
  }

  /** Discretisation. */
  public S4dConfig withDiscretisation(Discretisation value) {
    return with(d -> d.discretisation = value);
  }

  /** Transform of Re A. */
  public S4dConfig withRealTransform(Transform value) {
    return with(d -> d.realTransform = value);
  }

  /** Transform of Im A. */
  public S4dConfig withImagTransform(Transform value) {
    return with(d -> d.imagTransform = value);
  }

  /** Sign of Im A. */
  public S4dConfig withImagSign(ImagSign value) {
    return with(d -> d.imagSign = value);
  }

  /** Transform of Δ. */
  public S4dConfig withDtTransform(Transform value) {
    return with(d -> d.dtTransform = value);
  }

  /** Δ = f(sinh(raw)). */
  public S4dConfig withDtFast(boolean value) {
    return with(d -> d.dtFast = value);
  }

  /** One Δ per channel, or per channel and mode. */
  public S4dConfig withDtTied(boolean value) {
    return with(d -> d.dtTied = value);
  }

  /** Range of the initial Δ. */
  public S4dConfig withDtRange(double min, double max) {
    return with(
        d -> {
          d.dtMin = min;
          d.dtMax = max;
        });
  }

  /** Whether B exists and is trained. */
  public S4dConfig withInputWeight(InputWeight value) {
    return with(d -> d.inputWeight = value);
  }

  /** Initial B. */
  public S4dConfig withBInit(InputWeightInit value) {
    return with(d -> d.bInit = value);
  }

  /** Factor of the initial B. */
  public S4dConfig withBScale(double value) {
    return with(d -> d.bScale = value);
  }

  /** Normalisation of the initial B. */
  public S4dConfig withNormalize(boolean value) {
    return with(d -> d.normalize = value);
  }

  /** Independent copies of (A, B). */
  public S4dConfig withSsmCopies(int value) {
    return with(d -> d.ssmCopies = value);
  }

  /** Variance of the initial C. */
  public S4dConfig withCVariance(double value) {
    return with(d -> d.cVariance = value);
  }

  /** No randomness in the initial Δ and C. */
  public S4dConfig withDeterministic(boolean value) {
    return with(d -> d.deterministic = value);
  }

  /** Band limit; NaN = none. */
  public S4dConfig withBandlimit(double value) {
    return with(d -> d.bandlimit = value);
  }

  /** Real modes. */
  public S4dConfig withRealValued(boolean value) {
    return with(d -> d.realValued = value);
  }

  /** Longest kernel; 0 = no limit. */
  public S4dConfig withMaxKernelLength(int value) {
    return with(d -> d.maxKernelLength = value);
  }

  private S4dConfig with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.build();
  }

  /** The components while they are being changed; starts as the default. */
  private static final class Draft {
    private int stateSize = 64;
    private S4dInit init = S4dInit.LIN;
    private double realScale = 1;
    private double imagScale = 1;
    private boolean randomReal;
    private boolean randomImag;
    private Discretisation discretisation = Discretisation.ZOH;
    private Transform realTransform = Transform.EXP;
    private Transform imagTransform = Transform.NONE;
    private ImagSign imagSign = ImagSign.PLUS;
    private Transform dtTransform = Transform.EXP;
    private boolean dtFast;
    private boolean dtTied = true;
    private double dtMin = 0.001;
    private double dtMax = 0.1;
    private InputWeight inputWeight = InputWeight.TRAINED;
    private InputWeightInit bInit = InputWeightInit.ONES;
    private double bScale = 1;
    private boolean normalize;
    private int ssmCopies;
    private double cVariance = 1;
    private boolean deterministic;
    private double bandlimit = Double.NaN;
    private boolean realValued;
    private int maxKernelLength;

    private Draft() {}

    private Draft(S4dConfig c) {
      stateSize = c.stateSize;
      init = c.init;
      realScale = c.realScale;
      imagScale = c.imagScale;
      randomReal = c.randomReal;
      randomImag = c.randomImag;
      discretisation = c.discretisation;
      realTransform = c.realTransform;
      imagTransform = c.imagTransform;
      imagSign = c.imagSign;
      dtTransform = c.dtTransform;
      dtFast = c.dtFast;
      dtTied = c.dtTied;
      dtMin = c.dtMin;
      dtMax = c.dtMax;
      inputWeight = c.inputWeight;
      bInit = c.bInit;
      bScale = c.bScale;
      normalize = c.normalize;
      ssmCopies = c.ssmCopies;
      cVariance = c.cVariance;
      deterministic = c.deterministic;
      bandlimit = c.bandlimit;
      realValued = c.realValued;
      maxKernelLength = c.maxKernelLength;
    }

    private S4dConfig build() {
      return new S4dConfig(
          stateSize,
          init,
          realScale,
          imagScale,
          randomReal,
          randomImag,
          discretisation,
          realTransform,
          imagTransform,
          imagSign,
          dtTransform,
          dtFast,
          dtTied,
          dtMin,
          dtMax,
          inputWeight,
          bInit,
          bScale,
          normalize,
          ssmCopies,
          cVariance,
          deterministic,
          bandlimit,
          realValued,
          maxKernelLength);
    }
  }
}
