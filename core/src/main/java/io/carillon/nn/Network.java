package io.carillon.nn;

import io.carillon.config.BlockConfig;
import io.carillon.config.NetworkConfig;
import io.carillon.engine.Buffer;
import io.carillon.engine.Buffers;
import io.carillon.engine.Footprint;
import io.carillon.engine.Parameter;
import io.carillon.engine.Pass;
import io.carillon.engine.RowStage;
import io.carillon.engine.Rows;
import io.carillon.engine.SeededRandom;
import io.carillon.nn.layer.Dropout;
import io.carillon.nn.layer.Embedding;
import io.carillon.nn.layer.Linear;
import io.carillon.nn.layer.PreparedModes;
import io.carillon.nn.layer.SequenceLayer;
import io.carillon.nn.layer.StepBounds;
import io.carillon.nn.layer.StepContext;
import io.carillon.nn.norm.NormLayer;
import io.carillon.nn.norm.Norms;
import io.carillon.nn.ssm.SsmLayer;
import java.util.ArrayList;
import java.util.List;

/**
 * A trainable network: encoder → blocks → (final norm) → pooling → decoder; for pairs of sequences
 * the decoder is a {@link PairHead}. Its parameters are live and changed by an optimiser; what is
 * deployed is the immutable {@link io.carillon.model.SequenceModel}.
 *
 * <p>A forward pass may run in many threads at once when each has its own {@link Pass} and no
 * optimiser is at work.
 */
public final class Network {
  private final NetworkConfig config;
  private final Linear encoder;
  private final Embedding embedding;
  private final List<ResidualBlock> blocks = new ArrayList<>();
  private final NormLayer finalNorm;
  private final PoolingLayer pooling;
  private final Linear decoder;
  private final List<Parameter> parameters;
  private final PairHead pairHead;
  private final Buffers buffers = new Buffers(Network.class);
  private final Buffer encoded;

  /** One array for every block while training, or two in turn. */
  private final Buffer blockOutputs;

  private final Buffer gradient;

  /** The second gradient; before it is needed, the output of the final norm. */
  private final Buffer otherGradient;

  private final Buffer pooled;
  private final Buffer pooledGradient;
  private final Buffer output;

  /** Builds a network with fresh weights. */
  public Network(NetworkConfig config, SeededRandom random) {
    this.config = config;
    int width = config.width();
    boolean tokens = config.vocabulary() > 0;
    this.encoder = tokens ? null : new Linear("encoder", config.inputSize(), width, false, random);
    this.embedding = tokens ? new Embedding("encoder", config.vocabulary(), width, random) : null;
    for (int i = 0; i < config.depth(); i++) {
      addBlocks(i, random);
    }
    this.finalNorm = config.finalNorm() ? Norms.of(config.block().norm(), "norm", width) : null;
    this.pooling = new PoolingLayer(config);
    int outputs = config.outputSize();
    this.decoder = config.pairs() ? null : new Linear("decoder", width, outputs, false, random);
    this.pairHead = config.pairs() ? new PairHead(width, outputs, random) : null;
    this.parameters = List.copyOf(collectParameters());
    this.encoded = buffers.own("encoded", width);
    this.blockOutputs =
        buffers.own(
            "blocks",
            pass -> pass.training() ? blocks.size() - (finalNorm == null ? 1 : 0) : 2,
            (pass, block) -> (long) pass.rows().total() * width);
    this.gradient = buffers.own("gradient", width);
    this.otherGradient = buffers.own("other gradient", width);
    this.pooled = buffers.own("pooled", pass -> (long) pooledRows(pass.rows()).total() * width);
    this.pooledGradient =
        buffers.scratch("pooled gradient", pass -> (long) pooledRows(pass.rows()).total() * width);
    this.output =
        buffers.own("output", pass -> (long) outputRows(pass.rows()).total() * config.outputSize());
  }

  /** What a training step with the rows of this pass takes from its workspace. */
  public Footprint memory(Pass pass) {
    Footprint parts = encoder == null ? Footprint.NONE : encoder.memory(pass);
    for (ResidualBlock block : blocks) {
      parts = parts.then(block.memory(pass));
    }
    parts = finalNorm == null ? parts : parts.then(finalNorm.memory(pass));
    Pass answers = answers(pass);
    parts = parts.then(decoder == null ? pairHead.memory(answers) : decoder.memory(answers));
    return buffers.footprint(pass).beside(parts);
  }

  private void addBlocks(int i, SeededRandom random) {
    BlockConfig block = config.block();
    String name = "blocks." + i;
    blocks.add(wrap(name, new SequenceBody(name, i, config.width(), block, random), 4L * i));
    if (block.feedForward() > 0) {
      String ff = name + ".ff";
      blocks.add(
          wrap(ff, new FeedForwardBody(ff, 4L * i + 2, config.width(), block, random), 4L * i + 1));
    }
  }

  private ResidualBlock wrap(String name, Body body, long salt) {
    BlockConfig block = config.block();
    return new ResidualBlock(
        body,
        Norms.of(block.norm(), name + ".norm", config.width()),
        block.prenorm(),
        new Dropout(block.dropout(), block.tiedDropout(), ~salt, config.width()),
        config.width());
  }

  /** The settings it was built from. */
  public NetworkConfig config() {
    return config;
  }

  /** All parameters and buffers, in a fixed order with unique names; not to be changed. */
  public List<Parameter> parameters() {
    return parameters;
  }

  private List<Parameter> collectParameters() {
    List<Parameter> all = new ArrayList<>();
    if (encoder != null) {
      all.addAll(encoder.parameters());
    } else {
      all.add(embedding.parameter());
    }
    for (ResidualBlock block : blocks) {
      all.addAll(block.parameters());
    }
    if (finalNorm != null) {
      all.addAll(finalNorm.parameters());
    }
    all.addAll(decoder != null ? decoder.parameters() : pairHead.parameters());
    return all;
  }

  /** The layers along the sequence in order; their positions are their index. */
  public List<SequenceLayer> layers() {
    List<SequenceLayer> layers = new ArrayList<>();
    for (ResidualBlock block : blocks) {
      if (block.body() instanceof SequenceBody body) {
        layers.add(body.layer());
      }
    }
    return layers;
  }

  /** Those of the {@link #layers} that are diagonal state-space layers: S4D, DLR, DSS. */
  public List<SsmLayer> ssmLayers() {
    List<SsmLayer> diagonal = new ArrayList<>();
    for (SequenceLayer layer : layers()) {
      if (layer instanceof SsmLayer ssm && ssm.diagonal()) {
        diagonal.add(ssm);
      }
    }
    return diagonal;
  }

  /**
   * Layout of the answers for inputs with the given layout.
   *
   * @throws IllegalArgumentException if a sequence is too short for the answers that are wanted, or
   *     sequences that are compared are not even in number
   */
  public Rows outputRows(Rows rows) {
    if (!config.pairs()) {
      return pooledRows(rows);
    }
    if (rows.count() % 2 != 0) {
      throw new IllegalArgumentException(
          "there are "
              + rows.count()
              + " sequences; this network compares two for every answer, so give it an even"
              + " number");
    }
    return Rows.uniform(rows.count() / 2, 1);
  }

  /** Layout of the pooled features, which is that of the answers unless pairs are compared. */
  public Rows pooledRows(Rows rows) {
    return pooling.pooledRows(rows);
  }

  /**
   * Answers [output rows][outputSize]. The array belongs to the pass's workspace and is overwritten
   * by the next pass.
   */
  public float[] forward(Pass pass, Batch batch) {
    float[] x = features(pass, batch);
    float[] out = output.of(pass);
    answer(pass, x, out);
    return out;
  }

  /** Answers [output rows][outputSize] for features [rows][H] that are not pooled yet. */
  public void answer(Pass pass, float[] features, float[] out) {
    Pass answers = answers(pass);
    float[] p = pooled.of(pass);
    pool(pass, features, p);
    if (pairHead != null) {
      pairHead.forward(answers, p, out);
    } else {
      decoder.forward(answers, p, out);
    }
  }

  /** The pass over the rows of the answers. */
  private Pass answers(Pass pass) {
    return pass.withRows(outputRows(pass.rows()));
  }

  /** Pooled features [pooled rows][H] of features [rows][H]. */
  public void pool(Pass pass, float[] features, float[] pooled) {
    pooling.forward(pass, features, pooled);
  }

  /** Features [rows][H] before pooling; the array belongs to the workspace and may be changed. */
  public float[] features(Pass pass, Batch batch) {
    return features(pass, batch, LayerObserver.NONE);
  }

  /** {@link #features(Pass, Batch)}, shown to an observer on the way. */
  public float[] features(Pass pass, Batch batch, LayerObserver observer) {
    int rows = pass.rows().total();
    if (pass.rows().timed()) {
      EventTime.requireGaps(config, pass.rows().gaps(), "batch");
    }
    float[] x = encode(pass, batch);
    observer.rows(0, x, rows);
    for (int i = 0; i < blocks.size(); i++) {
      float[] next = blockOutput(pass, i);
      blocks.get(i).forward(pass, x, next);
      x = next;
      observer.rows(1 + i, x, rows);
    }
    if (finalNorm != null) {
      float[] normed = otherGradient.of(pass);
      finalNorm.forward(pass, x, normed);
      x = normed;
      observer.rows(1 + blocks.size(), x, rows);
    }
    return x;
  }

  /** Names of what a {@link LayerObserver} is shown, in order. */
  public List<String> layerNames() {
    List<String> names = new ArrayList<>();
    names.add("encoder");
    blocks.forEach(block -> names.add(blockName(block)));
    if (finalNorm != null) {
      names.add("norm");
    }
    return names;
  }

  /** {@code blocks.0}, or {@code blocks.0.ff} for a feed-forward block. */
  private static String blockName(ResidualBlock block) {
    String[] words = block.parameters().get(0).name().split("\\.");
    String name = words[0] + "." + words[1];
    return block.body() instanceof FeedForwardBody ? name + "." + words[2] : name;
  }

  /**
   * Adds the stages of one step of many streams, from inputs to features.
   *
   * @param values [streams][inputSize], or null for tokens
   * @param tokens [streams], or null
   * @return the features [streams][H]
   */
  float[] addStepStages(
      Pass pass,
      StepContext context,
      float[] values,
      int[] tokens,
      LayerObserver observer,
      List<RowStage> stages) {
    float[] x = encoded.of(pass);
    stages.add(
        encoder != null
            ? encoder.forwardStage(pass, values, x)
            : embedding.forwardStage(tokens, x));
    addObserver(observer, 0, x, stages);
    for (int i = 0; i < blocks.size(); i++) {
      float[] next = blockOutput(pass, i);
      blocks.get(i).addStepStages(pass, context, x, next, stages);
      x = next;
      addObserver(observer, 1 + i, x, stages);
    }
    if (finalNorm != null) {
      float[] normed = otherGradient.of(pass);
      stages.add(finalNorm.inferenceStage(pass, x, normed));
      x = normed;
      addObserver(observer, 1 + blocks.size(), x, stages);
    }
    return x;
  }

  private static void addObserver(
      LayerObserver observer, int layer, float[] x, List<RowStage> stages) {
    if (observer != LayerObserver.NONE) {
      stages.add((task, r0, r1) -> observer.rows(layer, x, r1));
    }
  }

  /** Of the weights that the network has at this moment. */
  public StepBounds bounds(PreparedModes prepared) {
    List<StepBounds.Part> parts =
        StepBounds.startingWith(encoder != null ? encoder.bound() : embedding.bound());
    for (ResidualBlock block : blocks) {
      parts.add(block.bound(prepared));
    }
    if (finalNorm != null) {
      parts.add(StepBounds.of(finalNorm.bound()));
    }
    return new StepBounds(StepBounds.chain(parts), decoder.bound());
  }

  /** {@link #decode} as a stage. */
  RowStage decodeStage(Pass pass, float[] pooled, float[] out) {
    return decoder.forwardStage(pass, pooled, out);
  }

  /** Answer [rows][outputSize] for features that are already pooled. */
  public void decode(Pass pass, float[] pooled, float[] out) {
    decoder.forward(pass, pooled, out);
  }

  private float[] encode(Pass pass, Batch batch) {
    float[] x = encoded.of(pass);
    if (encoder != null) {
      encoder.forward(pass, batch.values(), x);
    } else {
      embedding.forward(pass, batch.tokens(), x);
    }
    return x;
  }

  /**
   * One array per block while training; two in turn otherwise. When no norm follows, nothing needs
   * the output of the last block after pooling, and the gradient takes its place.
   */
  private float[] blockOutput(Pass pass, int i) {
    if (!pass.training()) {
      return blockOutputs.of(pass, i % 2);
    }
    boolean last = i == blocks.size() - 1 && finalNorm == null;
    return last ? gradient.of(pass) : blockOutputs.of(pass, i);
  }

  /**
   * Adds the gradients of all parameters. Follows {@link #forward} with the same pass and batch.
   *
   * @param g gradient of the answers, [output rows][outputSize]
   */
  public void backward(Pass pass, Batch batch, float[] g) {
    pass.scoped(() -> differentiate(pass, batch, g));
  }

  private void differentiate(Pass pass, Batch batch, float[] g) {
    Pass answers = answers(pass);
    float[] p = pooled.of(pass);
    float[] gPooled = pooledGradient.of(pass);
    if (pairHead != null) {
      pairHead.backward(answers, p, g, gPooled);
    } else {
      decoder.backward(answers, p, g, gPooled);
    }
    float[] gx = gradient.of(pass);
    float[] other = otherGradient.of(pass);
    pooling.backward(pass, gPooled, gx);
    if (finalNorm != null) {
      finalNorm.backward(pass, blockOutput(pass, blocks.size() - 1), gx, gx);
    }
    for (int i = blocks.size() - 1; i >= 0; i--) {
      float[] x = i == 0 ? encoded.of(pass) : blockOutput(pass, i - 1);
      blocks.get(i).backward(pass, x, gx, other);
      float[] swap = gx;
      gx = other;
      other = swap;
    }
    if (encoder != null) {
      encoder.backward(pass, batch.values(), gx, null);
    } else {
      embedding.backward(pass, batch.tokens(), gx);
    }
  }

  /** Sets all gradients to zero. */
  public void clearGradients() {
    for (int i = 0; i < parameters.size(); i++) {
      if (parameters.get(i).trainable()) {
        parameters.get(i).clearGradient();
      }
    }
  }

  /** Name of the first block whose output of the last training pass is not finite, or null. */
  public String firstNonFiniteBlock(Pass pass) {
    int n = pass.rows().total() * config.width();
    if (!finite(encoded.of(pass), n)) {
      return "encoder";
    }
    for (int i = 0; i < blocks.size(); i++) {
      if (!finite(blockOutput(pass, i), n)) {
        String first = blocks.get(i).parameters().get(0).name();
        return first.substring(0, first.indexOf('.', first.indexOf('.') + 1));
      }
    }
    return null;
  }

  private static boolean finite(float[] x, int n) {
    for (int i = 0; i < n; i++) {
      if (!Float.isFinite(x[i])) {
        return false;
      }
    }
    return true;
  }

  /** Copies all parameters and buffers from a network with the same settings. */
  public void copyFrom(Network other) {
    List<Parameter> from = other.parameters();
    List<Parameter> to = parameters();
    for (int i = 0; i < to.size(); i++) {
      System.arraycopy(from.get(i).value(), 0, to.get(i).value(), 0, to.get(i).size());
    }
  }
}
