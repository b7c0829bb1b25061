package io.carillon.data.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sines through the resampler, compared with the sine sampled at the new rate. */
class ResamplerTest {
  private static final double SECONDS = 0.1;

  @ParameterizedTest
  @CsvSource({
    "44100, 16000",
    "16000, 8000",
    "8000, 16000",
    "48000, 44100",
    "11025, 8000",
    "8000, 8001"
  })
  void passbandKeepsAmplitudeAndPhase(int from, int to) {
    double nyquist = Math.min(from, to) / 2.0;
    for (double part : new double[] {0.01, 0.25, 0.5, 0.8, 0.9}) {
      double frequency = part * nyquist;
      float[] in = sine(frequency, from);
      float[] out = new Resampler(from, to).apply(in, 1);
      assertThat(out.length).isEqualTo((int) Math.ceil(in.length * (double) to / from - 1e-9));
      // 0.01 dB is a factor of 1.00115.
      assertThat(error(out, frequency, to, middle(from, to)))
          .as("%d to %d Hz at %.2f of half the lower rate", from, to, part)
          .isLessThan(1.2e-3);
    }
  }

  @ParameterizedTest
  @CsvSource({"44100, 16000", "16000, 8000", "48000, 44100", "11025, 8000"})
  void whatWouldFoldBackIsSuppressed(int from, int to) {
    for (double frequency = to / 2.0; frequency < from / 2.0; frequency += (from - to) / 17.0) {
      float[] out = new Resampler(from, to).apply(sine(frequency, from), 1);
      double worst = 0;
      for (int j = middle(from, to); j < out.length - middle(from, to); j++) {
        worst = Math.max(worst, Math.abs(out[j]));
      }
      // -80 dB.
      assertThat(worst).as("%.0f Hz, %d to %d Hz", frequency, from, to).isLessThan(1e-4);
    }
  }

  @Test
  void imagesOfARaisedRateAreSuppressed() {
    double frequency = 3000;
    float[] out = new Resampler(8000, 16000).apply(sine(frequency, 8000), 1);
    // The first image of 3000 Hz lies at 8000 - 3000 Hz.
    assertThat(amplitude(out, 5000, 16000, middle(8000, 16000))).isLessThan(1e-4);
    assertThat(amplitude(out, 3000, 16000, middle(8000, 16000))).isCloseTo(1, within(1.2e-3));
  }

  @Test
  void aConstantStaysAndChannelsStayApart() {
    float[] stereo = new float[2 * 4000];
    for (int t = 0; t < 4000; t++) {
      stereo[2 * t] = 1;
      stereo[2 * t + 1] = -0.5f;
    }
    float[] out = new Resampler(44100, 16000).apply(stereo, 2);
    int frames = out.length / 2;
    assertThat(frames).isEqualTo((int) Math.ceil(4000 * 160 / 441.0));
    for (int j = 100; j < frames - 100; j++) {
      assertThat(out[2 * j]).isCloseTo(1, within(1e-5f));
      assertThat(out[2 * j + 1]).isCloseTo(-0.5f, within(1e-5f));
    }
  }

  @Test
  void oneSampleAndTheSameRate() {
    assertThat(new Resampler(8000, 4000).apply(new float[] {1}, 1)).hasSize(1);
    float[] sound = sine(440, 8000);
    float[] same = new Resampler(8000, 8000).apply(sound, 1);
    assertThat(error(same, 440, 8000, 70)).isLessThan(1.2e-3);
  }

  /** Steps at either end that the filter fades. */
  private static int middle(int from, int to) {
    return (int) Math.ceil(70.0 * Math.max(1, (double) to / from));
  }

  private static float[] sine(double frequency, int rate) {
    float[] sound = new float[(int) Math.round(SECONDS * rate)];
    for (int t = 0; t < sound.length; t++) {
      sound[t] = (float) Math.sin(2 * Math.PI * frequency * t / rate);
    }
    return sound;
  }

  private static double error(float[] out, double frequency, int rate, int skip) {
    double worst = 0;
    for (int j = skip; j < out.length - skip; j++) {
      double expected = Math.sin(2 * Math.PI * frequency * j / rate);
      worst = Math.max(worst, Math.abs(out[j] - expected));
    }
    return worst;
  }

  /** Amplitude of one frequency under a Hann window. */
  private static double amplitude(float[] out, double frequency, int rate, int skip) {
    double re = 0;
    double im = 0;
    double weights = 0;
    int n = out.length - 2 * skip;
    for (int j = 0; j < n; j++) {
      double weight = 0.5 - 0.5 * Math.cos(2 * Math.PI * (j + 0.5) / n);
      double angle = 2 * Math.PI * frequency * (j + skip) / rate;
      re += weight * out[j + skip] * Math.cos(angle);
      im += weight * out[j + skip] * Math.sin(angle);
      weights += weight;
    }
    return 2 * Math.hypot(re, im) / weights;
  }
}
