package io.carillon.data.baseline;

import io.carillon.engine.SeededRandom;
import io.carillon.train.Dataset;
import java.util.Arrays;

/** MiniRocket word by word: every convolution as its sum over places, every share by counting. */
final class MiniRocketOracle {
  private MiniRocketOracle() {}

  /** The nine weights of a kernel. */
  static int[] weights(int kernel) {
    int[] weights = new int[9];
    Arrays.fill(weights, -1);
    for (int place : MiniRocket.places(kernel)) {
      weights[place] = 2;
    }
    return weights;
  }

  /** Convolution at step t, with zeros outside of the sequence. */
  private static double convolution(
      MiniRocket rocket, Dataset data, int i, int dilation, int kernel, int t) {
    int[] weights = weights(kernel);
    double sum = 0;
    for (int channel : rocket.channels(dilation, kernel)) {
      for (int place = 0; place < 9; place++) {
        int at = t + (place - 4) * rocket.dilations()[dilation];
        if (at >= 0 && at < data.length(i)) {
          float value = data.values(i)[at * data.inputSize() + channel];
          sum += weights[place] * (double) rocket.rounded(value);
        }
      }
    }
    return sum;
  }

  /** All features of sequence i. */
  static float[] features(MiniRocket rocket, Dataset data, int i) {
    int[] biases = rocket.biases();
    float[] features = new float[biases.length];
    int feature = 0;
    for (int d = 0; d < rocket.dilations().length; d++) {
      for (int kernel = 0; kernel < 84; kernel++) {
        int reach = 4 * rocket.dilations()[d];
        boolean padded = d % 2 == kernel % 2 || data.length(i) <= 2 * reach;
        for (int k = 0; k < rocket.perDilation()[d]; k++) {
          int above = 0;
          int all = 0;
          for (int t = 0; t < data.length(i); t++) {
            if (padded || t - reach >= 0 && t + reach < data.length(i)) {
              all++;
              above += convolution(rocket, data, i, d, kernel, t) > biases[feature] ? 1 : 0;
            }
          }
          features[feature++] = above / (float) all;
        }
      }
    }
    return features;
  }

  /** All biases for sequences with one channel. */
  static int[] biases(MiniRocket rocket, Dataset known, long seed) {
    SeededRandom random = new SeededRandom(seed);
    int[] biases = new int[rocket.count()];
    int feature = 0;
    for (int d = 0; d < rocket.dilations().length; d++) {
      for (int kernel = 0; kernel < 84; kernel++) {
        int i = random.nextInt(known.size());
        double[] sorted = new double[known.length(i)];
        for (int t = 0; t < sorted.length; t++) {
          sorted[t] = convolution(rocket, known, i, d, kernel, t);
        }
        Arrays.sort(sorted);
        for (int k = 0; k < rocket.perDilation()[d]; k++) {
          double share = (feature + 1) * (1 + Math.sqrt(5)) / 2 % 1;
          double place = share * (sorted.length - 1);
          int below = (int) Math.floor(place);
          double left = sorted[below];
          double right = sorted[(int) Math.ceil(place)];
          biases[feature++] = (int) Math.floor(left + (place - below) * (right - left));
        }
      }
    }
    return biases;
  }
}
