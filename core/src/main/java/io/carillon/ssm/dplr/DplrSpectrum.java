package io.carillon.ssm.dplr;

import io.carillon.math.Complex;
import io.carillon.math.ComplexMatrix;
import io.carillon.math.DoubleDft;
import java.util.Arrays;

/**
 * The kernels of a {@link DplrSystem} by their generating function on the unit circle (papers A.5).
 * At ω_k = e^{−2πik/L}, k = 0 .. ⌊L/2⌋, with z = 2(1 − ω)/(1 + ω) = i y, y = 2 tan(πk/L),
 *
 * <pre>
 *   k̂ = (1 + i y/2) [ r_BC − r_BQ (I + r_PQ)⁻¹ r_PC ],   r_vw(z) = Δ Σ_n [ v_n w_n/(z − Δλ_n) + conj. pair ]
 *   K = inverse real Fourier transform of k̂,   C = C̃ = C₀ (I − Ā^L),  Q = conj(P)
 * </pre>
 *
 * (Woodbury). One pair of a Cauchy sum is, with a = 2 Re vw and b = 2 Re(vw conj(Δλ)),
 *
 * <pre>
 *   (i y a − b) d,    d = 1/(|Δλ|² − y² − 2 i y Δ Re λ),
 * </pre>
 *
 * so that all pairs share d: O(M) divisions per node. At ω = −1 (even L) y is infinite and k̂ → Δ/2
 * Σ a. The backward pass follows the same sums; every complex gradient is ∂/∂Re + i ∂/∂Im.
 *
 * <p>Double precision throughout; an object works on one channel at a time.
 */
final class DplrSpectrum {
  private static final int TILE = 128;

  private final int length;
  private final int nodes;
  private final DoubleDft dft;
  private final DplrSystem system;
  private final int lefts;
  private final int rights;
  private final double[][] a;
  private final double[][] b;

  /** Right factors: C of every set, then conj(P). */
  private final double[][] rightRe;

  private final double[][] rightIm;

  // One tile of nodes.
  private final double[] y = new double[TILE];
  private final double[] dRe = new double[TILE];
  private final double[] dIm = new double[TILE];
  private final double[][] rRe;
  private final double[][] rIm;
  private final double[][] gRe;
  private final double[][] gIm;

  /**
   * For one channel.
   *
   * @param length L
   * @param dft of that length
   */
  DplrSpectrum(DplrSystem system, int length, DoubleDft dft) {
    this.system = system;
    this.length = length;
    this.dft = dft;
    // The infinite node of an even length is apart.
    this.nodes = (length - 1) / 2 + 1;
    this.lefts = 1 + system.rank;
    this.rights = system.sets() + system.rank;
    this.rightRe = new double[rights][];
    this.rightIm = new double[rights][];
    for (int j = 0; j < rights; j++) {
      boolean out = j < system.sets();
      int p = j - system.sets() + 1;
      rightRe[j] = out ? system.outRe[j] : system.leftRe[p];
      rightIm[j] = out ? system.outIm[j] : negated(system.leftIm[p]);
    }
    int rows = lefts * rights;
    this.a = new double[rows][system.modes];
    this.b = new double[rows][system.modes];
    this.rRe = new double[rows][TILE];
    this.rIm = new double[rows][TILE];
    this.gRe = new double[rows][TILE];
    this.gIm = new double[rows][TILE];
    products();
  }

  private static double[] negated(double[] x) {
    return Arrays.stream(x).map(v -> -v).toArray();
  }

  private void products() {
    for (int i = 0; i < lefts; i++) {
      for (int j = 0; j < rights; j++) {
        int row = i * rights + j;
        for (int n = 0; n < system.modes; n++) {
          double re = system.leftRe[i][n] * rightRe[j][n] - system.leftIm[i][n] * rightIm[j][n];
          double im = system.leftRe[i][n] * rightIm[j][n] + system.leftIm[i][n] * rightRe[j][n];
          a[row][n] = 2 * re;
          b[row][n] = 2 * system.dt * (re * system.lambdaRe[n] + im * system.lambdaIm[n]);
        }
      }
    }
  }

  /** The kernels [set][L]. */
  double[][] kernels() {
    double[][] re = new double[system.sets()][length];
    double[][] im = new double[system.sets()][length];
    Woodbury woodbury = new Woodbury();
    for (int k0 = 0; k0 < nodes; k0 += TILE) {
      int count = Math.min(TILE, nodes - k0);
      sums(k0, count);
      for (int k = 0; k < count; k++) {
        woodbury.solve(k);
        for (int s = 0; s < system.sets(); s++) {
          woodbury.value(s, re[s], im[s], k0 + k);
        }
      }
    }
    for (int s = 0; s < system.sets(); s++) {
      if (length % 2 == 0) {
        re[s][length / 2] = system.dt / 2 * Arrays.stream(a[s]).sum();
      }
      inverse(re[s], im[s]);
    }
    return re;
  }

  /** Fills the tile's nodes y and Cauchy sums r. */
  private void sums(int k0, int count) {
    for (int k = 0; k < count; k++) {
      y[k] = 2 * Math.tan(Math.PI * (k0 + k) / length);
    }
    for (int row = 0; row < rRe.length; row++) {
      Arrays.fill(rRe[row], 0);
      Arrays.fill(rIm[row], 0);
    }
    for (int n = 0; n < system.modes; n++) {
      reciprocals(n, count);
      for (int row = 0; row < rRe.length; row++) {
        double an = system.dt * a[row][n];
        double bn = system.dt * b[row][n];
        double[] sumRe = rRe[row];
        double[] sumIm = rIm[row];
        for (int k = 0; k < count; k++) {
          sumRe[k] -= bn * dRe[k] + an * y[k] * dIm[k];
          sumIm[k] += an * y[k] * dRe[k] - bn * dIm[k];
        }
      }
    }
  }

  /** d of mode n at the tile's nodes. */
  private void reciprocals(int n, int count) {
    double re = system.dt * system.lambdaRe[n];
    double im = system.dt * system.lambdaIm[n];
    for (int k = 0; k < count; k++) {
      // |Δλ|² − y² without cancellation where a slow mode lies close to a node.
      double p = re * re + (im - y[k]) * (im + y[k]);
      double q = 2 * y[k] * re;
      double norm = p * p + q * q;
      dRe[k] = p / norm;
      dIm[k] = q / norm;
    }
  }

  /** From the half spectrum in the first entries to the kernel in re. */
  private void inverse(double[] re, double[] im) {
    for (int k = 1; k < nodes; k++) {
      re[length - k] = re[k];
      im[length - k] = -im[k];
    }
    im[0] = 0;
    // The inverse transform is the conjugate of the transform of the conjugate.
    for (int k = 0; k < length; k++) {
      im[k] = -im[k];
    }
    dft.transform(re, im);
    for (int l = 0; l < length; l++) {
      re[l] /= length;
    }
  }

  /**
   * Gradients of all numbers of the system.
   *
   * @param g gradients of the kernels, [set][L]; destroyed
   */
  DplrSystem gradient(double[][] g) {
    double[][] im = new double[system.sets()][length];
    for (int s = 0; s < system.sets(); s++) {
      dft.transform(g[s], im[s]);
      for (int k = 0; k < length; k++) {
        // ∂K_l = (1/L) Σ_k c_k Re(∂k̂_k e^{2πikl/L}) with c = 2 but at both ends.
        double weight = (k == 0 || 2 * k == length ? 1.0 : 2.0) / length;
        g[s][k] *= weight;
        im[s][k] *= weight;
      }
    }
    DplrCauchyGradient sums = new DplrCauchyGradient(system, a, b);
    Woodbury woodbury = new Woodbury();
    for (int k0 = 0; k0 < nodes; k0 += TILE) {
      int count = Math.min(TILE, nodes - k0);
      sums(k0, count);
      for (int k = 0; k < count; k++) {
        woodbury.solve(k);
        woodbury.gradient(k, g, im, k0 + k);
      }
      for (int n = 0; n < system.modes; n++) {
        reciprocals(n, count);
        sums.add(n, count, y, dRe, dIm, gRe, gIm);
      }
      sums.addStep(count, rRe, rIm, gRe, gIm);
    }
    for (int s = 0; s < system.sets() && length % 2 == 0; s++) {
      sums.addLast(s, g[s][length / 2]);
    }
    return sums.finish(rightRe, rightIm);
  }

  /** The low-rank correction at one node: X = (I + r_PQ)⁻¹, and what multiplies it. */
  private final class Woodbury {
    private final int rank = system.rank;
    private final int sets = system.sets();
    private final Complex[][] inverse = new Complex[rank][rank];
    private final Complex[] solved = new Complex[rank];
    private int node;

    private Complex sum(int left, int right) {
      int row = left * rights + right;
      return new Complex(rRe[row][node], rIm[row][node]);
    }

    /** X and X r_BQ at node k of the tile; row r of r_PQ belongs to Q_r, column s to P_s. */
    void solve(int k) {
      node = k;
      Complex[][] matrix = new Complex[rank][rank];
      for (int r = 0; r < rank; r++) {
        for (int s = 0; s < rank; s++) {
          matrix[r][s] = sum(1 + s, sets + r).plus(r == s ? Complex.ONE : Complex.ZERO);
        }
      }
      ComplexMatrix.invert(matrix, inverse);
      for (int r = 0; r < rank; r++) {
        solved[r] = Complex.ZERO;
        for (int s = 0; s < rank; s++) {
          solved[r] = solved[r].plus(inverse[r][s].times(sum(0, sets + s)));
        }
      }
    }

    private Complex factor() {
      return new Complex(1, y[node] / 2);
    }

    void value(int set, double[] re, double[] im, int at) {
      Complex sum = sum(0, set);
      for (int r = 0; r < rank; r++) {
        sum = sum.minus(sum(1 + r, set).times(solved[r]));
      }
      Complex value = sum.times(factor());
      re[at] = value.re();
      im[at] = value.im();
    }

    /** Gradients of all r at node k from those of k̂ of every set. */
    void gradient(int k, double[][] re, double[][] im, int at) {
      for (int row = 0; row < gRe.length; row++) {
        gRe[row][k] = 0;
        gIm[row][k] = 0;
      }
      for (int set = 0; set < sets; set++) {
        Complex g = new Complex(re[set][at], im[set][at]).timesConj(factor());
        add(0, set, g);
        Complex[] left = new Complex[rank];
        for (int s = 0; s < rank; s++) {
          add(1 + s, set, g.timesConj(solved[s]).times(-1));
          left[s] = Complex.ZERO;
          for (int r = 0; r < rank; r++) {
            left[s] = left[s].plus(sum(1 + r, set).times(inverse[r][s]));
          }
        }
        for (int r = 0; r < rank; r++) {
          add(0, sets + r, g.timesConj(left[r]).times(-1));
          for (int s = 0; s < rank; s++) {
            add(1 + s, sets + r, g.timesConj(left[r].times(solved[s])));
          }
        }
      }
    }

    private void add(int left, int right, Complex g) {
      int row = left * rights + right;
      gRe[row][node] += g.re();
      gIm[row][node] += g.im();
    }
  }
}
