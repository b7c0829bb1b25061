package io.carillon.internal.kernel.vector;

import io.carillon.internal.kernel.Kernels;
import io.carillon.internal.kernel.ScanGradient;
import io.carillon.internal.kernel.ScanModes;
import io.carillon.internal.kernel.Scratch;

/** SIMD loops on {@code jdk.incubator.vector}; made by {@code KernelChoice}. */
public final class VectorKernels implements Kernels {
  private final Scratch scratch = new Scratch();

  public VectorKernels() {}

  @Override
  public String name() {
    return "vector-" + VectorWidth.FLOAT.vectorBitSize();
  }

  @Override
  public int lanes() {
    return VectorWidth.LANES;
  }

  @Override
  public void scanForward(
      ScanModes modes,
      int h0,
      int h1,
      boolean reverse,
      float[] u,
      int uOffset,
      int uStride,
      float[] y,
      int yOffset,
      int yStride,
      int length,
      float[] state,
      int stateOffset) {
    VectorScan.forward(
        scratch,
        modes,
        h0,
        h1,
        reverse,
        u,
        uOffset,
        uStride,
        y,
        yOffset,
        yStride,
        length,
        state,
        stateOffset);
  }

  @Override
  public void scanStep(
      ScanModes modes,
      int h0,
      int h1,
      float[] u,
      int uOffset,
      float[] y,
      int yOffset,
      float[] state,
      int stateOffset) {
    VectorScanStep.step(modes, h0, h1, u, uOffset, y, yOffset, state, stateOffset);
  }

  @Override
  public void scanSteps(
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
    VectorScanSteps.step(modes, u, y, yOffset, yStride, states, layer, stateOffset, r0, r1);
  }

  @Override
  public void scanBackward(
      ScanModes modes,
      int h0,
      int h1,
      boolean reverse,
      float[] u,
      int uOffset,
      int uStride,
      float[] g,
      int gOffset,
      int gStride,
      float[] gu,
      int guOffset,
      int guStride,
      int length,
      float[] stateBefore,
      float[] stateGradient,
      int stateOffset,
      ScanGradient gradient) {
    VectorScanBackward.backward(
        scratch,
        modes,
        h0,
        h1,
        reverse,
        u,
        uOffset,
        uStride,
        g,
        gOffset,
        gStride,
        gu,
        guOffset,
        guStride,
        length,
        stateBefore,
        stateGradient,
        stateOffset,
        gradient);
  }

  @Override
  public void linear(
      float[] x, int r0, int r1, int in, float[] weight, float[] bias, int out, float[] y) {
    VectorLinear.linear(scratch, x, r0, r1, in, weight, bias, out, y);
  }

  @Override
  public int packedSize(int in, int out) {
    return VectorLinear.packedSize(in, out);
  }

  @Override
  public float[] pack(float[] weight, int in, int out, float[] to) {
    VectorLinear.pack(weight, in, out, to);
    return to;
  }

  @Override
  public void linearPacked(
      float[] x, int r0, int r1, int in, float[] packed, float[] bias, int out, float[] y) {
    VectorLinear.linearPacked(scratch, x, r0, r1, in, packed, bias, out, y);
  }

  @Override
  public void linearBackwardInput(
      float[] g, int r0, int r1, int out, float[] weight, int in, float[] gx) {
    VectorLinear.backwardInput(scratch, g, r0, r1, out, weight, in, gx);
  }

  @Override
  public void linearBackwardWeight(
      float[] g,
      float[] x,
      int r0,
      int r1,
      int out,
      int in,
      int o0,
      int o1,
      float[] gWeight,
      float[] gBias) {
    VectorLinear.backwardWeight(scratch, g, x, r0, r1, out, in, o0, o1, gWeight, gBias);
  }

  @Override
  public void gelu(float[] x, float[] y, int from, int to) {
    VectorPointwise.gelu(scratch, x, y, from, to);
  }

  @Override
  public void geluBackward(float[] x, float[] g, float[] gx, int from, int to) {
    VectorPointwise.geluBackward(scratch, x, g, gx, from, to);
  }

  @Override
  public void glu(float[] x, int r0, int r1, int n, float[] y) {
    VectorPointwise.glu(x, r0, r1, n, y);
  }

  @Override
  public void gluBackward(float[] x, float[] g, int r0, int r1, int n, float[] gx) {
    VectorPointwise.gluBackward(x, g, r0, r1, n, gx);
  }

  @Override
  public float max(float[] x, int from, int to) {
    return VectorSoftmax.max(x, from, to);
  }

  @Override
  public float exponentials(float[] x, int from, int to, float shift) {
    return VectorSoftmax.exponentials(scratch, x, from, to, shift);
  }

  @Override
  public void layerNorm(
      float[] x,
      int r0,
      int r1,
      int n,
      float[] weight,
      float[] bias,
      float eps,
      float[] y,
      float[] stats) {
    VectorNorm.layerNorm(scratch, x, r0, r1, n, weight, bias, eps, y, stats);
  }

  @Override
  public void layerNormBackward(
      float[] x,
      float[] stats,
      float[] g,
      int r0,
      int r1,
      int n,
      float[] weight,
      float[] gx,
      float[] gWeight,
      float[] gBias) {
    VectorNorm.layerNormBackward(scratch, x, stats, g, r0, r1, n, weight, gx, gWeight, gBias);
  }

  @Override
  public void scaleColumns(
      float[] x,
      int r0,
      int r1,
      int n,
      float[] factor,
      int factorOffset,
      float[] y,
      int yOffset,
      int yStride) {
    VectorColumns.scale(x, r0, r1, n, factor, factorOffset, y, yOffset, yStride);
  }

  @Override
  public void scaleColumnsBackward(
      float[] x,
      float[] g,
      int gOffset,
      int gStride,
      int r0,
      int r1,
      int n,
      float[] factor,
      int factorOffset,
      float[] gx,
      float[] gFactor) {
    VectorColumns.scaleBackward(
        x, g, gOffset, gStride, r0, r1, n, factor, factorOffset, gx, gFactor);
  }
}
