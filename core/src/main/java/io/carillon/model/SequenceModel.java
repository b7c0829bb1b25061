package io.carillon.model;

import io.carillon.core.Parallel;
import io.carillon.core.Parameter;
import io.carillon.core.Rows;
import io.carillon.core.SeededRandom;
import io.carillon.core.Workspace;
import io.carillon.internal.kernel.KernelChoice;
import io.carillon.internal.kernel.Kernels;
import io.carillon.nn.Batch;
import io.carillon.nn.Network;
import io.carillon.nn.NetworkConfig;
import io.carillon.nn.Pass;
import io.carillon.nn.Pooling;
import io.carillon.nn.SequenceLayer;
import io.carillon.nn.SsmLayer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A trained model: immutable, and safe to share between threads. It answers for whole sequences
 * ({@link #predict}), for one step of a stream ({@link #step}), and for a chunk of steps ({@link
 * #forward}); all three agree up to rounding (relative 1e-4, tested).
 */
public final class SequenceModel {
  /** Rows that are predicted together at most, unless one sequence alone is longer. */
  private static final int ROWS_AT_ONCE = 1 << 16;

  private final Network network;
  private final Kernels kernels;
  private final Map<String, Object> info;

  private SequenceModel(Network network, Map<String, Object> info) {
    this.network = network;
    this.kernels = KernelChoice.select();
    this.info = info;
  }

  /**
   * A model with a copy of the network's present weights.
   *
   * @param info anything JSON can hold that should travel with the model: class names,
   *     preprocessing, provenance
   */
  public static SequenceModel of(Network network, Map<String, Object> info) {
    Network copy = new Network(network.config(), new SeededRandom(0));
    copy.copyFrom(network);
    return new SequenceModel(copy, Collections.unmodifiableMap(new LinkedHashMap<>(info)));
  }

  /**
   * Loads a model folder written by {@link #save}.
   *
   * @throws io.carillon.io.FormatException if a file is damaged or does not fit the other
   * @throws IOException if a file cannot be read
   */
  public static SequenceModel load(Path folder) throws IOException {
    return ModelFolder.load(folder);
  }

  /**
   * Writes {@code config.json} and {@code weights.safetensors} into a folder, which is created when
   * needed. Files are replaced whole.
   *
   * @throws IOException if they cannot be written
   */
  public void save(Path folder) throws IOException {
    ModelFolder.save(this, folder);
  }

  /** Settings of the network. */
  public NetworkConfig config() {
    return network.config();
  }

  /** What travels with the model: class names, preprocessing, provenance. */
  public Map<String, Object> info() {
    return info;
  }

  /** Parameters and buffers: names, shapes and a copy of the values. */
  public List<Parameter> parameters() {
    return network.parameters().stream()
        .map(p -> new Parameter(p.name(), p.role(), p.shape(), p.value().clone(), p.trainable()))
        .toList();
  }

  /** A trainable copy, to train on from here. */
  public Network toNetwork() {
    Network copy = new Network(network.config(), new SeededRandom(0));
    copy.copyFrom(network);
    return copy;
  }

  /** The layers along the sequence, for inspection. */
  public List<SequenceLayer> layers() {
    return toNetwork().layers();
  }

  /** Those of the {@link #layers} that are diagonal state-space layers. */
  public List<SsmLayer> ssmLayers() {
    return toNetwork().ssmLayers();
  }

  /**
   * Answers for whole real-valued sequences.
   *
   * @param sequences each [length][inputSize] row-major, finite
   * @return for each sequence its raw outputs: [outputSize], or [steps][outputSize] with pooling
   *     EVERY. Class scores are logits.
   * @throws IllegalArgumentException naming the sequence if its size does not fit or it holds a
   *     number that is not finite
   */
  public float[][] predict(float[]... sequences) {
    return predict(Parallel.serial(), 1.0, sequences, null);
  }

  /**
   * Answers for whole real-valued sequences on several threads.
   *
   * @param rate factor on Δ: 2 for sequences sampled at half the rate of training
   * @param masks for each sequence [length] with 0 where the step is missing (its values are then
   *     not used, but must be finite) and 1 elsewhere; null, or null entries, for none
   */
  public float[][] predict(Parallel parallel, double rate, float[][] sequences, float[][] masks) {
    int d = config().inputSize();
    InputChecks.requireValues(config(), sequences);
    int[] lengths = Arrays.stream(sequences).mapToInt(s -> s.length / d).toArray();
    InputChecks.requireMasks(lengths, masks);
    return predict(
        parallel,
        rate,
        lengths,
        (from, to, rows) -> {
          float[] values = new float[rows.total() * d];
          for (int i = from; i < to; i++) {
            System.arraycopy(
                sequences[i], 0, values, rows.start(i - from) * d, sequences[i].length);
          }
          return Batch.ofValues(rows.withMask(joined(masks, from, to, rows)), values);
        });
  }

  private static float[] joined(float[][] masks, int from, int to, Rows rows) {
    if (masks == null) {
      return null;
    }
    float[] mask = new float[rows.total()];
    Arrays.fill(mask, 1f);
    for (int i = from; i < to; i++) {
      if (masks[i] != null) {
        System.arraycopy(masks[i], 0, mask, rows.start(i - from), masks[i].length);
      }
    }
    return mask;
  }

  /**
   * Answers for whole token sequences.
   *
   * @param sequences each [length] ids in [0, vocabulary)
   * @return as {@link #predict(float[]...)}
   */
  public float[][] predictTokens(int[]... sequences) {
    return predictTokens(Parallel.serial(), 1.0, sequences);
  }

  /** Answers for whole token sequences on several threads. */
  public float[][] predictTokens(Parallel parallel, double rate, int[]... sequences) {
    InputChecks.requireTokens(config(), sequences);
    int[] lengths = Arrays.stream(sequences).mapToInt(s -> s.length).toArray();
    return predict(
        parallel,
        rate,
        lengths,
        (from, to, rows) -> {
          int[] tokens = new int[rows.total()];
          for (int i = from; i < to; i++) {
            System.arraycopy(sequences[i], 0, tokens, rows.start(i - from), sequences[i].length);
          }
          return Batch.ofTokens(rows, tokens);
        });
  }

  /** Makes the batch of sequences from .. to-1. */
  private interface BatchMaker {
    Batch make(int from, int to, Rows rows);
  }

  private float[][] predict(Parallel parallel, double rate, int[] lengths, BatchMaker maker) {
    float[][] answers = new float[lengths.length][];
    Workspace workspace = new Workspace();
    int from = 0;
    while (from < lengths.length) {
      int to = from + 1;
      long total = lengths[from];
      while (to < lengths.length && total + lengths[to] <= ROWS_AT_ONCE) {
        total += lengths[to++];
      }
      Rows rows = Rows.of(Arrays.copyOfRange(lengths, from, to));
      Batch batch = maker.make(from, to, rows);
      Pass pass = Pass.inference(batch.rows(), workspace, parallel, kernels).withRate(rate);
      answer(pass, batch, answers, from);
      from = to;
    }
    return answers;
  }

  private void answer(Pass pass, Batch batch, float[][] answers, int from) {
    float[] out = network.forward(pass, batch);
    Rows pooled = network.outputRows(batch.rows());
    int n = config().outputSize();
    for (int b = 0; b < pooled.count(); b++) {
      int start = pooled.start(b) * n;
      answers[from + b] = Arrays.copyOfRange(out, start, start + pooled.length(b) * n);
    }
  }

  /**
   * A fresh state, for the start of a stream.
   *
   * @throws UnsupportedOperationException if this model cannot stream, with the reason
   */
  public State newState() {
    List<SequenceLayer> layers = network.layers();
    for (SequenceLayer layer : layers) {
      String obstacle = layer.streamingObstacle();
      if (obstacle != null) {
        throw new UnsupportedOperationException(
            "this model cannot stream: layer "
                + layer.index()
                + ": "
                + obstacle
                + ". Predict whole sequences, or train a causal model without it.");
      }
    }
    int[] sizes = layers.stream().mapToInt(l -> l.stateSize(1)).toArray();
    return new State(sizes, config().width());
  }

  /**
   * One step of a stream.
   *
   * @param x [inputSize], finite
   * @param state memory of the stream, updated
   * @return [outputSize]. With pooling MEAN the answer for the mean of the features so far: what
   *     {@link #predict} would say if the sequence ended here; otherwise the answer for this step
   */
  public float[] step(float[] x, State state) {
    return forward(x, state);
  }

  /** One step of a token stream; see {@link #step(float[], State)}. */
  public float[] stepToken(int token, State state) {
    return forwardTokens(new int[] {token}, state);
  }

  /**
   * Any number of steps of a stream.
   *
   * @param chunk [steps][inputSize], finite
   * @param state memory of the stream, updated
   * @return [steps][outputSize], the answer after every step as {@link #step} gives it
   */
  public float[] forward(float[] chunk, State state) {
    InputChecks.requireValues(config(), chunk);
    Rows rows = Rows.of(chunk.length / config().inputSize());
    return forward(Batch.ofValues(rows, chunk), state);
  }

  /** Any number of steps of a token stream; see {@link #forward(float[], State)}. */
  public float[] forwardTokens(int[] chunk, State state) {
    InputChecks.requireTokens(config(), chunk);
    return forward(Batch.ofTokens(Rows.of(chunk.length), chunk), state);
  }

  private float[] forward(Batch batch, State state) {
    Rows rows = batch.rows();
    Pass pass =
        Pass.inference(rows, state.workspace(), Parallel.serial(), kernels)
            .withCarries(state.carries());
    float[] features = network.features(pass, batch);
    if (config().pooling() == Pooling.MEAN) {
      for (int t = 0; t < rows.total(); t++) {
        state.poolMean(features, t * config().width());
      }
    } else {
      state.count(rows.total());
    }
    float[] out = new float[rows.total() * config().outputSize()];
    network.decode(pass, features, out);
    return out;
  }
}
