package io.carillon.examples;

import io.carillon.model.LiveStream;
import io.carillon.model.Meaning;
import io.carillon.model.Predictor;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Listens to a recording as if it came from a microphone: every sample is one step of the model,
 * and a few times per second the probabilities of the classes so far are printed. At the end the
 * real-time factor: computing time divided by playing time; below 1 the model keeps up.
 */
public final class LiveAudio {
  private static final int REPORTS_PER_SECOND = 10;
  private static final double NANOS_PER_SECOND = 1e9;

  private LiveAudio() {}

  /**
   * Listens.
   *
   * @param out where the table goes
   * @return the real-time factor
   * @throws IllegalArgumentException if the model does not take one number per step, has no
   *     classes, or was trained at another rate
   */
  static double listen(Predictor predictor, Sound sound, PrintStream out) {
    Meaning meaning = predictor.meaning();
    if (meaning.inputSize() != 1 || !meaning.isClass()) {
      throw new IllegalArgumentException(
          "the model takes "
              + meaning.inputSize()
              + " numbers per step and has "
              + meaning.classNames().size()
              + " classes; for sound it must take one number and have classes");
    }
    if (meaning.sampleRate() > 0 && meaning.sampleRate() != sound.rate()) {
      throw new IllegalArgumentException(
          "the model was trained at "
              + meaning.sampleRate()
              + " samples per second, the recording has "
              + sound.rate()
              + "; resample it");
    }
    out.println("seconds\t" + String.join("\t", meaning.classNames()));
    LiveStream live = predictor.open();
    float[] sample = new float[1];
    float[] probabilities = new float[meaning.outputSize()];
    int every = Math.max(1, sound.rate() / REPORTS_PER_SECOND);
    long computing = 0;
    for (int t = 0; t < sound.samples().length; t++) {
      long start = System.nanoTime();
      sample[0] = sound.samples()[t];
      live.step(sample, probabilities);
      computing += System.nanoTime() - start;
      if ((t + 1) % every == 0 || t + 1 == sound.samples().length) {
        report(out, (t + 1) / (double) sound.rate(), probabilities);
      }
    }
    double playing = sound.samples().length / (double) sound.rate();
    return computing / NANOS_PER_SECOND / playing;
  }

  private static void report(PrintStream out, double seconds, float[] probabilities) {
    StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%.2f", seconds));
    for (float p : probabilities) {
      line.append(String.format(Locale.ROOT, "\t%.3f", p));
    }
    out.println(line);
  }

  /** Arguments: model folder, WAV file. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2) {
      System.err.println("usage: LiveAudio MODEL WAV-FILE");
      System.exit(2);
    }
    Predictor predictor = Predictor.load(Path.of(arguments[0]));
    double factor = listen(predictor, Sound.read(Path.of(arguments[1])), System.out);
    System.out.printf(Locale.ROOT, "real-time factor %.4f%n", factor);
  }
}
