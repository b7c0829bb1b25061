package io.carillon.nn.attention;

import io.carillon.config.AttentionConfig;
import io.carillon.engine.Buffer;
import io.carillon.engine.Buffers;
import io.carillon.engine.Footprint;
import io.carillon.engine.Parameter;
import io.carillon.engine.Pass;
import io.carillon.engine.Role;
import io.carillon.engine.RowStage;
import io.carillon.engine.Rows;
import io.carillon.engine.SeededRandom;
import io.carillon.nn.layer.LayerStream;
import io.carillon.nn.layer.Linear;
import io.carillon.nn.layer.MissingRows;
import io.carillon.nn.layer.SequenceLayer;
import io.carillon.nn.layer.StepContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Softmax attention with rotary positions (papers B.3): q, k, v = Linear(u), q and k turned by
 * their positions, q times one trained scale, {@link AttentionHead} for every head, y = Linear(o),
 * and optionally two feed-forward blocks on y. The block adds u to the activation of y.
 *
 * <p>Missing rows enter as zeros and are not attended to. Memory grows with the number of rows, for
 * the whole-sequence form too; time grows with the square of the length, or with length × chunk.
 */
public final class AttentionLayer implements SequenceLayer {
  /** Queries of one forward task. */
  private static final int TASK_QUERIES = 4 * AttentionHead.TILE;

  private final int index;
  private final int channels;
  private final int heads;
  private final int size;
  private final int inner;
  private final int chunk;
  private final boolean bidirectional;
  private final Linear query;
  private final Linear key;
  private final Linear value;
  private final Linear output;
  private final Parameter scale;
  private final RotaryPositions positions;
  private final List<AttentionFeedForward> feedForward = new ArrayList<>();
  private final Buffers buffers = new Buffers(AttentionLayer.class);
  private final MissingRows missing;
  private final Buffer queries;
  private final Buffer keys;
  private final Buffer values;
  private final Buffer headsOut;
  private final Buffer logSums;

  /** What goes into the first feed-forward block and the second, or null without them. */
  private final Buffer first;

  private final Buffer second;
  private final Buffer firstGradient;
  private final Buffer queryGradient;
  private final Buffer keyGradient;
  private final Buffer valueGradient;
  private final Buffer headsGradient;
  private final Buffer inputGradient;

  /**
   * Creates a layer with fresh weights: maps as in {@link Linear}, scale 1/√(head size).
   *
   * @param name prefix of the parameter names
   * @param index position among the network's layers
   * @param channels H
   * @param bidirectional whether a step sees later steps
   * @throws IllegalArgumentException if the heads do not fit the channels
   */
  public AttentionLayer(
      String name,
      int index,
      int channels,
      AttentionConfig config,
      boolean bidirectional,
      SeededRandom random) {
    this.index = index;
    this.channels = channels;
    this.heads = config.heads();
    this.size = config.headSize(channels);
    this.inner = heads * size;
    this.chunk = config.chunk();
    this.bidirectional = bidirectional;
    this.query = new Linear(name + ".Q", channels, inner, false, random);
    this.key = new Linear(name + ".K", channels, inner, false, random);
    this.value = new Linear(name + ".V", channels, inner, false, random);
    this.output = new Linear(name + ".O", inner, channels, false, random);
    float[] start = {(float) (1 / Math.sqrt(size))};
    this.scale = new Parameter(name + ".scale", Role.WEIGHT, new int[] {1}, start, true);
    this.positions = new RotaryPositions(heads, size, config.ropeBase());
    boolean fed = config.feedForward() > 0;
    this.missing = new MissingRows(buffers, channels);
    this.queries = buffers.kept("queries", inner);
    this.keys = buffers.kept("keys", inner);
    this.values = buffers.kept("values", inner);
    this.headsOut = buffers.kept("output of the heads", inner);
    this.logSums = buffers.kept("log sums", heads);
    this.first = fed ? buffers.kept("before the first block", channels) : null;
    this.second = fed ? buffers.kept("before the second block", channels) : null;
    this.firstGradient = fed ? buffers.scratch("gradient before the first block", channels) : null;
    this.queryGradient = buffers.scratch("query gradient", inner);
    this.keyGradient = buffers.scratch("key gradient", inner);
    this.valueGradient = buffers.scratch("value gradient", inner);
    this.headsGradient = buffers.scratch("gradient of the heads", inner);
    this.inputGradient = buffers.scratch("input gradient", channels);
    if (fed) {
      int wide = Math.multiplyExact(config.feedForward(), channels);
      feedForward.add(new AttentionFeedForward(name + ".ff", channels, wide, random));
      feedForward.add(new AttentionFeedForward(name + ".ff2", channels, wide, random));
    }
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>(query.parameters());
    all.addAll(key.parameters());
    all.addAll(value.parameters());
    all.add(scale);
    all.addAll(output.parameters());
    feedForward.forEach(block -> all.addAll(block.parameters()));
    return all;
  }

  @Override
  public int index() {
    return index;
  }

  @Override
  public int stateSize(int sequences) {
    return 0;
  }

  @Override
  public String streamingObstacle() {
    if (bidirectional) {
      return "it is bidirectional and needs future inputs";
    }
    return "attention looks back at earlier inputs themselves"
        + (chunk == 0 ? ", of which a stream has ever more" : "")
        + "; it has no state";
  }

  @Override
  public String streamingRemedy() {
    return SequenceLayer.anotherKind(bidirectional);
  }

  @Override
  public LayerStream stream() {
    throw new UnsupportedOperationException(streamingObstacle());
  }

  @Override
  public RowStage stepStage(Pass pass, StepContext context, float[] u, float[] y) {
    throw new UnsupportedOperationException(streamingObstacle());
  }

  @Override
  public String method(Pass pass) {
    return "attention";
  }

  @Override
  public boolean addsInput() {
    return true;
  }

  @Override
  public Footprint memory(Pass pass) {
    Footprint maps =
        query
            .memory(pass)
            .then(key.memory(pass))
            .then(value.memory(pass))
            .then(output.memory(pass));
    for (AttentionFeedForward block : feedForward) {
      maps = maps.then(block.memory(pass));
    }
    return buffers.footprint(pass).beside(maps);
  }

  @Override
  public void forward(Pass pass, float[] u, float[] y) {
    if (pass.carry(index) != null) {
      throw new IllegalArgumentException(
          "an attention layer cannot go on from a state: " + streamingObstacle());
    }
    float[] in = missing.zeroed(pass, u);
    float[] q = queries.of(pass);
    float[] k = keys.of(pass);
    float[] v = values.of(pass);
    pass.fuse(
        pass.rowTasks(),
        Math.max(channels, inner),
        query.forwardStage(pass, in, q),
        key.forwardStage(pass, in, k),
        value.forwardStage(pass, in, v),
        positions.forward(pass.rows(), q, k));
    float[] o = headsOut.of(pass);
    float[] logSum = logSums.of(pass);
    attend(pass, q, k, v, o, logSum);
    float[] out = feedForward.isEmpty() ? y : first.of(pass);
    output.forward(pass, o, out);
    if (!feedForward.isEmpty()) {
      float[] between = second.of(pass);
      feedForward.get(0).forward(pass, out, between);
      feedForward.get(1).forward(pass, between, y);
    }
  }

  /** Tasks of equal cost at most a few tiles high, so that a single long sequence is shared too. */
  private void attend(Pass pass, float[] q, float[] k, float[] v, float[] o, float[] logSum) {
    Rows rows = pass.rows();
    int blocks = (rows.maxLength() + TASK_QUERIES - 1) / TASK_QUERIES;
    float factor = scale.value()[0];
    pass.parallel()
        .run(
            rows.count() * heads * blocks,
            task -> {
              int b = task / blocks / heads;
              int from = task % blocks * TASK_QUERIES;
              int to = Math.min(rows.length(b), from + TASK_QUERIES);
              if (from < to) {
                head(pass, b, task / blocks % heads).forward(from, to, q, k, v, factor, o, logSum);
              }
            });
  }

  private AttentionHead head(Pass pass, int sequence, int head) {
    AttentionView view = new AttentionView(pass.rows(), sequence, chunk, !bidirectional);
    return new AttentionHead(pass.kernels(), view, heads, size, head);
  }

  @Override
  public void backward(Pass pass, float[] u, float[] g, float[] gu) {
    float[] in = missing.zeroed(pass, u);
    float[] gOut = backwardFeedForward(pass, g, gu);
    float[] go = headsGradient.of(pass);
    output.backward(pass, headsOut.of(pass), gOut, go);
    float[] gq = queryGradient.of(pass);
    float[] gk = keyGradient.of(pass);
    float[] gv = valueGradient.of(pass);
    backwardHeads(pass, go, gq, gk, gv);
    pass.fuse(pass.rowTasks(), inner, positions.backward(pass.rows(), gq, gk));
    float[] part = inputGradient.of(pass);
    query.backward(pass, in, gq, gu);
    key.backward(pass, in, gk, part);
    add(pass, part, gu);
    value.backward(pass, in, gv, part);
    add(pass, part, gu);
    missing.clear(pass, gu);
  }

  /** The gradient of the output map's result; gu serves as room for what lies in between. */
  private float[] backwardFeedForward(Pass pass, float[] g, float[] gu) {
    if (feedForward.isEmpty()) {
      return g;
    }
    feedForward.get(1).backward(pass, second.of(pass), g, gu);
    float[] gOut = firstGradient.of(pass);
    feedForward.get(0).backward(pass, first.of(pass), gu, gOut);
    return gOut;
  }

  private void backwardHeads(Pass pass, float[] go, float[] gq, float[] gk, float[] gv) {
    Rows rows = pass.rows();
    int n = rows.total() * inner;
    float[] q = queries.of(pass);
    float[] k = keys.of(pass);
    float[] v = values.of(pass);
    float[] o = headsOut.of(pass);
    float[] logSum = logSums.of(pass);
    Arrays.fill(gq, 0, n, 0f);
    Arrays.fill(gk, 0, n, 0f);
    Arrays.fill(gv, 0, n, 0f);
    double[] gScale = new double[rows.count() * heads];
    float factor = scale.value()[0];
    pass.parallel()
        .run(
            gScale.length,
            task ->
                gScale[task] =
                    head(pass, task / heads, task % heads)
                        .backward(q, k, v, factor, o, logSum, go, gq, gk, gv));
    scale.gradient()[0] += (float) Arrays.stream(gScale).sum();
  }

  private void add(Pass pass, float[] from, float[] to) {
    pass.overRange(
        pass.rows().total(),
        AttentionHead.TILE,
        (task, r0, r1) -> {
          for (int i = r0 * channels; i < r1 * channels; i++) {
            to[i] += from[i];
          }
        });
  }
}
