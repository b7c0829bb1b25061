package io.carillon.internal.kernel.scalar;

import io.carillon.internal.kernel.ScanModes;

/** One step of the recurrence without the Vector API. */
public final class ScalarScanStep {
  private ScalarScanStep() {}

  public static void step(
      ScanModes modes,
      int h0,
      int h1,
      float[] u,
      int uOffset,
      float[] y,
      int yOffset,
      float[] state,
      int stateOffset) {
    int channels = modes.channels();
    int plane = modes.modes() * channels;
    float[] lr = modes.lambdaRe();
    float[] li = modes.lambdaIm();
    float[] er = modes.lowRe();
    float[] ei = modes.lowIm();
    float[] wr = modes.wRe();
    float[] wi = modes.wIm();
    for (int first = 0; first < plane; first += channels) {
      for (int h = h0; h < h1; h++) {
        int k = first + h;
        int re = stateOffset + k;
        int im = re + plane;
        float xr = state[re];
        float xi = state[im];
        float nextRe = er[k] * xr - ei[k] * xi + u[uOffset + h] + lr[k] * xr - li[k] * xi;
        float nextIm = er[k] * xi + ei[k] * xr + lr[k] * xi + li[k] * xr;
        nextRe = Math.abs(nextRe) < ScalarScan.TINY ? 0f : nextRe;
        nextIm = Math.abs(nextIm) < ScalarScan.TINY ? 0f : nextIm;
        state[re] = nextRe;
        state[im] = nextIm;
        y[yOffset + h] += wr[k] * nextRe - wi[k] * nextIm;
      }
    }
  }
}
