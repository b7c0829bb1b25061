package io.carillon.data;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Brings recordings to one rate, one number of channels and a largest length. */
final class WavReader {
  private final Recordings recordings;
  private final boolean mean;
  private final int maxLength;
  private final Map<Integer, Resampler> resamplers = new HashMap<>();
  private final boolean rateIsGiven;
  private String first;
  private int rate;
  private int channels;
  private int resampled;
  private int cut;

  /**
   * A reader with the options of {@link WavLoader}.
   *
   * @param rate samples per second to resample to; 0 for the rate of the first recording, which all
   *     others must then have
   */
  WavReader(Recordings recordings, Options options, int rate) {
    this.recordings = recordings;
    this.rate = rate;
    rateIsGiven = rate > 0;
    mean = options.choice("channels", List.of("keep", "mean")).equals("mean");
    maxLength =
        options.has("max-length")
            ? options.integer("max-length", 1, Integer.MAX_VALUE)
            : Integer.MAX_VALUE;
  }

  /**
   * Reads one recording.
   *
   * @throws DataException if it cannot be read, or differs in rate or channels from the first one
   */
  Audio read(String name) {
    Audio sound = recordings.read(name);
    if (mean) {
      sound = sound.mono();
    }
    if (first == null) {
      first = name;
      channels = sound.channels();
      rate = rateIsGiven ? rate : sound.rate();
    }
    if (sound.channels() != channels) {
      throw new DataException(
          recordings.title(name)
              + ": has "
              + sound.channels()
              + " channels, "
              + recordings.title(first)
              + " has "
              + channels
              + "; set channels=mean to mix them");
    }
    if (sound.rate() != rate) {
      sound = resample(name, sound);
    }
    if (sound.frames() > maxLength) {
      cut++;
      sound = sound.first(maxLength);
    }
    return sound;
  }

  /** What was changed, as clauses that begin with a comma; empty when nothing was. */
  String note() {
    return (resampled > 0 ? ", " + resampled + " recordings resampled to " + rate + " Hz" : "")
        + (cut > 0 ? ", " + cut + " recordings cut to " + maxLength + " steps" : "");
  }

  private Audio resample(String name, Audio sound) {
    if (!rateIsGiven) {
      throw new DataException(
          recordings.title(name)
              + ": has "
              + sound.rate()
              + " samples per second, "
              + recordings.title(first)
              + " has "
              + rate
              + "; set option rate="
              + rate
              + " to resample all to one rate");
    }
    Resampler resampler =
        resamplers.computeIfAbsent(sound.rate(), from -> new Resampler(from, rate));
    resampled++;
    float[] samples = resampler.apply(sound.samples(), sound.channels());
    return new Audio(rate, sound.channels(), samples);
  }
}
