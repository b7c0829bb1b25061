package io.carillon.model;

import io.carillon.engine.Rows;
import io.carillon.nn.LayerObserver;
import io.carillon.nn.Network;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What every layer puts out for whole sequences, and how far the other ways are from it. As an
 * observer it compares what it is shown with the recorded rows that it was told before.
 */
final class ParityTable implements LayerObserver {
  private final List<String> names;
  private final Rows rows;
  private final int width;
  private final float[][] recorded;
  private final float[][] answers;
  private final List<Map<Parity.Way, Double>> differences = new ArrayList<>();
  private final int[] places;
  private int first;
  private boolean consecutive;
  private Parity.Way way;

  ParityTable(Network network, Rows rows) {
    this.names = new ArrayList<>(network.layerNames());
    this.rows = rows;
    this.width = network.config().width();
    this.recorded = new float[names.size()][Math.multiplyExact(rows.total(), width)];
    this.answers = new float[rows.count()][];
    this.places = new int[rows.count()];
    names.add(Parity.ANSWERS);
    names.forEach(name -> differences.add(new EnumMap<>(Parity.Way.class)));
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

  /** What follows belongs to this way. */
  void begin(Parity.Way value) {
    way = value;
    differences.forEach(d -> d.putIfAbsent(value, 0.0));
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
    add(names.size() - 1, largest);
  }

  /** Math.max keeps a NaN, and so does this. */
  private void add(int layer, double difference) {
    differences.get(layer).merge(way, difference, Math::max);
  }

  /** The differences relative to the largest value of each layer. */
  List<Parity.Layer> layers() {
    List<Parity.Layer> layers = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      double scale = i < recorded.length ? largest(recorded[i]) : largest(answers);
      Map<Parity.Way, Double> relative = new EnumMap<>(Parity.Way.class);
      differences.get(i).forEach((w, d) -> relative.put(w, relative(d, scale)));
      layers.add(new Parity.Layer(names.get(i), relative));
    }
    return layers;
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
