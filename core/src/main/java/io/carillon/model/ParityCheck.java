package io.carillon.model;

import io.carillon.config.Pooling;
import io.carillon.config.SsmAlgorithm;
import io.carillon.engine.Engine;
import io.carillon.engine.Pass;
import io.carillon.engine.Rows;
import io.carillon.engine.Workspace;
import io.carillon.nn.Batch;
import io.carillon.nn.LayerObserver;
import io.carillon.nn.Network;
import io.carillon.nn.Stepper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Computes the same sequences in every way and compares, see {@link Parity}. What a way is found to
 * differ by is given for every layer, and last for the answers.
 */
final class ParityCheck {
  /** Lengths of chunks in turn: single steps, less and more than a block of the recurrence. */
  private static final int[] CHUNKS = {1, 7, 64, 100};

  private final Network network;
  private final Engine engine;
  private final Streaming streaming;
  private final List<Sequence> histories;
  private final Rows rows;
  private final Table table;

  /**
   * Computes whole sequences, with which everything is compared.
   *
   * @param streaming null if the network cannot stream
   */
  ParityCheck(Network network, Engine engine, Streaming streaming, List<Sequence> histories) {
    this.network = network;
    this.engine = engine;
    this.streaming = streaming;
    this.histories = histories;
    this.rows = Sequence.batch(histories.toArray(Sequence[]::new)).rows();
    this.table = new Table(network, rows);
    for (int b = 0; b < histories.size(); b++) {
      table.record(b, whole(histories.get(b), engine.algorithm(), table.recorder(b)));
    }
  }

  /** Steps of all sequences together. */
  int steps() {
    return rows.total();
  }

  /** Whether steps have lengths of their own, so that there is no convolution. */
  boolean timed() {
    return rows.timed();
  }

  double[] convolved() {
    table.begin();
    for (int b = 0; b < histories.size(); b++) {
      table.placeSequence(b, 0);
      table.compare(b, whole(histories.get(b), SsmAlgorithm.CONVOLUTION, table));
    }
    return table.relative();
  }

  double[] chunked() {
    table.begin();
    for (int b = 0; b < histories.size(); b++) {
      chunked(b);
    }
    return table.relative();
  }

  double[] stepped() {
    table.begin();
    for (int b = 0; b < histories.size(); b++) {
      stepped(b);
    }
    return table.relative();
  }

  private Pass pass(Rows of, SsmAlgorithm algorithm) {
    return Pass.inference(of, new Workspace(), engine).withAlgorithm(algorithm);
  }

  /**
   * The answers for a batch, as prediction gives them; of a model that compares pairs, what it
   * makes of each sequence before the comparison.
   */
  private float[] answers(Pass pass, Batch batch, LayerObserver observer) {
    float[] features = network.features(pass, batch, observer);
    float[] out = new float[network.pooledRows(pass.rows()).total() * answerSize()];
    if (network.config().pairs()) {
      network.pool(pass, features, out);
    } else {
      network.answer(pass, features, out);
    }
    return out;
  }

  private int answerSize() {
    return network.config().pairs() ? network.config().width() : network.config().outputSize();
  }

  private float[] whole(Sequence history, SsmAlgorithm algorithm, LayerObserver observer) {
    Batch batch = history.part(0, history.length());
    return answers(pass(batch.rows(), algorithm), batch, observer);
  }

  double[] batched() {
    table.begin();
    table.placeSequence(0, 0);
    float[] all =
        answers(
            pass(rows, engine.algorithm()),
            Sequence.batch(histories.toArray(Sequence[]::new)),
            table);
    Rows pooled = network.pooledRows(rows);
    int n = answerSize();
    for (int b = 0; b < histories.size(); b++) {
      int start = pooled.start(b) * n;
      table.compare(b, Arrays.copyOfRange(all, start, start + pooled.length(b) * n));
    }
    return table.relative();
  }

  private void chunked(int b) {
    State state = new State(streaming.prepared().shape());
    int n = network.config().outputSize();
    float[] answers = new float[rows.length(b) * n];
    for (int from = 0, i = 0; from < rows.length(b); i++) {
      int to = Math.min(rows.length(b), from + CHUNKS[i % CHUNKS.length]);
      Sequence chunk = histories.get(b).slice(from, to);
      table.placeSequence(b, from);
      float[] part = streaming.histories().answers(chunk, state, table);
      System.arraycopy(part, 0, answers, from * n, part.length);
      from = to;
    }
    table.compare(b, kept(b, answers));
  }

  private void stepped(int b) {
    State state = new State(streaming.prepared().shape());
    Stepper stepper = streaming.prepared().stepper(1, table);
    int n = network.config().outputSize();
    float[] answers = new float[rows.length(b) * n];
    float[] y = new float[n];
    for (int t = 0; t < rows.length(b); t++) {
      if (!skips(b, t, state)) {
        table.placeSequence(b, t);
        fill(stepper, 0, b, t);
        streaming.step(stepper, state, y);
        System.arraycopy(y, 0, answers, t * n, n);
      }
    }
    table.compare(b, kept(b, answers));
  }

  double[] steppedTogether() {
    table.begin();
    int n = network.config().outputSize();
    State[] states = new State[rows.count()];
    float[][] answers = new float[rows.count()][];
    List<Integer> active = new ArrayList<>();
    for (int b = 0; b < rows.count(); b++) {
      states[b] = new State(streaming.prepared().shape());
      answers[b] = new float[rows.length(b) * n];
      active.add(b);
    }
    Stepper stepper = streaming.prepared().stepper(rows.count(), table);
    float[] y = new float[rows.count() * n];
    for (int t = 0; t < rows.maxLength(); t++) {
      int now = t;
      active.removeIf(b -> rows.length(b) <= now);
      List<Integer> stepping = new ArrayList<>(active);
      stepping.removeIf(b -> skips(b, now, states[b]));
      State[] some = new State[stepping.size()];
      for (int r = 0; r < some.length; r++) {
        some[r] = states[stepping.get(r)];
        table.place(r, stepping.get(r), t);
        fill(stepper, r, stepping.get(r), t);
      }
      streaming.together().step(stepper, some, 0, some.length, y);
      for (int r = 0; r < some.length; r++) {
        System.arraycopy(y, r * n, answers[stepping.get(r)], t * n, n);
      }
    }
    for (int b = 0; b < rows.count(); b++) {
      table.compare(b, kept(b, answers[b]));
    }
    return table.relative();
  }

  /** Whether a step is missing; the stream then passes it. */
  private boolean skips(int b, int t, State state) {
    if (histories.get(b).observed(t)) {
      return false;
    }
    streaming.restUnchecked(state, 1, histories.get(b).gap(t));
    return true;
  }

  private void fill(Stepper stepper, int row, int b, int t) {
    Sequence history = histories.get(b);
    if (history.tokens() != null) {
      stepper.tokens()[row] = history.tokens()[t];
    } else {
      int d = history.size();
      System.arraycopy(history.values(), t * d, stepper.values(), row * d, d);
    }
    if (rows.timed()) {
      stepper.setGap(row, history.gap(t), null);
    }
  }

  /**
   * Of the answers after every step those that prediction gives for the whole sequence. Missing
   * steps have no answer of a stream to compare with and get that of prediction.
   */
  private float[] kept(int b, float[] answers) {
    int n = network.config().outputSize();
    Sequence history = histories.get(b);
    if (network.config().pooling() != Pooling.EVERY) {
      int t = history.lastObserved();
      return Arrays.copyOfRange(answers, t * n, (t + 1) * n);
    }
    int last = network.config().lastSteps();
    int first = last == 0 ? 0 : history.length() - last;
    float[] kept = Arrays.copyOfRange(answers, first * n, answers.length);
    for (int t = first; t < history.length(); t++) {
      if (!history.observed(t)) {
        System.arraycopy(table.answer(b), (t - first) * n, kept, (t - first) * n, n);
      }
    }
    return kept;
  }

  /**
   * What every layer puts out for whole sequences, and how far the other ways are from it. As an
   * observer it compares what it is shown with the recorded rows that it was told before.
   */
  private static final class Table implements LayerObserver {
    private final Rows rows;
    private final int width;
    private final float[][] recorded;
    private final float[][] answers;
    private final int[] places;
    private int first;
    private boolean consecutive;

    /** Of every layer, and last of the answers. */
    private double[] differences;

    Table(Network network, Rows rows) {
      this.rows = rows;
      this.width = network.config().width();
      this.recorded =
          new float[network.layerNames().size()][Math.multiplyExact(rows.total(), width)];
      this.answers = new float[rows.count()][];
      this.places = new int[rows.count()];
    }

    /** Keeps what every layer puts out for sequence b. */
    LayerObserver recorder(int b) {
      return (layer, x, count) ->
          System.arraycopy(x, 0, recorded[layer], rows.start(b) * width, count * width);
    }

    void record(int b, float[] answer) {
      answers[b] = answer;
    }

    /** The answer for sequence b that others are compared with. */
    float[] answer(int b) {
      return answers[b];
    }

    /** What follows belongs to another way. */
    void begin() {
      differences = new double[recorded.length + 1];
    }

    /** The rows that come are those of sequence b, and of the sequences after it, from step t. */
    void placeSequence(int b, int t) {
      first = rows.start(b) + t;
      consecutive = true;
    }

    /** Row r that comes is step t of sequence b. */
    void place(int r, int b, int t) {
      places[r] = rows.start(b) + t;
      consecutive = false;
    }

    @Override
    public void rows(int layer, float[] x, int count) {
      double largest = 0;
      for (int r = 0; r < count; r++) {
        int place = (consecutive ? first + r : places[r]) * width;
        for (int h = 0; h < width; h++) {
          double difference = Math.abs(x[r * width + h] - recorded[layer][place + h]);
          largest = Math.max(largest, difference);
        }
      }
      add(layer, largest);
    }

    /** Compares the answers for sequence b. */
    void compare(int b, float[] answer) {
      double largest = 0;
      for (int i = 0; i < answer.length; i++) {
        largest = Math.max(largest, Math.abs(answer[i] - answers[b][i]));
      }
      add(recorded.length, largest);
    }

    /** Math.max keeps a NaN, and so does this. */
    private void add(int layer, double difference) {
      differences[layer] = Math.max(differences[layer], difference);
    }

    /** The differences since {@link #begin}, relative to the largest value of each layer. */
    double[] relative() {
      double[] relative = new double[differences.length];
      for (int i = 0; i < relative.length; i++) {
        double scale = i < recorded.length ? largest(recorded[i]) : largest(answers);
        relative[i] = relative(differences[i], scale);
      }
      return relative;
    }

    private static double relative(double difference, double scale) {
      double ratio = difference == 0 ? 0 : difference / scale;
      return Double.isNaN(ratio) ? Double.POSITIVE_INFINITY : ratio;
    }

    private static double largest(float[]... arrays) {
      double largest = 0;
      for (float[] array : arrays) {
        for (float x : array) {
          largest = Math.max(largest, Math.abs(x));
        }
      }
      return largest;
    }
  }
}
