package io.carillon.report.console;

import io.carillon.config.LayerConfig;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Pooling;
import io.carillon.config.Settings;
import io.carillon.engine.Parameter;
import io.carillon.nn.Network;
import io.carillon.nn.layer.SequenceLayer;
import io.carillon.nn.ssm.SsmLayer;
import io.carillon.ssm.Modes;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Parameters, state and modes of a network as tables. */
public final class NetworkReport {
  private static final long GIB = 1L << 30;

  private final Network network;
  private final int sampleRate;

  /**
   * For a network.
   *
   * @param sampleRate steps per second of its inputs, or 0 when unknown
   */
  public NetworkReport(Network network, int sampleRate) {
    this.network = network;
    this.sampleRate = sampleRate;
  }

  /** The network in a few words. */
  public static String inWords(NetworkConfig network) {
    LayerConfig layer = network.block().ssm();
    return Text.count(network.depth(), "block", "blocks")
        + " of "
        + network.width()
        + " channels, "
        + (network.block().bidirectional() ? "bidirectional " : "")
        + layer.kind()
        + " with "
        + layer.size()
        + ", pooling "
        + Settings.name(network.pooling());
  }

  /** Why the network cannot stream and what to do about it, or null if it can. */
  public String obstacle() {
    for (SequenceLayer layer : network.layers()) {
      if (layer.streamingObstacle() != null) {
        return layer.streamingObstacle() + "; to stream, " + layer.streamingRemedy();
      }
    }
    return null;
  }

  /** Bytes that one stream needs and how many fit into a GiB, or why there can be none. */
  public String stream() {
    if (obstacle() != null) {
      return "not possible: " + obstacle();
    }
    long bytes = network.config().pooling() == Pooling.MEAN ? 8L * network.config().width() : 0;
    for (SequenceLayer layer : network.layers()) {
      bytes += (long) Float.BYTES * layer.stateSize(1);
    }
    return Text.count(bytes)
        + " bytes of state per stream, "
        + Text.count(GIB / Math.max(1, bytes))
        + " streams per GiB";
  }

  /** Number of parameters of the encoder, each block, and what follows. */
  public Table parameters() {
    Map<String, long[]> parts = new LinkedHashMap<>();
    long trainable = 0;
    long fixed = 0;
    for (Parameter p : network.parameters()) {
      parts.computeIfAbsent(part(p.name()), name -> new long[1])[0] += p.size();
      trainable += p.trainable() ? p.size() : 0;
      fixed += p.trainable() ? 0 : p.size();
    }
    Table table = new Table("part", "parameters");
    parts.forEach((name, count) -> table.row(name, Text.count(count[0])));
    table.row("trainable", Text.count(trainable));
    if (fixed > 0) {
      table.row("fixed", Text.count(fixed));
    }
    return table;
  }

  private static String part(String name) {
    String[] words = name.split("\\.");
    boolean numbered = words.length > 1 && words[1].matches("[0-9]+");
    return numbered ? words[0] + "." + words[1] : words[0];
  }

  /**
   * Whether a mode turns by more than half a cycle per step, so that it looks like a slower one.
   */
  public boolean aliased() {
    return network.ssmLayers().stream()
        .flatMapToDouble(layer -> Arrays.stream(layer.parameterisation().modes(1, 1).logIm()))
        .anyMatch(im -> Math.abs(im) > Math.PI);
  }

  /** Whether there are layers with modes to show in {@link #modes}. */
  public boolean hasModes() {
    return !network.ssmLayers().isEmpty();
  }

  /**
   * Smallest, median and largest time constant −1/Re log λ and frequency |Im log λ|/2π of the modes
   * of each diagonal state-space layer.
   */
  public Table modes() {
    String time = sampleRate > 0 ? "ms" : "steps";
    String frequency = sampleRate > 0 ? "Hz" : "cycles/step";
    Table table =
        new Table(
            "layer",
            "modes",
            "time constant (" + time + "): min",
            "median",
            "max",
            "frequency (" + frequency + "): min",
            "median",
            "max");
    double timeUnit = sampleRate > 0 ? 1000.0 / sampleRate : 1;
    double frequencyUnit = sampleRate > 0 ? sampleRate : 1;
    for (SsmLayer layer : network.ssmLayers()) {
      Modes modes = layer.parameterisation().modes(1, 1);
      double[] times =
          Arrays.stream(modes.logRe()).map(re -> timeUnit / Math.abs(re)).sorted().toArray();
      double[] frequencies =
          Arrays.stream(modes.logIm())
              .map(im -> frequencyUnit * Math.abs(im) / (2 * Math.PI))
              .sorted()
              .toArray();
      table.row(
          Integer.toString(layer.index()),
          Text.count(times.length),
          Text.number(times[0]),
          Text.number(times[times.length / 2]),
          Text.number(times[times.length - 1]),
          Text.number(frequencies[0]),
          Text.number(frequencies[frequencies.length / 2]),
          Text.number(frequencies[frequencies.length - 1]));
    }
    return table;
  }
}
