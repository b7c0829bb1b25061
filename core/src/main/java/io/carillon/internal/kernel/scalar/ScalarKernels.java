package io.carillon.internal.kernel.scalar;

import io.carillon.internal.kernel.Kernels;
import io.carillon.internal.kernel.ScanGradient;
import io.carillon.internal.kernel.ScanModes;
import io.carillon.internal.kernel.Scratch;

/** Plain loops: the reference of {@code VectorKernels} and the fallback where it cannot run. */
public final class ScalarKernels implements Kernels {
  private final Scratch scratch = new Scratch();
  private final Scratch products = new Scratch();
  private final Scratch tiles = new Scratch();
  private final Scratch points = new Scratch();

  /** Kernels without a choice; {@code KernelChoice} is the usual way. */
  public ScalarKernels() {}

  /** Short arrays of one tile of values. */
  public Scratch tiles() {
    return tiles;
  }

  /** One array for every point of a Fourier transform. */
  public Scratch points() {
    return points;
  }

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public int lanes() {
    return 16;
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
    ScalarScan.forward(
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
    ScalarScanStep.step(modes, h0, h1, u, uOffset, y, yOffset, state, stateOffset);
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
    ScalarScanBackward.backward(
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
    ScalarLinear.linear(products, x, r0, r1, in, weight, bias, out, y);
  }

  @Override
  public int packedSize(int in, int out) {
    return 0;
  }

  @Override
  public float[] pack(float[] weight, int in, int out, float[] to) {
    return weight;
  }

  @Override
  public void linearPacked(
      float[] x, int r0, int r1, int in, float[] packed, float[] bias, int out, float[] y) {
    linear(x, r0, r1, in, packed, bias, out, y);
  }

  @Override
  public void linearBackwardInput(
      float[] g, int r0, int r1, int out, float[] weight, int in, float[] gx) {
    ScalarLinear.backwardInput(products, g, r0, r1, out, weight, in, gx);
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
    ScalarLinear.backwardWeight(products, g, x, r0, r1, out, in, o0, o1, gWeight, gBias);
  }

  @Override
  public void gelu(float[] x, float[] y, int from, int to) {
    ScalarPointwise.gelu(tiles, x, y, from, to);
  }

  @Override
  public void geluBackward(float[] x, float[] g, float[] gx, int from, int to) {
    ScalarPointwise.geluBackward(tiles, x, g, gx, from, to);
  }

  @Override
  public void glu(float[] x, int r0, int r1, int n, float[] y) {
    ScalarPointwise.glu(tiles, x, r0, r1, n, y);
  }

  @Override
  public void gluBackward(float[] x, float[] g, int r0, int r1, int n, float[] gx) {
    ScalarPointwise.gluBackward(tiles, x, g, r0, r1, n, gx);
  }

  @Override
  public float max(float[] x, int from, int to) {
    return ScalarSoftmax.max(x, from, to);
  }

  @Override
  public float exponentials(float[] x, int from, int to, float shift) {
    return ScalarSoftmax.exponentials(x, from, to, shift);
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
    ScalarNorm.layerNorm(tiles, x, r0, r1, n, weight, bias, eps, y, stats);
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
    ScalarNorm.layerNormBackward(tiles, x, stats, g, r0, r1, n, weight, gx, gWeight, gBias);
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
    ScalarColumns.scale(x, r0, r1, n, factor, factorOffset, y, yOffset, yStride);
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
    ScalarColumns.scaleBackward(
        x, g, gOffset, gStride, r0, r1, n, factor, factorOffset, gx, gFactor);
  }
}
