package io.carillon.report.run;

import io.carillon.nn.ssm.SsmLayer;
import io.carillon.ssm.Modes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The poles λ = exp(z) of one diagonal layer.
 *
 * @param re Re z, per step; below 0 for a mode that decays
 * @param im Im z, radians per step
 * @param perChannel modes that belong together; the channels follow each other. All of them where
 *     the channels share their modes (DLR)
 */
record Poles(double[] re, double[] im, int perChannel) {

  static Poles of(SsmLayer layer) {
    Modes modes = layer.parameterisation().modes(1, 1);
    return new Poles(modes.logRe(), modes.logIm(), modes.modes());
  }

  int size() {
    return re.length;
  }

  /** Number of channels with modes of their own. */
  int channels() {
    return size() / perChannel;
  }

  /**
   * At most {@code most} modes: all of some channels, spread evenly, or where a single channel has
   * more, some of it.
   */
  List<Integer> some(int most) {
    List<Integer> chosen = new ArrayList<>();
    for (int h : Spread.over(channels(), most / perChannel)) {
      for (int m : Spread.over(perChannel, most)) {
        chosen.add(h * perChannel + m);
      }
    }
    return chosen;
  }

  /** Number of modes that do not decay. */
  long lasting() {
    return Arrays.stream(re).filter(z -> !(z < 0)).count();
  }

  /** −1 / Re z in steps: when a mode has fallen to 1/e; infinite for one that does not decay. */
  double time(int m) {
    return re[m] < 0 ? -1 / re[m] : Double.POSITIVE_INFINITY;
  }

  /** |Im z| / 2π in cycles per step. */
  double frequency(int m) {
    return Math.abs(im[m]) / (2 * Math.PI);
  }

  /** Re λ. */
  double real(int m) {
    return Math.exp(re[m]) * Math.cos(im[m]);
  }

  /** Im λ. */
  double imaginary(int m) {
    return Math.exp(re[m]) * Math.sin(im[m]);
  }

  /** All time constants in rising order. */
  double[] sortedTimes() {
    double[] times = new double[size()];
    Arrays.setAll(times, this::time);
    Arrays.sort(times);
    return times;
  }

  /** All frequencies in rising order. */
  double[] sortedFrequencies() {
    double[] frequencies = new double[size()];
    Arrays.setAll(frequencies, this::frequency);
    Arrays.sort(frequencies);
    return frequencies;
  }

  /** Median over the modes of |λ − λ of the other|, mode by mode. */
  double medianMove(Poles other) {
    double[] moves = new double[size()];
    for (int m = 0; m < moves.length; m++) {
      moves[m] = Math.hypot(real(m) - other.real(m), imaginary(m) - other.imaginary(m));
    }
    Arrays.sort(moves);
    return moves[moves.length / 2];
  }
}
