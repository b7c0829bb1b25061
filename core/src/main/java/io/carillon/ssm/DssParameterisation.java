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
    int width = config.separateDt() ? 2 : 1;
    double[] dt = new double[channels * width];
    for (int h = 0; h < channels; h++) {
      double value = random.uniform(Math.log(config.dtMin()), Math.log(config.dtMax()));
      for (int j = 0; j < width; j++) {
        dt[h * width + j] = value;
      }
    }
    List<double[]> values = new ArrayList<>(List.of(dt));
    values.addAll(initialLambda(config, random));
    double[] w = new double[slots.get(slots.size() - 1).size()];
    for (int i = 0; i < w.length; i++) {
      w[i] = random.normal();
    }
    values.add(w);
    double[][] raw = values.toArray(double[][]::new);
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

  private static List<double[]> initialLambda(DssConfig config, SeededRandom random) {
    int n = config.stateSize();
    double[] im =
        config.init() == DssInit.HIPPO_SKEW_POS_IMAG
            ? LegsSpectrum.frequencies(2 * n)
            : new double[n];
    for (int i = 0; i < n; i++) {
      im[i] =
          switch (config.init()) {
            case HIPPO_SKEW_POS_IMAG -> im[i];
            case LIN -> Math.PI * i;
            case RANDN -> random.normal();
          };
    }
    double re = -0.5;
    if (config.version().storesComplex()) {
      double[] lambda = new double[2 * n];
      for (int i = 0; i < n; i++) {
        lambda[2 * i] = re;
        lambda[2 * i + 1] = im[i];
      }
      return List.of(lambda);
    }
    double[] logNegRe = new double[n];
    java.util.Arrays.fill(logNegRe, Math.log(-re));
    return switch (config.version()) {
      case EXP_NO_SCALE_REAL -> List.of(logNegRe);
      case EXP_RE_IM -> {
        for (int i = 0; i < n; i++) {
          im[i] = Transform.EXP.inverseClamped(im[i]);
        }
        yield List.of(logNegRe, im);
      }
      default -> List.of(logNegRe, im);
    };
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
      Complex lambda = lambda(raw, i % n);
      Complex z = logarithm(raw, i, rate, lambda);
      logRe[i] = z.re();
      logIm[i] = z.im();
      shift[i] = dependsOnLength() ? Softmax.shift(lambda, length) : 0;
      shifted |= shift[i] != 0;
      Complex factor = scale(raw, i, rate, lambda, z, length).times(cast);
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
      Complex lambda = lambda(raw, i % n);
      Complex z = logarithm(raw, i, rate, lambda);
      double shift = dependsOnLength() ? Softmax.shift(lambda, length) : 0;
      Complex beta = scale(raw, i, rate, lambda, z, length);
      Complex gZ = new Complex(gradient.logRe()[i], gradient.logIm()[i]);
      Complex gBeta = Complex.ZERO;
      for (int c = 0; c < sets(); c++) {
        int k = c * size + i;
        Complex gW = new Complex(gradient.wRe()[k], gradient.wIm()[k]);
        Complex weight = weight(raw, k);
        // The shift z·s counts as a constant: take out the part of dk/dz that came from it.
        gZ = gZ.plus(gW.timesConj(weight.times(beta).times(cast)).times(shift));
        Complex gUncast = gW.timesConj(cast);
        Complex gWeight = gUncast.timesConj(beta);
        sum[weightIndex][2 * k] = gWeight.re();
        sum[weightIndex][2 * k + 1] = gWeight.im();
        gBeta = gBeta.plus(gUncast.timesConj(weight));
      }
      addScale(raw, sum, i, rate, lambda, z, length, gZ, gBeta);
    }
    return sum;
  }

  /** β of mode i = h·N + n, w = κ W β. */
  private Complex scale(double[][] raw, int i, double rate, Complex lambda, Complex z, int length) {
    if (dependsOnLength()) {
      return Softmax.scale(z, lambda, length, config.epsilon());
    }
    if (!config.version().scales()) {
      return Complex.ONE;
    }
    if (isHold(lambda)) {
      return z.phi1().times(step(raw, i, 0) * rate);
    }
    return z.expm1().times(boundedReciprocal(lambda));
  }

  /** Whether (e^z − 1) conj(Λ)/max(|Λ|², ε) is the zero-order hold Δ φ₁(ΔΛ). */
  private boolean isHold(Complex lambda) {
    return !config.separateDt() && lambda.absSquared() >= config.epsilon();
  }

  private Complex boundedReciprocal(Complex lambda) {
    return lambda.conj().times(1 / Math.max(lambda.absSquared(), config.epsilon()));
  }

  /** Adds what follows from the gradients of z and β of mode i to those of Δ and Λ. */
  private void addScale(
      double[][] raw,
      double[][] sum,
      int i,
      double rate,
      Complex lambda,
      Complex z,
      int length,
      Complex gLog,
      Complex gBeta) {
    Complex gZ = gLog;
    Complex gLambda = Complex.ZERO;
    if (dependsOnLength()) {
      Softmax.Gradient g = Softmax.backward(z, lambda, length, config.epsilon(), gBeta);
      gZ = gZ.plus(g.z());
      gLambda = g.lambda();
    } else if (config.version().scales()) {
      if (isHold(lambda)) {
        Discretiser.Gradient g =
            Discretiser.backward(
                Discretisation.ZOH, lambda, step(raw, i, 0) * rate, length, Complex.ZERO, gBeta);
        gLambda = g.a();
        sum[DT][dtIndex(i, 0)] += step(raw, i, 0) * rate * g.delta();
      } else {
        gZ = gZ.plus(gBeta.timesConj(z.exp().times(boundedReciprocal(lambda))));
        gLambda = boundedReciprocalBackward(lambda, gBeta.timesConj(z.expm1()));
      }
    }
    double re = step(raw, i, 0) * rate;
    double im = step(raw, i, 1) * rate;
    sum[DT][dtIndex(i, 0)] += gZ.re() * lambda.re() * re;
    sum[DT][dtIndex(i, 1)] += gZ.im() * lambda.im() * im;
    addLambda(raw, sum, i % n, gLambda.plus(new Complex(gZ.re() * re, gZ.im() * im)));
  }

  /** Gradient of Λ given that of conj(Λ)/max(|Λ|², ε). */
  private Complex boundedReciprocalBackward(Complex lambda, Complex g) {
    double norm = lambda.absSquared();
    if (norm < config.epsilon()) {
      return g.conj().times(1 / config.epsilon());
    }
    // d(1/Λ) = −dΛ/Λ²
    Complex inverse = lambda.reciprocal();
    return g.timesConj(inverse.times(inverse)).times(-1);
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
      Complex lambda = lambda(raw, i % n);
      Complex z = logarithm(raw, i, rate, lambda);
      Complex a = z.exp();
      Complex b = scale(raw, i, rate, lambda, z, 1);
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

  private Complex logarithm(double[][] raw, int i, double rate, Complex lambda) {
    return new Complex(lambda.re() * step(raw, i, 0) * rate, lambda.im() * step(raw, i, 1) * rate);
  }

  /** Δ for the real part (0) or the imaginary part (1) of mode i. */
  private double step(double[][] raw, int i, int part) {
    return Math.exp(raw[DT][dtIndex(i, part)]);
  }

  private int dtIndex(int i, int part) {
    int h = i / n;
    return config.separateDt() ? 2 * h + part : h;
  }

  private Complex weight(double[][] raw, int k) {
    return new Complex(raw[weightIndex][2 * k], raw[weightIndex][2 * k + 1]);
  }
}
