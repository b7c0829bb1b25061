package io.carillon.data.audio;

import java.util.Arrays;

/**
 * Changes the sample rate of a sound by a rational factor with a polyphase windowed-sinc filter.
 *
 * <p>Output sample j is the ideal low-pass interpolation of the input at time j from/to: a sum over
 * the inputs of {@code h(t - i)}, where h is a sinc with a Kaiser window (beta {@value #BETA}) that
 * reaches over {@value #HALF_WIDTH} samples of the lower of the two rates to either side. The
 * transition band ends exactly at half the lower rate and begins at 0.91 of that. Below it the
 * amplitude is kept to within 0.01 dB; what lies above half the lower rate is suppressed by at
 * least 80 dB. There is no delay. Before the first and after the last sample the input counts as
 * zero, so up to {@value #HALF_WIDTH} samples at either end are faded by the filter.
 */
final class Resampler {
  private static final int HALF_WIDTH = 64;
  private static final double BETA = 9;

  /** Middle of the transition band, in cycles per sample of the lower rate. */
  private static final double CUTOFF = 0.4775;

  private final int up;
  private final int down;
  private final float[][] phases;
  private final double widthInInput;
  private final double cutoffInInput;

  /**
   * A filter for one pair of rates.
   *
   * @param from samples per second of the input
   * @param to samples per second of the output
   */
  Resampler(int from, int to) {
    int divisor = gcd(from, to);
    up = to / divisor;
    down = from / divisor;
    double lower = Math.min(1.0, (double) to / from);
    widthInInput = HALF_WIDTH / lower;
    cutoffInInput = CUTOFF * lower;
    phases = new float[up][];
  }

  /** Bytes of the result and of the filter that {@link #apply} makes for a sound, at most. */
  static long memory(Audio sound, int to) {
    double result = (double) sound.frames() * to / sound.rate();
    double taps = 2.0 * HALF_WIDTH * Math.max(1.0, (double) sound.rate() / to);
    double phases = Math.min(result, (double) to / gcd(sound.rate(), to));
    return (long) (Float.BYTES * (result * sound.channels() + phases * taps));
  }

  /**
   * The sound at the new rate; ceil(frames up / down) steps.
   *
   * @param samples [frames][channels]
   */
  float[] apply(float[] samples, int channels) {
    int frames = samples.length / channels;
    int out = Math.toIntExact(((long) frames * up + down - 1) / down);
    float[] result = new float[out * channels];
    double[] sums = new double[channels];
    for (int j = 0; j < out; j++) {
      long position = (long) j * down;
      float[] taps = taps((int) (position % up));
      int first = (int) (position / up) - taps.length / 2 + 1;
      Arrays.fill(sums, 0);
      int to = Math.min(taps.length, frames - first);
      for (int k = Math.max(0, -first); k < to; k++) {
        for (int c = 0; c < channels; c++) {
          sums[c] += (double) taps[k] * samples[(first + k) * channels + c];
        }
      }
      for (int c = 0; c < channels; c++) {
        result[j * channels + c] = (float) sums[c];
      }
    }
    return result;
  }

  /** Filter taps of one phase, made when first needed; their sum is 1, so that a constant stays. */
  private float[] taps(int phase) {
    if (phases[phase] != null) {
      return phases[phase];
    }
    int half = (int) Math.ceil(widthInInput);
    double fraction = (double) phase / up;
    double[] taps = new double[2 * half];
    double sum = 0;
    for (int k = 0; k < taps.length; k++) {
      taps[k] = impulseResponse(k - half + 1 - fraction);
      sum += taps[k];
    }
    phases[phase] = new float[taps.length];
    for (int k = 0; k < taps.length; k++) {
      phases[phase][k] = (float) (taps[k] / sum);
    }
    return phases[phase];
  }

  private double impulseResponse(double t) {
    double relative = t / widthInInput;
    if (Math.abs(relative) >= 1) {
      return 0;
    }
    double window = bessel(BETA * Math.sqrt(1 - relative * relative)) / bessel(BETA);
    double x = 2 * Math.PI * cutoffInInput * t;
    return 2 * cutoffInInput * (x == 0 ? 1 : Math.sin(x) / x) * window;
  }

  /** Modified Bessel function of the first kind and order 0, by its power series. */
  private static double bessel(double x) {
    double term = 1;
    double sum = 1;
    for (int k = 1; term > 1e-17 * sum; k++) {
      term *= x * x / (4.0 * k * k);
      sum += term;
    }
    return sum;
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}
