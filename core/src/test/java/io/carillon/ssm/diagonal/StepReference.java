package io.carillon.ssm.diagonal;

import io.carillon.math.Complex;
import io.carillon.nn.LayerSteps;
import io.carillon.reference.ReferenceCase;
import io.carillon.reference.ReferenceCase.Precision;
import io.carillon.reference.Tensor;
import io.carillon.ssm.KernelMap;
import io.carillon.ssm.Modes;

/**
 * The official step(): discretised system, outputs and states from a zero and a given start. The
 * official steps ignore the sampling-rate factor.
 */
final class StepReference {
  private final DiscreteSystem system;
  private final Modes modes;
  private final double[] input;
  private final int batch;
  private final int length;

  private StepReference(RawParameterisation map, Tensor input, int length) {
    double[][] raw = map.rawValues();
    system = map.discrete(raw, 1);
    modes = map.modes(raw, length, 1);
    this.input = input.values();
    batch = input.shape()[0];
    this.length = length;
  }

  /**
   * Rounding of single precision over some dozens of steps: state, weights and sum of the modes are
   * floats.
   */
  private static final double STREAM = 2e-5;

  /** The steps that streams take, by the inner loops of single precision. */
  static void checkStream(ReferenceCase reference, KernelMap map, int length) {
    Tensor input = reference.tensor("u");
    double[] y = LayerSteps.run(map, input.floats(), input.shape()[0], length);
    if (y != null) {
      reference.compare("y_step", reference.reference64("y_step"), y, STREAM);
    }
  }

  static void check(ReferenceCase reference, RawParameterisation map, int length) {
    StepReference steps = new StepReference(map, reference.tensor("u"), length);
    steps.run(reference);
  }

  private void run(ReferenceCase reference) {
    // Real-valued systems have no (re, im) axis.
    int width = reference.tensor("dA").shape().length == 2 ? 1 : 2;
    DiscreteSystem s = system;
    reference.compare("dA", interleave(s.aRe(), s.aIm(), width), Precision.DOUBLE);
    reference.compare("dB", interleave(s.bRe(), s.bIm(), width), Precision.DOUBLE);
    reference.compare("dC", interleave(s.cRe(), s.cIm(), width), Precision.DOUBLE);
    int size = batch * s.channels() * s.modes();
    double[] zero = new double[size * width];
    double[][] fromZero = steps(zero, width, true);
    reference.compare("y_step", fromZero[0], Precision.DOUBLE);
    reference.compare("final_state", fromZero[1], Precision.DOUBLE);
    reference.compare(
        "final_state",
        reference.reference64("final_state"),
        libraryState(width),
        reference.tolerance("final_state", Precision.DOUBLE));
    if (reference.has("state0")) {
      double[] start = reference.tensor("state0").values();
      double[][] fromStart = steps(start, width, true);
      reference.compare("y_step_s0", fromStart[0], Precision.DOUBLE);
      reference.compare("fwd_state", fromStart[1], Precision.DOUBLE);
      reference.compare("K_state", steps(start, width, false)[0], Precision.DOUBLE);
    }
  }

  /**
   * Outputs [B][C][H][L] and last state [B][H][M] in the papers' form; without input if not driven.
   */
  private double[][] steps(double[] start, int width, boolean driven) {
    DiscreteSystem s = system;
    int size = s.channels() * s.modes();
    double[] y = new double[batch * s.sets() * s.channels() * length];
    double[] re = part(start, width, 0);
    double[] im = part(start, width, 1);
    for (int l = 0; l < length; l++) {
      for (int i = 0; i < re.length; i++) {
        int b = i / size;
        int k = i % size;
        int h = k / s.modes();
        double u = driven ? input[(b * s.channels() + h) * length + l] : 0;
        double nextRe = s.aRe()[k] * re[i] - s.aIm()[k] * im[i] + s.bRe()[k] * u;
        im[i] = s.aRe()[k] * im[i] + s.aIm()[k] * re[i] + s.bIm()[k] * u;
        re[i] = nextRe;
        for (int c = 0; c < s.sets(); c++) {
          int w = c * size + k;
          int at = ((b * s.sets() + c) * s.channels() + h) * length + l;
          y[at] += s.factor() * (s.cRe()[w] * re[i] - s.cIm()[w] * im[i]);
        }
      }
    }
    return new double[][] {y, interleave(re, im, width)};
  }

  /** The last state of x ← λ x + u from zero, times B̄: the official state. */
  private double[] libraryState(int width) {
    int size = system.channels() * system.modes();
    double[] re = new double[batch * size];
    double[] im = new double[batch * size];
    for (int i = 0; i < re.length; i++) {
      int k = i % size;
      int row = i / size * system.channels() + k / system.modes();
      Complex lambda = new Complex(modes.logRe()[k], modes.logIm()[k]).exp();
      Complex x = Complex.ZERO;
      for (int l = 0; l < length; l++) {
        x = x.times(lambda).plus(new Complex(input[row * length + l], 0));
      }
      Complex official = x.times(new Complex(system.bRe()[k], system.bIm()[k]));
      re[i] = official.re();
      im[i] = official.im();
    }
    return interleave(re, im, width);
  }

  private static double[] part(double[] values, int width, int offset) {
    double[] part = new double[values.length / width];
    for (int i = 0; i < part.length && offset < width; i++) {
      part[i] = values[width * i + offset];
    }
    return part;
  }

  private static double[] interleave(double[] re, double[] im, int width) {
    double[] both = new double[re.length * width];
    for (int i = 0; i < re.length; i++) {
      both[width * i] = re[i];
      if (width == 2) {
        both[2 * i + 1] = im[i];
      }
    }
    return both;
  }
}
