package io.carillon.data.audio;

import io.carillon.data.DataException;
import io.carillon.data.Options;
import io.carillon.data.read.Memory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Brings recordings to one rate, one number of channels and a largest length. */
final class WavReader {
  /** As read, and as it is scaled for the data set. */
  private static final long BYTES_PER_SAMPLE = 2 * Float.BYTES;

  /** Beyond which a change of the rate is no sound any more. */
  private static final double LARGEST_FACTOR = 1000;

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
  private long held;

  /**
   * A reader with the options of {@link WavFormat}.
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
   * Reads one recording of several that are kept.
   *
   * @throws DataException if it cannot be read, differs in rate or channels from the first one, or
   *     all up to here are too much for memory
   */
  Audio read(String name) {
    Audio sound = readAlone(name);
    held += sound.samples().length;
    Memory.require(
        BYTES_PER_SAMPLE * held,
        recordings.title(name) + ": the recordings up to here",
        "Set max-length, or use fewer recordings");
    return sound;
  }

  /** {@link #read} of a recording that is not kept. */
  Audio readAlone(String name) {
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
    double factor = (double) sound.rate() / rate;
    if (factor > LARGEST_FACTOR || factor < 1 / LARGEST_FACTOR) {
      throw new DataException(
          recordings.title(name)
              + ": has "
              + sound.rate()
              + " samples per second, which cannot be brought to "
              + rate
              + ": the factor is at most "
              + (int) LARGEST_FACTOR
              + ". Its header may be damaged");
    }
    Memory.require(
        Resampler.memory(sound, rate),
        recordings.title(name) + ": its samples at " + rate + " per second, and the filter,",
        "Cut the recording, or set another rate");
    Resampler resampler =
        resamplers.computeIfAbsent(sound.rate(), from -> new Resampler(from, rate));
    resampled++;
    float[] samples = resampler.apply(sound.samples(), sound.channels());
    return new Audio(rate, sound.channels(), samples);
  }
}
