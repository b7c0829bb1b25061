package io.carillon.ssm;

import io.carillon.core.Parameter;
import io.carillon.core.Role;
import io.carillon.core.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * DSS (papers A.6, B.2): Λ shared by the channels, z = ΔΛ (with separate steps Δ₀ Re Λ + iΔ₁ Im Λ),
 * w = κ W β. Raw parameters:
 *
 * <ul>
 *   <li>{@code log_dt} [H], or [H][2] with separate steps for Re and Im
 *   <li>{@code Lambda_log_neg_re} [N] and {@code Lambda_im} [N] (EXP, EXP_NO_SCALE), {@code
 *       Lambda_log_im} [N] (EXP_RE_IM) or nothing (EXP_NO_SCALE_REAL); else {@code Lambda} [N][2]
 *   <li>{@code W} [C][H][N][2] (re, im)
 * </ul>
 */
public final class DssParameterisation extends RawParameterisation implements Parameterisation {
  private static final int DT = 0;
  private static final int LAMBDA = 1;

  /** Upper bound of Re Λ in the clipped versions. */
  static final double MAX_REAL = 1e-4;

  private final DssConfig config;
  private final Complex cast;
  private final int n;
  private final int weightIndex;

  private DssParameterisation(
      DssConfig config, int channels, int sets, List<Parameter> parameters) {
    super(channels, sets, parameters);
    this.config = config;
    cast = CastFactor.of(config.cast());
    n = config.stateSize();
    weightIndex = parameters.size() - 1;
  }

  /** Fresh weights. */
  public static DssParameterisation create(
      DssConfig config, String name, int channels, int sets, SeededRandom random) {
    List<Slot> slots = slots(config, name, channels, sets);
    double[][] raw = DssInitialiser.values(config, channels, sets, random);
    return new DssParameterisation(config, channels, sets, create(name, slots, raw));
  }

  /**
   * Existing weights, by local name; the arrays become the live values.
   *
   * @throws IllegalArgumentException if a name is missing or unknown, or a length does not fit
   */
  public static DssParameterisation of(
      DssConfig config, String name, int channels, int sets, Map<String, float[]> raw) {
    List<Slot> slots = slots(config, name, channels, sets);
    return new DssParameterisation(config, channels, sets, adopt(name, slots, raw));
  }

  private static List<Slot> slots(DssConfig config, String name, int channels, int sets) {
    checkSize(name, channels, sets);
    int n = config.stateSize();
    List<Slot> slots = new ArrayList<>();
    int[] dtShape = config.separateDt() ? new int[] {channels, 2} : new int[] {channels};
    slots.add(new Slot("log_dt", Role.DT, true, dtShape));
    switch (config.version()) {
      case EXP, EXP_NO_SCALE -> {
        slots.add(new Slot("Lambda_log_neg_re", Role.A, true, n));
        slots.add(new Slot("Lambda_im", Role.A, true, n));
      }
      case EXP_RE_IM -> {
        slots.add(new Slot("Lambda_log_neg_re", Role.A, true, n));
        slots.add(new Slot("Lambda_log_im", Role.A, true, n));
      }
      case EXP_NO_SCALE_REAL -> slots.add(new Slot("Lambda_log_neg_re", Role.A, true, n));
      case CLIP, CLIP_NO_SCALE, SOFTMAX -> slots.add(new Slot("Lambda", Role.A, true, n, 2));
    }
    slots.add(new Slot("W", Role.C, true, sets, channels, n, 2));
    return slots;
  }

  @Override
  public DssConfig config() {
    return config;
  }

  @Override
  public boolean dependsOnLength() {
    return config.version() == DssVersion.SOFTMAX;
  }

  @Override
  Modes modes(double[][] raw, int length, double rate) {
    int size = channels() * n;
    double[] logRe = new double[size];
    double[] logIm = new double[size];
    double[] shift = new double[size];
    double[] wRe = new double[sets() * size];
    double[] wIm = new double[sets() * size];
    boolean shifted = false;
    for (int i = 0; i < size; i++) {
      Mode mode = mode(raw, i, rate);
      logRe[i] = mode.log.re();
      logIm[i] = mode.log.im();
      shift[i] = shift(mode, length);
      shifted |= shift[i] != 0;
      Complex factor = scale(mode, length).times(cast);
      for (int c = 0; c < sets(); c++) {
        Complex w = weight(raw, c * size + i).times(factor);
        wRe[c * size + i] = w.re();
        wIm[c * size + i] = w.im();
      }
    }
    return new Modes(
        sets(),
        channels(),
        n,
        false,
        logRe,
        logIm,
        wRe,
        wIm,
        shifted ? shift : null,
        CastFactor.remaining(config.cast()));
  }

  @Override
  double[][] pullback(double[][] raw, int length, double rate, ModesGradient gradient) {
    int size = channels() * n;
    double[][] sum = zerosLike(raw);
    for (int i = 0; i < size; i++) {
      Mode mode = mode(raw, i, rate);
      double shift = shift(mode, length);
      Complex beta = scale(mode, length);
      Complex gLog = new Complex(gradient.logRe()[i], gradient.logIm()[i]);
      Complex gBeta = Complex.ZERO;
      for (int c = 0; c < sets(); c++) {
        int k = c * size + i;
        Complex gW = new Complex(gradient.wRe()[k], gradient.wIm()[k]);
        Complex weight = weight(raw, k);
        // The shift z·s counts as a constant: take out the part of dk/dz that came from it.
        gLog = gLog.plus(gW.timesConj(weight.times(beta).times(cast)).times(shift));
        Complex gUncast = gW.timesConj(cast);
        Complex gWeight = gUncast.timesConj(beta);
        sum[weightIndex][2 * k] = gWeight.re();
        sum[weightIndex][2 * k + 1] = gWeight.im();
        gBeta = gBeta.plus(gUncast.timesConj(weight));
      }
      addMode(raw, sum, i, mode, scaleBackward(mode, length, gLog, gBeta));
    }
    return sum;
  }

  @Override
  DiscreteSystem discrete(double[][] raw, double rate) {
    if (dependsOnLength()) {
      throw new UnsupportedOperationException(
          "version SOFTMAX depends on the length and has no recurrence; use the convolution, or train"
              + " with version EXP to stream");
    }
    CastFactor.requireLinear(config.cast());
    int size = channels() * n;
    DiscreteSystem system =
        new DiscreteSystem(
            channels(),
            n,
            sets(),
            1,
            new double[size],
            new double[size],
            new double[size],
            new double[size],
            new double[sets() * size],
            new double[sets() * size]);
    for (int i = 0; i < size; i++) {
      Mode mode = mode(raw, i, rate);
      Complex a = mode.log.exp();
      Complex b = scale(mode, 1);
      system.aRe()[i] = a.re();
      system.aIm()[i] = a.im();
      system.bRe()[i] = b.re();
      system.bIm()[i] = b.im();
      for (int c = 0; c < sets(); c++) {
        Complex out = weight(raw, c * size + i).times(cast);
        system.cRe()[c * size + i] = out.re();
        system.cIm()[c * size + i] = out.im();
      }
    }
    return system;
  }

  /** Λ, the step for its real and imaginary part, and z = Re Λ · stepRe + i Im Λ · stepIm. */
  private record Mode(Complex lambda, double stepRe, double stepIm, Complex log) {}

  /** Gradient of z and what reaches Λ and the (single) step on another way. */
  private record ScaleGradient(Complex log, Complex lambda, double step) {}

  /** Mode i = h·N + n. */
  private Mode mode(double[][] raw, int i, double rate) {
    Complex lambda = lambda(raw, i % n);
    double stepRe = Math.exp(raw[DT][dtIndex(i, 0)]) * rate;
    double stepIm = Math.exp(raw[DT][dtIndex(i, 1)]) * rate;
    Complex log = new Complex(lambda.re() * stepRe, lambda.im() * stepIm);
    return new Mode(lambda, stepRe, stepIm, log);
  }

  private double shift(Mode mode, int length) {
    return dependsOnLength() ? Softmax.shift(mode.lambda, length) : 0;
  }

  /** β in w = κ W β. */
  private Complex scale(Mode mode, int length) {
    if (dependsOnLength()) {
      return Softmax.scale(mode.log, mode.lambda, length, config.epsilon());
    }
    if (!config.version().scales()) {
      return Complex.ONE;
    }
    return isHold(mode)
        ? mode.log.phi1().times(mode.stepRe)
        : mode.log.expm1().times(boundedReciprocal(mode.lambda));
  }

  /** Whether (e^z − 1) conj(Λ)/max(|Λ|², ε) is the zero-order hold Δ φ₁(ΔΛ). */
  private boolean isHold(Mode mode) {
    return !config.separateDt() && mode.lambda.absSquared() >= config.epsilon();
  }

  private Complex boundedReciprocal(Complex lambda) {
    return lambda.conj().times(1 / Math.max(lambda.absSquared(), config.epsilon()));
  }

  private ScaleGradient scaleBackward(Mode mode, int length, Complex gLog, Complex gBeta) {
    if (dependsOnLength()) {
      Softmax.Gradient g = Softmax.backward(mode.log, mode.lambda, length, config.epsilon(), gBeta);
      return new ScaleGradient(gLog.plus(g.z()), g.lambda(), 0);
    }
    if (!config.version().scales()) {
      return new ScaleGradient(gLog, Complex.ZERO, 0);
    }
    if (isHold(mode)) {
      Discretiser.Gradient g =
          Discretiser.backward(
              Discretisation.ZOH, mode.lambda, mode.stepRe, length, Complex.ZERO, gBeta);
      return new ScaleGradient(gLog, g.a(), g.delta());
    }
    Complex reciprocal = boundedReciprocal(mode.lambda);
    Complex gZ = gLog.plus(gBeta.timesConj(mode.log.exp().times(reciprocal)));
    return new ScaleGradient(
        gZ, boundedReciprocalBackward(mode.lambda, gBeta.timesConj(mode.log.expm1())), 0);
  }

  /** Gradient of Λ given that of conj(Λ)/max(|Λ|², ε). */
  private Complex boundedReciprocalBackward(Complex lambda, Complex g) {
    if (lambda.absSquared() < config.epsilon()) {
      return g.conj().times(1 / config.epsilon());
    }
    // d(1/Λ) = −dΛ/Λ²
    Complex inverse = lambda.reciprocal();
    return g.timesConj(inverse.times(inverse)).times(-1);
  }

  private void addMode(double[][] raw, double[][] sum, int i, Mode mode, ScaleGradient g) {
    sum[DT][dtIndex(i, 0)] += (g.log.re() * mode.lambda.re() + g.step) * mode.stepRe;
    sum[DT][dtIndex(i, 1)] += g.log.im() * mode.lambda.im() * mode.stepIm;
    Complex direct = new Complex(g.log.re() * mode.stepRe, g.log.im() * mode.stepIm);
    addLambda(raw, sum, i % n, g.lambda.plus(direct));
  }

  private Complex lambda(double[][] raw, int k) {
    if (config.version().storesComplex()) {
      double re = raw[LAMBDA][2 * k];
      return new Complex(
          config.version().clips() ? Math.min(re, MAX_REAL) : re, raw[LAMBDA][2 * k + 1]);
    }
    double im =
        switch (config.version()) {
          case EXP_NO_SCALE_REAL -> 0;
          case EXP_RE_IM -> Math.exp(raw[LAMBDA + 1][k]);
          default -> raw[LAMBDA + 1][k];
        };
    return new Complex(-Math.exp(raw[LAMBDA][k]), im);
  }

  private void addLambda(double[][] raw, double[][] sum, int k, Complex g) {
    if (config.version().storesComplex()) {
      boolean cut = config.version().clips() && raw[LAMBDA][2 * k] > MAX_REAL;
      sum[LAMBDA][2 * k] += cut ? 0 : g.re();
      sum[LAMBDA][2 * k + 1] += g.im();
      return;
    }
    sum[LAMBDA][k] -= Math.exp(raw[LAMBDA][k]) * g.re();
    switch (config.version()) {
      case EXP_NO_SCALE_REAL -> {}
      case EXP_RE_IM -> sum[LAMBDA + 1][k] += Math.exp(raw[LAMBDA + 1][k]) * g.im();
      default -> sum[LAMBDA + 1][k] += g.im();
    }
  }

  private int dtIndex(int i, int part) {
    int h = i / n;
    return config.separateDt() ? 2 * h + part : h;
  }

  private Complex weight(double[][] raw, int k) {
    return new Complex(raw[weightIndex][2 * k], raw[weightIndex][2 * k + 1]);
  }
}
