package io.carillon.data.baseline;

import io.carillon.engine.SeededRandom;
import io.carillon.train.Dataset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The features of MiniRocket (Dempster, Schmidt and Webb, 2021): the share of positive values of
 * convolutions with a fixed set of kernels.
 *
 * <ul>
 *   <li>84 kernels of length 9, with 2 at three places and −1 at the other six, so that their sum
 *       is 0 and a constant does not count.
 *   <li>Dilations 2^e, rounded down, with e spaced evenly from 0 to where the kernel has the length
 *       of the sequence, at most 32 different ones.
 *   <li>Padding with zeros for every second pair of kernel and dilation.
 *   <li>Biases from quantiles of the convolution of one training sequence, drawn for every pair;
 *       the quantiles are the fractional parts of the multiples of the golden ratio.
 *   <li>Several channels: every pair sums the convolutions of a few channels that are drawn, at
 *       most 9, small numbers more often.
 * </ul>
 *
 * <p>Unequal lengths: dilations are those of the longest training sequence, shares are of a
 * sequence's own length, and where a dilated kernel is longer than the sequence its convolution is
 * padded.
 *
 * <p>Values are rounded to whole numbers, so fine that the largest of the training has at least 20
 * bits, and cut at eight times that one. Convolutions are then exact in any order, and what is
 * positive does not hang on rounding.
 */
final class MiniRocket implements Features {
  /** Kernels. */
  static final int KERNELS = 84;

  /** Weights of a kernel. */
  static final int LENGTH = 9;

  /** Features, as near to 10,000 as all kernels can have the same number. */
  static final int FEATURES = 9996;

  private static final int MOST_DILATIONS = 32;
  private static final int MOST_CHANNELS = 9;
  private static final double GOLDEN = (Math.sqrt(5) + 1) / 2;

  /** How much larger than all training values a value may be. */
  private static final int HEADROOM = 8;

  /** Values that are compared at once. */
  private static final int LANES = 256;

  /** The places of the three weights 2 of every kernel. */
  private static final int[][] PLACES = places();

  private final double scale;
  private final int most;
  private final int[] dilations;
  private final int[] perDilation;

  /** Channels of every pair, [dilation * KERNELS + kernel]. */
  private final int[][] channels;

  private final int[] biases;

  private MiniRocket(Dataset known, int[] dilations, int[] perDilation, int[][] channels) {
    int together = Math.min(MOST_CHANNELS, known.inputSize());
    // At most 18 times the largest value appears in a sum.
    this.most = (1 << 30) / (18 * together);
    this.scale = most / HEADROOM / largest(known);
    this.dilations = dilations;
    this.perDilation = perDilation;
    this.channels = channels;
    this.biases = new int[KERNELS * Arrays.stream(perDilation).sum()];
  }

  /**
   * Chooses dilations, channels and biases.
   *
   * @param known training sequences, at least one
   */
  static MiniRocket fit(Dataset known, long seed) {
    SeededRandom random = new SeededRandom(seed);
    int[] all = exponential(known.maxLength());
    int[] dilations = Arrays.stream(all).distinct().toArray();
    int[] perDilation = new int[dilations.length];
    for (int d = 0; d < dilations.length; d++) {
      int dilation = dilations[d];
      long times = Arrays.stream(all).filter(other -> other == dilation).count();
      perDilation[d] = (int) (times * (FEATURES / KERNELS) / all.length);
    }
    int left = FEATURES / KERNELS - Arrays.stream(perDilation).sum();
    for (int d = 0; left > 0; d = (d + 1) % dilations.length, left--) {
      perDilation[d]++;
    }
    int[][] channels = drawChannels(known.inputSize(), KERNELS * dilations.length, random);
    MiniRocket rocket = new MiniRocket(known, dilations, perDilation, channels);
    rocket.chooseBiases(known, random);
    return rocket;
  }

  private static int[][] places() {
    List<int[]> places = new ArrayList<>();
    for (int a = 0; a < LENGTH; a++) {
      for (int b = a + 1; b < LENGTH; b++) {
        for (int c = b + 1; c < LENGTH; c++) {
          places.add(new int[] {a, b, c});
        }
      }
    }
    return places.toArray(int[][]::new);
  }

  /** Dilations for a length, with repetitions. */
  private static int[] exponential(int length) {
    double last = Math.max(0, StrictMath.log((length - 1.0) / (LENGTH - 1)) / StrictMath.log(2));
    int[] all = new int[MOST_DILATIONS];
    for (int k = 0; k < all.length; k++) {
      // Lifted a little, so that a power of two is not rounded down to the number before it.
      all[k] = (int) (StrictMath.pow(2, last * k / (all.length - 1)) + 1e-9);
    }
    return all;
  }

  private static int[][] drawChannels(int size, int pairs, SeededRandom random) {
    double most = StrictMath.log(Math.min(size, MOST_CHANNELS) + 1) / StrictMath.log(2);
    int[][] channels = new int[pairs][];
    for (int pair = 0; pair < pairs; pair++) {
      int count = size == 1 ? 1 : (int) StrictMath.pow(2, random.uniform(0, most));
      channels[pair] =
          size == 1 ? new int[1] : Arrays.copyOf(random.permutation(size), Math.min(count, size));
    }
    return channels;
  }

  private static double largest(Dataset known) {
    double largest = 0;
    for (int i = 0; i < known.size(); i++) {
      for (float value : known.values(i)) {
        largest = Math.max(largest, Math.abs(value));
      }
    }
    return largest == 0 ? 1 : largest;
  }

  /** Places of the weights 2 of a kernel; the others are −1. */
  static int[] places(int kernel) {
    return PLACES[kernel].clone();
  }

  /** The dilations, rising. */
  int[] dilations() {
    return dilations.clone();
  }

  /** Features of every kernel with each of the dilations. */
  int[] perDilation() {
    return perDilation.clone();
  }

  /** Channels whose convolutions are summed for a pair of dilation and kernel. */
  int[] channels(int dilation, int kernel) {
    return channels[dilation * KERNELS + kernel].clone();
  }

  /** Whether the convolution of a pair is padded. */
  static boolean isPadded(int dilation, int kernel) {
    return (dilation + kernel) % 2 == 0;
  }

  /** The biases in the order of the features, in the unit of {@link #rounded}. */
  int[] biases() {
    return biases.clone();
  }

  /** A value as the whole number that is computed with. */
  int rounded(float value) {
    return (int) Math.max(-most, Math.min(most, Math.rint(value * scale)));
  }

  @Override
  public int count() {
    return biases.length;
  }

  /** Operations for a sequence, about, in those of a plain loop over numbers. */
  static double cost(double length, int inputSize) {
    double pairs = KERNELS * (double) MOST_DILATIONS;
    double together = inputSize == 1 ? 1 : Math.min(inputSize, MOST_CHANNELS) / 2.0;
    double shifted = 2.0 * LENGTH * MOST_DILATIONS * inputSize;
    return length * (pairs * 4 * together + FEATURES + shifted);
  }

  /** The given channels of sequence i. */
  private int[][] rounded(Dataset data, int i, int[] wanted) {
    float[][] signal = Signals.channels(data, i);
    int[][] whole = new int[wanted.length][data.length(i)];
    for (int k = 0; k < wanted.length; k++) {
      for (int t = 0; t < whole[k].length; t++) {
        whole[k][t] = rounded(signal[wanted[k]][t]);
      }
    }
    return whole;
  }

  private static int[] upTo(int count) {
    return IntStream.range(0, count).toArray();
  }

  private void chooseBiases(Dataset known, SeededRandom random) {
    int[] drawn = new int[channels.length];
    for (int pair = 0; pair < drawn.length; pair++) {
      drawn[pair] = random.nextInt(known.size());
    }
    int feature = 0;
    for (int d = 0; d < dilations.length; d++) {
      for (int kernel = 0; kernel < KERNELS; kernel++) {
        int pair = d * KERNELS + kernel;
        int[][] signal = rounded(known, drawn[pair], channels[pair]);
        int[] sum = new int[signal[0].length];
        new Shifts(signal, dilations[d]).convolve(kernel, upTo(signal.length), sum);
        Arrays.sort(sum);
        for (int k = 0; k < perDilation[d]; k++) {
          biases[feature] = quantile(sum, (feature + 1) * GOLDEN % 1);
          feature++;
        }
      }
    }
  }

  /** Interpolated quantile, rounded down: a whole number is above it when it is above this one. */
  private static int quantile(int[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    double part = place - below;
    return (int) Math.floor(sorted[below] + part * ((double) sorted[above] - sorted[below]));
  }

  @Override
  public float[] of(Dataset data, int i) {
    int[][] signal = rounded(data, i, upTo(data.inputSize()));
    int length = signal[0].length;
    float[] features = new float[count()];
    int[] sum = new int[length];
    int[] lanes = new int[LANES];
    int feature = 0;
    for (int d = 0; d < dilations.length; d++) {
      Shifts shifts = new Shifts(signal, dilations[d]);
      int reach = LENGTH / 2 * dilations[d];
      boolean fits = length > 2 * reach;
      for (int kernel = 0; kernel < KERNELS; kernel++) {
        shifts.convolve(kernel, channels[d * KERNELS + kernel], sum);
        int from = isPadded(d, kernel) || !fits ? 0 : reach;
        int values = length - 2 * from;
        for (int k = 0; k < perDilation[d]; k++) {
          features[feature] = above(sum, from, values, biases[feature], lanes) / (float) values;
          feature++;
        }
      }
    }
    return features;
  }

  /** How many of the values are above a bias: the sign of bias − value, which cannot overflow. */
  private static int above(int[] sum, int from, int values, int bias, int[] lanes) {
    Arrays.fill(lanes, 0);
    for (int at = 0; at < values; at += LANES) {
      int width = Math.min(LANES, values - at);
      int start = from + at;
      for (int l = 0; l < width; l++) {
        lanes[l] += (bias - sum[start + l]) >>> 31;
      }
    }
    int count = 0;
    for (int lane : lanes) {
      count += lane;
    }
    return count;
  }

  /**
   * A signal moved by the nine places of a dilated kernel. A kernel is −1 everywhere and 3 more at
   * three places, so that all kernels share their sums.
   */
  private static final class Shifts {
    /** [channel][length]: minus the sum over all nine places. */
    private final int[][] all;

    /** [place][channel][length]: three times the signal at a place. */
    private final int[][][] triple;

    Shifts(int[][] signal, int dilation) {
      int length = signal[0].length;
      all = new int[signal.length][length];
      triple = new int[LENGTH][signal.length][length];
      for (int place = 0; place < LENGTH; place++) {
        int shift = (place - LENGTH / 2) * dilation;
        int from = Math.min(length, Math.max(0, -shift));
        int to = Math.max(from, Math.min(length, length - shift));
        for (int c = 0; c < signal.length; c++) {
          int[] x = signal[c];
          int[] sum = all[c];
          int[] three = triple[place][c];
          for (int t = from; t < to; t++) {
            sum[t] -= x[t + shift];
            three[t] = 3 * x[t + shift];
          }
        }
      }
    }

    /** Sum of the convolutions of some channels with a kernel. */
    void convolve(int kernel, int[] channels, int[] sum) {
      int[] places = PLACES[kernel];
      for (int k = 0; k < channels.length; k++) {
        int c = channels[k];
        int[] first = triple[places[0]][c];
        int[] second = triple[places[1]][c];
        int[] third = triple[places[2]][c];
        int[] minus = all[c];
        if (k == 0) {
          for (int t = 0; t < sum.length; t++) {
            sum[t] = minus[t] + first[t] + second[t] + third[t];
          }
        } else {
          for (int t = 0; t < sum.length; t++) {
            sum[t] += minus[t] + first[t] + second[t] + third[t];
          }
        }
      }
    }
  }
}
