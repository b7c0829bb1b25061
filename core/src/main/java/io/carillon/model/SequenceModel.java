package io.carillon.model;

import io.carillon.config.Computing;
import io.carillon.config.NetworkConfig;
import io.carillon.engine.Engine;
import io.carillon.engine.SeededRandom;
import io.carillon.model.stream.Fingerprint;
import io.carillon.model.stream.PreparedNetwork;
import io.carillon.model.stream.StreamingObstacle;
import io.carillon.nn.Friend;
import io.carillon.nn.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A trained model: immutable, and safe to share between threads. This is the network and takes
 * numbers as that was trained on; for raw input and named answers see {@link Predictor}. It answers
 * for whole sequences ({@link #predict}), for one step of a stream ({@link #step}), and for a chunk
 * of steps ({@link #forward}); all three agree up to rounding (relative 1e-4, tested, and checked
 * for a given model by {@link Parity}).
 *
 * <p>The memory of a stream is a {@link State} that the caller owns. There is no mode to switch and
 * nothing to set up. How it computes is its own {@link Computing}; everything runs on the caller's
 * thread unless that says otherwise. Threads start with the first work for them, are shared by all
 * callers of the model, and end when they have had nothing to do for a while.
 */
public final class SequenceModel {
  static {
    Friend.OF_MODELS.set(new Opened());
  }

  private final Network network;
  private final Computing computing;
  private final Engine engine;
  private final Meaning meaning;
  private final Map<String, Object> info;
  private final String note;
  private volatile Streaming streaming;

  /** 0 until it is asked for. */
  private volatile long fingerprint;

  private SequenceModel(
      Network network,
      Meaning meaning,
      Map<String, Object> info,
      String note,
      Computing computing,
      Engine engine) {
    meaning.requireFit(network.config());
    if (info.containsKey(Meaning.INFO)
        && (Meaning.isMap(info.get(Meaning.INFO))
            || !meaning.equals(Meaning.plain(network.config())))) {
      throw new IllegalArgumentException(
          "the info has an entry '"
              + Meaning.INFO
              + "', under which the meaning of the model is stored; give that by withMeaning, and the entry another name");
    }
    this.network = network;
    this.meaning = meaning;
    this.computing = computing;
    this.engine = engine;
    this.info = Collections.unmodifiableMap(new LinkedHashMap<>(info));
    this.note = note;
  }

  /**
   * A model with fresh weights, as training begins with.
   *
   * @param seed the same seed gives the same weights
   * @param info anything JSON can hold that should travel with the model: class names,
   *     preprocessing, provenance
   * @throws IllegalArgumentException if the kernels cannot run on this machine
   */
  public static SequenceModel fresh(
      NetworkConfig config, long seed, Map<String, Object> info, Computing computing) {
    Objects.requireNonNull(config, "config");
    Objects.requireNonNull(info, "info");
    Objects.requireNonNull(computing, "computing");
    Network network = new Network(config, new SeededRandom(seed));
    return new SequenceModel(
        network, Meaning.plain(config), info, null, computing, Engine.of(computing));
  }

  /**
   * Loads a model folder written by {@link #save}, see {@link LoadCheck#NOT_BROKEN}. The files are
   * compared with the checksums that they carry; folders of older releases have none, see {@link
   * #note()}.
   *
   * @throws ParityException if the model's own certificate says that its ways disagree
   * @throws io.carillon.io.FormatException if a file is damaged or does not fit the other
   * @throws IOException if a file cannot be read
   */
  public static SequenceModel load(Path folder) throws IOException {
    return load(folder, LoadCheck.NOT_BROKEN);
  }

  /** {@link #load(Path)} with a choice how to compute. */
  public static SequenceModel load(Path folder, Computing computing) throws IOException {
    return load(folder, LoadCheck.NOT_BROKEN, computing);
  }

  /** {@link #load(Path, LoadCheck, Computing)} that computes in the standard way. */
  public static SequenceModel load(Path folder, LoadCheck check) throws IOException {
    return load(folder, check, Computing.standard());
  }

  /**
   * Loads a model folder and demands proof that its whole sequences and streams agree.
   *
   * @throws ParityException if there is no such proof
   * @throws io.carillon.io.FormatException if a file is damaged or does not fit the other
   * @throws IllegalArgumentException if the kernels cannot run on this machine
   * @throws IOException if a file cannot be read
   */
  public static SequenceModel load(Path folder, LoadCheck check, Computing computing)
      throws IOException {
    Objects.requireNonNull(folder, "folder");
    Objects.requireNonNull(check, "check");
    Objects.requireNonNull(computing, "computing");
    return of(ModelFolder.load(folder), folder.toString(), check, computing);
  }

  private static SequenceModel of(
      ModelFolder.Contents contents, String from, LoadCheck check, Computing computing) {
    Engine engine = Engine.of(computing);
    SequenceModel model =
        new SequenceModel(
            contents.network(),
            contents.meaning(),
            contents.info(),
            contents.note(),
            computing,
            engine);
    model.fingerprint = contents.fingerprint();
    check.run(model, from);
    return model;
  }

  /**
   * The model that {@link #toBytes()} has written, see {@link LoadCheck#NOT_BROKEN}.
   *
   * @throws ParityException if the model's own certificate says that its ways disagree
   * @throws io.carillon.io.FormatException if the bytes are damaged, cut off or no model
   */
  public static SequenceModel fromBytes(byte[] bytes) {
    return fromBytes(bytes, LoadCheck.NOT_BROKEN, Computing.standard());
  }

  /**
   * {@link #fromBytes(byte[])} with a choice how to compute, and with a demand of proof that whole
   * sequences and streams agree.
   *
   * @throws ParityException if there is no such proof
   * @throws io.carillon.io.FormatException if the bytes are damaged, cut off or no model
   * @throws IllegalArgumentException if the kernels cannot run on this machine
   */
  public static SequenceModel fromBytes(byte[] bytes, LoadCheck check, Computing computing) {
    Objects.requireNonNull(bytes, "bytes");
    Objects.requireNonNull(check, "check");
    Objects.requireNonNull(computing, "computing");
    return of(ModelFolder.fromBytes(bytes), "the bytes of a model", check, computing);
  }

  /**
   * All that {@link #save} writes into a folder, as one piece with a checksum: for where there is
   * no folder, such as the executors of a cluster. The layout is in {@code docs/formats.md}.
   *
   * @throws IllegalArgumentException if that is more than an array holds
   */
  public byte[] toBytes() {
    return ModelFolder.toBytes(contents());
  }

  private ModelFolder.Contents contents() {
    return new ModelFolder.Contents(network, meaning, info, fingerprintBits(), note);
  }

  /**
   * Writes {@code config.json} and {@code weights.safetensors} into a folder, which is created when
   * needed, with checksums. At every moment, also after a crash, the folder holds the model of
   * before or this one.
   *
   * @throws IOException if they cannot be written
   */
  public void save(Path folder) throws IOException {
    Objects.requireNonNull(folder, "folder");
    ModelFolder.save(folder, contents());
  }

  /**
   * The same model with something else that travels with it.
   *
   * @param value anything JSON can hold
   */
  public SequenceModel withInfo(Map<String, Object> value) {
    return new SequenceModel(
        network, meaning, Objects.requireNonNull(value, "value"), note, computing, engine);
  }

  /**
   * The same model with another meaning of its numbers.
   *
   * @throws IllegalArgumentException if it does not fit the network
   */
  public SequenceModel withMeaning(Meaning value) {
    return new SequenceModel(
        network, Objects.requireNonNull(value, "value"), info, note, computing, engine);
  }

  /**
   * The same weights, computed in another way. States of one are states of the other.
   *
   * @throws IllegalArgumentException if the kernels cannot run on this machine
   */
  public SequenceModel withComputing(Computing value) {
    Objects.requireNonNull(value, "value");
    return new SequenceModel(network, meaning, info, note, value, Engine.of(value));
  }

  /** How this model was told to compute. */
  public Computing computing() {
    return computing;
  }

  /** The inner loops that this model runs: {@code scalar}, {@code vector-512} and so on. */
  public String kernels() {
    return engine.kernels().name();
  }

  /**
   * What a user of this model should be told of the folder that it was loaded from: that it has no
   * checksums. Empty as a rule.
   */
  public Optional<String> note() {
    return Optional.ofNullable(note);
  }

  /** Settings of the network. */
  public NetworkConfig config() {
    return network.config();
  }

  /** What the numbers of the model mean; {@link Meaning#plain} when nobody has said. */
  public Meaning meaning() {
    return meaning;
  }

  /** What else travels with the model: provenance, and anything that an application has added. */
  public Map<String, Object> info() {
    return info;
  }

  /** Parameters and buffers: a copy of the values by name, in the order of the file of weights. */
  public Map<String, float[]> weights() {
    Map<String, float[]> all = new LinkedHashMap<>();
    network.parameters().forEach(p -> all.put(p.name(), p.value().clone()));
    return all;
  }

  /**
   * Answers for whole real-valued sequences.
   *
   * @param sequences each [length][inputSize] row-major, finite
   * @return for each sequence its raw outputs: [outputSize], or [steps][outputSize] with pooling
   *     EVERY. Class scores are logits. A model that compares pairs answers once for every two
   *     sequences, which stand one after the other.
   * @throws IllegalArgumentException naming the sequence if its size does not fit or it holds a
   *     number that is not finite
   * @throws ArithmeticException naming the sequence if its answer is not finite
   */
  public float[][] predict(float[]... sequences) {
    return predict(1.0, sequences, null);
  }

  /**
   * Answers for whole real-valued sequences with missing steps, or of another sampling rate.
   *
   * @param rate factor on Δ: 2 for sequences sampled at half the rate of training
   * @param masks for each sequence [length] with 0 where the step is missing (its values are then
   *     not used, but must be finite) and 1 elsewhere; null, or null entries, for none
   */
  public float[][] predict(double rate, float[][] sequences, float[][] masks) {
    return new Prediction(network, engine, rate).values(sequences, masks);
  }

  /**
   * Answers for whole token sequences.
   *
   * @param sequences each [length] ids in [0, vocabulary)
   * @return as {@link #predict(float[]...)}
   */
  public float[][] predictTokens(int[]... sequences) {
    return predictTokens(1.0, sequences);
  }

  /** Answers for whole token sequences; see {@link #predict(double, float[][], float[][])}. */
  public float[][] predictTokens(double rate, int[]... sequences) {
    return new Prediction(network, engine, rate).tokens(sequences);
  }

  /**
   * Answers for whole sequences that may have missing steps and gaps.
   *
   * @param rate factor on Δ: 2 for sequences sampled at half the rate of training
   * @param sequences each with at least one step that is not missing
   * @return as {@link #predict(float[]...)}
   * @throws IllegalArgumentException naming the sequence if it does not fit, or has gaps that this
   *     model cannot take (see {@link #step(float[], double, State, float[])})
   */
  public float[][] predict(double rate, Sequence... sequences) {
    return new Prediction(network, engine, rate).answers(sequences);
  }

  /**
   * What the last map makes the answers of: the pooled features.
   *
   * @return for each sequence [width], or [steps][width] with pooling EVERY
   */
  float[][] features(Sequence... sequences) {
    return new Prediction(network, engine, 1).features(sequences);
  }

  /** Fingerprint of settings and weights: 16 hexadecimal digits, see {@code docs/formats.md}. */
  public String fingerprint() {
    return Fingerprint.hex(fingerprintBits());
  }

  private long fingerprintBits() {
    long bits = fingerprint;
    if (bits == 0) {
      bits = Fingerprint.of(network);
      fingerprint = bits;
    }
    return bits;
  }

  /**
   * Why this model cannot stream, with what to do about it; empty if it can. What cannot: layers
   * that look into the future, kernels that are endless products or depend on the length, SGConv
   * and attention. Kernels cut at a maximum length keep the last inputs; mean pooling becomes the
   * mean so far.
   */
  public Optional<String> streamingObstacle() {
    return Optional.ofNullable(StreamingObstacle.of(network));
  }

  /**
   * A fresh state, for the start of a stream.
   *
   * @throws UnsupportedOperationException if this model cannot stream, with the reason and what to
   *     do
   */
  public State newState() {
    return new State(streaming().prepared().shape());
  }

  /**
   * The state that {@link State#toBytes()} has written, to go on with the stream.
   *
   * @throws io.carillon.io.FormatException if the bytes are damaged, of another version, or of
   *     another model
   * @throws UnsupportedOperationException if this model cannot stream
   */
  public State stateFromBytes(byte[] bytes) {
    return stateFromBytes(Objects.requireNonNull(bytes, "bytes"), 0);
  }

  /** The state that goes from a place of an array to its end. */
  State stateFromBytes(byte[] bytes, int from) {
    PreparedNetwork prepared = streaming().prepared();
    return StateBytes.read(prepared.shape(), prepared.modes(), bytes, from);
  }

  /**
   * One step of a stream.
   *
   * @param x [inputSize], finite
   * @param state memory of the stream, updated
   * @return [outputSize]. With pooling MEAN the answer for the mean of the features so far: what
   *     {@link #predict} would say if the sequence ended here; otherwise the answer for this step
   * @throws IllegalArgumentException if x or state do not fit; the state is then as before
   * @throws ArithmeticException if the answer or the state would not be finite; the state is then
   *     as before
   * @throws java.util.ConcurrentModificationException if another thread is at work on the state
   */
  public float[] step(float[] x, State state) {
    float[] y = new float[config().outputSize()];
    streaming().step(x, 1, state, y);
    return y;
  }

  /**
   * {@link #step(float[], State)} that allocates nothing.
   *
   * @param y the answer, overwritten: the first outputSize places
   */
  public void step(float[] x, State state, float[] y) {
    streaming().step(x, 1, state, y);
  }

  /**
   * One event of a stream that has no regular sampling: a step that lasts as long as {@code gap}
   * ordinary ones, during which the input is held. For S4D and DSS, whose step size Δ gives any gap
   * a meaning. Whole numbers only for DLR (without a Δ the angle of λ is known modulo a full turn
   * only, and a part of a step would depend on the turn), for S4 (its matrix has no real power
   * between whole ones) and for kernels cut at a maximum length (given at whole steps).
   *
   * <p>In every state-space layer the state becomes what {@code gap} ordinary steps with the same
   * input make it (for zero-order hold also between whole numbers). In a stack this is not the same
   * as {@code gap} ordinary steps: the layers above get one input for the whole gap instead of one
   * per step, and a running mean counts the event once. Allocates nothing, but for lengths that
   * come again: the 16 met last at most are kept ready; any other costs some sines per mode. S4
   * needs a matrix product for every binary digit of a gap of eight or more.
   *
   * @param x [inputSize], finite
   * @param gap time since the last event in sampling intervals of training, positive and finite;
   *     for the first event how long its input has lasted, 1 as a rule
   * @param y the answer, overwritten: the first outputSize places
   * @throws IllegalArgumentException if something does not fit, or the model cannot take the gap,
   *     with the reason; the state is then as before
   */
  public void step(float[] x, double gap, State state, float[] y) {
    streaming().step(x, gap, state, y);
  }

  /**
   * Any number of events, as {@link #step(float[], double, State, float[])} one after another; with
   * a new state this is prediction for a whole sequence of events.
   *
   * @param chunk [events][inputSize], finite
   * @param gaps [events]
   * @return [events][outputSize], the answer after every event
   */
  public float[] forward(float[] chunk, double[] gaps, State state) {
    return forward(
        Sequence.ofValues(chunk, Math.max(1, config().inputSize())).withGaps(gaps), state);
  }

  /**
   * Any number of steps of a stream, some of which may be missing or have gaps.
   *
   * @param chunk fits the model
   * @param state memory of the stream, updated
   * @return [steps][outputSize], the answer after every step. After a missing step: with pooling
   *     MEAN the mean so far, else what the network makes of a step at which nothing enters
   * @throws ArithmeticException if an answer or the state would not be finite; the state is then as
   *     before
   */
  public float[] forward(Sequence chunk, State state) {
    InputChecks.require(config(), false, chunk);
    return histories().forward(chunk, state);
  }

  /** One step of a token stream; see {@link #step(float[], State)}. */
  public float[] stepToken(int token, State state) {
    float[] y = new float[config().outputSize()];
    streaming().step(token, 1, state, y);
    return y;
  }

  /** {@link #stepToken(int, State)} that allocates nothing. */
  public void stepToken(int token, State state, float[] y) {
    streaming().step(token, 1, state, y);
  }

  /**
   * One event of a token stream that has no regular sampling; see {@link #step(float[], double,
   * State, float[])}.
   */
  public void stepToken(int token, double gap, State state, float[] y) {
    streaming().step(token, gap, state, y);
  }

  /**
   * One step of many streams at once: the same as one by one (to the bit with SIMD kernels, up to
   * rounding with scalar ones), but faster, because what is read of the weights is shared by the
   * streams and the linear layers become matrix products. The same bits for any number of threads;
   * more than one pay from some hundred streams on, and then allocate a few hundred bytes in all.
   * On one thread this allocates nothing.
   *
   * @param x [streams][inputSize], finite
   * @param states memory of the streams, each another one, updated
   * @param y answers [streams][outputSize], overwritten
   * @throws IllegalArgumentException if something does not fit, or a state is given twice; all
   *     states are then as before
   * @throws ArithmeticException if an answer or a state would not be finite; all states are then as
   *     before
   * @throws java.util.ConcurrentModificationException if another thread is at work on a state; all
   *     are then as before
   */
  public void step(float[] x, State[] states, float[] y) {
    step(x, null, states, y);
  }

  /** One step of many token streams at once; see {@link #step(float[], State[], float[])}. */
  public void stepTokens(int[] tokens, State[] states, float[] y) {
    stepTokens(tokens, null, states, y);
  }

  /**
   * One event of many streams at once, each with its own time since the event before; see {@link
   * #step(float[], double, State, float[])}.
   *
   * @param gaps [streams], or null for ordinary steps
   */
  public void step(float[] x, double[] gaps, State[] states, float[] y) {
    streaming().together().step(x, gaps, states, y);
  }

  /** One event of many token streams; see {@link #step(float[], double[], State[], float[])}. */
  public void stepTokens(int[] tokens, double[] gaps, State[] states, float[] y) {
    streaming().together().step(tokens, gaps, states, y);
  }

  /**
   * Lets a stream pass steps without an input, at the cost of about one step for any number (a GRU
   * has to go through them, S4 takes a matrix product for every binary digit of eight or more): the
   * same as steps that {@link #predict(double, float[][], float[][])} is told are missing. After a
   * gap of k ticks since the last event, skip k − 1 steps before the next one.
   *
   * @param steps 0 or more; at most 2^62 in all
   */
  public void skip(long steps, State state) {
    streaming().skip(steps, state);
  }

  /**
   * Lets a stream pass an event whose value is missing: {@link #skip} of one step of any length.
   *
   * @param gap time since the event before, as in {@link #step(float[], double, State, float[])}
   */
  public void skipTime(double gap, State state) {
    streaming().skip(gap, state);
  }

  /**
   * Any number of steps of a stream.
   *
   * @param chunk [steps][inputSize], finite
   * @param state memory of the stream, updated
   * @return [steps][outputSize], the answer after every step as {@link #step} gives it
   * @throws ArithmeticException if an answer or the state would not be finite; the state is then as
   *     before
   */
  public float[] forward(float[] chunk, State state) {
    return histories().forward(InputChecks.sequence(config(), chunk), state);
  }

  /** Any number of steps of a token stream; see {@link #forward(float[], State)}. */
  public float[] forwardTokens(int[] chunk, State state) {
    return histories().forward(InputChecks.sequence(config(), chunk), state);
  }

  /**
   * Works off a long history, to go on from its end step by step. Memory does not grow with the
   * length.
   *
   * @param history [steps][inputSize], finite
   * @param state memory of the stream, updated
   * @return [outputSize], the answer after the last step
   */
  public float[] prefill(float[] history, State state) {
    return histories().prefill(InputChecks.sequence(config(), history), state);
  }

  /**
   * Works off a long history with missing steps and gaps; see {@link #prefill(float[], State)}.
   *
   * @return [outputSize], the answer after the last step that is not missing
   */
  public float[] prefill(Sequence history, State state) {
    InputChecks.require(config(), true, history);
    return histories().prefill(history, state);
  }

  /** Works off a long history of tokens; see {@link #prefill(float[], State)}. */
  public float[] prefillTokens(int[] history, State state) {
    return histories().prefill(InputChecks.sequence(config(), history), state);
  }

  /**
   * The states of a stream after some of its steps, to go on from any of them. Memory does not grow
   * with the length of the history.
   *
   * @param history [steps][inputSize] from the start of the stream, finite
   * @param positions numbers of steps seen, each in 0 .. steps, in any order
   * @return one state for each position
   */
  public State[] statesAt(float[] history, int... positions) {
    return histories().statesAt(InputChecks.sequence(config(), history), positions);
  }

  /** The states of a stream with missing steps and gaps after some steps; see {@link #statesAt}. */
  public State[] statesAt(Sequence history, int... positions) {
    InputChecks.require(config(), false, history);
    return histories().statesAt(history, positions);
  }

  /** The states of a token stream after some steps; see {@link #statesAt}. */
  public State[] statesAtTokens(int[] history, int... positions) {
    return histories().statesAt(InputChecks.sequence(config(), history), positions);
  }

  private Histories histories() {
    return streaming().histories();
  }

  /** The network itself; its weights must not be changed. */
  Network network() {
    return network;
  }

  Engine engine() {
    return engine;
  }

  /** Made at the first use: models that only predict do not need it. */
  Streaming streaming() {
    Streaming result = streaming;
    if (result == null) {
      synchronized (this) {
        result = streaming;
        if (result == null) {
          result = new Streaming(network, engine, fingerprintBits());
          streaming = result;
        }
      }
    }
    return result;
  }

  /** Opens models to the other modules of the project. */
  private static final class Opened implements Friend<SequenceModel> {
    @Override
    public Network network(SequenceModel model) {
      return model.network;
    }

    @Override
    public Engine engine(SequenceModel model) {
      return model.engine;
    }
  }
}
