package io.carillon.ssm.dplr;

import io.carillon.config.S4Config;
import io.carillon.engine.Parallel;
import io.carillon.engine.Parameter;
import io.carillon.engine.Role;
import io.carillon.engine.SeededRandom;
import io.carillon.internal.kernel.Kernels;
import io.carillon.math.DoubleDft;
import io.carillon.ssm.KernelMap;
import io.carillon.ssm.RawMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * S4 (papers A.5): kernels of diagonal plus low-rank systems, see {@link DplrSpectrum}. Raw
 * parameters, with Δ = rate · exp(log_dt), λ = −exp(A_real) − i A_imag:
 *
 * <ul>
 *   <li>{@code log_dt} [H]
 *   <li>{@code A_real}, {@code A_imag} [S][M]
 *   <li>{@code B} [S][M][2], {@code P} [R][S][M][2]
 *   <li>{@code C} [C][H][M][2]: C̃ = C (I − Ā^l) with l the configured kernel length, as in the
 *       official code after its first forward pass
 * </ul>
 *
 * <p>At a rate other than 1 the stored C̃ belongs to a slightly different Ā^l; as in the official
 * code the internal length is then n = l / rate, which makes both nearly the same. The kernel is
 * that of C = C̃ (I − Ā^n)⁻¹ with Ā of that rate, for any number of taps.
 *
 * <p>Deviation: for more than n taps the official code doubles C̃ with the Ā of rate 1, so that a
 * kernel becomes another one when it becomes longer, and the answer for a sequence depends on the
 * longest of its batch. We double with the Ā of the rate, which continues the kernel.
 */
public final class DplrKernel extends RawMap implements KernelMap {
  private static final int DT = 0;
  private static final int A_REAL = 1;
  private static final int A_IMAG = 2;
  private static final int B = 3;
  private static final int P = 4;
  private static final int C = 5;

  private final S4Config config;
  private final int modes;
  private final int copies;

  private DplrKernel(S4Config config, int channels, int sets, List<Parameter> parameters) {
    super(channels, sets, parameters);
    this.config = config;
    this.modes = config.stateSize() / 2;
    this.copies = config.copies(channels);
  }

  /** Fresh weights: HiPPO A, B and P; C complex normal of variance 1; log Δ uniform. */
  public static DplrKernel create(
      S4Config config, String name, int channels, int sets, SeededRandom random) {
    List<Slot> slots = slots(config, name, channels, sets);
    double[][] raw = new S4Initialiser(config, channels, sets, random).values();
    DplrKernel kernel = new DplrKernel(config, channels, sets, create(name, slots, raw));
    float[] stored = kernel.parameters().get(C).value();
    double[][] rounded = kernel.rawValues();
    double[] truncated = kernel.truncated(rounded);
    for (int i = 0; i < stored.length; i++) {
      stored[i] = (float) truncated[i];
    }
    return kernel;
  }

  private static List<Slot> slots(S4Config config, String name, int channels, int sets) {
    checkSize(name, channels, sets);
    int copies = config.copies(channels);
    int parts = config.init().parts().size();
    if (channels % copies != 0 || copies % parts != 0) {
      throw new IllegalArgumentException(
          name
              + ": ssm_copies is "
              + copies
              + " for "
              + channels
              + " channels; it must divide the channels"
              + (parts > 1 ? " and be a multiple of " + parts + " for init " + config.init() : ""));
    }
    int m = config.stateSize() / 2;
    List<Slot> slots = new ArrayList<>();
    slots.add(new Slot("log_dt", Role.DT, true, channels));
    slots.add(new Slot("A_real", Role.A_REAL, true, copies, m));
    slots.add(new Slot("A_imag", Role.A, true, copies, m));
    slots.add(new Slot("B", Role.B, true, copies, m, 2));
    slots.add(new Slot("P", Role.A, true, config.rank(), copies, m, 2));
    slots.add(new Slot("C", Role.C, true, sets, channels, m, 2));
    return slots;
  }

  @Override
  public S4Config config() {
    return config;
  }

  @Override
  public boolean dependsOnLength() {
    return false;
  }

  @Override
  public String recurrenceObstacle() {
    return "its modes are coupled by the low-rank part of A, a recurrence of modes needs them apart";
  }

  @Override
  public void kernel(Kernels kernels, Parallel parallel, int length, double rate, float[] out) {
    check(length, rate);
    double[][] raw = rawValues();
    int inner = innerLength(length, rate);
    DoubleDft dft = new DoubleDft(inner);
    parallel.run(
        channels(),
        h -> {
          double[][] taps = taps(raw, h, rate, inner, dft);
          for (int c = 0; c < sets(); c++) {
            int at = (c * channels() + h) * length;
            for (int l = 0; l < length; l++) {
              out[at + l] = (float) taps[c][l];
            }
          }
        });
  }

  /**
   * Adds to the gradients of the raw parameters.
   *
   * @throws IllegalArgumentException if there are more taps than the configured kernel length
   */
  @Override
  public void gradient(Kernels kernels, Parallel parallel, int length, double rate, float[] g) {
    check(length, rate);
    if (length > storedLength(rate)) {
      throw new IllegalArgumentException(
          parameters().get(C).name()
              + " is stored for sequences of kernel_length = "
              + config.kernelLength()
              + " steps; training on "
              + length
              + " steps needs a larger kernel_length");
    }
    double[][] raw = rawValues();
    double[][] sum = zerosLike(raw);
    DplrSystem[] parts = new DplrSystem[channels()];
    int inner = innerLength(length, rate);
    DoubleDft dft = new DoubleDft(inner);
    parallel.run(
        channels(),
        h -> {
          double[][] taps = new double[sets()][inner];
          for (int c = 0; c < sets(); c++) {
            for (int l = 0; l < length; l++) {
              taps[c][l] = g[(c * channels() + h) * length + l];
            }
          }
          parts[h] = new DplrSpectrum(system(raw, h, rate), inner, dft).gradient(taps);
        });
    for (int h = 0; h < channels(); h++) {
      addSystem(raw, h, rate, parts[h], sum);
    }
    addGradients(sum);
  }

  /** n = l / rate, for which C̃ is stored. */
  private int storedLength(double rate) {
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, Math.round(config.kernelLength() / rate)));
  }

  /** n, doubled until the kernel fits. */
  private int innerLength(int length, double rate) {
    long inner = storedLength(rate);
    while (inner < length) {
      inner *= 2;
    }
    return Math.toIntExact(inner);
  }

  /** The kernels [set][length or more] of channel h for raw values in double. */
  public double[][] taps(double[][] raw, int h, int length, double rate) {
    int inner = innerLength(length, rate);
    return taps(raw, h, rate, inner, new DoubleDft(inner));
  }

  private double[][] taps(double[][] raw, int h, double rate, int inner, DoubleDft dft) {
    DplrSystem system = system(raw, h, rate);
    int stored = storedLength(rate);
    if (stored < inner) {
      DplrStep step = new DplrStep(system);
      for (long n = stored; n < inner; n *= 2) {
        DplrTruncation.addPower(step, system, n, 1);
      }
    }
    return new DplrSpectrum(system, inner, dft).kernels();
  }

  /** Gradients of raw values from those of the kernels of channel h; for one set of taps. */
  void pullback(double[][] raw, int h, double rate, double[][] g, double[][] sum) {
    int inner = innerLength(g[0].length, rate);
    double[][] padded = new double[g.length][];
    Arrays.setAll(padded, c -> Arrays.copyOf(g[c], inner));
    DplrSpectrum spectrum = new DplrSpectrum(system(raw, h, rate), inner, new DoubleDft(inner));
    addSystem(raw, h, rate, spectrum.gradient(padded), sum);
  }

  /** C̃ = C (I − Ā^l) of raw values whose C is not yet truncated, laid out like C. */
  public double[] truncated(double[][] raw) {
    double[] result = new double[raw[C].length];
    for (int h = 0; h < channels(); h++) {
      DplrSystem system = system(raw, h, 1);
      DplrTruncation.addPower(new DplrStep(system), system, config.kernelLength(), -1);
      for (int c = 0; c < sets(); c++) {
        for (int n = 0; n < modes; n++) {
          int at = 2 * ((c * channels() + h) * modes + n);
          result[at] = system.outRe[c][n];
          result[at + 1] = system.outIm[c][n];
        }
      }
    }
    return result;
  }

  /**
   * The endless kernels step by step, for the present weights.
   *
   * @param rate factor on Δ
   */
  public DplrRecurrence recurrence(double rate) {
    double[][] raw = rawValues();
    DplrSystem[] systems = new DplrSystem[channels()];
    for (int h = 0; h < systems.length; h++) {
      systems[h] = untruncated(raw, h, rate);
    }
    return new DplrRecurrence(systems);
  }

  /** The system of channel h with C = C̃ (I − Ā^n)⁻¹. */
  DplrSystem untruncated(double[][] raw, int h, double rate) {
    DplrSystem system = system(raw, h, rate);
    DplrTruncation.undo(new DplrStep(system), system, storedLength(rate));
    return system;
  }

  /** Channel h in double. */
  DplrSystem system(double[][] raw, int h, double rate) {
    DplrSystem system = new DplrSystem(modes, config.rank(), sets());
    system.dt = rate * Math.exp(raw[DT][h]);
    int copy = h % copies;
    for (int n = 0; n < modes; n++) {
      int a = copy * modes + n;
      system.lambdaRe[n] = -Math.exp(raw[A_REAL][a]);
      system.lambdaIm[n] = -raw[A_IMAG][a];
      for (int left = 0; left <= config.rank(); left++) {
        double[] from = raw[left == 0 ? B : P];
        int at = 2 * (Math.max(0, left - 1) * copies * modes + a);
        system.leftRe[left][n] = from[at];
        system.leftIm[left][n] = from[at + 1];
      }
      for (int c = 0; c < sets(); c++) {
        int at = 2 * ((c * channels() + h) * modes + n);
        system.outRe[c][n] = raw[C][at];
        system.outIm[c][n] = raw[C][at + 1];
      }
    }
    return system;
  }

  /** Adds the gradients of channel h's system to those of the raw values. */
  private void addSystem(double[][] raw, int h, double rate, DplrSystem g, double[][] sum) {
    sum[DT][h] += rate * Math.exp(raw[DT][h]) * g.dt;
    int copy = h % copies;
    for (int n = 0; n < modes; n++) {
      int a = copy * modes + n;
      sum[A_REAL][a] -= Math.exp(raw[A_REAL][a]) * g.lambdaRe[n];
      sum[A_IMAG][a] -= g.lambdaIm[n];
      for (int left = 0; left <= config.rank(); left++) {
        double[] to = sum[left == 0 ? B : P];
        int at = 2 * (Math.max(0, left - 1) * copies * modes + a);
        to[at] += g.leftRe[left][n];
        to[at + 1] += g.leftIm[left][n];
      }
      for (int c = 0; c < sets(); c++) {
        int at = 2 * ((c * channels() + h) * modes + n);
        sum[C][at] += g.outRe[c][n];
        sum[C][at + 1] += g.outIm[c][n];
      }
    }
  }
}
