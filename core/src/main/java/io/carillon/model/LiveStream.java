package io.carillon.model;

import io.carillon.model.forecast.Forecast;
import java.util.Arrays;
import java.util.ConcurrentModificationException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A live stream of raw events, answered one by one as the whole sequence so far would be. For one
 * thread at a time. Comes from {@link Predictor#open()}.
 *
 * <p>An event holds the numbers of a step in their own units, or one token. If a number is missing
 * (NaN), the meaning of the model says whether the event is refused, left out (time passes, and
 * there is no answer), or completed with the value before. An event that is refused changes
 * nothing.
 */
public final class LiveStream {
  private final SequenceModel model;
  private final Meaning meaning;
  private final State state;
  private final double[] raw;
  private final float[] scaled;
  private final float[] outputs;
  private final double[] probabilities;

  /** The last value of each dimension, and what it will be if the present event is taken. */
  private double[] last;

  private double[] next;
  private double lastTime = Double.NaN;
  private double time = Double.NaN;
  private double gap = 1;
  private final AtomicBoolean busy = new AtomicBoolean();

  LiveStream(SequenceModel model, State state) {
    this.model = model;
    this.meaning = model.meaning();
    this.state = Objects.requireNonNull(state, "state");
    this.raw = new double[meaning.inputSize()];
    this.scaled = new float[meaning.inputSize()];
    this.outputs = new float[meaning.outputSize()];
    this.probabilities = new double[meaning.classNames().size()];
    this.last = new double[meaning.inputSize()];
    this.next = new double[meaning.inputSize()];
    Arrays.fill(last, Double.NaN);
  }

  /**
   * The memory of the stream, to be stored ({@link State#toBytes()}) and gone on with later ({@link
   * Predictor#open(State)}). The time of the last event and the values that missing ones are
   * replaced with are not in it.
   */
  public State state() {
    return state;
  }

  /**
   * Says how long after the event before the next one comes; 1 when nothing is said.
   *
   * @param steps in ordinary steps of the training, see {@link SequenceModel#step(float[], double,
   *     State, float[])}
   */
  public LiveStream after(double steps) {
    gap = steps;
    time = Double.NaN;
    return this;
  }

  /**
   * Says when the next event comes.
   *
   * @param value in the unit of the times in the training data, after that of the event before; of
   *     the first event with a time only the later ones count
   */
  public LiveStream at(double value) {
    time = value;
    gap = 1;
    return this;
  }

  /**
   * Takes an event of numbers and writes the answer into an array. Allocates nothing.
   *
   * @param event [inputSize], NaN where a value is missing
   * @param answer [outputSize] or longer, overwritten: probabilities of the classes in the order of
   *     {@link Meaning#classNames()}, or values in their own units
   * @return false if the event was left out, and {@code answer} with it
   * @throws IllegalArgumentException naming what does not fit; the stream is then as before
   * @throws ArithmeticException if the answer would not be finite; the stream is then as before
   * @throws ConcurrentModificationException if another thread is at work on the stream
   */
  public boolean step(double[] event, float[] answer) {
    requireRoom(answer);
    claim();
    try {
      return takeValues(event) && write(answer);
    } finally {
      release();
    }
  }

  /** {@link #step(double[], float[])} of numbers of lower precision. */
  public boolean step(float[] event, float[] answer) {
    requireRoom(answer);
    claim();
    try {
      requireSize(Objects.requireNonNull(event, "event").length);
      for (int d = 0; d < raw.length; d++) {
        raw[d] = event[d];
      }
      return takeValues(raw) && write(answer);
    } finally {
      release();
    }
  }

  /** {@link #step(double[], float[])} of a token: its name, or its id in decimal digits. */
  public boolean step(String token, float[] answer) {
    return stepToken(id(token), answer);
  }

  /** {@link #step(double[], float[])} of a token, by its id. */
  public boolean stepToken(int token, float[] answer) {
    requireRoom(answer);
    claim();
    try {
      takeToken(token);
      return write(answer);
    } finally {
      release();
    }
  }

  /**
   * Takes an event of numbers.
   *
   * @param event [inputSize], NaN where a value is missing
   * @return the class after it; empty if the event was left out
   * @throws IllegalArgumentException naming what does not fit; the stream is then as before
   * @throws IllegalStateException if the answers of the model are no classes
   */
  public Optional<Classification> classify(double... event) {
    meaning.requireClasses();
    claim();
    try {
      return takeValues(event) ? Optional.of(meaning.classification(outputs, 0)) : Optional.empty();
    } finally {
      release();
    }
  }

  /** The class after a token: its name, or its id in decimal digits. */
  public Classification classify(String token) {
    meaning.requireClasses();
    int id = id(token);
    claim();
    try {
      takeToken(id);
      return meaning.classification(outputs, 0);
    } finally {
      release();
    }
  }

  /**
   * Takes an event of numbers.
   *
   * @param event [inputSize], NaN where a value is missing
   * @return the values after it in their own units, [outputSize]; empty if the event was left out
   * @throws IllegalArgumentException naming what does not fit; the stream is then as before
   * @throws IllegalStateException if the answers of the model are classes
   */
  public Optional<float[]> predict(double... event) {
    meaning.requireValues();
    claim();
    try {
      return takeValues(event) ? Optional.of(meaning.values(outputs)) : Optional.empty();
    } finally {
      release();
    }
  }

  /**
   * Takes an event of numbers.
   *
   * @param event [inputSize], NaN where a value is missing
   * @return the forecast after it, with quantiles and intervals where the model has them; empty if
   *     the event was left out
   * @throws IllegalArgumentException naming what does not fit; the stream is then as before
   * @throws IllegalStateException if the answers of the model are classes or one for every step
   */
  public Optional<Forecast> forecast(double... event) {
    meaning.requireValues();
    claim();
    try {
      return takeValues(event) ? Optional.of(meaning.forecast(outputs)) : Optional.empty();
    } finally {
      release();
    }
  }

  /** The values after a token: its name, or its id in decimal digits. */
  public float[] predict(String token) {
    meaning.requireValues();
    int id = id(token);
    claim();
    try {
      takeToken(id);
      return meaning.values(outputs);
    } finally {
      release();
    }
  }

  private void requireRoom(float[] answer) {
    Objects.requireNonNull(answer, "answer");
    if (answer.length < outputs.length) {
      throw new IllegalArgumentException(
          "the array for the answer has "
              + answer.length
              + " places; "
              + outputs.length
              + " are needed");
    }
  }

  private void requireSize(int numbers) {
    if (meaning.inputSize() == 0) {
      throw new IllegalArgumentException(
          "the event has "
              + numbers
              + " numbers; this model reads tokens of a vocabulary of "
              + meaning.vocabulary().size());
    }
    if (numbers != meaning.inputSize()) {
      throw new IllegalArgumentException(
          "the event has " + numbers + " numbers; this model takes " + meaning.inputs());
    }
  }

  private int id(String token) {
    Objects.requireNonNull(token, "token");
    requireTokens();
    return meaning.token(token);
  }

  private void requireTokens() {
    if (meaning.inputSize() > 0) {
      throw new IllegalArgumentException(
          "the event is a token; this model takes " + meaning.inputs());
    }
  }

  private void claim() {
    if (!busy.compareAndSet(false, true)) {
      throw new ConcurrentModificationException(
          "the stream has another thread at work on it; give every thread a stream of its own");
    }
  }

  /** What was said of the time of an event holds for that one only, also if it was refused. */
  private void release() {
    gap = 1;
    time = Double.NaN;
    busy.setRelease(false);
  }

  /** Whether the event was taken, and {@link #outputs} are the answer to it. */
  private boolean takeValues(double[] event) {
    requireSize(Objects.requireNonNull(event, "event").length);
    double length = length();
    System.arraycopy(last, 0, next, 0, next.length);
    boolean complete = meaning.scaleStep(event, 0, next, scaled);
    if (complete) {
      model.step(scaled, length, state, outputs);
    } else {
      model.skipTime(length, state);
    }
    double[] swap = last;
    last = next;
    next = swap;
    pass(length);
    return complete;
  }

  private void takeToken(int token) {
    requireTokens();
    double length = length();
    model.stepToken(token, length, state, outputs);
    pass(length);
  }

  /** Of the present event, in ordinary steps. */
  private double length() {
    if (Double.isNaN(time) || Double.isNaN(lastTime)) {
      return gap;
    }
    double length = meaning.gap(lastTime, time);
    if (!(length > 0)) {
      throw new IllegalArgumentException(
          "the time of the event is " + time + ", not after that of the event before, " + lastTime);
    }
    return length;
  }

  private void pass(double length) {
    lastTime = Double.isNaN(time) ? lastTime + length * meaning.timeUnit() : time;
  }

  private boolean write(float[] answer) {
    if (meaning.isClass()) {
      Classification.softmax(outputs, 0, probabilities);
      for (int c = 0; c < probabilities.length; c++) {
        answer[c] = (float) probabilities[c];
      }
    } else {
      meaning.values(outputs, answer);
    }
    return true;
  }
}
