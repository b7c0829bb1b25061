package io.carillon.ssm.dplr;

import io.carillon.math.Complex;
import java.util.Arrays;

/**
 * S4 step by step, for all channels, with the output weight C that belongs to the endless kernel
 * (papers A.5). {@link DplrStep} with what depends on the weights alone multiplied out: with D =
 * 1/(2/Δ − Λ) and
 *
 * <pre>
 *   E = D (2/Δ + Λ),   F = D P,   G = 2 D B,   W = I + P* D P,
 *   p = P* x,   q = P* (E x − F p + G u),   c = p + W⁻¹ q,
 *   x ← E x + G u − F c,   y += 2 Re C x
 * </pre>
 *
 * so that the memory is read twice, in O(R M) per channel. Arithmetic in double, the state in
 * single precision, [2 = re, im][M][H]. Shared by threads.
 */
public final class DplrRecurrence {
  /** More than the rounding of a step to single precision adds. */
  private static final double ROUNDED = 1 + 1e-6;

  private static final double LARGEST = 1e37;

  private final int channels;
  private final int modes;
  private final int rank;
  private final int sets;
  private final DplrPowers[] powers;

  // Planes [M][H]; those of P, F [R][M][H], of C [C][M][H].
  private final double[] eRe;
  private final double[] eIm;
  private final double[] gRe;
  private final double[] gIm;
  private final double[][] pRe;
  private final double[][] pIm;
  private final double[][] fRe;
  private final double[][] fIm;
  private final double[][] cRe;
  private final double[][] cIm;

  /** P* F [R][R][H], P* G [R][H] and W⁻¹ [R][R][H]. */
  private final double[][] inner;

  private final double[][] drive;
  private final double[][] inverse;

  // Of the largest numbers of a state; set once.
  private double growth;
  private double response;
  private double weights;

  /** Takes over the systems of all channels. */
  DplrRecurrence(DplrSystem[] systems) {
    this.channels = systems.length;
    this.modes = systems[0].modes;
    this.rank = systems[0].rank;
    this.sets = systems[0].sets();
    this.powers = new DplrPowers[channels];
    int plane = modes * channels;
    this.eRe = new double[plane];
    this.eIm = new double[plane];
    this.gRe = new double[plane];
    this.gIm = new double[plane];
    this.pRe = new double[rank][plane];
    this.pIm = new double[rank][plane];
    this.fRe = new double[rank][plane];
    this.fIm = new double[rank][plane];
    this.cRe = new double[sets][plane];
    this.cIm = new double[sets][plane];
    this.inner = new double[rank * rank][channels];
    this.drive = new double[rank][channels];
    this.inverse = new double[rank * rank][channels];
    for (int h = 0; h < channels; h++) {
      DplrStep step = new DplrStep(systems[h]);
      powers[h] = new DplrPowers(step, modes);
      for (int n = 0; n < modes; n++) {
        setMode(systems[h], n, h);
      }
      setCoupling(step.inverse(), h);
    }
    setBounds();
  }

  private void setMode(DplrSystem system, int n, int h) {
    int k = n * channels + h;
    double rate = 2 / system.dt;
    Complex lambda = new Complex(system.lambdaRe[n], system.lambdaIm[n]);
    Complex d = new Complex(rate, 0).minus(lambda).reciprocal();
    Complex e = d.times(new Complex(rate, 0).plus(lambda));
    Complex g = d.times(new Complex(system.leftRe[0][n], system.leftIm[0][n])).times(2);
    eRe[k] = e.re();
    eIm[k] = e.im();
    gRe[k] = g.re();
    gIm[k] = g.im();
    for (int r = 0; r < rank; r++) {
      Complex p = new Complex(system.leftRe[1 + r][n], system.leftIm[1 + r][n]);
      Complex f = d.times(p);
      pRe[r][k] = p.re();
      pIm[r][k] = p.im();
      fRe[r][k] = f.re();
      fIm[r][k] = f.im();
    }
    for (int c = 0; c < sets; c++) {
      cRe[c][k] = 2 * system.outRe[c][n];
      cIm[c][k] = 2 * system.outIm[c][n];
    }
  }

  private void setCoupling(double[][] w, int h) {
    for (int r = 0; r < rank; r++) {
      drive[r][h] = projection(r, gRe, gIm, h);
      for (int s = 0; s < rank; s++) {
        inner[r * rank + s][h] = projection(r, fRe[s], fIm[s], h);
        inverse[r * rank + s][h] = w[r][s];
      }
    }
  }

  /** 2 Re Σ conj(P_r) v in channel h. */
  private double projection(int r, double[] re, double[] im, int h) {
    double sum = 0;
    for (int k = h; k < modes * channels; k += channels) {
      sum += pRe[r][k] * re[k] + pIm[r][k] * im[k];
    }
    return 2 * sum;
  }

  /** Numbers in the state of one stream, 2 M H. */
  public int stateSize() {
    return 2 * modes * channels;
  }

  /** Numbers that {@link #step} needs besides. */
  public int scratchSize() {
    return 2 * rank * channels;
  }

  /**
   * One step of channels h0 .. h1-1 of one stream. Allocates nothing.
   *
   * @param u input, element h at {@code uOffset + h}
   * @param y output, added to, element (set, h) at {@code yOffset + set H + h}
   * @param state [2][M][H] at stateOffset, updated
   * @param scratch room for {@link #scratchSize} numbers
   */
  public void step(
      int h0,
      int h1,
      float[] u,
      int uOffset,
      float[] y,
      int yOffset,
      float[] state,
      int stateOffset,
      double[] scratch) {
    project(h0, h1, state, stateOffset, scratch);
    couple(h0, h1, u, uOffset, scratch);
    int plane = modes * channels;
    for (int first = 0; first < plane; first += channels) {
      for (int h = h0; h < h1; h++) {
        int k = first + h;
        double re = state[stateOffset + k];
        double im = state[stateOffset + plane + k];
        double nextRe = eRe[k] * re - eIm[k] * im + gRe[k] * u[uOffset + h];
        double nextIm = eRe[k] * im + eIm[k] * re + gIm[k] * u[uOffset + h];
        for (int r = 0; r < rank; r++) {
          double c = scratch[r * channels + h];
          nextRe -= c * fRe[r][k];
          nextIm -= c * fIm[r][k];
        }
        state[stateOffset + k] = (float) nextRe;
        state[stateOffset + plane + k] = (float) nextIm;
        for (int c = 0; c < sets; c++) {
          y[yOffset + c * channels + h] += (float) (cRe[c][k] * nextRe - cIm[c][k] * nextIm);
        }
      }
    }
  }

  /** p, and in the second half of the scratch P* E x. */
  private void project(int h0, int h1, float[] state, int offset, double[] scratch) {
    Arrays.fill(scratch, 0, scratch.length, 0);
    int plane = modes * channels;
    int half = rank * channels;
    for (int first = 0; first < plane; first += channels) {
      for (int h = h0; h < h1; h++) {
        int k = first + h;
        double re = state[offset + k];
        double im = state[offset + plane + k];
        double onRe = eRe[k] * re - eIm[k] * im;
        double onIm = eRe[k] * im + eIm[k] * re;
        for (int r = 0; r < rank; r++) {
          int to = r * channels + h;
          scratch[to] += 2 * (pRe[r][k] * re + pIm[r][k] * im);
          scratch[half + to] += 2 * (pRe[r][k] * onRe + pIm[r][k] * onIm);
        }
      }
    }
  }

  /** c = p + W⁻¹ q in the place of p. */
  private void couple(int h0, int h1, float[] u, int uOffset, double[] scratch) {
    int half = rank * channels;
    for (int r = 0; r < rank; r++) {
      for (int h = h0; h < h1; h++) {
        double q = scratch[half + r * channels + h] + drive[r][h] * u[uOffset + h];
        for (int s = 0; s < rank; s++) {
          q -= inner[r * rank + s][h] * scratch[s * channels + h];
        }
        scratch[half + r * channels + h] = q;
      }
    }
    for (int r = 0; r < rank; r++) {
      for (int h = h0; h < h1; h++) {
        double sum = 0;
        for (int s = 0; s < rank; s++) {
          sum += inverse[r * rank + s][h] * scratch[half + s * channels + h];
        }
        scratch[r * channels + h] += sum;
      }
    }
  }

  /**
   * The step with everything multiplied out: c is linear in x and u,
   *
   * <pre>
   *   c = (P* + W⁻¹ (P* E − P* F P*)) x + W⁻¹ P* G u
   * </pre>
   */
  public DplrUpdate update() {
    DplrUpdate update = DplrUpdate.allocate(channels, modes, rank, sets);
    for (int h = 0; h < channels; h++) {
      for (int n = 0; n < modes; n++) {
        fill(update, n * channels + h, h, h * modes + n);
      }
    }
    return update;
  }

  /** Mode k of channel h at place {@code to} of an update. */
  private void fill(DplrUpdate update, int k, int h, int to) {
    int plane = channels * modes;
    update.eRe()[to] = eRe[k];
    update.eIm()[to] = eIm[k];
    update.bRe()[to] = gRe[k];
    update.bIm()[to] = gIm[k];
    for (int r = 0; r < rank; r++) {
      double re = 2 * pRe[r][k];
      double im = 2 * pIm[r][k];
      double driven = 0;
      for (int s = 0; s < rank; s++) {
        double w = inverse[r * rank + s][h];
        double onRe = 2 * (pRe[s][k] * eRe[k] + pIm[s][k] * eIm[k]);
        double onIm = 2 * (pIm[s][k] * eRe[k] - pRe[s][k] * eIm[k]);
        for (int i = 0; i < rank; i++) {
          onRe -= inner[s * rank + i][h] * 2 * pRe[i][k];
          onIm -= inner[s * rank + i][h] * 2 * pIm[i][k];
        }
        re += w * onRe;
        im += w * onIm;
        driven += w * drive[s][h];
      }
      update.aRe()[r * plane + to] = re;
      update.aIm()[r * plane + to] = im;
      update.fRe()[r * plane + to] = fRe[r][k];
      update.fIm()[r * plane + to] = fIm[r][k];
      update.bRe()[to] -= driven * fRe[r][k];
      update.bIm()[to] -= driven * fIm[r][k];
    }
    for (int c = 0; c < sets; c++) {
      update.cRe()[c * plane + to] = cRe[c][k];
      update.cIm()[c * plane + to] = cIm[c][k];
    }
  }

  /**
   * Bound on every state and output during some steps.
   *
   * @param input bound on u
   * @param state bound on the numbers of the state before them
   * @return infinity if a state may exceed {@code 1e37}
   */
  public double bound(double input, double state, int steps) {
    // Of all the steps, not of the last alone: what decays is largest at the first.
    double power = Math.max(1, Math.pow(growth, steps));
    double reached = power * (state + response * input * steps);
    return reached <= LARGEST ? weights * reached : Double.POSITIVE_INFINITY;
  }

  /**
   * ‖next‖ ≤ growth ‖x‖ + response |u|, of the largest numbers, in the channel where it is most.
   */
  private void setBounds() {
    double[] most = new double[3];
    for (int h = 0; h < channels; h++) {
      double e = largest(eRe, eIm, h);
      double[] onState = new double[rank];
      double[] onInput = new double[rank];
      for (int r = 0; r < rank; r++) {
        double p = 2 * sum(pRe[r], pIm[r], h);
        onState[r] = p * e;
        onInput[r] = Math.abs(drive[r][h]);
        for (int s = 0; s < rank; s++) {
          onState[r] += Math.abs(inner[r * rank + s][h]) * 2 * sum(pRe[s], pIm[s], h);
        }
      }
      double grow = e;
      double respond = largest(gRe, gIm, h);
      for (int r = 0; r < rank; r++) {
        double f = largest(fRe[r], fIm[r], h);
        grow += f * 2 * sum(pRe[r], pIm[r], h);
        for (int s = 0; s < rank; s++) {
          grow += f * Math.abs(inverse[r * rank + s][h]) * onState[s];
          respond += f * Math.abs(inverse[r * rank + s][h]) * onInput[s];
        }
      }
      most[0] = Math.max(most[0], grow * ROUNDED);
      most[1] = Math.max(most[1], respond * ROUNDED);
      for (int c = 0; c < sets; c++) {
        most[2] = Math.max(most[2], sum(cRe[c], cIm[c], h));
      }
    }
    growth = most[0];
    response = most[1];
    weights = most[2];
  }

  private double largest(double[] re, double[] im, int h) {
    double largest = 0;
    for (int k = h; k < modes * channels; k += channels) {
      largest = Math.max(largest, Math.abs(re[k]) + Math.abs(im[k]));
    }
    return largest;
  }

  private double sum(double[] re, double[] im, int h) {
    double sum = 0;
    for (int k = h; k < modes * channels; k += channels) {
      sum += Math.abs(re[k]) + Math.abs(im[k]);
    }
    return sum;
  }

  /** What {@link #held} needs besides, for one thread. */
  public double[][] heldScratch() {
    return new double[][] {
      new double[2 * modes], new double[2 * modes], new double[2 * rank],
    };
  }

  /**
   * A step of channels h0 .. h1-1 of one stream that is as long as {@code gap} ordinary ones, with
   * the input held: the state after that many steps, and the output of the last. Fewer than eight
   * are done one by one; of a longer gap every binary digit costs a product of a dense matrix and a
   * vector, 4 M² per channel. The matrices are made at the first use, 33 KiB for each digit and
   * channel at N = 64.
   *
   * @param gap at least 1
   * @param u input, element h at {@code uOffset + h}; null for none
   * @param y output, added to, element (set, h) at {@code yOffset + set H + h}; null if not wanted
   * @param state [2][M][H] at stateOffset, updated
   * @param scratch a {@link #heldScratch}
   */
  public void held(
      int h0,
      int h1,
      long gap,
      float[] u,
      int uOffset,
      float[] y,
      int yOffset,
      float[] state,
      int stateOffset,
      double[][] scratch) {
    int plane = modes * channels;
    double[] x = scratch[0];
    for (int h = h0; h < h1; h++) {
      for (int n = 0; n < modes; n++) {
        x[n] = state[stateOffset + n * channels + h];
        x[modes + n] = state[stateOffset + plane + n * channels + h];
      }
      double in = u == null ? 0 : u[uOffset + h];
      for (long k = gap % DplrPowers.FEW; k > 0; k--) {
        advance(h, x, in, scratch[2]);
      }
      powers[h].apply(x, in, gap - gap % DplrPowers.FEW, scratch[1]);
      for (int n = 0; n < modes; n++) {
        state[stateOffset + n * channels + h] = (float) x[n];
        state[stateOffset + plane + n * channels + h] = (float) x[modes + n];
      }
      for (int c = 0; c < sets && y != null; c++) {
        y[yOffset + c * channels + h] += (float) output(c, h, x);
      }
    }
  }

  /** 2 Re C x. */
  private double output(int set, int h, double[] x) {
    double sum = 0;
    for (int n = 0; n < modes; n++) {
      int k = n * channels + h;
      sum += cRe[set][k] * x[n] - cIm[set][k] * x[modes + n];
    }
    return sum;
  }

  /** One step of one channel in double, as {@link #step} does it for many. */
  private void advance(int h, double[] x, double u, double[] scratch) {
    for (int r = 0; r < rank; r++) {
      double p = 0;
      double q = drive[r][h] * u;
      for (int n = 0; n < modes; n++) {
        int k = n * channels + h;
        double onRe = eRe[k] * x[n] - eIm[k] * x[modes + n];
        double onIm = eRe[k] * x[modes + n] + eIm[k] * x[n];
        p += 2 * (pRe[r][k] * x[n] + pIm[r][k] * x[modes + n]);
        q += 2 * (pRe[r][k] * onRe + pIm[r][k] * onIm);
      }
      scratch[r] = p;
      scratch[rank + r] = q;
    }
    for (int r = 0; r < rank; r++) {
      for (int s = 0; s < rank; s++) {
        scratch[rank + r] -= inner[r * rank + s][h] * scratch[s];
      }
    }
    for (int r = 0; r < rank; r++) {
      for (int s = 0; s < rank; s++) {
        scratch[r] += inverse[r * rank + s][h] * scratch[rank + s];
      }
    }
    for (int n = 0; n < modes; n++) {
      int k = n * channels + h;
      double nextRe = eRe[k] * x[n] - eIm[k] * x[modes + n] + gRe[k] * u;
      double nextIm = eRe[k] * x[modes + n] + eIm[k] * x[n] + gIm[k] * u;
      for (int r = 0; r < rank; r++) {
        nextRe -= scratch[r] * fRe[r][k];
        nextIm -= scratch[r] * fIm[r][k];
      }
      x[n] = nextRe;
      x[modes + n] = nextIm;
    }
  }

  /**
   * Lets a stream pass steps without input, x ← Ā^steps x, see {@link #held}.
   *
   * @param state [2][M][H], updated
   * @param count number of steps, at least 0
   */
  public void rest(float[] state, long count) {
    held(0, channels, count, null, 0, null, 0, state, 0, heldScratch());
  }
}
