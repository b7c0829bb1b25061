package io.carillon.ssm.hippo;

import io.carillon.config.kernel.HippoMeasure;

/**
 * The real system x' = A x + B u of a HiPPO measure and the low-rank matrix P with A + Σ P_r P_rᵀ
 * normal (papers A.4).
 *
 * @param measure the measure
 * @param a A, [N][N]
 * @param b B, [N]
 */
public record HippoMatrix(HippoMeasure measure, double[][] a, double[] b) {
  private static final double LAGUERRE_BETA = 0.01;

  /**
   * A and B of size N.
   *
   * @throws IllegalArgumentException if N is below 1, or odd for a Fourier measure
   */
  public static HippoMatrix of(HippoMeasure measure, int size) {
    if (size < 1) {
      throw new IllegalArgumentException("HiPPO " + measure + ": size " + size + " is below 1");
    }
    double[][] a = new double[size][size];
    double[] b = new double[size];
    for (int n = 0; n < size; n++) {
      b[n] = input(measure, n);
      for (int k = 0; k < size; k++) {
        a[n][k] = entry(measure, n, k);
      }
    }
    if (isFourier(measure)) {
      if (size % 2 != 0) {
        throw new IllegalArgumentException(
            "HiPPO " + measure + ": size " + size + " must be even (pairs of sine and cosine)");
      }
      addBlocks(measure, a);
    }
    return new HippoMatrix(measure, a, b);
  }

  private static boolean isFourier(HippoMeasure measure) {
    return switch (measure) {
      case FOUD, FOURIER, FOURIER_DECAY, FOURIER2 -> true;
      default -> false;
    };
  }

  private static double input(HippoMeasure measure, int n) {
    double root = Math.sqrt(2 * n + 1);
    return switch (measure) {
      case LAGT, TLAGT -> 1;
      case GLAGT -> Math.sqrt(LAGUERRE_BETA);
      case LEGT, LEGSD -> root / 2;
      case LMU -> (n % 2 == 0 ? 1 : -1) * (2 * n + 1);
      case LEGS -> root;
      case FOUD, FOURIER -> cosine(n);
      case FOURIER_DECAY -> cosine(n) / 2;
      case FOURIER2 -> cosine(n) * 2;
    };
  }

  /** The Fourier input: 1 for the constant, √2 for each cosine, 0 for each sine. */
  private static double cosine(int n) {
    if (n % 2 != 0) {
      return 0;
    }
    return n == 0 ? 1 : Math.sqrt(2);
  }

  /** A without the rotation blocks of the Fourier measures. */
  private static double entry(HippoMeasure measure, int n, int k) {
    double root = Math.sqrt((2.0 * n + 1) * (2.0 * k + 1));
    int sign = (n - k) % 2 == 0 ? 1 : -1;
    double rankOne = cosine(n) * cosine(k);
    return switch (measure) {
      case LAGT -> triangular(n, k, -0.5);
      case TLAGT -> triangular(n, k, -1);
      case GLAGT -> triangular(n, k, -(1 + LAGUERRE_BETA) / 2);
      case LEGT -> n < k ? -sign * root / 2 : -root / 2;
      case LMU -> n < k ? -(2 * n + 1) : -sign * (2 * n + 1);
      case LEGS -> n > k ? -root : n == k ? -(n + 1) : 0;
      case LEGSD -> n > k ? -root / 2 : n == k ? -0.5 : root / 2;
      case FOUD -> n == k ? -0.5 : 0;
      case FOURIER -> -rankOne;
      case FOURIER_DECAY -> -rankOne / 2;
      case FOURIER2 -> -2 * rankOne;
    };
  }

  private static double triangular(int n, int k, double diagonal) {
    return n > k ? -1 : n == k ? diagonal : 0;
  }

  private static void addBlocks(HippoMeasure measure, double[][] a) {
    boolean fast = measure == HippoMeasure.FOUD || measure == HippoMeasure.FOURIER2;
    for (int m = 0; 2 * m < a.length; m++) {
      double omega = Math.PI * m * (fast ? 2 : 1);
      a[2 * m][2 * m + 1] -= omega;
      a[2 * m + 1][2 * m] += omega;
    }
  }

  /**
   * P, [rank][N], padded with zero rows.
   *
   * @throws IllegalArgumentException if the measure has no such correction or needs a higher rank
   */
  public double[][] lowRank(int rank) {
    double[][] p = minimalLowRank();
    if (rank < p.length) {
      throw new IllegalArgumentException(
          "HiPPO "
              + measure
              + " is normal after a correction of rank "
              + p.length
              + ", rank is "
              + rank);
    }
    double[][] padded = new double[rank][b.length];
    System.arraycopy(p, 0, padded, 0, p.length);
    return padded;
  }

  private double[][] minimalLowRank() {
    int size = b.length;
    return switch (measure) {
      case LEGSD, FOUD -> new double[0][size];
      case LEGS, FOURIER -> scaledInput(measure == HippoMeasure.LEGS ? Math.sqrt(0.5) : 1);
      case LAGT -> scaledInput(Math.sqrt(0.5));
      case FOURIER_DECAY -> scaledInput(Math.sqrt(2));
      case FOURIER2 -> scaledInput(Math.sqrt(0.5));
      case LEGT -> {
        double[][] p = new double[2][size];
        for (int n = 0; n < size; n++) {
          p[1 - n % 2][n] = Math.sqrt(n + 0.5);
        }
        yield p;
      }
      case TLAGT, GLAGT, LMU ->
          throw new IllegalArgumentException(
              "HiPPO " + measure + " has no low-rank correction that makes it normal");
    };
  }

  /** One row, a multiple of B. */
  private double[][] scaledInput(double factor) {
    double[] p = new double[b.length];
    for (int n = 0; n < p.length; n++) {
      p[n] = factor * b[n];
    }
    return new double[][] {p};
  }
}
