package io.carillon.ssm.diagonal;

import io.carillon.config.S4dConfig;
import io.carillon.config.kernel.Discretisation;
import io.carillon.config.kernel.InputWeight;
import io.carillon.config.kernel.KernelCast;
import io.carillon.config.kernel.Transform;
import io.carillon.engine.Parallel;
import io.carillon.engine.Parameter;
import io.carillon.engine.Role;
import io.carillon.engine.SeededRandom;
import io.carillon.math.MutableComplex;
import io.carillon.ssm.Discretiser;
import io.carillon.ssm.Modes;
import io.carillon.ssm.ModesGradient;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

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

  private static List<Slot> slots(S4dConfig config, String name, int channels, int sets) {
    checkSize(name, channels, sets);
    int m = config.storedModes();
    int s = config.copies(channels);
    if (channels % s != 0) {
      throw new IllegalArgumentException(
          name + ": ssm_copies " + s + " must divide the number of channels " + channels);
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
    slots.add(new Slot("A_real", Role.A_REAL, true, s, m));
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

  /** What one worker computes a mode with. */
  private static final class Cell {
    final Discretiser discretiser = new Discretiser();
    final MutableComplex a = new MutableComplex();
    final MutableComplex b = new MutableComplex();
    final MutableComplex input = new MutableComplex();
    final MutableComplex out = new MutableComplex();
    final MutableComplex w = new MutableComplex();
    final MutableComplex gW = new MutableComplex();
    final MutableComplex gInput = new MutableComplex();
    final MutableComplex gLog = new MutableComplex();
    final MutableComplex term = new MutableComplex();

    /** Δ · rate. */
    double delta;

    /** What w carries besides C B̄: 2, 1 (DSS), or 0 above the band limit. */
    double gain;
  }

  /** One for every worker. */
  private static Cell[] cells(Parallel parallel) {
    Cell[] cells = new Cell[parallel.threads()];
    Arrays.setAll(cells, i -> new Cell());
    return cells;
  }

  // Arrays that are kept from modes to pullback, one number for each mode of each channel.
  private static final int BETA_RE = ModesMemory.FREE;
  private static final int BETA_IM = ModesMemory.FREE + 1;

  // Gradients of what channels share, which are added up in order.
  private static final int G_REAL = ModesMemory.FREE + 2;
  private static final int G_IMAG = ModesMemory.FREE + 3;
  private static final int G_B_RE = ModesMemory.FREE + 4;
  private static final int G_B_IM = ModesMemory.FREE + 5;

  @Override
  Modes modes(double[][] raw, int length, double rate, Parallel parallel, ModesMemory memory) {
    int size = channels() * modes;
    memory.part(BETA_RE, size);
    memory.part(BETA_IM, size);
    Modes result = memory.room(sets(), channels(), modes, false, KernelCast.REAL);
    Cell[] cells = cells(parallel);
    parallel.runOnWorkers(
        channels(), (worker, h) -> modesOf(h, raw, length, rate, memory, result, cells[worker]));
    return memory.keepRoom();
  }

  /** Modes of channel h. */
  private void modesOf(
      int h, double[][] raw, int length, double rate, ModesMemory memory, Modes result, Cell cell) {
    int size = channels() * modes;
    Discretiser discretiser = cell.discretiser;
    for (int i = h * modes; i < (h + 1) * modes; i++) {
      continuous(raw, i, rate, cell);
      discretiser.forward(config.discretisation(), cell.a, cell.delta, length);
      result.logRe()[i] = discretiser.log.re;
      result.logIm()[i] = discretiser.log.im;
      result.shift()[i] = discretiser.shift;
      memory.part(BETA_RE, size)[i] = discretiser.beta.re;
      memory.part(BETA_IM, size)[i] = discretiser.beta.im;
      cell.input.set(cell.b).times(discretiser.beta).times(cell.gain);
      for (int c = 0; c < sets(); c++) {
        output(raw, c * size + i, cell.out).times(cell.input);
        result.wRe()[c * size + i] = cell.out.re;
        result.wIm()[c * size + i] = cell.out.im;
      }
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
    int size = channels() * modes;
    double[][] sum = memory.clearedSums(raw);
    for (int part = G_REAL; part <= G_B_IM; part++) {
      memory.part(part, size);
    }
    Cell[] cells = cells(parallel);
    parallel.runOnWorkers(
        channels(),
        (worker, h) -> pullbackOf(h, raw, length, rate, gradient, memory, sum, cells[worker]));
    addShared(memory, sum);
    return sum;
  }

  /** Gradients of what channel h has alone, into sum, and of what it shares, into the memory. */
  private void pullbackOf(
      int h,
      double[][] raw,
      int length,
      double rate,
      ModesGradient gradient,
      ModesMemory memory,
      double[][] sum,
      Cell cell) {
    int size = channels() * modes;
    Discretiser discretiser = cell.discretiser;
    for (int i = h * modes; i < (h + 1) * modes; i++) {
      continuous(raw, i, rate, cell);
      discretiser.beta.set(memory.part(BETA_RE, size)[i], memory.part(BETA_IM, size)[i]);
      cell.input.set(cell.b).times(discretiser.beta).times(cell.gain);
      cell.gInput.set(0, 0);
      cell.gLog.set(gradient.logRe()[i], gradient.logIm()[i]);
      for (int c = 0; c < sets(); c++) {
        int k = c * size + i;
        cell.gW.set(gradient.wRe()[k], gradient.wIm()[k]);
        output(raw, k, cell.out);
        add(sum[outputIndex], k, cell.term.set(cell.gW).timesConj(cell.input));
        cell.gInput.plus(cell.term.set(cell.gW).timesConj(cell.out));
        // The shift z·s counts as a constant: take out the part of dk/dz that came from it.
        cell.w.set(cell.out).times(cell.input);
        double shift = memory.part(ModesMemory.SHIFT, size)[i];
        cell.gLog.plus(cell.term.set(cell.gW).timesConj(cell.w).times(shift));
      }
      cell.gInput.times(cell.gain);
      cell.term.set(cell.gInput).timesConj(discretiser.beta);
      memory.part(G_B_RE, size)[i] = cell.term.re;
      memory.part(G_B_IM, size)[i] = cell.term.im;
      cell.gInput.timesConj(cell.b);
      discretiser.backward(
          config.discretisation(), cell.a, cell.delta, length, cell.gLog, cell.gInput);
      addContinuous(raw, sum, i, rate, discretiser, memory);
    }
  }

  /** Gradients of A and B: several channels may have the same copy. */
  private void addShared(ModesMemory memory, double[][] sum) {
    int size = channels() * modes;
    double[] gReal = memory.part(G_REAL, size);
    double[] gImag = memory.part(G_IMAG, size);
    double[] gBRe = memory.part(G_B_RE, size);
    double[] gBIm = memory.part(G_B_IM, size);
    for (int i = 0; i < size; i++) {
      int k = copyOf(i);
      sum[A_REAL][k] -= gReal[i];
      if (imagIndex >= 0) {
        sum[imagIndex][k] += gImag[i];
      }
      if (inputIndex >= 0) {
        add(sum[inputIndex], k, gBRe[i], gBIm[i]);
      }
    }
  }

  @Override
  DiscreteSystem discrete(double[][] raw, double rate) {
    if (dependsOnLength()) {
      throw new UnsupportedOperationException(
          "discretisation DSS (softmax) depends on the length and has no recurrence; use the"
              + " convolution, or train with ZOH to stream");
    }
    int size = channels() * modes;
    DiscreteSystem system = DiscreteSystem.allocate(channels(), modes, sets(), 2);
    Cell cell = new Cell();
    for (int i = 0; i < size; i++) {
      continuous(raw, i, rate, cell);
      cell.discretiser.forward(config.discretisation(), cell.a, cell.delta, 1);
      cell.discretiser.log.exp();
      cell.b.times(cell.discretiser.beta);
      system.aRe()[i] = cell.discretiser.log.re;
      system.aIm()[i] = cell.discretiser.log.im;
      system.bRe()[i] = cell.b.re;
      system.bIm()[i] = cell.b.im;
      for (int c = 0; c < sets(); c++) {
        if (cell.gain != 0) {
          output(raw, c * size + i, cell.out);
          system.cRe()[c * size + i] = cell.out.re;
          system.cIm()[c * size + i] = cell.out.im;
        }
      }
    }
    return system;
  }

  /** Sets A, Δ, B and gain of mode i = h·M + m. */
  private void continuous(double[][] raw, int i, double rate, Cell cell) {
    int k = copyOf(i);
    double re = -config.realTransform().value(raw[A_REAL][k]);
    double im =
        imagIndex < 0
            ? 0
            : config.imagSign().factor() * config.imagTransform().value(raw[imagIndex][k]);
    double rawDt = raw[DT][dtOf(i)];
    double delta = config.dtTransform().value(config.dtFast() ? Math.sinh(rawDt) : rawDt);
    boolean masked = delta * Math.abs(im) / (2 * Math.PI) >= config.bandlimit() / 2;
    cell.gain = masked ? 0 : dependsOnLength() ? 1 : 2;
    cell.a.set(re, im);
    cell.delta = delta * rate;
    if (inputIndex < 0) {
      cell.b.set(1, 0);
    } else {
      read(raw[inputIndex], k, cell.b);
    }
  }

  /** Adds the gradient of Δ·rate of mode i to that of the raw Δ, and keeps those of A. */
  private void addContinuous(
      double[][] raw, double[][] sum, int i, double rate, Discretiser g, ModesMemory memory) {
    int size = channels() * modes;
    int k = copyOf(i);
    memory.part(G_REAL, size)[i] = config.realTransform().derivative(raw[A_REAL][k]) * g.gA.re;
    if (imagIndex >= 0) {
      memory.part(G_IMAG, size)[i] =
          config.imagSign().factor()
              * config.imagTransform().derivative(raw[imagIndex][k])
              * g.gA.im;
    }
    double rawDt = raw[DT][dtOf(i)];
    double slope =
        config.dtFast()
            ? config.dtTransform().derivative(Math.sinh(rawDt)) * Math.cosh(rawDt)
            : config.dtTransform().derivative(rawDt);
    sum[DT][dtOf(i)] += slope * rate * g.gDelta;
  }

  private int copyOf(int i) {
    return (i / modes % copies) * modes + i % modes;
  }

  private int dtOf(int i) {
    return config.dtTied() ? i / modes : i;
  }

  private MutableComplex output(double[][] raw, int k, MutableComplex to) {
    return read(raw[outputIndex], k, to);
  }

  private MutableComplex read(double[] values, int k, MutableComplex to) {
    return config.realValued() ? to.set(values[k], 0) : to.set(values[2 * k], values[2 * k + 1]);
  }

  private void add(double[] values, int k, MutableComplex g) {
    add(values, k, g.re, g.im);
  }

  private void add(double[] values, int k, double re, double im) {
    if (config.realValued()) {
      values[k] += re;
    } else {
      values[2 * k] += re;
      values[2 * k + 1] += im;
    }
  }
}
