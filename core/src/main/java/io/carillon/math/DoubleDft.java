package io.carillon.math;

/**
 * Discrete Fourier transform of any length in double precision: radix 2 for powers of two, else
 * Bluestein's convolution with a chirp. Immutable, for any number of threads.
 */
public final class DoubleDft {
  private final int length;
  private final int size;
  private final double[] cos;
  private final double[] sin;
  private final double[] chirpRe;
  private final double[] chirpIm;
  private final double[] filterRe;
  private final double[] filterIm;

  /** For transforms of the given length, at least 1. */
  public DoubleDft(int length) {
    this.length = length;
    boolean power = Integer.bitCount(length) == 1;
    this.size = power ? length : Integer.highestOneBit(2 * length - 1) * 2;
    this.cos = new double[size / 2];
    this.sin = new double[size / 2];
    for (int i = 0; i < cos.length; i++) {
      cos[i] = Math.cos(2 * Math.PI * i / size);
      sin[i] = -Math.sin(2 * Math.PI * i / size);
    }
    this.chirpRe = power ? null : new double[length];
    this.chirpIm = power ? null : new double[length];
    this.filterRe = power ? null : new double[size];
    this.filterIm = power ? null : new double[size];
    if (!power) {
      prepareChirp();
    }
  }

  private void prepareChirp() {
    for (int n = 0; n < length; n++) {
      // n² mod 2 length: the angle of a large n² would lose its digits.
      double angle = Math.PI * ((long) n * n % (2L * length)) / length;
      chirpRe[n] = Math.cos(angle);
      chirpIm[n] = -Math.sin(angle);
      filterRe[n] = chirpRe[n];
      filterIm[n] = -chirpIm[n];
      if (n > 0) {
        filterRe[size - n] = chirpRe[n];
        filterIm[size - n] = -chirpIm[n];
      }
    }
    powerOfTwo(filterRe, filterIm);
  }

  /** X_k = Σ_n x_n e^{−2πikn/length}, in place. */
  public void transform(double[] re, double[] im) {
    if (chirpRe == null) {
      powerOfTwo(re, im);
      return;
    }
    double[] a = new double[size];
    double[] b = new double[size];
    for (int n = 0; n < length; n++) {
      a[n] = re[n] * chirpRe[n] - im[n] * chirpIm[n];
      b[n] = re[n] * chirpIm[n] + im[n] * chirpRe[n];
    }
    powerOfTwo(a, b);
    for (int k = 0; k < size; k++) {
      double product = a[k] * filterRe[k] - b[k] * filterIm[k];
      // Conjugated, so that the next forward transform is the inverse one.
      b[k] = -(a[k] * filterIm[k] + b[k] * filterRe[k]);
      a[k] = product;
    }
    powerOfTwo(a, b);
    for (int k = 0; k < length; k++) {
      double x = a[k] / size;
      double y = -b[k] / size;
      re[k] = x * chirpRe[k] - y * chirpIm[k];
      im[k] = x * chirpIm[k] + y * chirpRe[k];
    }
  }

  private void powerOfTwo(double[] re, double[] im) {
    reverseBits(re, im);
    for (int half = 1; half < size; half *= 2) {
      int stride = size / (2 * half);
      for (int start = 0; start < size; start += 2 * half) {
        for (int j = 0; j < half; j++) {
          int p = start + j;
          int q = p + half;
          double c = cos[j * stride];
          double s = sin[j * stride];
          double x = re[q] * c - im[q] * s;
          double y = re[q] * s + im[q] * c;
          re[q] = re[p] - x;
          im[q] = im[p] - y;
          re[p] += x;
          im[p] += y;
        }
      }
    }
  }

  private void reverseBits(double[] re, double[] im) {
    for (int i = 1, j = 0; i < size; i++) {
      int bit = size >> 1;
      while ((j & bit) != 0) {
        j ^= bit;
        bit >>= 1;
      }
      j ^= bit;
      if (i < j) {
        double x = re[i];
        re[i] = re[j];
        re[j] = x;
        double y = im[i];
        im[i] = im[j];
        im[j] = y;
      }
    }
  }
}
