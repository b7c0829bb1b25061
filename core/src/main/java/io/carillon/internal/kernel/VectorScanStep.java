package io.carillon.internal.kernel;

import static io.carillon.internal.kernel.VectorWidth.FLOAT;
import static io.carillon.internal.kernel.VectorWidth.LANES;

import jdk.incubator.vector.FloatVector;

/**
 * One SIMD step of the recurrence. Lanes run over channels; the modes of a block of channels add to
 * two registers, so that the sums do not wait for each other. Channels that fill no vector go one
 * by one.
 */
final class VectorScanStep {
  private VectorScanStep() {}

  static void step(
      ScanModes modes,
      int h0,
      int h1,
      float[] u,
      int uOffset,
      float[] y,
      int yOffset,
      float[] state,
      int stateOffset) {
    int end = h1 - (h1 - h0) % LANES;
    for (int h = h0; h < end; h += LANES) {
      block(modes, h, u, uOffset, y, yOffset, state, stateOffset);
    }
    if (end < h1) {
      ScalarScanStep.step(modes, end, h1, u, uOffset, y, yOffset, state, stateOffset);
    }
  }

  private static void block(
      ScanModes modes,
      int h,
      float[] u,
      int uOffset,
      float[] y,
      int yOffset,
      float[] state,
      int stateOffset) {
    int channels = modes.channels();
    int plane = modes.modes() * channels;
    float[] lambdaRe = modes.lambdaRe();
    float[] lambdaIm = modes.lambdaIm();
    float[] lowRe = modes.lowRe();
    float[] lowIm = modes.lowIm();
    float[] wRe = modes.wRe();
    float[] wIm = modes.wIm();
    FloatVector in = FloatVector.fromArray(FLOAT, u, uOffset + h);
    FloatVector plus = FloatVector.fromArray(FLOAT, y, yOffset + h);
    FloatVector minus = FloatVector.zero(FLOAT);
    for (int k = h; k < plane; k += channels) {
      int at = stateOffset + k;
      FloatVector xr = FloatVector.fromArray(FLOAT, state, at);
      FloatVector xi = FloatVector.fromArray(FLOAT, state, at + plane);
      FloatVector er = FloatVector.fromArray(FLOAT, lowRe, k);
      FloatVector ei = FloatVector.fromArray(FLOAT, lowIm, k);
      FloatVector lr = FloatVector.fromArray(FLOAT, lambdaRe, k);
      FloatVector li = FloatVector.fromArray(FLOAT, lambdaIm, k);
      FloatVector nr = xi.neg();
      FloatVector re = nr.fma(li, xr.fma(lr, nr.fma(ei, xr.fma(er, in))));
      FloatVector im = xi.fma(lr, xr.fma(li, xi.fma(er, xr.mul(ei))));
      re = VectorRows.cut(re);
      im = VectorRows.cut(im);
      re.intoArray(state, at);
      im.intoArray(state, at + plane);
      plus = re.fma(FloatVector.fromArray(FLOAT, wRe, k), plus);
      minus = im.fma(FloatVector.fromArray(FLOAT, wIm, k), minus);
    }
    plus.sub(minus).intoArray(y, yOffset + h);
  }
}
