package io.carillon.internal.kernel.vector;

import static io.carillon.internal.kernel.vector.VectorWidth.FLOAT;
import static io.carillon.internal.kernel.vector.VectorWidth.LANES;

import io.carillon.internal.kernel.ScanModes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * One SIMD step of the recurrence for many streams. λ and w are read once for {@link #TOGETHER}
 * streams, and every state is gone through from its begin to its end: states of many streams come
 * from beyond the second cache, and memory is fast only where it is read in order. Every stream
 * gets the bits of {@link VectorScanStep}.
 */
final class VectorScanSteps {
  /** Streams that share what is read of a mode: as many as fit into 32 registers. */
  private static final int TOGETHER = 4;

  private VectorScanSteps() {}

  static void step(
      ScanModes modes,
      float[] u,
      float[] y,
      int yOffset,
      int yStride,
      float[][][] states,
      int layer,
      int stateOffset,
      int r0,
      int r1) {
    int channels = modes.channels();
    int whole = channels - channels % LANES;
    int r = r0;
    for (; r + TOGETHER <= r1; r += TOGETHER) {
      float[] a = states[r][layer];
      float[] b = states[r + 1][layer];
      float[] c = states[r + 2][layer];
      float[] d = states[r + 3][layer];
      int out = yOffset + r * yStride;
      four(modes, whole, u, r * channels, y, out, yStride, a, b, c, d, stateOffset);
      if (whole < channels) {
        rest(modes, whole, u, y, yOffset, yStride, states, layer, stateOffset, r, r + TOGETHER);
      }
    }
    rest(modes, 0, u, y, yOffset, yStride, states, layer, stateOffset, r, r1);
  }

  /** Channels from h on, one stream after the other. */
  private static void rest(
      ScanModes modes,
      int h,
      float[] u,
      float[] y,
      int yOffset,
      int yStride,
      float[][][] states,
      int layer,
      int stateOffset,
      int r0,
      int r1) {
    int channels = modes.channels();
    for (int r = r0; r < r1; r++) {
      int out = yOffset + r * yStride;
      float[] state = states[r][layer];
      VectorScanStep.step(modes, h, channels, u, r * channels, y, out, state, stateOffset);
    }
  }

  private static void four(
      ScanModes modes,
      int whole,
      float[] u,
      int uAt,
      float[] y,
      int yAt,
      int yStride,
      float[] stateA,
      float[] stateB,
      float[] stateC,
      float[] stateD,
      int stateOffset) {
    int channels = modes.channels();
    int plane = modes.modes() * channels;
    float[] lambdaRe = modes.lambdaRe();
    float[] lambdaIm = modes.lambdaIm();
    float[] lowRe = modes.lowRe();
    float[] lowIm = modes.lowIm();
    float[] wRe = modes.wRe();
    float[] wIm = modes.wIm();
    int uB = uAt + channels;
    int uC = uB + channels;
    int uD = uC + channels;
    int yB = yAt + yStride;
    int yC = yB + yStride;
    int yD = yC + yStride;
    FloatVector zero = FloatVector.zero(FLOAT);
    FloatVector tiny = FloatVector.broadcast(FLOAT, VectorRows.TINY);
    for (int first = 0; first < plane; first += channels) {
      for (int h = 0; h < whole; h += LANES) {
        int k = first + h;
        int re = stateOffset + k;
        int im = re + plane;
        FloatVector er = FloatVector.fromArray(FLOAT, lowRe, k);
        FloatVector ei = FloatVector.fromArray(FLOAT, lowIm, k);
        FloatVector lr = FloatVector.fromArray(FLOAT, lambdaRe, k);
        FloatVector li = FloatVector.fromArray(FLOAT, lambdaIm, k);
        FloatVector wr = FloatVector.fromArray(FLOAT, wRe, k);
        FloatVector minusWi = FloatVector.fromArray(FLOAT, wIm, k).neg();
        FloatVector minusEi = ei.neg();
        FloatVector minusLi = li.neg();

        FloatVector inA = FloatVector.fromArray(FLOAT, u, uAt + h);
        FloatVector xrA = FloatVector.fromArray(FLOAT, stateA, re);
        FloatVector xiA = FloatVector.fromArray(FLOAT, stateA, im);
        FloatVector reA = xiA.fma(minusLi, xrA.fma(lr, xiA.fma(minusEi, xrA.fma(er, inA))));
        FloatVector imA = xiA.fma(lr, xrA.fma(li, xiA.fma(er, xrA.mul(ei))));
        reA = reA.blend(zero, reA.abs().compare(VectorOperators.LT, tiny));
        imA = imA.blend(zero, imA.abs().compare(VectorOperators.LT, tiny));
        reA.intoArray(stateA, re);
        imA.intoArray(stateA, im);
        imA.fma(minusWi, reA.fma(wr, FloatVector.fromArray(FLOAT, y, yAt + h)))
            .intoArray(y, yAt + h);

        FloatVector inB = FloatVector.fromArray(FLOAT, u, uB + h);
        FloatVector xrB = FloatVector.fromArray(FLOAT, stateB, re);
        FloatVector xiB = FloatVector.fromArray(FLOAT, stateB, im);
        FloatVector reB = xiB.fma(minusLi, xrB.fma(lr, xiB.fma(minusEi, xrB.fma(er, inB))));
        FloatVector imB = xiB.fma(lr, xrB.fma(li, xiB.fma(er, xrB.mul(ei))));
        reB = reB.blend(zero, reB.abs().compare(VectorOperators.LT, tiny));
        imB = imB.blend(zero, imB.abs().compare(VectorOperators.LT, tiny));
        reB.intoArray(stateB, re);
        imB.intoArray(stateB, im);
        imB.fma(minusWi, reB.fma(wr, FloatVector.fromArray(FLOAT, y, yB + h))).intoArray(y, yB + h);

        FloatVector inC = FloatVector.fromArray(FLOAT, u, uC + h);
        FloatVector xrC = FloatVector.fromArray(FLOAT, stateC, re);
        FloatVector xiC = FloatVector.fromArray(FLOAT, stateC, im);
        FloatVector reC = xiC.fma(minusLi, xrC.fma(lr, xiC.fma(minusEi, xrC.fma(er, inC))));
        FloatVector imC = xiC.fma(lr, xrC.fma(li, xiC.fma(er, xrC.mul(ei))));
        reC = reC.blend(zero, reC.abs().compare(VectorOperators.LT, tiny));
        imC = imC.blend(zero, imC.abs().compare(VectorOperators.LT, tiny));
        reC.intoArray(stateC, re);
        imC.intoArray(stateC, im);
        imC.fma(minusWi, reC.fma(wr, FloatVector.fromArray(FLOAT, y, yC + h))).intoArray(y, yC + h);

        FloatVector inD = FloatVector.fromArray(FLOAT, u, uD + h);
        FloatVector xrD = FloatVector.fromArray(FLOAT, stateD, re);
        FloatVector xiD = FloatVector.fromArray(FLOAT, stateD, im);
        FloatVector reD = xiD.fma(minusLi, xrD.fma(lr, xiD.fma(minusEi, xrD.fma(er, inD))));
        FloatVector imD = xiD.fma(lr, xrD.fma(li, xiD.fma(er, xrD.mul(ei))));
        reD = reD.blend(zero, reD.abs().compare(VectorOperators.LT, tiny));
        imD = imD.blend(zero, imD.abs().compare(VectorOperators.LT, tiny));
        reD.intoArray(stateD, re);
        imD.intoArray(stateD, im);
        imD.fma(minusWi, reD.fma(wr, FloatVector.fromArray(FLOAT, y, yD + h))).intoArray(y, yD + h);
      }
    }
  }
}
