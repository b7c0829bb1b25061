package io.carillon.model;

import io.carillon.error.FormatException;
import io.carillon.model.forecast.Forecast;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.ConcurrentModificationException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.CRC32;

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
  private double lastTime;
  private double time = Double.NaN;
  private double gap = 1;
  private final AtomicBoolean busy = new AtomicBoolean();

  /** One that has had no event of which more than the state is known. */
  LiveStream(SequenceModel model, State state) {
    this(model, state, Double.NaN, null);
  }

  /**
   * One that goes on.
   *
   * @param lastTime of the event before; NaN for none
   * @param last value of each dimension, NaN where there is none; null for none at all
   */
  LiveStream(SequenceModel model, State state, double lastTime, double[] last) {
    this.model = model;
    this.meaning = model.meaning();
    this.state = Objects.requireNonNull(state, "state");
    this.raw = new double[meaning.inputSize()];
    this.scaled = new float[meaning.inputSize()];
    this.outputs = new float[meaning.outputSize()];
    this.probabilities = new double[meaning.classNames().size()];
    this.last = new double[meaning.inputSize()];
    this.next = new double[meaning.inputSize()];
    this.lastTime = lastTime;
    if (last == null) {
      Arrays.fill(this.last, Double.NaN);
    } else {
      System.arraycopy(last, 0, this.last, 0, last.length);
    }
  }

  /**
   * What the network remembers of the stream. The time of the last event and the values that
   * missing ones are replaced with are not in it; {@link #toBytes()} has all.
   */
  public State state() {
    return state;
  }

  /**
   * All that is remembered of the stream, to be stored and gone on with by {@link
   * Predictor#streamFromBytes} of the same model: its state, the time of the last event, and the
   * last value of each dimension. The layout is in {@code docs/formats.md}. Going on from the bytes
   * gives the same bits as going on from this object. What {@link #at} or {@link #after} has said
   * of the next event is not in them.
   *
   * @throws ConcurrentModificationException if another thread is at work on the stream
   * @throws IllegalStateException if the state holds a number that is not finite
   */
  public byte[] toBytes() {
    claim();
    try {
      return Bytes.write(state, lastTime, last);
    } finally {
      busy.setRelease(false);
    }
  }

  /**
   * An independent copy. What {@link #at} or {@link #after} has said of the next event is not in
   * it.
   *
   * @throws ConcurrentModificationException if another thread is at work on the stream
   */
  public LiveStream copy() {
    claim();
    try {
      return new LiveStream(model, state.copy(), lastTime, last);
    } finally {
      busy.setRelease(false);
    }
  }

  /** What {@link Predictor#streamFromBytes} says. */
  static LiveStream read(SequenceModel model, byte[] bytes) {
    return Bytes.read(model, bytes);
  }

  /** The fingerprint of the model that a stream is of; its state is not looked at. */
  static long model(byte[] bytes) {
    return StateBytes.model(bytes, Bytes.requireStart(bytes));
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
   * @throws IllegalArgumentException if it is not finite
   */
  public LiveStream at(double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(
          "the time of the event is " + value + "; give a finite number");
    }
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

  /**
   * Version 1: what a stream remembers besides its state, then the bytes of that; {@code
   * docs/formats.md} has the layout.
   */
  private static final class Bytes {
    /** "CaLi" in the order of the bytes. */
    private static final int MAGIC = 'C' | 'a' << 8 | 'L' << 16 | 'i' << 24;

    private static final int VERSION = 1;

    /** Up to the first value. */
    private static final int HEADER = 20;

    private static final int CHECKSUM = 4;

    private Bytes() {}

    static byte[] write(State state, double lastTime, double[] last) {
      int start = start(last.length);
      byte[] bytes = state.toBytes(start);
      ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      out.putInt(MAGIC).putInt(VERSION).putLong(Double.doubleToLongBits(lastTime));
      out.putInt(last.length);
      for (double value : last) {
        out.putLong(Double.doubleToLongBits(value));
      }
      out.putInt(checksum(bytes, start));
      return bytes;
    }

    /** Where the state begins. */
    private static int start(int values) {
      return HEADER + Double.BYTES * values + CHECKSUM;
    }

    /** CRC-32 of what is before the state, but for the checksum itself. */
    private static int checksum(byte[] bytes, int start) {
      CRC32 crc = new CRC32();
      crc.update(bytes, 0, start - CHECKSUM);
      return (int) crc.getValue();
    }

    static LiveStream read(SequenceModel model, byte[] bytes) {
      int start = requireStart(bytes);
      ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      // First, so that bytes of another model are called that.
      State state = model.stateFromBytes(bytes, start);
      double[] last = new double[model.meaning().inputSize()];
      if (start != start(last.length)) {
        throw new FormatException(
            "stream bytes: they have the last values of "
                + in.getInt(HEADER - Integer.BYTES)
                + " dimensions, this model takes "
                + model.meaning().inputs()
                + "; the bytes are damaged");
      }
      double lastTime = finite(in.getDouble(8), "the time of the last event");
      for (int d = 0; d < last.length; d++) {
        last[d] = finite(in.getDouble(HEADER + Double.BYTES * d), "value " + d);
      }
      return new LiveStream(model, state, lastTime, last);
    }

    /** Where the state begins, when all is well before. */
    private static int requireStart(byte[] bytes) {
      ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      if (bytes.length < 8 || in.getInt(0) != MAGIC) {
        throw new FormatException(
            "stream bytes: these are no live stream (they do not begin with 'CaLi')");
      }
      if (in.getInt(4) != VERSION) {
        throw new FormatException(
            "stream bytes: version is " + in.getInt(4) + ", this release reads version " + VERSION);
      }
      int values = bytes.length < start(0) ? -1 : in.getInt(HEADER - Integer.BYTES);
      if (values < 0 || values > (bytes.length - HEADER - CHECKSUM) / Double.BYTES) {
        throw new FormatException(
            "stream bytes: there are only "
                + bytes.length
                + " bytes; the rest is missing, or they are damaged");
      }
      int start = start(values);
      if (in.getInt(start - CHECKSUM) != checksum(bytes, start)) {
        throw new FormatException(
            "stream bytes: the checksum does not fit; the bytes are damaged or cut off");
      }
      return start;
    }

    /** NaN stands for none. */
    private static double finite(double value, String what) {
      if (Double.isInfinite(value)) {
        throw new FormatException("stream bytes: " + what + " is " + value + "; it must be finite");
      }
      return value;
    }
  }
}
