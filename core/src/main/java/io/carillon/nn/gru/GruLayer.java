package io.carillon.nn.gru;

import io.carillon.engine.Buffer;
import io.carillon.engine.Buffers;
import io.carillon.engine.Carry;
import io.carillon.engine.Footprint;
import io.carillon.engine.Parameter;
import io.carillon.engine.Pass;
import io.carillon.engine.Ranges;
import io.carillon.engine.RowStage;
import io.carillon.engine.Rows;
import io.carillon.engine.SeededRandom;
import io.carillon.internal.kernel.FloatMath;
import io.carillon.nn.layer.LayerStream;
import io.carillon.nn.layer.Linear;
import io.carillon.nn.layer.MissingRows;
import io.carillon.nn.layer.SequenceLayer;
import io.carillon.nn.layer.StepContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * A gated recurrent unit with H states (Cho et al. 2014, in the form of PyTorch's {@code nn.GRU}),
 *
 * <pre>
 *   [r z n]ᵢ = W_i u_t + b_i,   [r z n]ₕ = W_h h_{t−1} + b_h
 *   r = σ(rᵢ + rₕ),   z = σ(zᵢ + zₕ),   n = tanh(nᵢ + r nₕ),   h_t = (1 − z) n + z h_{t−1} = y_t
 * </pre>
 *
 * with h = 0 before the first step. {@code input} is PyTorch's {@code weight_ih_l0} and {@code
 * bias_ih_l0}, {@code hidden} its {@code weight_hh_l0} and {@code bias_hh_l0}; all are drawn
 * uniformly from ±1/√H. Missing rows enter as zeros.
 *
 * <p>Sequences of a group step together, the longest first, so that those still running are the
 * first rows of one matrix product. The steps themselves cannot be shared between threads.
 */
public final class GruLayer implements SequenceLayer {
  /** Sequences that step together at least, if there are as many. */
  private static final int GROUP = 4;

  private final int index;
  private final int width;
  private final Linear input;
  private final Linear hidden;
  private final Buffers buffers = new Buffers(GruLayer.class);
  private final MissingRows missing;

  /** r, z, n [rows][3][H], nₕ [rows][H] and h_{t−1} [rows][H]. */
  private final Buffer gates;

  private final Buffer candidate;
  private final Buffer before;
  private final Buffer inputGates;
  private final Buffer inputGradient;
  private final Buffer hiddenGradient;
  private final Buffer state;

  /**
   * Creates a layer with fresh weights.
   *
   * @param name prefix of the parameter names
   * @param index position among the network's layers
   * @param width H
   */
  public GruLayer(String name, int index, int width, SeededRandom random) {
    this.index = index;
    this.width = width;
    this.input = new Linear(name + ".input", width, 3 * width, false, random);
    this.hidden = new Linear(name + ".hidden", width, 3 * width, false, random);
    this.missing = new MissingRows(buffers, width);
    this.gates = buffers.kept("gates", 3 * width);
    this.candidate = buffers.kept("candidate", width);
    this.before = buffers.kept("state before", width);
    this.inputGates = buffers.scratch("gates of the input", 3 * width);
    this.inputGradient = buffers.scratch("input gradient", 3 * width);
    this.hiddenGradient = buffers.scratch("hidden gradient", 3 * width);
    this.state =
        buffers.scratch(
            "state", pass -> pass.carry(index) == null ? stateSize(pass.rows().count()) : 0);
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>(input.parameters());
    all.addAll(hidden.parameters());
    return all;
  }

  @Override
  public int index() {
    return index;
  }

  @Override
  public int stateSize(int sequences) {
    return sequences * width;
  }

  @Override
  public String streamingObstacle() {
    return null;
  }

  @Override
  public String streamingRemedy() {
    return null;
  }

  @Override
  public String method(Pass pass) {
    return "recurrence";
  }

  @Override
  public Footprint memory(Pass pass) {
    return buffers.footprint(pass).beside(input.memory(pass).then(hidden.memory(pass)));
  }

  /** Sequences that step together, the longest first. */
  private static int[][] groups(Rows rows) {
    Integer[] order = new Integer[rows.count()];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingInt((Integer b) -> -rows.length(b)));
    int[][] groups = new int[Ranges.count(order.length, GROUP)][];
    for (int i = 0; i < groups.length; i++) {
      int from = Ranges.start(order.length, groups.length, i);
      groups[i] = new int[Ranges.start(order.length, groups.length, i + 1) - from];
      for (int j = 0; j < groups[i].length; j++) {
        groups[i][j] = order[from + j];
      }
    }
    return groups;
  }

  private static int running(Rows rows, int[] group, int t) {
    int count = 0;
    while (count < group.length && rows.length(group[count]) > t) {
      count++;
    }
    return count;
  }

  @Override
  public void forward(Pass pass, float[] u, float[] y) {
    float[] in = missing.zeroed(pass, u);
    float[] fromInput = inputGates.of(pass);
    input.forward(pass, in, fromInput);
    Rowwise kept = kept(pass);
    float[] states = carried(pass, false);
    int[][] groups = groups(pass.rows());
    pass.parallel().run(groups.length, i -> steps(pass, groups[i], fromInput, kept, states, y));
  }

  /**
   * What the backward pass needs of every row.
   *
   * @param gates r, z, n [rows][3][H]
   * @param candidate nₕ [rows][H]
   * @param before h_{t−1} [rows][H]
   */
  private record Rowwise(float[] gates, float[] candidate, float[] before) {}

  private Rowwise kept(Pass pass) {
    return new Rowwise(gates.of(pass), candidate.of(pass), before.of(pass));
  }

  private float[] carried(Pass pass, boolean gradient) {
    Carry carry = pass.carry(index);
    if (carry != null) {
      return gradient ? carry.gradient() : carry.state();
    }
    int size = stateSize(pass.rows().count());
    float[] zeros = state.of(pass);
    Arrays.fill(zeros, 0, size, 0f);
    return zeros;
  }

  private void steps(
      Pass pass, int[] group, float[] fromInput, Rowwise kept, float[] states, float[] y) {
    Rows rows = pass.rows();
    float[] h = gathered(group, states);
    float[] fromHidden = new float[group.length * 3 * width];
    for (int t = 0; t < rows.length(group[0]); t++) {
      int count = running(rows, group, t);
      pass.kernels()
          .linear(h, 0, count, width, hidden.weights(), hidden.biases(), 3 * width, fromHidden);
      for (int j = 0; j < count; j++) {
        int row = rows.start(group[j]) + t;
        System.arraycopy(h, j * width, kept.before, row * width, width);
        step(row, j, fromInput, fromHidden, kept, h);
        System.arraycopy(h, j * width, y, row * width, width);
      }
    }
    scatter(group, h, states);
  }

  /** H. */
  int width() {
    return width;
  }

  /** From u to [r z n]ᵢ. */
  Linear input() {
    return input;
  }

  /** From h to [r z n]ₕ. */
  Linear hidden() {
    return hidden;
  }

  /** h [H] becomes the state of the next step, from [r z n]ᵢ at in and [r z n]ₕ at hid. */
  void cell(float[] fromInput, int in, float[] fromHidden, int hid, float[] h, int at) {
    for (int i = 0; i < width; i++) {
      float r = FloatMath.sigmoid(fromInput[in + i] + fromHidden[hid + i]);
      float z = FloatMath.sigmoid(fromInput[in + width + i] + fromHidden[hid + width + i]);
      float nh = fromHidden[hid + 2 * width + i];
      float n = (float) Math.tanh(fromInput[in + 2 * width + i] + r * nh);
      h[at + i] = n + z * (h[at + i] - n);
    }
  }

  @Override
  public LayerStream stream() {
    return new GruStream(this);
  }

  @Override
  public RowStage stepStage(Pass pass, StepContext context, float[] u, float[] y) {
    return pass.prepared().stream(index, LayerStream.class).stage(pass, context, u, y);
  }

  private void step(
      int row, int j, float[] fromInput, float[] fromHidden, Rowwise kept, float[] h) {
    int in = row * 3 * width;
    int hid = j * 3 * width;
    for (int i = 0; i < width; i++) {
      float r = FloatMath.sigmoid(fromInput[in + i] + fromHidden[hid + i]);
      float z = FloatMath.sigmoid(fromInput[in + width + i] + fromHidden[hid + width + i]);
      float nh = fromHidden[hid + 2 * width + i];
      float n = (float) Math.tanh(fromInput[in + 2 * width + i] + r * nh);
      kept.gates[in + i] = r;
      kept.gates[in + width + i] = z;
      kept.gates[in + 2 * width + i] = n;
      kept.candidate[row * width + i] = nh;
      h[j * width + i] = n + z * (h[j * width + i] - n);
    }
  }

  private float[] gathered(int[] group, float[] states) {
    float[] h = new float[group.length * width];
    for (int j = 0; j < group.length; j++) {
      System.arraycopy(states, group[j] * width, h, j * width, width);
    }
    return h;
  }

  private void scatter(int[] group, float[] h, float[] states) {
    for (int j = 0; j < group.length; j++) {
      System.arraycopy(h, j * width, states, group[j] * width, width);
    }
  }

  @Override
  public void backward(Pass pass, float[] u, float[] g, float[] gu) {
    float[] gInput = inputGradient.of(pass);
    float[] gHidden = hiddenGradient.of(pass);
    Rowwise kept = kept(pass);
    float[] gStates = carried(pass, true);
    int[][] groups = groups(pass.rows());
    pass.parallel()
        .run(groups.length, i -> stepsBackward(pass, groups[i], kept, g, gInput, gHidden, gStates));
    float[] in = missing.zeroed(pass, u);
    input.backward(pass, in, gInput, gu);
    hidden.backward(pass, kept.before, gHidden, null);
    missing.clear(pass, gu);
  }

  /** From the last step to the first: gradients of what the two maps gave, and of the state. */
  private void stepsBackward(
      Pass pass,
      int[] group,
      Rowwise kept,
      float[] g,
      float[] gInput,
      float[] gHidden,
      float[] gStates) {
    Rows rows = pass.rows();
    float[] gh = gathered(group, gStates);
    float[] gMaps = new float[group.length * 3 * width];
    float[] gBefore = new float[group.length * width];
    for (int t = rows.length(group[0]) - 1; t >= 0; t--) {
      int count = running(rows, group, t);
      for (int j = 0; j < count; j++) {
        int row = rows.start(group[j]) + t;
        for (int i = 0; i < width; i++) {
          gh[j * width + i] += g[row * width + i];
        }
        stepBackward(row, j, kept, gh, gInput, gHidden);
        System.arraycopy(gHidden, row * 3 * width, gMaps, j * 3 * width, 3 * width);
      }
      pass.kernels()
          .linearBackwardInput(gMaps, 0, count, 3 * width, hidden.weights(), width, gBefore);
      for (int i = 0; i < count * width; i++) {
        gh[i] += gBefore[i];
      }
    }
    scatter(group, gh, gStates);
  }

  /** Replaces gh, the gradient of h_t, by the part of that of h_{t−1} that does not pass W_h. */
  private void stepBackward(
      int row, int j, Rowwise kept, float[] gh, float[] gInput, float[] gHidden) {
    int at = row * 3 * width;
    for (int i = 0; i < width; i++) {
      float r = kept.gates[at + i];
      float z = kept.gates[at + width + i];
      float n = kept.gates[at + 2 * width + i];
      float gState = gh[j * width + i];
      float gn = gState * (1 - z) * (1 - n * n);
      float gz = gState * (kept.before[row * width + i] - n) * z * (1 - z);
      float gr = gn * kept.candidate[row * width + i] * r * (1 - r);
      gInput[at + i] = gr;
      gInput[at + width + i] = gz;
      gInput[at + 2 * width + i] = gn;
      gHidden[at + i] = gr;
      gHidden[at + width + i] = gz;
      gHidden[at + 2 * width + i] = gn * r;
      gh[j * width + i] = gState * z;
    }
  }
}
