package io.carillon.nn.layer;

import io.carillon.internal.kernel.ScanModes;
import io.carillon.nn.Network;
import io.carillon.nn.gru.GruLayer;
import io.carillon.nn.gru.GruStream;
import io.carillon.nn.ssm.DiagonalStream;
import io.carillon.nn.ssm.SsmLayer;
import io.carillon.ssm.Modes;
import io.carillon.ssm.diagonal.HeldGap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The layers of a network made ready for single steps, at rate 1, once: for a single step,
 * computing the modes would take a hundred times as long as using them. So are the weights of the
 * linear maps, for one kind of kernels. Belongs to the weights that the network has at that moment;
 * shared by threads.
 */
public final class PreparedModes {
  private final ScanModes[][] scans;
  private final LayerStream[] streams;
  private final Map<Linear, float[]> weights = new ConcurrentHashMap<>();

  private PreparedModes(int layers) {
    this.scans = new ScanModes[layers][];
    this.streams = new LayerStream[layers];
  }

  /** Prepares all layers that can stream. */
  public static PreparedModes of(Network network) {
    return of(network.layers());
  }

  /** Prepares those of the layers that can stream. */
  public static PreparedModes of(List<? extends SequenceLayer> layers) {
    PreparedModes prepared = new PreparedModes(layers.size());
    for (int i = 0; i < layers.size(); i++) {
      if (layers.get(i).streamingObstacle() == null) {
        prepared.add(i, layers.get(i));
      }
    }
    return prepared;
  }

  private void add(int i, SequenceLayer layer) {
    if (layer instanceof GruLayer gru) {
      streams[i] = new GruStream(gru);
    } else if (layer instanceof SsmLayer ssm && ssm.diagonal() && !ssm.delayed()) {
      Modes modes = ssm.parameterisation().modes(1, 1);
      scans[i] = toScans(modes);
      streams[i] = new DiagonalStream(ssm, modes, scans[i]);
    } else if (layer instanceof SsmLayer ssm) {
      streams[i] = ssm.chunkStream();
    }
  }

  /** How large anything can become in steps of the network that this was prepared from. */
  public StepBounds bounds(Network network) {
    return network.bounds(this);
  }

  /** The modes of a layer, one for each kernel set; null if it is no diagonal recurrence. */
  public ScanModes[] layer(int index) {
    return scans[index];
  }

  /** How a layer goes step by step; null if it cannot. */
  public LayerStream stream(int index) {
    return streams[index];
  }

  /**
   * Makes a step of a given length ready in the layers that are diagonal recurrences; the others
   * keep what they need themselves.
   *
   * @param gap positive and finite
   */
  public GapModes gap(double gap) {
    HeldGap[] held = new HeldGap[streams.length];
    for (int i = 0; i < held.length; i++) {
      if (streams[i] instanceof DiagonalStream stream) {
        held[i] = stream.room();
        stream.fill(gap, held[i]);
      }
    }
    return new GapModes(gap, held);
  }

  /** The packed weight of a map of the network, made at the first call. */
  float[] packed(Linear map, Supplier<float[]> packing) {
    return weights.computeIfAbsent(map, m -> packing.get());
  }

  /** λ, what its rounding leaves over, and w, in single precision with modes outermost. */
  static ScanModes[] toScans(Modes modes) {
    ScanModes[] scans = roomForScans(modes, null);
    for (int h = 0; h < modes.channels(); h++) {
      fill(modes, h, scans);
    }
    return scans;
  }

  /** The arrays of earlier scans if they are of the same size, or new ones; to be filled. */
  public static ScanModes[] roomForScans(Modes modes, ScanModes[] reused) {
    if (reused != null
        && reused.length == modes.sets()
        && reused[0].modes() == modes.modes()
        && reused[0].channels() == modes.channels()) {
      return reused;
    }
    ScanModes[] scans = new ScanModes[modes.sets()];
    for (int set = 0; set < scans.length; set++) {
      scans[set] = ScanModes.allocate(modes.modes(), modes.channels());
    }
    return scans;
  }

  /** Fills channel h of {@link #toScans(Modes)}. */
  public static void fill(Modes modes, int h, ScanModes[] scans) {
    for (int set = 0; set < scans.length; set++) {
      for (int j = 0; j < modes.modes(); j++) {
        int z = modes.logRow(h) + j;
        int w = modes.wRow(set, h) + j;
        scans[set].set(j, h, modes.logRe()[z], modes.logIm()[z], modes.wRe()[w], modes.wIm()[w]);
      }
    }
  }

  /**
   * Lets the state of one stream pass {@code steps} steps without input.
   *
   * @param layer position of the layer
   * @param state its numbers, updated
   * @param steps at least 0
   * @throws IllegalArgumentException if there are too many for this kind of layer; the state is
   *     then as before
   */
  public void rest(int layer, float[] state, long steps) {
    streams[layer].rest(state, steps);
  }

  /**
   * Lets the state of one stream pass a time without input.
   *
   * @param gap in ordinary steps, one that the layer takes, see {@code EventTime}
   */
  public void rest(int layer, float[] state, double gap) {
    streams[layer].rest(state, gap);
  }

  /** What is wrong with the state of a layer that was read from outside, or null. */
  public String fault(int layer, float[] state) {
    return streams[layer].fault(state);
  }
}
