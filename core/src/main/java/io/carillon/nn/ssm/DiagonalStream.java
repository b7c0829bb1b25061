package io.carillon.nn.ssm;

import io.carillon.engine.Pass;
import io.carillon.engine.RowStage;
import io.carillon.internal.kernel.Kernels;
import io.carillon.internal.kernel.ScanModes;
import io.carillon.nn.layer.LayerStream;
import io.carillon.nn.layer.StepBounds;
import io.carillon.nn.layer.StepContext;
import io.carillon.ssm.Modes;
import io.carillon.ssm.diagonal.HeldGap;
import io.carillon.ssm.diagonal.HeldModes;

/** Steps of a diagonal recurrence; memory [sets][2 = re, im][M][H]. */
public final class DiagonalStream implements LayerStream {
  /** More than a step in single precision adds by rounding. */
  private static final double ROUNDED = 1 + 1e-6;

  private final int index;
  private final int channels;
  private final int width;
  private final Modes modes;
  private final ScanModes[] scans;
  private final HeldModes held;
  private final int[] columns;

  /** Bound on |λ|, and on Σ |w|. */
  private final double growth;

  private final double weights;

  /** Bound on what an input adds in a longer step, for each ordinary step of its length. */
  private final double hold;

  public DiagonalStream(SsmShape layer, Modes modes, ScanModes[] scans) {
    this.index = layer.index();
    this.channels = layer.channels();
    this.width = layer.kernels() * channels;
    this.modes = modes;
    this.scans = scans;
    this.held = new HeldModes(modes);
    this.columns = new int[scans.length];
    for (int set = 0; set < columns.length; set++) {
      columns[set] = layer.column(set);
    }
    this.growth = largestLambda() * ROUNDED;
    this.weights = largestWeights();
    this.hold = held.largestHold();
  }

  private double largestLambda() {
    double largest = 0;
    for (ScanModes scan : scans) {
      for (int k = 0; k < scan.modes() * channels; k++) {
        double re = (double) scan.lambdaRe()[k] + scan.lowRe()[k];
        double im = (double) scan.lambdaIm()[k] + scan.lowIm()[k];
        largest = Math.max(largest, Math.hypot(re, im));
      }
    }
    return largest;
  }

  private double largestWeights() {
    double largest = 0;
    for (ScanModes scan : scans) {
      for (int h = 0; h < channels; h++) {
        double sum = 0;
        for (int k = h; k < scan.modes() * channels; k += channels) {
          sum += Math.abs(scan.wRe()[k]) + Math.abs(scan.wIm()[k]);
        }
        largest = Math.max(largest, sum);
      }
    }
    return largest;
  }

  /**
   * |x| ← ρ |x| + |u| with ρ, the largest |λ|, a little larger for the rounding of every step. In a
   * step of length g ρ^g, and as many |u|, up to the factor of {@link HeldModes#largestHold}.
   */
  @Override
  public double bound(double input, double state, int steps) {
    double size = state * Math.sqrt(2);
    // Of all the steps, not of the last alone: what decays is largest at the first.
    double power = Math.max(1, Math.pow(growth, steps));
    double reached = power * (size + hold * input * steps);
    return 2 * reached <= StepBounds.LARGEST ? weights * reached : Double.POSITIVE_INFINITY;
  }

  /** In single precision, one for each kernel set. */
  ScanModes[] scans() {
    return scans;
  }

  /** In double precision. */
  Modes modes() {
    return modes;
  }

  /** Made ready for steps of any length. */
  HeldModes heldModes() {
    return held;
  }

  @Override
  public HeldGap held(double gap) {
    HeldGap step = room();
    fill(gap, step);
    return step;
  }

  /** Room for a step of any length. */
  private HeldGap room() {
    return new HeldGap(held.modes() * channels, false);
  }

  /** Computes the step of length {@code gap}. */
  private void fill(double gap, HeldGap step) {
    held.fill(gap, 0, channels, step);
  }

  @Override
  public RowStage stage(Pass pass, StepContext context, float[] u, float[] y) {
    Kernels loops = pass.kernels();
    HeldGap room = room();
    return (task, r0, r1) -> {
      for (int set = 0; set < scans.length; set++) {
        if (context.gaps == null) {
          int at = set * 2 * scans[set].modes() * channels;
          loops.scanSteps(scans[set], u, y, columns[set], width, context.states, index, at, r0, r1);
        } else {
          uneven(loops, context, set, r0, r1, u, y, room);
        }
      }
    };
  }

  private void uneven(
      Kernels loops,
      StepContext context,
      int set,
      int r0,
      int r1,
      float[] u,
      float[] y,
      HeldGap room) {
    int at = set * 2 * scans[set].modes() * channels;
    for (int r = r0; r < r1; r++) {
      int out = r * width + columns[set];
      float[] state = context.states[r][index];
      if (context.gaps[r] == 1) {
        loops.scanStep(scans[set], 0, channels, u, r * channels, y, out, state, at);
      } else {
        step(scans[set], gap(context, r, room), u, r * channels, y, out, state, at);
      }
    }
  }

  /** From what is kept ready, or computed anew. */
  private HeldGap gap(StepContext context, int row, HeldGap room) {
    if (context.prepared[row] != null) {
      return context.prepared[row].layer(index);
    }
    if (room.gap() != context.gaps[row]) {
      fill(context.gaps[row], room);
    }
    return room;
  }

  /**
   * x ← a x + b u, y[h] += Re Σ_m w[m,h] x[m,h] for one stream; arguments as in {@link
   * Kernels#scanStep}. In double, so that the rounding of a does not add up over many equal gaps.
   */
  private static void step(
      ScanModes scan,
      HeldGap gap,
      float[] u,
      int uOffset,
      float[] y,
      int yOffset,
      float[] state,
      int stateOffset) {
    int channels = scan.channels();
    int plane = scan.modes() * channels;
    double[] aRe = gap.aRe();
    double[] aIm = gap.aIm();
    double[] bRe = gap.bRe();
    double[] bIm = gap.bIm();
    float[] wRe = scan.wRe();
    float[] wIm = scan.wIm();
    for (int first = 0; first < plane; first += channels) {
      for (int h = 0; h < channels; h++) {
        int k = first + h;
        int re = stateOffset + k;
        int im = re + plane;
        double in = u[uOffset + h];
        float xr = (float) (aRe[k] * state[re] - aIm[k] * state[im] + bRe[k] * in);
        float xi = (float) (aRe[k] * state[im] + aIm[k] * state[re] + bIm[k] * in);
        state[re] = xr;
        state[im] = xi;
        y[yOffset + h] += wRe[k] * xr - wIm[k] * xi;
      }
    }
  }

  /**
   * x ← λ^steps x. Double precision by repeated squaring, so that the cost grows with the logarithm
   * of the number of steps; relative error below steps · 2^-47. What is zero stays so, also where
   * λ^steps overflows.
   */
  @Override
  public void rest(float[] state, long steps) {
    int at = 0;
    for (ScanModes scan : scans) {
      int plane = scan.modes() * channels;
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
    if (xr == 0 && xi == 0) {
      return;
    }
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

  /** x ← λ^gap x; zero stays so. */
  @Override
  public void rest(float[] state, double gap) {
    HeldGap step = held(gap);
    int plane = held.modes() * channels;
    for (int at = 0; at < state.length; at += 2 * plane) {
      for (int k = 0; k < plane; k++) {
        double xr = state[at + k];
        double xi = state[at + plane + k];
        if (xr == 0 && xi == 0) {
          continue;
        }
        state[at + k] = (float) (step.aRe()[k] * xr - step.aIm()[k] * xi);
        state[at + plane + k] = (float) (step.aRe()[k] * xi + step.aIm()[k] * xr);
      }
    }
  }
}
