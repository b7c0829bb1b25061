package io.carillon.nn;

import io.carillon.core.Parallel;
import io.carillon.internal.kernel.ScanGradient;
import io.carillon.internal.kernel.ScanModes;
import io.carillon.ssm.Modes;
import io.carillon.ssm.ModesGradient;
import io.carillon.ssm.ModesMemory;
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
    scans = PreparedModes.toScans(modes.modes(), parallel, scans);
    return scans;
  }

  /** What {@link #newScans} returned last. */
  ScanModes[] scans() {
    return scans;
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
          add(total, part, modes, set, h, j, re, im);
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
          add(total, part, modes, set, h, j, re, im);
        }
      }
    }

    /** z = log λ is holomorphic in λ, so ∂z = ∂λ · conj(λ). */
    private static void add(
        ModesGradient total,
        ScanGradient part,
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
