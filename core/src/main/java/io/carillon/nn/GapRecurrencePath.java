package io.carillon.nn;

import io.carillon.core.Rows;
import io.carillon.internal.kernel.Kernels;
import io.carillon.ssm.HeldGap;
import io.carillon.ssm.HeldModes;
import io.carillon.ssm.Modes;
import io.carillon.ssm.ModesGradient;
import io.carillon.ssm.ModesMemory;
import java.util.Arrays;

/**
 * A state-space layer as recurrence over steps of their own lengths, see {@link HeldGap}:
 *
 * <pre>
 *   x_t = a(g_t) x_{t−1} + b(g_t) u_t,   y_t += Re Σ w x_t
 * </pre>
 *
 * A set that looks into the future goes over the same gaps the other way: x_t = a(g_{t+1}) x_{t+1}
 * + b(g_{t+1}) u_{t+1}.
 *
 * <p>In double precision throughout, since λ^g of a long gap would turn the phase by g roundings. A
 * task is a block of channels of one sequence (forward) or of a fixed group of sequences
 * (backward); the state at every {@link Kernels#SCAN_BLOCK} steps is kept for the backward pass.
 */
final class GapRecurrencePath {
  private static final int CHANNEL_BLOCK = 16;
  private static final int BLOCK = Kernels.SCAN_BLOCK;
  private static final int STATES = 0;
  private static final int BOUNDARIES = 1;

  /** Lengths of steps that a task keeps, a power of two: most streams have few different ones. */
  private static final int GAPS = 32;

  private final SsmLayer layer;

  GapRecurrencePath(SsmLayer layer) {
    this.layer = layer;
  }

  /** Adds the kernel part of the output to y. */
  void forward(Pass pass, float[] u, float[] y) {
    Rows rows = pass.rows();
    Plan plan = new Plan(pass);
    float[] states = states(pass, false, plan);
    float[] boundaries =
        pass.training() ? pass.keep(this, BOUNDARIES, plan.boundarySize(rows)) : null;
    int blocks = channelBlocks();
    pass.parallel()
        .run(
            rows.count() * plan.sets * blocks,
            task -> {
              Scan scan = new Scan(plan, task % blocks * CHANNEL_BLOCK, false);
              int b = task / blocks / plan.sets;
              scan.forward(rows, b, task / blocks % plan.sets, u, y, states, boundaries);
            });
  }

  /** Adds the kernel part of the input gradient to gu, and the gradients of the raw parameters. */
  void backward(Pass pass, float[] u, float[] g, float[] gu) {
    Rows rows = pass.rows();
    Plan plan = new Plan(pass);
    float[] stateGradients = states(pass, true, plan);
    float[] boundaries = pass.keep(this, BOUNDARIES, plan.boundarySize(rows));
    int blocks = channelBlocks();
    int groups = SsmLayer.groups(rows, 2 * plan.plane);
    Sums[] sums = new Sums[groups];
    Arrays.setAll(sums, i -> new Sums(plan));
    pass.parallel()
        .run(
            groups * blocks,
            task -> {
              int group = task / blocks;
              Scan scan = new Scan(plan, task % blocks * CHANNEL_BLOCK, true);
              int end = Ranges.start(rows.count(), groups, group + 1);
              for (int b = Ranges.start(rows.count(), groups, group); b < end; b++) {
                for (int set = 0; set < plan.sets; set++) {
                  scan.backward(rows, b, set, u, g, gu, boundaries, stateGradients, sums[group]);
                }
              }
            });
    ModesGradient total = memory(pass).clearedGradient();
    for (Sums part : sums) {
      part.addTo(total, plan.modes);
    }
    layer.pullback(pass, rows.maxLength(), memory(pass));
  }

  private ModesMemory memory(Pass pass) {
    return pass.keep(this, ModesMemory.class, ModesMemory::new);
  }

  private int channelBlocks() {
    return (layer.channels() + CHANNEL_BLOCK - 1) / CHANNEL_BLOCK;
  }

  private float[] states(Pass pass, boolean gradient, Plan plan) {
    Carry carry = pass.carry(layer.index());
    if (carry != null) {
      return gradient ? carry.gradient() : carry.state();
    }
    int size = pass.rows().count() * plan.sets * 2 * plan.plane;
    float[] zeros = pass.scratch(this, STATES, size);
    Arrays.fill(zeros, 0, size, 0f);
    return zeros;
  }

  /** What all tasks of a pass share. */
  private final class Plan {
    private final Modes modes;
    private final HeldModes held;
    private final int sets;
    private final int plane;

    Plan(Pass pass) {
      if (pass.prepared() != null) {
        DiagonalStream stream = (DiagonalStream) pass.prepared().stream(layer.index());
        modes = stream.modes();
        held = stream.held();
      } else {
        modes = layer.modes(pass, pass.rows().maxLength(), memory(pass));
        held = new HeldModes(modes);
      }
      sets = modes.sets();
      plane = modes.modes() * modes.channels();
    }

    int boundarySize(Rows rows) {
      return Math.multiplyExact(blocksBefore(rows, rows.count()) * sets, 2 * plane);
    }

    int boundaryOffset(Rows rows, int b, int set) {
      int blocks = (rows.length(b) + BLOCK - 1) / BLOCK;
      return (blocksBefore(rows, b) * sets + set * blocks) * 2 * plane;
    }

    private int blocksBefore(Rows rows, int b) {
      int blocks = 0;
      for (int i = 0; i < b; i++) {
        blocks += (rows.length(i) + BLOCK - 1) / BLOCK;
      }
      return blocks;
    }
  }

  /** Gradients of z and w, collected by the tasks of a group: planes [M][H], w per set. */
  private static final class Sums {
    private final double[] zRe;
    private final double[] zIm;
    private final double[][] wRe;
    private final double[][] wIm;

    Sums(Plan plan) {
      zRe = new double[plan.plane];
      zIm = new double[plan.plane];
      wRe = new double[plan.sets][plan.plane];
      wIm = new double[plan.sets][plan.plane];
    }

    void addTo(ModesGradient total, Modes modes) {
      for (int h = 0; h < modes.channels(); h++) {
        for (int m = 0; m < modes.modes(); m++) {
          int from = m * modes.channels() + h;
          total.logRe()[modes.logRow(h) + m] += zRe[from];
          total.logIm()[modes.logRow(h) + m] += zIm[from];
          for (int set = 0; set < wRe.length; set++) {
            total.wRe()[modes.wRow(set, h) + m] += wRe[set][from];
            total.wIm()[modes.wRow(set, h) + m] += wIm[set][from];
          }
        }
      }
    }
  }

  /** The recurrence over a block of channels, on states [2 = re, im][M][width]. */
  private final class Scan {
    private final Plan plan;
    private final int h0;
    private final int width;
    private final int n;
    private final boolean derivatives;
    private final HeldGap[] kept = new HeldGap[GAPS];
    private final double[] x;
    private final double[] wRe;
    private final double[] wIm;
    private int weightsOf = -1;

    Scan(Plan plan, int h0, boolean derivatives) {
      this.plan = plan;
      this.h0 = h0;
      this.width = Math.min(CHANNEL_BLOCK, layer.channels() - h0);
      this.n = plan.held.modes() * width;
      this.derivatives = derivatives;
      this.x = new double[2 * n];
      this.wRe = new double[n];
      this.wIm = new double[n];
    }

    private HeldGap gap(double length) {
      int slot = (int) (Double.doubleToLongBits(length) * 0x9E3779B97F4A7C15L >>> 59) % GAPS;
      if (kept[slot] == null) {
        kept[slot] = new HeldGap(n, derivatives);
      }
      if (kept[slot].gap() != length) {
        plan.held.fill(length, h0, h0 + width, kept[slot]);
      }
      return kept[slot];
    }

    private void weights(int set) {
      if (set == weightsOf) {
        return;
      }
      weightsOf = set;
      for (int m = 0; m < plan.held.modes(); m++) {
        for (int i = 0; i < width; i++) {
          wRe[m * width + i] = plan.modes.wRe()[plan.modes.wRow(set, h0 + i) + m];
          wIm[m * width + i] = plan.modes.wIm()[plan.modes.wRow(set, h0 + i) + m];
        }
      }
    }

    void forward(
        Rows rows, int b, int set, float[] u, float[] y, float[] states, float[] boundaries) {
      weights(set);
      int length = rows.length(b);
      boolean reverse = layer.isReverse(set);
      int state = (b * plan.sets + set) * 2 * plan.plane;
      load(states, state, x);
      for (int k = 0; k < length; k++) {
        if (boundaries != null && k % BLOCK == 0) {
          store(x, boundaries, plan.boundaryOffset(rows, b, set) + k / BLOCK * 2 * plan.plane);
        }
        int t = reverse ? length - 1 - k : k;
        int source = reverse ? t + 1 : t;
        if (source < length) {
          int row = rows.start(b) + source;
          gap(rows.gaps()[row]).advance(x, u, row * layer.channels() + h0, width);
        }
        int out = (rows.start(b) + t) * layer.kernels() * layer.channels() + layer.column(set) + h0;
        for (int i = 0; i < width; i++) {
          double sum = 0;
          for (int k2 = i; k2 < n; k2 += width) {
            sum += wRe[k2] * x[k2] - wIm[k2] * x[n + k2];
          }
          y[out + i] += (float) sum;
        }
      }
      store(x, states, state);
    }

    /**
     * The adjoint, from the last step of the scan to the first. S is the gradient of the state; a
     * step adds conj(w) g to it, gives S conj(x) and S u to those of a and b, and leaves S conj(a).
     */
    void backward(
        Rows rows,
        int b,
        int set,
        float[] u,
        float[] g,
        float[] gu,
        float[] boundaries,
        float[] stateGradients,
        Sums sums) {
      weights(set);
      int length = rows.length(b);
      boolean reverse = layer.isReverse(set);
      int state = (b * plan.sets + set) * 2 * plan.plane;
      double[] s = new double[2 * n];
      load(stateGradients, state, s);
      double[][] within = new double[BLOCK + 1][2 * n];
      for (int block = (length + BLOCK - 1) / BLOCK - 1; block >= 0; block--) {
        int first = block * BLOCK;
        int steps = Math.min(BLOCK, length - first);
        load(boundaries, plan.boundaryOffset(rows, b, set) + block * 2 * plan.plane, within[0]);
        for (int k = 0; k < steps; k++) {
          int source = reverse ? length - first - k : first + k;
          System.arraycopy(within[k], 0, within[k + 1], 0, 2 * n);
          if (source < length) {
            int row = rows.start(b) + source;
            gap(rows.gaps()[row]).advance(within[k + 1], u, row * layer.channels() + h0, width);
          }
        }
        for (int k = steps - 1; k >= 0; k--) {
          int t = reverse ? length - 1 - first - k : first + k;
          int out =
              (rows.start(b) + t) * layer.kernels() * layer.channels() + layer.column(set) + h0;
          output(s, within[k + 1], g, out, set, sums);
          int source = reverse ? t + 1 : t;
          if (source < length) {
            int row = rows.start(b) + source;
            step(gap(rows.gaps()[row]), s, within[k], u, gu, row * layer.channels() + h0, sums);
          }
        }
      }
      store(s, stateGradients, state);
    }

    /** Through y = Re Σ w x. */
    private void output(double[] s, double[] after, float[] g, int out, int set, Sums sums) {
      for (int m = 0; m < plan.held.modes(); m++) {
        int to = m * layer.channels() + h0;
        for (int i = 0; i < width; i++) {
          int k = m * width + i;
          double gy = g[out + i];
          s[k] += wRe[k] * gy;
          s[n + k] -= wIm[k] * gy;
          sums.wRe[set][to + i] += after[k] * gy;
          sums.wIm[set][to + i] -= after[n + k] * gy;
        }
      }
    }

    /** Through x = a x' + b u with ∂a/∂z = gap · a and ∂b/∂z = c. */
    private void step(
        HeldGap gap, double[] s, double[] before, float[] u, float[] gu, int at, Sums sums) {
      for (int i = 0; i < width; i++) {
        double in = u[at + i];
        double sum = 0;
        for (int m = 0; m < plan.held.modes(); m++) {
          int k = m * width + i;
          double sRe = s[k];
          double sIm = s[n + k];
          double aRe = gap.aRe()[k];
          double aIm = gap.aIm()[k];
          // S conj(a) is the gradient of x', and S conj(gap · a x' + c u) that of z.
          double backRe = sRe * aRe + sIm * aIm;
          double backIm = sIm * aRe - sRe * aIm;
          int to = m * layer.channels() + h0 + i;
          sums.zRe[to] +=
              gap.gap() * (backRe * before[k] + backIm * before[n + k])
                  + in * (sRe * gap.cRe()[k] + sIm * gap.cIm()[k]);
          sums.zIm[to] +=
              gap.gap() * (backIm * before[k] - backRe * before[n + k])
                  + in * (sIm * gap.cRe()[k] - sRe * gap.cIm()[k]);
          sum += sRe * gap.bRe()[k] + sIm * gap.bIm()[k];
          s[k] = backRe;
          s[n + k] = backIm;
        }
        gu[at + i] += (float) sum;
      }
    }

    /** Between planes [2][M][H] in single precision and [2][M][width]. */
    private void load(float[] from, int offset, double[] to) {
      for (int m = 0; m < plan.held.modes(); m++) {
        int at = offset + m * layer.channels() + h0;
        for (int i = 0; i < width; i++) {
          to[m * width + i] = from[at + i];
          to[n + m * width + i] = from[at + plan.plane + i];
        }
      }
    }

    private void store(double[] from, float[] to, int offset) {
      for (int m = 0; m < plan.held.modes(); m++) {
        int at = offset + m * layer.channels() + h0;
        for (int i = 0; i < width; i++) {
          to[at + i] = (float) from[m * width + i];
          to[at + plan.plane + i] = (float) from[n + m * width + i];
        }
      }
    }
  }

  /** States at the block boundaries are kept; the running states are scratch. */
  LayerMemory memory(Rows rows) {
    long blocks = 0;
    for (int b = 0; b < rows.count(); b++) {
      blocks += (rows.length(b) + BLOCK - 1) / BLOCK;
    }
    return new LayerMemory(blocks * layer.recurrenceSize(1), layer.recurrenceSize(rows.count()));
  }
}
