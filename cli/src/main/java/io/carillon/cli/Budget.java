package io.carillon.cli;

import io.carillon.config.NetworkConfig;
import io.carillon.config.Pooling;
import io.carillon.nn.StepCost;
import io.carillon.report.console.CommandFailure;
import io.carillon.report.console.Table;
import io.carillon.report.console.Text;
import io.carillon.report.console.UsageException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a live stream may cost, and the sizes of a network that keep to it.
 *
 * @param micros most microseconds per step, infinite if it does not matter
 * @param kib most KiB of state per stream, infinite if it does not matter
 */
record Budget(double micros, double kib) {
  private static final int[] DEPTHS = {1, 2, 3, 4, 6, 8};
  private static final int[] WIDTHS = {16, 32, 48, 64, 96, 128, 192, 256, 384, 512};
  private static final int[] STATES = {4, 8, 16, 32, 64, 128, 256};
  private static final double BYTES_PER_KIB = 1024;
  private static final long GIB = 1L << 30;

  /** One network that may do. */
  private record Choice(NetworkConfig network, int stateSize, double micros, long bytes) {
    /** Weights and state, as a measure of what the network can learn. */
    private long size() {
      return StepCost.weights(network) + StepCost.stateFloats(network);
    }
  }

  /**
   * Reads {@code us=50,kib=32}; either may be left out.
   *
   * @throws UsageException if it is something else
   */
  static Budget parse(String text) {
    double micros = Double.POSITIVE_INFINITY;
    double kib = Double.POSITIVE_INFINITY;
    for (String part : text.split(",", -1)) {
      String[] words = part.trim().split("=", -1);
      double value = words.length == 2 ? number(words[1]) : Double.NaN;
      if (!(value > 0)) {
        throw wrong(text);
      }
      switch (words[0].trim()) {
        case "us" -> micros = value;
        case "kib" -> kib = value;
        default -> throw wrong(text);
      }
    }
    return new Budget(micros, kib);
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text.trim());
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  private static UsageException wrong(String text) {
    return new UsageException(
        "--budget is '"
            + text
            + "'; expected us=MICROSECONDS, kib=KIBIBYTES or both with a comma, each above 0");
  }

  /**
   * For every depth of a diagonal state-space network the largest network that fits, the largest of
   * all first.
   *
   * @param model settings to keep, apart from width, depth and state size
   * @throws CommandFailure if nothing fits
   */
  Table table(NetworkConfig model, StepCost cost) {
    Table table =
        new Table(
            "depth", "width", "state_size", "weights", "KiB/stream", "streams/GiB", "us/step");
    for (Choice choice : choices(model, cost)) {
      table.row(
          Integer.toString(choice.network().depth()),
          Integer.toString(choice.network().width()),
          Integer.toString(choice.stateSize()),
          Text.count(StepCost.weights(choice.network())),
          Text.format("%.1f", choice.bytes() / BYTES_PER_KIB),
          Text.count(GIB / choice.bytes()),
          Text.format("%.1f", choice.micros()));
    }
    return table;
  }

  /** The settings that make the first row of {@link #table}. */
  String settings(NetworkConfig model, StepCost cost) {
    Choice best = choices(model, cost).get(0);
    return "--set depth="
        + best.network().depth()
        + " --set width="
        + best.network().width()
        + " --set state_size="
        + best.stateSize();
  }

  private List<Choice> choices(NetworkConfig model, StepCost cost) {
    List<Choice> best = new ArrayList<>();
    for (int depth : DEPTHS) {
      Choice largest = null;
      for (int width : WIDTHS) {
        for (int stateSize : STATES) {
          Choice choice = choice(model, depth, width, stateSize, cost);
          boolean fits = choice.micros() <= micros && choice.bytes() <= kib * BYTES_PER_KIB;
          if (fits && (largest == null || choice.size() > largest.size())) {
            largest = choice;
          }
        }
      }
      if (largest != null) {
        best.add(largest);
      }
    }
    if (best.isEmpty()) {
      throw nothingFits(choice(model, DEPTHS[0], WIDTHS[0], STATES[0], cost));
    }
    best.sort(Comparator.comparingLong(Choice::size).reversed());
    return best;
  }

  private CommandFailure nothingFits(Choice smallest) {
    return new CommandFailure(
        Text.format(
            "no network fits the budget: the smallest, width %d, state_size %d, depth 1, takes"
                + " %.2f us per step and %.2f KiB per stream",
            smallest.network().width(),
            smallest.stateSize(),
            smallest.micros(),
            smallest.bytes() / BYTES_PER_KIB));
  }

  private static Choice choice(
      NetworkConfig model, int depth, int width, int stateSize, StepCost cost) {
    NetworkConfig network =
        model
            .withDepth(depth)
            .withWidth(width)
            .withSsm(model.block().ssm().with("state_size", stateSize));
    long pooled = network.pooling() == Pooling.MEAN ? (long) Double.BYTES * width : 0;
    long bytes = Float.BYTES * StepCost.stateFloats(network) + pooled;
    return new Choice(network, stateSize, cost.micros(network), bytes);
  }
}
