package io.carillon.data.audio;

import java.util.Arrays;

/**
 * A sound.
 *
 * @param rate samples per second
 * @param channels number of channels
 * @param samples [frames][channels], full scale is [-1, 1)
 */
public record Audio(int rate, int channels, float[] samples) {

  /** Number of steps. */
  public int frames() {
    return samples.length / channels;
  }

  /** The mean of the channels. */
  Audio mono() {
    if (channels == 1) {
      return this;
    }
    float[] mean = new float[frames()];
    for (int t = 0; t < mean.length; t++) {
      double sum = 0;
      for (int c = 0; c < channels; c++) {
        sum += samples[t * channels + c];
      }
      mean[t] = (float) (sum / channels);
    }
    return new Audio(rate, 1, mean);
  }

  /** The first {@code frames} steps, or all when there are fewer. */
  Audio first(int frames) {
    return frames >= frames()
        ? this
        : new Audio(rate, channels, Arrays.copyOf(samples, frames * channels));
  }
}
