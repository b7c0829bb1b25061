package io.carillon.model;

import io.carillon.engine.Rows;
import io.carillon.nn.LayerObserver;
import io.carillon.nn.Network;

/**
 * What every layer puts out for whole sequences, and how far the other ways are from it. As an
 * observer it compares what it is shown with the recorded rows that it was told before.
 */
final class ParityTable implements LayerObserver {
  private final Rows rows;
  private final int width;
  private final float[][] recorded;
  private final float[][] answers;
  private final int[] places;
  private int first;
  private boolean consecutive;

  /** Of every layer, and last of the answers. */
  private double[] differences;

  ParityTable(Network network, Rows rows) {
    this.rows = rows;
    this.width = network.config().width();
    this.recorded = new float[network.layerNames().size()][Math.multiplyExact(rows.total(), width)];
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
