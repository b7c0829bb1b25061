package io.carillon.model;

import io.carillon.model.forecast.Forecast;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The one way from raw input to named answers: takes numbers as they were measured, tokens or
 * texts, does to them what was done in the training, and gives classes with probabilities, or
 * values in their own units. For whole sequences here, for live streams with {@link #open()}. Both
 * agree. Immutable, and safe to share between threads.
 *
 * <pre>{@code
 * Predictor predictor = Predictor.load(Path.of("model"));
 * Classification whole = predictor.classify(samples);
 * LiveStream live = predictor.open();
 * live.classify(0.31, 21.5).ifPresent(now -> System.out.println(now.name()));
 * }</pre>
 */
public final class Predictor {
  private final SequenceModel model;
  private final Meaning meaning;

  private Predictor(SequenceModel model) {
    this.model = Objects.requireNonNull(model, "model");
    this.meaning = model.meaning();
  }

  /**
   * Loads the model of a folder, see {@link SequenceModel#load(Path)}.
   *
   * @throws ParityException if the model's own certificate says that its ways disagree
   * @throws io.carillon.error.FormatException if a file is damaged or does not fit the other
   * @throws IOException if a file cannot be read
   */
  public static Predictor load(Path folder) throws IOException {
    return of(SequenceModel.load(folder));
  }

  /** For a model, with the meaning that it has. */
  public static Predictor of(SequenceModel model) {
    return new Predictor(model);
  }

  /** The model. */
  public SequenceModel model() {
    return model;
  }

  /** What the numbers of the model mean. */
  public Meaning meaning() {
    return meaning;
  }

  /**
   * The class of a whole sequence.
   *
   * @param raw [steps][inputSize] in their own units; NaN where a value is missing
   * @throws IllegalArgumentException naming what does not fit
   * @throws IllegalStateException if the model does not answer with one class per sequence
   * @throws ArithmeticException if the answer is not finite
   */
  public Classification classify(double[] raw) {
    return classify(RawSequence.ofValues(raw));
  }

  /** The class of a whole sequence; see {@link #classify(double[])}. */
  public Classification classify(float[] raw) {
    return classify(RawSequence.ofValues(raw));
  }

  /** The class of a whole sequence; see {@link #classify(double[])}. */
  public Classification classify(RawSequence raw) {
    return classifyAll(raw).get(0);
  }

  /**
   * The classes of many sequences.
   *
   * @return one for each; a model that compares pairs answers once for every two, which stand one
   *     after the other
   */
  public List<Classification> classifyAll(RawSequence... raw) {
    requireOneAnswer();
    List<Classification> answers = new ArrayList<>();
    for (float[] outputs : outputs(raw)) {
      answers.add(meaning.classification(outputs, 0));
    }
    return answers;
  }

  /**
   * The class at every step of a sequence.
   *
   * @return one for each step that the model answers at: all, or the last ones
   * @throws IllegalStateException if the model does not answer with a class at every step
   */
  public List<Classification> classifySteps(RawSequence raw) {
    meaning.requireClasses();
    if (!meaning.perStep()) {
      throw new IllegalStateException(
          "this model answers once for a sequence, not at every step: use classify, or open a"
              + " stream for the answer so far");
    }
    float[] outputs = outputs(raw)[0];
    List<Classification> answers = new ArrayList<>();
    for (int at = 0; at < outputs.length; at += meaning.outputSize()) {
      answers.add(meaning.classification(outputs, at));
    }
    return answers;
  }

  /**
   * The values predicted for a whole sequence.
   *
   * @param raw [steps][inputSize] in their own units; NaN where a value is missing
   * @return in their own units: [outputSize], which is [{@link Meaning#horizon()}][{@link
   *     Meaning#valueNames()}], and for each of these its quantiles if there are any; if the model
   *     answers at every step, [steps][outputSize]
   * @throws IllegalArgumentException naming what does not fit
   * @throws IllegalStateException if the answers of the model are classes
   * @throws ArithmeticException if the answer is not finite
   */
  public float[] predict(double[] raw) {
    return predict(RawSequence.ofValues(raw));
  }

  /** The values predicted for a whole sequence; see {@link #predict(double[])}. */
  public float[] predict(float[] raw) {
    return predict(RawSequence.ofValues(raw));
  }

  /** The values predicted for a whole sequence; see {@link #predict(double[])}. */
  public float[] predict(RawSequence raw) {
    return predictAll(raw)[0];
  }

  /** The values predicted for many sequences; see {@link #predict(double[])}. */
  public float[][] predictAll(RawSequence... raw) {
    meaning.requireValues();
    float[][] outputs = outputs(raw);
    Arrays.setAll(outputs, i -> meaning.values(outputs[i]));
    return outputs;
  }

  /**
   * The values predicted for a whole sequence, with quantiles and intervals where the model has
   * them.
   *
   * @param raw [steps][inputSize] in their own units; NaN where a value is missing
   * @throws IllegalArgumentException naming what does not fit
   * @throws IllegalStateException if the answers of the model are classes, or one for every step
   * @throws ArithmeticException if the answer is not finite
   */
  public Forecast forecast(double[] raw) {
    return forecast(RawSequence.ofValues(raw));
  }

  /** The values predicted for a whole sequence; see {@link #forecast(double[])}. */
  public Forecast forecast(RawSequence raw) {
    meaning.requireValues();
    return meaning.forecast(outputs(raw)[0]);
  }

  /**
   * What the model makes of a sequence before its last map: the pooled features.
   *
   * @return [width] numbers; [steps][width] if the model answers at every step
   */
  public float[] embed(RawSequence raw) {
    return embedAll(raw)[0];
  }

  /** {@link #embed(RawSequence)} of many sequences, for pairs of each by itself. */
  public float[][] embedAll(RawSequence... raw) {
    return model.features(prepared(raw));
  }

  /**
   * A new live stream.
   *
   * @throws UnsupportedOperationException if this model cannot stream, with the reason and what to
   *     do
   */
  public LiveStream open() {
    return open(model.newState());
  }

  /**
   * A live stream that goes on from a state.
   *
   * @param state of this model, such as {@link SequenceModel#stateFromBytes} gives it; the stream
   *     updates it
   * @throws IllegalArgumentException if the state is of another model
   */
  public LiveStream open(State state) {
    StreamChecks.requireOwn(model.streaming().prepared().shape(), state);
    return new LiveStream(model, state);
  }

  /**
   * The stream that {@link LiveStream#toBytes()} has written, to go on with it.
   *
   * @throws io.carillon.error.FormatException if the bytes are damaged, of another version, or of
   *     another model
   * @throws UnsupportedOperationException if this model cannot stream
   */
  public LiveStream streamFromBytes(byte[] bytes) {
    return LiveStream.read(model, Objects.requireNonNull(bytes, "bytes"));
  }

  private float[][] outputs(RawSequence... raw) {
    return model.predict(1, prepared(raw));
  }

  private Sequence[] prepared(RawSequence... raw) {
    Sequence[] all = new Sequence[Objects.requireNonNull(raw, "raw").length];
    for (int i = 0; i < all.length; i++) {
      all[i] = InputChecks.requirePresent(raw[i], "raw", i).prepare(meaning, "sequence " + i);
    }
    return all;
  }

  private void requireOneAnswer() {
    meaning.requireClasses();
    if (meaning.perStep()) {
      throw new IllegalStateException(
          "this model answers at every step: use classifySteps, or open a stream");
    }
  }
}
