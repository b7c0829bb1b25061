package io.carillon.examples;

import io.carillon.model.SequenceModel;
import io.carillon.model.State;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

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
   * @throws IllegalArgumentException if the model does not take one number per step, or was trained
   *     at another rate
   */
  static double listen(SequenceModel model, Sound sound, PrintStream out) {
    if (model.config().inputSize() != 1) {
      throw new IllegalArgumentException(
          "the model takes " + model.config().inputSize() + " numbers per step; sound has one");
    }
    if (preprocessing(model).get("sampleRate") instanceof Number trained
        && trained.intValue() != sound.rate()) {
      throw new IllegalArgumentException(
          "the model was trained at "
              + trained
              + " samples per second, the recording has "
              + sound.rate()
              + "; resample it");
    }
    List<String> names = classNames(model);
    out.println("seconds\t" + String.join("\t", names));
    State state = model.newState();
    float[] x = new float[1];
    float[] y = new float[model.config().outputSize()];
    double[] scaling = scaling(model);
    int every = Math.max(1, sound.rate() / REPORTS_PER_SECOND);
    long computing = 0;
    for (int t = 0; t < sound.samples().length; t++) {
      long start = System.nanoTime();
      x[0] = (float) ((sound.samples()[t] - scaling[0]) / scaling[1]);
      model.step(x, state, y);
      computing += System.nanoTime() - start;
      if ((t + 1) % every == 0 || t + 1 == sound.samples().length) {
        report(out, (t + 1) / (double) sound.rate(), y);
      }
    }
    double playing = sound.samples().length / (double) sound.rate();
    return computing / NANOS_PER_SECOND / playing;
  }

  private static void report(PrintStream out, double seconds, float[] logits) {
    StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%.2f", seconds));
    for (double p : softmax(logits)) {
      line.append(String.format(Locale.ROOT, "\t%.3f", p));
    }
    out.println(line);
  }

  private static double[] softmax(float[] logits) {
    double largest = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      largest = Math.max(largest, logit);
    }
    double[] p = new double[logits.length];
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      p[i] = Math.exp(logits[i] - largest);
      sum += p[i];
    }
    for (int i = 0; i < p.length; i++) {
      p[i] /= sum;
    }
    return p;
  }

  /** What the command line keeps with a model: class names, and mean and scale of the inputs. */
  private static Map<?, ?> preprocessing(SequenceModel model) {
    return model.info().get("preprocessing") instanceof Map<?, ?> map ? map : Map.of();
  }

  private static List<String> classNames(SequenceModel model) {
    if (preprocessing(model).get("classNames") instanceof List<?> names) {
      return names.stream().map(String::valueOf).toList();
    }
    return IntStream.range(0, model.config().outputSize()).mapToObj(i -> "class " + i).toList();
  }

  /** Mean and standard deviation that the inputs were scaled by; 0 and 1 if they were not. */
  private static double[] scaling(SequenceModel model) {
    return new double[] {first(model, "inputMean", 0), first(model, "inputStd", 1)};
  }

  private static double first(SequenceModel model, String key, double otherwise) {
    return preprocessing(model).get(key) instanceof List<?> list
            && list.get(0) instanceof Number number
        ? number.doubleValue()
        : otherwise;
  }

  /** Arguments: model folder, WAV file. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2) {
      System.err.println("usage: LiveAudio MODEL WAV-FILE");
      System.exit(2);
    }
    SequenceModel model = SequenceModel.load(Path.of(arguments[0]));
    double factor = listen(model, Sound.read(Path.of(arguments[1])), System.out);
    System.out.printf(Locale.ROOT, "real-time factor %.4f%n", factor);
  }
}
