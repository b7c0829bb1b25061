package io.carillon.internal.kernel.vector;

import static io.carillon.internal.kernel.vector.VectorWidth.FLOAT;
import static io.carillon.internal.kernel.vector.VectorWidth.LANES;

import io.carillon.internal.kernel.ScanModes;
import io.carillon.internal.kernel.scalar.ScalarScanStep;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * One SIMD step of the recurrence. Lanes run over channels. A few channels keep their sums in
 * registers while the modes pass. With many, that would jump through the state; it is gone through
 * in order, mode after mode, which memory beyond the second cache is much faster at. Channels that
 * fill no vector go one by one. The bits are the same either way.
 *
 * <p>Tiny numbers are cut here and not by {@link VectorRows#cut}: the compiler does not inline so
 * many calls into one loop, and every SIMD value would become an object.
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
    int h = h0;
    if (h1 - h0 >= 3 * LANES) {
      h = h1 - (h1 - h0) % LANES;
      many(modes, h0, h, u, uOffset, y, yOffset, state, stateOffset);
    } else if (h1 - h0 >= 2 * LANES) {
      two(modes, h, u, uOffset + h, y, yOffset + h, state, stateOffset);
      h += 2 * LANES;
    } else if (h1 - h0 >= LANES) {
      one(modes, h, u, uOffset + h, y, yOffset + h, state, stateOffset);
      h += LANES;
    }
    if (h < h1) {
      ScalarScanStep.step(modes, h, h1, u, uOffset, y, yOffset, state, stateOffset);
    }
  }

  private static void many(
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
    float[] lambdaRe = modes.lambdaRe();
    float[] lambdaIm = modes.lambdaIm();
    float[] lowRe = modes.lowRe();
    float[] lowIm = modes.lowIm();
    float[] wRe = modes.wRe();
    float[] wIm = modes.wIm();
    FloatVector zero = FloatVector.zero(FLOAT);
    FloatVector tiny = FloatVector.broadcast(FLOAT, VectorRows.TINY);
    for (int first = 0; first < plane; first += channels) {
      for (int h = h0; h < h1; h += LANES) {
        int k = first + h;
        int at = stateOffset + k;
        FloatVector in = FloatVector.fromArray(FLOAT, u, uOffset + h);
        FloatVector xr = FloatVector.fromArray(FLOAT, state, at);
        FloatVector xi = FloatVector.fromArray(FLOAT, state, at + plane);
        FloatVector er = FloatVector.fromArray(FLOAT, lowRe, k);
        FloatVector ei = FloatVector.fromArray(FLOAT, lowIm, k);
        FloatVector lr = FloatVector.fromArray(FLOAT, lambdaRe, k);
        FloatVector li = FloatVector.fromArray(FLOAT, lambdaIm, k);
        FloatVector nr = xi.neg();
        FloatVector re = nr.fma(li, xr.fma(lr, nr.fma(ei, xr.fma(er, in))));
        FloatVector im = xi.fma(lr, xr.fma(li, xi.fma(er, xr.mul(ei))));
        re = re.blend(zero, re.abs().compare(VectorOperators.LT, tiny));
        im = im.blend(zero, im.abs().compare(VectorOperators.LT, tiny));
        re.intoArray(state, at);
        im.intoArray(state, at + plane);
        FloatVector sum = FloatVector.fromArray(FLOAT, y, yOffset + h);
        sum = re.fma(FloatVector.fromArray(FLOAT, wRe, k), sum);
        sum = im.neg().fma(FloatVector.fromArray(FLOAT, wIm, k), sum);
        sum.intoArray(y, yOffset + h);
      }
    }
  }

  private static void two(
      ScanModes modes,
      int h,
      float[] u,
      int uAt,
      float[] y,
      int yAt,
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
    FloatVector zero = FloatVector.zero(FLOAT);
    FloatVector tiny = FloatVector.broadcast(FLOAT, VectorRows.TINY);
    FloatVector inA = FloatVector.fromArray(FLOAT, u, uAt);
    FloatVector inB = FloatVector.fromArray(FLOAT, u, uAt + LANES);
    FloatVector sumA = FloatVector.fromArray(FLOAT, y, yAt);
    FloatVector sumB = FloatVector.fromArray(FLOAT, y, yAt + LANES);
    for (int a = h; a < plane; a += channels) {
      int atA = stateOffset + a;
      FloatVector xrA = FloatVector.fromArray(FLOAT, state, atA);
      FloatVector xiA = FloatVector.fromArray(FLOAT, state, atA + plane);
      FloatVector erA = FloatVector.fromArray(FLOAT, lowRe, a);
      FloatVector eiA = FloatVector.fromArray(FLOAT, lowIm, a);
      FloatVector lrA = FloatVector.fromArray(FLOAT, lambdaRe, a);
      FloatVector liA = FloatVector.fromArray(FLOAT, lambdaIm, a);
      FloatVector nrA = xiA.neg();
      FloatVector reA = nrA.fma(liA, xrA.fma(lrA, nrA.fma(eiA, xrA.fma(erA, inA))));
      FloatVector imA = xiA.fma(lrA, xrA.fma(liA, xiA.fma(erA, xrA.mul(eiA))));
      reA = reA.blend(zero, reA.abs().compare(VectorOperators.LT, tiny));
      imA = imA.blend(zero, imA.abs().compare(VectorOperators.LT, tiny));
      reA.intoArray(state, atA);
      imA.intoArray(state, atA + plane);
      sumA = reA.fma(FloatVector.fromArray(FLOAT, wRe, a), sumA);
      sumA = imA.neg().fma(FloatVector.fromArray(FLOAT, wIm, a), sumA);
      int b = a + LANES;
      int atB = atA + LANES;
      FloatVector xrB = FloatVector.fromArray(FLOAT, state, atB);
      FloatVector xiB = FloatVector.fromArray(FLOAT, state, atB + plane);
      FloatVector erB = FloatVector.fromArray(FLOAT, lowRe, b);
      FloatVector eiB = FloatVector.fromArray(FLOAT, lowIm, b);
      FloatVector lrB = FloatVector.fromArray(FLOAT, lambdaRe, b);
      FloatVector liB = FloatVector.fromArray(FLOAT, lambdaIm, b);
      FloatVector nrB = xiB.neg();
      FloatVector reB = nrB.fma(liB, xrB.fma(lrB, nrB.fma(eiB, xrB.fma(erB, inB))));
      FloatVector imB = xiB.fma(lrB, xrB.fma(liB, xiB.fma(erB, xrB.mul(eiB))));
      reB = reB.blend(zero, reB.abs().compare(VectorOperators.LT, tiny));
      imB = imB.blend(zero, imB.abs().compare(VectorOperators.LT, tiny));
      reB.intoArray(state, atB);
      imB.intoArray(state, atB + plane);
      sumB = reB.fma(FloatVector.fromArray(FLOAT, wRe, b), sumB);
      sumB = imB.neg().fma(FloatVector.fromArray(FLOAT, wIm, b), sumB);
    }
    sumA.intoArray(y, yAt);
    sumB.intoArray(y, yAt + LANES);
  }

  private static void one(
      ScanModes modes,
      int h,
      float[] u,
      int uAt,
      float[] y,
      int yAt,
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
    FloatVector zero = FloatVector.zero(FLOAT);
    FloatVector tiny = FloatVector.broadcast(FLOAT, VectorRows.TINY);
    FloatVector in = FloatVector.fromArray(FLOAT, u, uAt);
    FloatVector sum = FloatVector.fromArray(FLOAT, y, yAt);
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
      re = re.blend(zero, re.abs().compare(VectorOperators.LT, tiny));
      im = im.blend(zero, im.abs().compare(VectorOperators.LT, tiny));
      re.intoArray(state, at);
      im.intoArray(state, at + plane);
      sum = re.fma(FloatVector.fromArray(FLOAT, wRe, k), sum);
      sum = im.neg().fma(FloatVector.fromArray(FLOAT, wIm, k), sum);
    }
    sum.intoArray(y, yAt);
  }
}
