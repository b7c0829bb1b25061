package io.carillon.ssm;

import io.carillon.core.Parameter;
import io.carillon.core.Role;
import io.carillon.core.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * S4D (papers A.1, A.2). Raw parameters, with S copies of (A, B), M stored modes:
 *
 * <ul>
 *   <li>{@code log_dt} (or {@code inv_dt} unless Δ = exp(raw)) [H], or [H][M] with untied Δ
 *   <li>{@code A_real} [S][M]: Re A = −f(A_real)
 *   <li>{@code A_imag} [S][M]: Im A = ±f(A_imag); absent if real-valued
 *   <li>{@code B} [S][M][2] (re, im), [S][M] if real-valued; absent if B = 1
 *   <li>{@code C} [C][H][M][2], [C][H][M] if real-valued
 * </ul>
 *
 * <p>w = 2 C B̄, z = log Ā; softmax DSS has no factor 2. Channel h uses copy h mod S.
 */
public final class S4dParameterisation extends RawParameterisation implements Parameterisation {
  private static final int DT = 0;
  private static final int A_REAL = 1;

  private final S4dConfig config;
  private final int modes;
  private final int copies;
  private final int imagIndex;
  private final int inputIndex;
  private final int outputIndex;

  private S4dParameterisation(
      S4dConfig config, int channels, int sets, List<Parameter> parameters) {
    super(channels, sets, parameters);
    this.config = config;
    modes = config.storedModes();
    copies = config.copies(channels);
    imagIndex = config.realValued() ? -1 : A_REAL + 1;
    inputIndex = config.inputWeight() == InputWeight.ABSENT ? -1 : Math.max(imagIndex, A_REAL) + 1;
    outputIndex = parameters.size() - 1;
  }

  /**
   * Fresh weights.
   *
   * @throws IllegalArgumentException if the copies of (A, B) do not divide the channels, or are not
   *     a multiple of the parts of a mixed init, or an initial value is out of a transform's range
   */
  public static S4dParameterisation create(
      S4dConfig config, String name, int channels, int sets, SeededRandom random) {
    List<Slot> slots = slots(config, name, channels, sets);
    double[][] values = new S4dInitialiser(config, channels, sets, random).values();
    return new S4dParameterisation(config, channels, sets, create(name, slots, values));
  }

  /**
   * Existing weights, by local name; the arrays become the live values.
   *
   * @throws IllegalArgumentException if a name is missing or unknown, or a length does not fit
   */
  public static S4dParameterisation of(
      S4dConfig config, String name, int channels, int sets, Map<String, float[]> raw) {
    List<Slot> slots = slots(config, name, channels, sets);
    return new S4dParameterisation(config, channels, sets, adopt(name, slots, raw));
  }

  private static List<Slot> slots(S4dConfig config, String name, int channels, int sets) {
    checkSize(name, channels, sets);
    int m = config.storedModes();
    int s = config.copies(channels);
    if (channels % s != 0) {
      throw new IllegalArgumentException(
          name + ": ssmCopies " + s + " must divide the number of channels " + channels);
    }
    int parts = config.init().parts().size();
    if (s % parts != 0) {
      throw new IllegalArgumentException(
          name
              + ": init "
              + config.init()
              + " mixes "
              + parts
              + " kinds, so the number of copies "
              + s
              + " (ssmCopies, or the channels) must be a multiple of "
              + parts);
    }
    boolean plainExp = config.dtTransform() == Transform.EXP && !config.dtFast();
    String dt = plainExp ? "log_dt" : "inv_dt";
    int[] dtShape = config.dtTied() ? new int[] {channels} : new int[] {channels, m};
    boolean real = config.realValued();
    List<Slot> slots = new ArrayList<>();
    slots.add(new Slot(dt, Role.DT, true, dtShape));
    slots.add(new Slot("A_real", Role.A, true, s, m));
    if (!real) {
      slots.add(new Slot("A_imag", Role.A, true, s, m));
    }
    if (config.inputWeight() != InputWeight.ABSENT) {
      boolean trained = config.inputWeight() == InputWeight.TRAINED;
      slots.add(new Slot("B", Role.B, trained, real ? new int[] {s, m} : new int[] {s, m, 2}));
    }
    int[] outputShape = real ? new int[] {sets, channels, m} : new int[] {sets, channels, m, 2};
    slots.add(new Slot("C", Role.C, true, outputShape));
    return slots;
  }

  @Override
  public S4dConfig config() {
    return config;
  }

  @Override
  public boolean dependsOnLength() {
    return config.discretisation() == Discretisation.DSS;
  }

  @Override
  Modes modes(double[][] raw, int length, double rate) {
    int size = channels() * modes;
    double[] logRe = new double[size];
    double[] logIm = new double[size];
    double[] shift = new double[size];
    double[] wRe = new double[sets() * size];
    double[] wIm = new double[sets() * size];
    boolean shifted = false;
    for (int i = 0; i < size; i++) {
      Continuous mode = continuous(raw, i, rate);
      Discretiser.Mode discrete =
          Discretiser.forward(config.discretisation(), mode.a, mode.delta, length);
      logRe[i] = discrete.log().re();
      logIm[i] = discrete.log().im();
      shift[i] = discrete.shift();
      shifted |= shift[i] != 0;
      Complex input = mode.b.times(discrete.beta()).times(mode.gain);
      for (int c = 0; c < sets(); c++) {
        Complex w = output(raw, c * size + i).times(input);
        wRe[c * size + i] = w.re();
        wIm[c * size + i] = w.im();
      }
    }
    return new Modes(
        sets(),
        channels(),
        modes,
        false,
        logRe,
        logIm,
        wRe,
        wIm,
        shifted ? shift : null,
        KernelCast.REAL);
  }

  @Override
  double[][] pullback(double[][] raw, int length, double rate, ModesGradient gradient) {
    int size = channels() * modes;
    double[][] sum = zerosLike(raw);
    for (int i = 0; i < size; i++) {
      Continuous mode = continuous(raw, i, rate);
      Discretiser.Mode discrete =
          Discretiser.forward(config.discretisation(), mode.a, mode.delta, length);
      Complex input = mode.b.times(discrete.beta()).times(mode.gain);
      Complex gInput = Complex.ZERO;
      Complex gLog = new Complex(gradient.logRe()[i], gradient.logIm()[i]);
      for (int c = 0; c < sets(); c++) {
        int k = c * size + i;
        Complex gW = new Complex(gradient.wRe()[k], gradient.wIm()[k]);
        Complex out = output(raw, k);
        add(sum[outputIndex], k, gW.timesConj(input));
        gInput = gInput.plus(gW.timesConj(out));
        // The shift z·s counts as a constant: take out the part of dk/dz that came from it.
        gLog = gLog.plus(gW.timesConj(out.times(input)).times(discrete.shift()));
      }
      gInput = gInput.times(mode.gain);
      if (inputIndex >= 0) {
        add(sum[inputIndex], copyOf(i), gInput.timesConj(discrete.beta()));
      }
      Discretiser.Gradient g =
          Discretiser.backward(
              config.discretisation(), mode.a, mode.delta, length, gLog, gInput.timesConj(mode.b));
      addContinuous(raw, sum, i, rate, g);
    }
    return sum;
  }

  @Override
  DiscreteSystem discrete(double[][] raw, double rate) {
    if (dependsOnLength()) {
      throw new UnsupportedOperationException(
          "discretisation DSS (softmax) depends on the length and has no recurrence; use the"
              + " convolution, or train with ZOH to stream");
    }
    int size = channels() * modes;
    DiscreteSystem system =
        new DiscreteSystem(
            channels(),
            modes,
            sets(),
            2,
            new double[size],
            new double[size],
            new double[size],
            new double[size],
            new double[sets() * size],
            new double[sets() * size]);
    for (int i = 0; i < size; i++) {
      Continuous mode = continuous(raw, i, rate);
      Discretiser.Mode discrete =
          Discretiser.forward(config.discretisation(), mode.a, mode.delta, 1);
      Complex a = discrete.log().exp();
      Complex b = mode.b.times(discrete.beta());
      system.aRe()[i] = a.re();
      system.aIm()[i] = a.im();
      system.bRe()[i] = b.re();
      system.bIm()[i] = b.im();
      for (int c = 0; c < sets(); c++) {
        Complex out = mode.gain == 0 ? Complex.ZERO : output(raw, c * size + i);
        system.cRe()[c * size + i] = out.re();
        system.cIm()[c * size + i] = out.im();
      }
    }
    return system;
  }

  /**
   * A, Δ, B of one mode, and what w carries besides C B̄: 2, 1 (DSS), or 0 above the band limit.
   */
  private record Continuous(Complex a, double delta, Complex b, double gain) {}

  /** Mode i = h·M + m. */
  private Continuous continuous(double[][] raw, int i, double rate) {
    int k = copyOf(i);
    double re = -config.realTransform().value(raw[A_REAL][k]);
    double im =
        imagIndex < 0
            ? 0
            : config.imagSign().factor() * config.imagTransform().value(raw[imagIndex][k]);
    double rawDt = raw[DT][dtOf(i)];
    double delta = config.dtTransform().value(config.dtFast() ? Math.sinh(rawDt) : rawDt);
    boolean masked = delta * Math.abs(im) / (2 * Math.PI) >= config.bandlimit() / 2;
    double gain = masked ? 0 : dependsOnLength() ? 1 : 2;
    return new Continuous(
        new Complex(re, im), delta * rate, inputIndex < 0 ? Complex.ONE : input(raw, k), gain);
  }

  /** Adds the gradient of A and of Δ·rate of mode i to the raw gradients. */
  private void addContinuous(
      double[][] raw, double[][] sum, int i, double rate, Discretiser.Gradient g) {
    int k = copyOf(i);
    sum[A_REAL][k] -= config.realTransform().derivative(raw[A_REAL][k]) * g.a().re();
    if (imagIndex >= 0) {
      sum[imagIndex][k] +=
          config.imagSign().factor()
              * config.imagTransform().derivative(raw[imagIndex][k])
              * g.a().im();
    }
    double rawDt = raw[DT][dtOf(i)];
    double slope =
        config.dtFast()
            ? config.dtTransform().derivative(Math.sinh(rawDt)) * Math.cosh(rawDt)
            : config.dtTransform().derivative(rawDt);
    sum[DT][dtOf(i)] += slope * rate * g.delta();
  }

  private int copyOf(int i) {
    return (i / modes % copies) * modes + i % modes;
  }

  private int dtOf(int i) {
    return config.dtTied() ? i / modes : i;
  }

  private Complex input(double[][] raw, int k) {
    return read(raw[inputIndex], k);
  }

  private Complex output(double[][] raw, int k) {
    return read(raw[outputIndex], k);
  }

  private Complex read(double[] values, int k) {
    return config.realValued()
        ? new Complex(values[k], 0)
        : new Complex(values[2 * k], values[2 * k + 1]);
  }

  private void add(double[] values, int k, Complex g) {
    if (config.realValued()) {
      values[k] += g.re();
    } else {
      values[2 * k] += g.re();
      values[2 * k + 1] += g.im();
    }
  }
}
