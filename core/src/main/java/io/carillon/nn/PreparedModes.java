package io.carillon.nn;

import io.carillon.internal.kernel.ScanModes;
import io.carillon.ssm.Modes;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The modes of every state-space layer of a network at rate 1, made ready for the inner loops once:
 * for a single step, computing them would take a hundred times as long as using them. So are the
 * weights of the linear maps, for one kind of kernels. Belongs to the weights that the network has
 * at that moment; shared by threads.
 */
public final class PreparedModes {
  private final ScanModes[][] layers;
  private final Map<Linear, float[]> weights = new ConcurrentHashMap<>();

  private PreparedModes(ScanModes[][] layers) {
    this.layers = layers;
  }

  /** Prepares all layers that can be computed as a recurrence. */
  public static PreparedModes of(Network network) {
    List<SsmLayer> layers = network.ssmLayers();
    ScanModes[][] scans = new ScanModes[layers.size()][];
    for (int i = 0; i < scans.length; i++) {
      if (layers.get(i).recurrenceObstacle(1) == null) {
        scans[i] = toScans(layers.get(i).parameterisation().modes(1, 1));
      }
    }
    return new PreparedModes(scans);
  }

  /** The modes of a layer, one for each kernel set; null if it has no recurrence. */
  ScanModes[] layer(int index) {
    return layers[index];
  }

  /** The packed weight of a map of the network, made at the first call. */
  float[] packed(Linear map, Supplier<float[]> packing) {
    return weights.computeIfAbsent(map, m -> packing.get());
  }

  /** λ, what its rounding leaves over, and w, in single precision with modes outermost. */
  static ScanModes[] toScans(Modes modes) {
    ScanModes[] scans = new ScanModes[modes.sets()];
    for (int set = 0; set < scans.length; set++) {
      scans[set] = ScanModes.allocate(modes.modes(), modes.channels());
      for (int h = 0; h < modes.channels(); h++) {
        for (int j = 0; j < modes.modes(); j++) {
          int z = modes.logRow(h) + j;
          int w = modes.wRow(set, h) + j;
          scans[set].set(j, h, modes.logRe()[z], modes.logIm()[z], modes.wRe()[w], modes.wIm()[w]);
        }
      }
    }
    return scans;
  }

  /**
   * Lets the state of one stream pass {@code steps} steps without input: x ← λ^steps x for every
   * mode. Double precision by repeated squaring, so that the cost grows with the logarithm of the
   * number of steps; relative error below steps · 2^-47.
   *
   * @param layer position of the state-space layer
   * @param state [sets][2 = re, im][M][H], updated
   * @param steps at least 0
   */
  public void rest(int layer, float[] state, long steps) {
    int at = 0;
    for (ScanModes scan : layers[layer]) {
      int plane = scan.modes() * scan.channels();
      for (int k = 0; k < plane; k++) {
        rest(scan, k, state, at + k, at + plane + k, steps);
      }
      at += 2 * plane;
    }
  }

  private static void rest(ScanModes scan, int k, float[] state, int re, int im, long steps) {
    double baseRe = (double) scan.lambdaRe()[k] + scan.lowRe()[k];
    double baseIm = (double) scan.lambdaIm()[k] + scan.lowIm()[k];
    double xr = state[re];
    double xi = state[im];
    for (long left = steps; left > 0; left >>= 1) {
      if ((left & 1) == 1) {
        double next = xr * baseRe - xi * baseIm;
        xi = xr * baseIm + xi * baseRe;
        xr = next;
      }
      double square = baseRe * baseRe - baseIm * baseIm;
      baseIm = 2 * baseRe * baseIm;
      baseRe = square;
    }
    state[re] = (float) xr;
    state[im] = (float) xi;
  }
}
