package io.carillon.data.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.carillon.engine.Parallel;
import io.carillon.train.Dataset;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogSpectraTest {
  private static final int LENGTH = 1024;

  /** Frequencies of a frame of 256. */
  private static final int BINS = 129;

  private static Dataset of(int channels, float[]... values) {
    return Dataset.ofValues(channels, values).labels(2, new int[values.length]).build();
  }

  /** A tone with a little of everything else. */
  private static float[] tone(double cycles, double amplitude) {
    float[] wave = new float[LENGTH];
    long noise = 1;
    for (int t = 0; t < LENGTH; t++) {
      noise = noise * 6364136223846793005L + 1442695040888963407L;
      wave[t] = (float) (amplitude * (Math.sin(2 * Math.PI * cycles * t) + 1e-2 * noise / 0x1p63));
    }
    return wave;
  }

  private static int loudest(float[] features) {
    int best = 0;
    for (int k = 0; k < BINS; k++) {
      best = features[2 * k] > features[2 * best] ? k : best;
    }
    return best;
  }

  @Test
  void aToneIsAtItsFrequency() {
    Dataset data = of(1, tone(0.25, 1), tone(1 / 16.0, 1));
    LogSpectra spectra = LogSpectra.fit(data);
    assertThat(spectra.frame()).isEqualTo(256);
    assertThat(spectra.count()).isEqualTo(3 * 2 * BINS);
    assertThat(loudest(spectra.of(data, 0))).isEqualTo(64);
    assertThat(loudest(spectra.of(data, 1))).isEqualTo(16);
  }

  @Test
  void loudnessMovesMeansAndNotDeviations() {
    Dataset data = of(1, tone(0.1, 1), tone(0.1, 2));
    LogSpectra spectra = LogSpectra.fit(data);
    float[] soft = spectra.of(data, 0);
    float[] loud = spectra.of(data, 1);
    int k = loudest(soft);
    assertThat(loud[2 * k] - soft[2 * k]).isCloseTo((float) Math.log(4), within(1e-3f));
    assertThat(loud[2 * k + 1]).isCloseTo(soft[2 * k + 1], within(1e-3f));
  }

  /** A tone that begins in the middle: not there, changing, there. */
  @Test
  void everyThirdOfASequenceHasFeaturesOfItsOwn() {
    float[] half = tone(0.1, 1);
    Arrays.fill(half, 0, LENGTH / 2, 0);
    Dataset data = of(1, tone(0.1, 1), half);
    LogSpectra spectra = LogSpectra.fit(data);
    float[] whole = spectra.of(data, 0);
    float[] late = spectra.of(data, 1);
    int mean = 2 * loudest(whole);
    int third = 2 * BINS;
    assertThat(late[mean]).isLessThan(whole[mean] - 10);
    assertThat(late[mean + 2 * third]).isCloseTo(whole[mean + 2 * third], within(1e-3f));
    for (int part = 0; part < 3; part++) {
      assertThat(whole[mean + 1 + part * third]).isLessThan(0.5f);
    }
    assertThat(late[mean + 1]).isZero();
    assertThat(late[mean + 1 + third]).isGreaterThan(5f);
    assertThat(late[mean + 1 + 2 * third]).isLessThan(0.5f);
  }

  @ParameterizedTest
  @CsvSource({"1, 8", "24, 8", "31, 16", "150, 64", "1460, 256", "100000, 256"})
  void theFrameIsHalfOfAUsualSequence(int length, int frame) {
    assertThat(LogSpectra.fit(of(1, new float[length])).frame()).isEqualTo(frame);
  }

  @Test
  void veryManyChannelsHaveShortFrames() {
    LogSpectra spectra = LogSpectra.fit(of(963, new float[963 * 500]));
    assertThat(spectra.count()).isLessThanOrEqualTo(20_000).isEqualTo(3 * 2 * 963 * 3);
    assertThat(LogSpectra.countFor(500, 963)).isEqualTo(spectra.count());
  }

  @Test
  void channelsAreApart() {
    float[] both = new float[2 * LENGTH];
    for (int t = 0; t < LENGTH; t++) {
      both[2 * t] = tone(0.25, 1)[t];
      both[2 * t + 1] = tone(1 / 16.0, 1)[t];
    }
    Dataset data = of(2, both);
    Dataset single = of(1, tone(0.25, 1), tone(1 / 16.0, 1));
    float[] features = LogSpectra.fit(data).of(data, 0);
    LogSpectra one = LogSpectra.fit(single);
    assertThat(Arrays.copyOfRange(features, 0, 774)).containsExactly(one.of(single, 0));
    assertThat(Arrays.copyOfRange(features, 774, 1548)).containsExactly(one.of(single, 1));
  }

  @Test
  void silenceAndShortSequencesHaveFiniteFeatures() {
    Dataset data = of(1, tone(0.1, 1), new float[LENGTH], new float[] {1}, new float[] {1, 2, 3});
    LogSpectra spectra = LogSpectra.fit(data);
    for (float[] features : spectra.ofAll(data, Parallel.serial())) {
      assertThat(features).hasSize(spectra.count());
      for (float value : features) {
        assertThat(value).isFinite();
      }
    }
    Dataset silent = of(1, new float[20]);
    assertThat(LogSpectra.fit(silent).of(silent, 0)).contains(0f);
  }
}
