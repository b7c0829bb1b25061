package io.carillon.ssm.diagonal;

import io.carillon.config.DlrConfig;
import io.carillon.config.kernel.DlrInit;
import io.carillon.engine.Parallel;
import io.carillon.engine.Parameter;
import io.carillon.engine.Role;
import io.carillon.engine.SeededRandom;
import io.carillon.math.Complex;
import io.carillon.ssm.Modes;
import io.carillon.ssm.ModesGradient;
import java.util.ArrayList;
import java.util.List;

/**
 * DLR (papers B.1): z_n = −ρ_n² + iθ_n for all channels, w = κ W with κ the factor of the cast. Raw
 * parameters:
 *
 * <ul>
 *   <li>{@code rho} [N] (absent with Λ imaginary): |λ| = exp(−ρ²) ≤ 1; the gradient vanishes at ρ =
 *       0
 *   <li>{@code theta} [N], radians per step (absent with Λ real)
 *   <li>{@code W} [C][H][N][2] (re, im), or [C][H][N] with W real
 * </ul>
 */
public final class DlrParameterisation extends RawParameterisation implements Parameterisation {
  private final DlrConfig config;
  private final Complex cast;

  private DlrParameterisation(
      DlrConfig config, int channels, int sets, List<Parameter> parameters) {
    super(channels, sets, parameters);
    this.config = config;
    cast = CastFactor.of(config.cast());
  }

  /** Fresh weights. */
  public static DlrParameterisation create(
      DlrConfig config, String name, int channels, int sets, SeededRandom random) {
    List<Slot> slots = slots(config, name, channels, sets);
    List<double[]> values = new ArrayList<>();
    int n = config.stateSize();
    double[] rho = new double[n];
    double[] theta = new double[n];
    for (int i = 0; i < n; i++) {
      rho[i] = Math.sqrt(0.5 * random.logUniform(config.dtMin(), config.dtMax()));
      theta[i] = config.init() == DlrInit.OMEGA ? 2 * Math.PI * i / n : angle(random.normal());
    }
    if (config.version().decays()) {
      values.add(rho);
    }
    if (config.version().turns()) {
      values.add(theta);
    }
    double scale = config.wScale() == 0 ? 1.0 / n : config.wScale();
    double[] w = new double[slots.get(slots.size() - 1).size()];
    for (int i = 0; i < w.length; i++) {
      w[i] = scale * random.normal();
    }
    values.add(w);
    double[][] raw = values.toArray(double[][]::new);
    return new DlrParameterisation(config, channels, sets, create(name, slots, raw));
  }

  /** Into [0, 2π): the sign and whole turns of an angle per step do not matter. */
  private static double angle(double theta) {
    double turned = theta % (2 * Math.PI);
    return turned < 0 ? turned + 2 * Math.PI : turned;
  }

  private static List<Slot> slots(DlrConfig config, String name, int channels, int sets) {
    checkSize(name, channels, sets);
    int n = config.stateSize();
    List<Slot> slots = new ArrayList<>();
    if (config.version().decays()) {
      slots.add(new Slot("rho", Role.A_REAL, true, n));
    }
    if (config.version().turns()) {
      slots.add(new Slot("theta", Role.A, true, n));
    }
    int[] shape =
        config.version().complexWeight()
            ? new int[] {sets, channels, n, 2}
            : new int[] {sets, channels, n};
    slots.add(new Slot("W", Role.C, true, shape));
    return slots;
  }

  @Override
  public DlrConfig config() {
    return config;
  }

  @Override
  public boolean sharesModes() {
    return true;
  }

  @Override
  public boolean dependsOnLength() {
    return false;
  }

  @Override
  Modes modes(double[][] raw, int length, double rate, Parallel parallel, ModesMemory memory) {
    requireUnitRate("DLR", rate);
    int n = config.stateSize();
    Modes result = memory.room(sets(), channels(), n, true, CastFactor.remaining(config.cast()));
    for (int i = 0; i < n; i++) {
      result.logRe()[i] = config.version().decays() ? -raw[0][i] * raw[0][i] : 0;
      result.logIm()[i] = config.version().turns() ? raw[raw.length - 2][i] : 0;
    }
    parallel.run(sets() * channels(), row -> modesOf(row, raw[raw.length - 1], result));
    return memory.keepRoom();
  }

  /** w of one channel of one set. */
  private void modesOf(int row, double[] w, Modes result) {
    int n = config.stateSize();
    double[] wRe = result.wRe();
    double[] wIm = result.wIm();
    boolean complex = config.version().complexWeight();
    for (int k = row * n; k < (row + 1) * n; k++) {
      double re = complex ? w[2 * k] : w[k];
      double im = complex ? w[2 * k + 1] : 0;
      wRe[k] = cast.re() * re - cast.im() * im;
      wIm[k] = cast.re() * im + cast.im() * re;
    }
  }

  @Override
  double[][] pullback(
      double[][] raw,
      int length,
      double rate,
      ModesGradient gradient,
      Parallel parallel,
      ModesMemory memory) {
    requireUnitRate("DLR", rate);
    double[][] sum = memory.clearedSums(raw);
    if (config.version().decays()) {
      for (int i = 0; i < sum[0].length; i++) {
        sum[0][i] = -2 * raw[0][i] * gradient.logRe()[i];
      }
    }
    if (config.version().turns()) {
      double[] theta = sum[raw.length - 2];
      System.arraycopy(gradient.logIm(), 0, theta, 0, theta.length);
    }
    parallel.run(sets() * channels(), row -> pullbackOf(row, gradient, sum[sum.length - 1]));
    return sum;
  }

  /** Gradient of W of one channel of one set. */
  private void pullbackOf(int row, ModesGradient gradient, double[] w) {
    int n = config.stateSize();
    boolean complex = config.version().complexWeight();
    for (int k = row * n; k < (row + 1) * n; k++) {
      double re = gradient.wRe()[k];
      double im = gradient.wIm()[k];
      double gRe = cast.re() * re + cast.im() * im;
      if (complex) {
        w[2 * k] = gRe;
        w[2 * k + 1] = cast.re() * im - cast.im() * re;
      } else {
        w[k] = gRe;
      }
    }
  }

  @Override
  DiscreteSystem discrete(double[][] raw, double rate) {
    CastFactor.requireLinear(config.cast());
    Modes modes = modes(raw, 1, rate);
    int n = config.stateSize();
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
            modes.wRe(),
            modes.wIm());
    for (int i = 0; i < size; i++) {
      Complex lambda = new Complex(modes.logRe()[i % n], modes.logIm()[i % n]).exp();
      system.aRe()[i] = lambda.re();
      system.aIm()[i] = lambda.im();
      system.bRe()[i] = 1;
    }
    return system;
  }
}
