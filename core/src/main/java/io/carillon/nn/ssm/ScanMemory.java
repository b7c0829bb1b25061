package io.carillon.nn.ssm;

import io.carillon.engine.Parallel;
import io.carillon.internal.kernel.ScanGradient;
import io.carillon.internal.kernel.ScanModes;
import io.carillon.ssm.Modes;
import io.carillon.ssm.ModesGradient;
import io.carillon.ssm.diagonal.ModesMemory;
import java.util.Arrays;

/** Modes of a recurrence, computed in the forward pass and kept for the backward pass. */
final class ScanMemory {
  private final ModesMemory modes = new ModesMemory();
  private ScanModes[] scans;

  ModesMemory modes() {
    return modes;
  }

  /** The modes as the inner loops want them; follows a change of {@link #modes}. */
  ScanModes[] newScans(Parallel parallel) {
    scans = roomForScans(modes.modes(), scans);
    parallel.run(modes.modes().channels(), h -> fill(modes.modes(), h, scans));
    return scans;
  }

  /** What {@link #newScans} returned last. */
  ScanModes[] scans() {
    return scans;
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
  static ScanModes[] roomForScans(Modes modes, ScanModes[] reused) {
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
  static void fill(Modes modes, int h, ScanModes[] scans) {
    for (int set = 0; set < scans.length; set++) {
      for (int j = 0; j < modes.modes(); j++) {
        int z = modes.logRow(h) + j;
        int w = modes.wRow(set, h) + j;
        scans[set].set(j, h, modes.logRe()[z], modes.logIm()[z], modes.wRe()[w], modes.wIm()[w]);
      }
    }
  }

  /** Gradients that groups of sequences collect apart; all layers share them. */
  static final class Sums {
    private ScanGradient[] parts = new ScanGradient[0];

    /** Zeros, one for each group. */
    ScanGradient[] cleared(int groups, Modes modes) {
      int size = modes.modes() * modes.channels();
      if (parts.length != groups || parts[0].wRe().length != size) {
        parts = new ScanGradient[groups];
        Arrays.setAll(parts, i -> ScanGradient.zeros(modes.modes(), modes.channels()));
        return parts;
      }
      for (ScanGradient part : parts) {
        Arrays.fill(part.lambdaRe(), 0);
        Arrays.fill(part.lambdaIm(), 0);
        Arrays.fill(part.wRe(), 0);
        Arrays.fill(part.wIm(), 0);
      }
      return parts;
    }

    /** Adds the parts, in order, to the gradient of the modes. */
    void addTo(ModesGradient total, Modes modes, int set, Parallel parallel) {
      if (modes.shared()) {
        parallel.run(modes.modes(), j -> addMode(total, modes, set, j));
      } else {
        parallel.run(modes.channels(), h -> addChannel(total, modes, set, h));
      }
    }

    private void addMode(ModesGradient total, Modes modes, int set, int j) {
      double size = Math.exp(modes.logRe()[j]);
      double re = size * Math.cos(modes.logIm()[j]);
      double im = size * Math.sin(modes.logIm()[j]);
      for (ScanGradient part : parts) {
        for (int h = 0; h < modes.channels(); h++) {
          add(part, total, modes, set, h, j, re, im);
        }
      }
    }

    private void addChannel(ModesGradient total, Modes modes, int set, int h) {
      for (int j = 0; j < modes.modes(); j++) {
        int z = modes.logRow(h) + j;
        double size = Math.exp(modes.logRe()[z]);
        double re = size * Math.cos(modes.logIm()[z]);
        double im = size * Math.sin(modes.logIm()[z]);
        for (ScanGradient part : parts) {
          add(part, total, modes, set, h, j, re, im);
        }
      }
    }

    /** z = log λ is holomorphic in λ, so ∂z = ∂λ · conj(λ). */
    private static void add(
        ScanGradient part,
        ModesGradient total,
        Modes modes,
        int set,
        int h,
        int j,
        double re,
        double im) {
      int from = j * modes.channels() + h;
      int z = modes.logRow(h) + j;
      int w = modes.wRow(set, h) + j;
      total.logRe()[z] += part.lambdaRe()[from] * re + part.lambdaIm()[from] * im;
      total.logIm()[z] += part.lambdaIm()[from] * re - part.lambdaRe()[from] * im;
      total.wRe()[w] += part.wRe()[from];
      total.wIm()[w] += part.wIm()[from];
    }
  }
}
