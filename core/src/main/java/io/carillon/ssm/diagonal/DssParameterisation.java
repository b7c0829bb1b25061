package io.carillon.ssm.diagonal;

import io.carillon.config.DssConfig;
import io.carillon.config.kernel.Discretisation;
import io.carillon.config.kernel.DssVersion;
import io.carillon.engine.Parallel;
import io.carillon.engine.Parameter;
import io.carillon.engine.Role;
import io.carillon.engine.SeededRandom;
import io.carillon.math.Complex;
import io.carillon.math.MutableComplex;
import io.carillon.ssm.Discretiser;
import io.carillon.ssm.Modes;
import io.carillon.ssm.ModesGradient;
import io.carillon.ssm.Softmax;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

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

  private static List<Slot> slots(DssConfig config, String name, int channels, int sets) {
    checkSize(name, channels, sets);
    int n = config.stateSize();
    List<Slot> slots = new ArrayList<>();
    int[] dtShape = config.separateDt() ? new int[] {channels, 2} : new int[] {channels};
    slots.add(new Slot("log_dt", Role.DT, true, dtShape));
    switch (config.version()) {
      case EXP, EXP_NO_SCALE -> {
        slots.add(new Slot("Lambda_log_neg_re", Role.A_REAL, true, n));
        slots.add(new Slot("Lambda_im", Role.A, true, n));
      }
      case EXP_RE_IM -> {
        slots.add(new Slot("Lambda_log_neg_re", Role.A_REAL, true, n));
        slots.add(new Slot("Lambda_log_im", Role.A, true, n));
      }
      case EXP_NO_SCALE_REAL -> slots.add(new Slot("Lambda_log_neg_re", Role.A_REAL, true, n));
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

  /** What one worker computes a mode with. */
  private static final class Cell {
    /** Λ. */
    final MutableComplex lambda = new MutableComplex();

    /** z = Re Λ · stepRe + i Im Λ · stepIm. */
    final MutableComplex log = new MutableComplex();

    /** β in w = κ W β. */
    final MutableComplex beta = new MutableComplex();

    double stepRe;
    double stepIm;

    final MutableComplex weight = new MutableComplex();
    final MutableComplex factor = new MutableComplex();
    final MutableComplex term = new MutableComplex();
    final MutableComplex gW = new MutableComplex();
    final MutableComplex gLog = new MutableComplex();
    final MutableComplex gBeta = new MutableComplex();

    /** What reaches Λ and the (single) step not through z. */
    final MutableComplex gLambda = new MutableComplex();

    double gStep;
    final Softmax softmax = new Softmax();
    final Discretiser discretiser = new Discretiser();
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

  // Gradients of Λ, which are added up in order.
  private static final int G_RE = ModesMemory.FREE + 2;
  private static final int G_IM = ModesMemory.FREE + 3;

  @Override
  Modes modes(double[][] raw, int length, double rate, Parallel parallel, ModesMemory memory) {
    int size = channels() * n;
    memory.part(BETA_RE, size);
    memory.part(BETA_IM, size);
    Modes result = memory.room(sets(), channels(), n, false, CastFactor.remaining(config.cast()));
    Cell[] cells = cells(parallel);
    parallel.runOnWorkers(
        channels(), (worker, h) -> modesOf(h, raw, length, rate, memory, result, cells[worker]));
    return memory.keepRoom();
  }

  /** Modes of channel h. */
  private void modesOf(
      int h, double[][] raw, int length, double rate, ModesMemory memory, Modes result, Cell cell) {
    int size = channels() * n;
    for (int i = h * n; i < (h + 1) * n; i++) {
      mode(raw, i, rate, cell);
      scale(cell, length);
      result.logRe()[i] = cell.log.re;
      result.logIm()[i] = cell.log.im;
      result.shift()[i] = dependsOnLength() ? Softmax.shift(cell.lambda.re, length) : 0;
      memory.part(BETA_RE, size)[i] = cell.beta.re;
      memory.part(BETA_IM, size)[i] = cell.beta.im;
      cell.factor.set(cell.beta).times(cast.re(), cast.im());
      for (int c = 0; c < sets(); c++) {
        weight(raw, c * size + i, cell.weight).times(cell.factor);
        result.wRe()[c * size + i] = cell.weight.re;
        result.wIm()[c * size + i] = cell.weight.im;
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
    int size = channels() * n;
    double[][] sum = memory.clearedSums(raw);
    double[] gRe = memory.part(G_RE, size);
    double[] gIm = memory.part(G_IM, size);
    Cell[] cells = cells(parallel);
    parallel.runOnWorkers(
        channels(),
        (worker, h) -> pullbackOf(h, raw, length, rate, gradient, memory, sum, cells[worker]));
    for (int i = 0; i < size; i++) {
      addLambda(raw, sum, i % n, gRe[i], gIm[i]);
    }
    return sum;
  }

  /** Gradients of what channel h has alone, into sum, and of Λ, into the memory. */
  private void pullbackOf(
      int h,
      double[][] raw,
      int length,
      double rate,
      ModesGradient gradient,
      ModesMemory memory,
      double[][] sum,
      Cell cell) {
    int size = channels() * n;
    for (int i = h * n; i < (h + 1) * n; i++) {
      mode(raw, i, rate, cell);
      cell.beta.set(memory.part(BETA_RE, size)[i], memory.part(BETA_IM, size)[i]);
      cell.gLog.set(gradient.logRe()[i], gradient.logIm()[i]);
      cell.gBeta.set(0, 0);
      for (int c = 0; c < sets(); c++) {
        int k = c * size + i;
        cell.gW.set(gradient.wRe()[k], gradient.wIm()[k]);
        weight(raw, k, cell.weight);
        // The shift z·s counts as a constant: take out the part of dk/dz that came from it.
        cell.factor.set(cell.weight).times(cell.beta).times(cast.re(), cast.im());
        double shift = memory.part(ModesMemory.SHIFT, size)[i];
        cell.gLog.plus(cell.term.set(cell.gW).timesConj(cell.factor).times(shift));
        cell.gW.timesConj(cast.re(), cast.im());
        cell.term.set(cell.gW).timesConj(cell.beta);
        sum[weightIndex][2 * k] = cell.term.re;
        sum[weightIndex][2 * k + 1] = cell.term.im;
        cell.gBeta.plus(cell.gW.timesConj(cell.weight));
      }
      scaleBackward(cell, length);
      addMode(sum, i, cell, memory);
    }
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
    DiscreteSystem system = DiscreteSystem.allocate(channels(), n, sets(), 1);
    Cell cell = new Cell();
    for (int i = 0; i < size; i++) {
      mode(raw, i, rate, cell);
      scale(cell, 1);
      cell.log.exp();
      system.aRe()[i] = cell.log.re;
      system.aIm()[i] = cell.log.im;
      system.bRe()[i] = cell.beta.re;
      system.bIm()[i] = cell.beta.im;
      for (int c = 0; c < sets(); c++) {
        weight(raw, c * size + i, cell.weight).times(cast.re(), cast.im());
        system.cRe()[c * size + i] = cell.weight.re;
        system.cIm()[c * size + i] = cell.weight.im;
      }
    }
    return system;
  }

  /** Sets Λ, the steps and z of mode i = h·N + n. */
  private void mode(double[][] raw, int i, double rate, Cell cell) {
    readLambda(raw, i % n, cell.lambda);
    cell.stepRe = Math.exp(raw[DT][dtIndex(i, 0)]) * rate;
    cell.stepIm = Math.exp(raw[DT][dtIndex(i, 1)]) * rate;
    cell.log.set(cell.lambda.re * cell.stepRe, cell.lambda.im * cell.stepIm);
  }

  /** Sets β. */
  private void scale(Cell cell, int length) {
    if (dependsOnLength()) {
      cell.softmax.scale(cell.log, cell.lambda, length, config.epsilon(), cell.beta);
    } else if (!config.version().scales()) {
      cell.beta.set(1, 0);
    } else if (isHold(cell)) {
      cell.beta.set(cell.log).phi1().times(cell.stepRe);
    } else {
      cell.beta.set(cell.log).expm1().times(boundedReciprocal(cell));
    }
  }

  /** Whether (e^z − 1) conj(Λ)/max(|Λ|², ε) is the zero-order hold Δ φ₁(ΔΛ). */
  private boolean isHold(Cell cell) {
    return !config.separateDt() && cell.lambda.absSquared() >= config.epsilon();
  }

  private MutableComplex boundedReciprocal(Cell cell) {
    double factor = 1 / Math.max(cell.lambda.absSquared(), config.epsilon());
    return cell.term.set(cell.lambda).conj().times(factor);
  }

  /** Adds what reaches z through β to gLog; sets gLambda and gStep. */
  private void scaleBackward(Cell cell, int length) {
    cell.gLambda.set(0, 0);
    cell.gStep = 0;
    if (dependsOnLength()) {
      cell.softmax.backward(cell.log, cell.lambda, length, config.epsilon(), cell.gBeta);
      cell.gLog.plus(cell.softmax.gZ);
      cell.gLambda.set(cell.softmax.gLambda);
    } else if (!config.version().scales()) {
      return;
    } else if (isHold(cell)) {
      cell.factor.set(0, 0);
      cell.discretiser.backward(
          Discretisation.ZOH, cell.lambda, cell.stepRe, length, cell.factor, cell.gBeta);
      cell.gLambda.set(cell.discretiser.gA);
      cell.gStep = cell.discretiser.gDelta;
    } else {
      cell.factor.set(cell.log).exp().times(boundedReciprocal(cell));
      cell.gLog.plus(cell.term.set(cell.gBeta).timesConj(cell.factor));
      cell.gBeta.timesConj(cell.factor.set(cell.log).expm1());
      boundedReciprocalBackward(cell);
    }
  }

  /** Sets gLambda given the gradient of conj(Λ)/max(|Λ|², ε) in gBeta. */
  private void boundedReciprocalBackward(Cell cell) {
    if (cell.lambda.absSquared() < config.epsilon()) {
      cell.gLambda.set(cell.gBeta).conj().times(1 / config.epsilon());
      return;
    }
    // d(1/Λ) = −dΛ/Λ²
    cell.factor.set(cell.lambda).reciprocal();
    cell.term.set(cell.factor).times(cell.factor);
    cell.gLambda.set(cell.gBeta).timesConj(cell.term).times(-1);
  }

  /** Adds the gradient of z, Λ and the step of mode i to that of raw Δ, and keeps that of Λ. */
  private void addMode(double[][] sum, int i, Cell cell, ModesMemory memory) {
    int size = channels() * n;
    sum[DT][dtIndex(i, 0)] += (cell.gLog.re * cell.lambda.re + cell.gStep) * cell.stepRe;
    sum[DT][dtIndex(i, 1)] += cell.gLog.im * cell.lambda.im * cell.stepIm;
    memory.part(G_RE, size)[i] = cell.gLambda.re + cell.gLog.re * cell.stepRe;
    memory.part(G_IM, size)[i] = cell.gLambda.im + cell.gLog.im * cell.stepIm;
  }

  private void readLambda(double[][] raw, int k, MutableComplex to) {
    if (config.version().storesComplex()) {
      double re = raw[LAMBDA][2 * k];
      to.set(config.version().clips() ? Math.min(re, MAX_REAL) : re, raw[LAMBDA][2 * k + 1]);
      return;
    }
    double im =
        switch (config.version()) {
          case EXP_NO_SCALE_REAL -> 0;
          case EXP_RE_IM -> Math.exp(raw[LAMBDA + 1][k]);
          default -> raw[LAMBDA + 1][k];
        };
    to.set(-Math.exp(raw[LAMBDA][k]), im);
  }

  private void addLambda(double[][] raw, double[][] sum, int k, double gRe, double gIm) {
    if (config.version().storesComplex()) {
      boolean cut = config.version().clips() && raw[LAMBDA][2 * k] > MAX_REAL;
      sum[LAMBDA][2 * k] += cut ? 0 : gRe;
      sum[LAMBDA][2 * k + 1] += gIm;
      return;
    }
    sum[LAMBDA][k] -= Math.exp(raw[LAMBDA][k]) * gRe;
    switch (config.version()) {
      case EXP_NO_SCALE_REAL -> {}
      case EXP_RE_IM -> sum[LAMBDA + 1][k] += Math.exp(raw[LAMBDA + 1][k]) * gIm;
      default -> sum[LAMBDA + 1][k] += gIm;
    }
  }

  private int dtIndex(int i, int part) {
    int h = i / n;
    return config.separateDt() ? 2 * h + part : h;
  }

  private MutableComplex weight(double[][] raw, int k, MutableComplex to) {
    return to.set(raw[weightIndex][2 * k], raw[weightIndex][2 * k + 1]);
  }
}
