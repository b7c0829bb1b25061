package io.carillon.ssm.dplr;

import io.carillon.config.S4Config;
import io.carillon.config.kernel.HippoMeasure;
import io.carillon.config.kernel.Transform;
import io.carillon.engine.SeededRandom;
import io.carillon.math.Complex;
import io.carillon.ssm.hippo.Nplr;
import java.util.List;

/** Draws the initial raw values of an S4 kernel (papers A.4), in the order of its parameters. */
final class S4Initialiser {
  /** Bound of Im B, as in the newer official code. */
  private static final double INPUT_CLIP = 2;

  private final S4Config config;
  private final int channels;
  private final int sets;
  private final SeededRandom random;
  private final int modes;
  private final int copies;

  S4Initialiser(S4Config config, int channels, int sets, SeededRandom random) {
    this.config = config;
    this.channels = channels;
    this.sets = sets;
    this.random = random;
    this.modes = config.stateSize() / 2;
    this.copies = config.copies(channels);
  }

  /** One array per raw parameter; C is not truncated yet. */
  double[][] values() {
    double[] dt = new double[channels];
    for (int h = 0; h < channels; h++) {
      dt[h] = random.uniform(Math.log(config.dtMin()), Math.log(config.dtMax()));
    }
    int size = copies * modes;
    double[][] values = {
      dt,
      new double[size],
      new double[size],
      new double[2 * size],
      new double[2 * size * config.rank()],
      output()
    };
    List<HippoMeasure> parts = config.init().parts();
    int each = copies / parts.size();
    for (int i = 0; i < parts.size(); i++) {
      Nplr nplr = Nplr.of(parts.get(i), config.stateSize(), config.rank());
      for (int s = i * each; s < (i + 1) * each; s++) {
        set(values, s, nplr);
      }
    }
    return values;
  }

  private void set(double[][] values, int copy, Nplr nplr) {
    for (int n = 0; n < modes; n++) {
      int a = copy * modes + n;
      values[1][a] = Transform.EXP.inverseClamped(-nplr.re());
      values[2][a] = -nplr.im()[n];
      Complex b = nplr.input()[n];
      values[3][2 * a] = b.re();
      values[3][2 * a + 1] = Math.max(-INPUT_CLIP, Math.min(INPUT_CLIP, b.im()));
      for (int r = 0; r < config.rank(); r++) {
        Complex p = nplr.lowRank()[r][n];
        values[4][2 * (r * copies * modes + a)] = p.re();
        values[4][2 * (r * copies * modes + a) + 1] = p.im();
      }
    }
  }

  /** Re and Im each of variance ½. */
  private double[] output() {
    double[] c = new double[2 * sets * channels * modes];
    for (int i = 0; i < c.length; i++) {
      c[i] = random.normal() * Math.sqrt(0.5);
    }
    return c;
  }
}
