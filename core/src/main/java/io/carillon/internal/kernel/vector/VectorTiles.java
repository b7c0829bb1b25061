package io.carillon.internal.kernel.vector;

import static io.carillon.internal.kernel.vector.VectorWidth.FLOAT;
import static io.carillon.internal.kernel.vector.VectorWidth.LANES;

import jdk.incubator.vector.FloatVector;

/**
 * Register tiles of a matrix product: c[i][j] += Σ_k a(i, k) b[k][j] for {@link #WIDTH} columns j,
 * two vectors wide, and as many rows as the name says. With ten rows the 20 sums, two vectors of b
 * and ten values of a (the compiler loads them all at once) fill the 32 registers of AVX-512, and
 * the multipliers are the limit, not the loads. Nothing may spill: a spilled sum halves the speed.
 *
 * <p>b is packed, [depth][WIDTH]. In {@code rows…} a is row-major; in {@code packed…} it is packed,
 * [depth][rows].
 */
final class VectorTiles {
  /** Columns of a tile. */
  static final int WIDTH = 2 * LANES;

  private VectorTiles() {}

  static void rows10(
      float[] a,
      int a0,
      int aStride,
      float[] b,
      int b0,
      int depth,
      float[] c,
      int c0,
      int cStride) {
    int r0 = c0;
    FloatVector c0a = FloatVector.fromArray(FLOAT, c, r0);
    FloatVector c0b = FloatVector.fromArray(FLOAT, c, r0 + LANES);
    int r1 = r0 + cStride;
    FloatVector c1a = FloatVector.fromArray(FLOAT, c, r1);
    FloatVector c1b = FloatVector.fromArray(FLOAT, c, r1 + LANES);
    int r2 = r1 + cStride;
    FloatVector c2a = FloatVector.fromArray(FLOAT, c, r2);
    FloatVector c2b = FloatVector.fromArray(FLOAT, c, r2 + LANES);
    int r3 = r2 + cStride;
    FloatVector c3a = FloatVector.fromArray(FLOAT, c, r3);
    FloatVector c3b = FloatVector.fromArray(FLOAT, c, r3 + LANES);
    int r4 = r3 + cStride;
    FloatVector c4a = FloatVector.fromArray(FLOAT, c, r4);
    FloatVector c4b = FloatVector.fromArray(FLOAT, c, r4 + LANES);
    int r5 = r4 + cStride;
    FloatVector c5a = FloatVector.fromArray(FLOAT, c, r5);
    FloatVector c5b = FloatVector.fromArray(FLOAT, c, r5 + LANES);
    int r6 = r5 + cStride;
    FloatVector c6a = FloatVector.fromArray(FLOAT, c, r6);
    FloatVector c6b = FloatVector.fromArray(FLOAT, c, r6 + LANES);
    int r7 = r6 + cStride;
    FloatVector c7a = FloatVector.fromArray(FLOAT, c, r7);
    FloatVector c7b = FloatVector.fromArray(FLOAT, c, r7 + LANES);
    int r8 = r7 + cStride;
    FloatVector c8a = FloatVector.fromArray(FLOAT, c, r8);
    FloatVector c8b = FloatVector.fromArray(FLOAT, c, r8 + LANES);
    int r9 = r8 + cStride;
    FloatVector c9a = FloatVector.fromArray(FLOAT, c, r9);
    FloatVector c9b = FloatVector.fromArray(FLOAT, c, r9 + LANES);
    int a1 = a0 + aStride;
    int a2 = a1 + aStride;
    int a3 = a2 + aStride;
    int a4 = a3 + aStride;
    int a5 = a4 + aStride;
    int a6 = a5 + aStride;
    int a7 = a6 + aStride;
    int a8 = a7 + aStride;
    int a9 = a8 + aStride;
    for (int k = 0; k < depth; k++) {
      FloatVector ba = FloatVector.fromArray(FLOAT, b, b0 + k * WIDTH);
      FloatVector bb = FloatVector.fromArray(FLOAT, b, b0 + k * WIDTH + LANES);
      FloatVector x0 = FloatVector.broadcast(FLOAT, a[a0 + k]);
      c0a = x0.fma(ba, c0a);
      c0b = x0.fma(bb, c0b);
      FloatVector x1 = FloatVector.broadcast(FLOAT, a[a1 + k]);
      c1a = x1.fma(ba, c1a);
      c1b = x1.fma(bb, c1b);
      FloatVector x2 = FloatVector.broadcast(FLOAT, a[a2 + k]);
      c2a = x2.fma(ba, c2a);
      c2b = x2.fma(bb, c2b);
      FloatVector x3 = FloatVector.broadcast(FLOAT, a[a3 + k]);
      c3a = x3.fma(ba, c3a);
      c3b = x3.fma(bb, c3b);
      FloatVector x4 = FloatVector.broadcast(FLOAT, a[a4 + k]);
      c4a = x4.fma(ba, c4a);
      c4b = x4.fma(bb, c4b);
      FloatVector x5 = FloatVector.broadcast(FLOAT, a[a5 + k]);
      c5a = x5.fma(ba, c5a);
      c5b = x5.fma(bb, c5b);
      FloatVector x6 = FloatVector.broadcast(FLOAT, a[a6 + k]);
      c6a = x6.fma(ba, c6a);
      c6b = x6.fma(bb, c6b);
      FloatVector x7 = FloatVector.broadcast(FLOAT, a[a7 + k]);
      c7a = x7.fma(ba, c7a);
      c7b = x7.fma(bb, c7b);
      FloatVector x8 = FloatVector.broadcast(FLOAT, a[a8 + k]);
      c8a = x8.fma(ba, c8a);
      c8b = x8.fma(bb, c8b);
      FloatVector x9 = FloatVector.broadcast(FLOAT, a[a9 + k]);
      c9a = x9.fma(ba, c9a);
      c9b = x9.fma(bb, c9b);
    }
    c0a.intoArray(c, r0);
    c0b.intoArray(c, r0 + LANES);
    c1a.intoArray(c, r1);
    c1b.intoArray(c, r1 + LANES);
    c2a.intoArray(c, r2);
    c2b.intoArray(c, r2 + LANES);
    c3a.intoArray(c, r3);
    c3b.intoArray(c, r3 + LANES);
    c4a.intoArray(c, r4);
    c4b.intoArray(c, r4 + LANES);
    c5a.intoArray(c, r5);
    c5b.intoArray(c, r5 + LANES);
    c6a.intoArray(c, r6);
    c6b.intoArray(c, r6 + LANES);
    c7a.intoArray(c, r7);
    c7b.intoArray(c, r7 + LANES);
    c8a.intoArray(c, r8);
    c8b.intoArray(c, r8 + LANES);
    c9a.intoArray(c, r9);
    c9b.intoArray(c, r9 + LANES);
  }

  static void rows4(
      float[] a,
      int a0,
      int aStride,
      float[] b,
      int b0,
      int depth,
      float[] c,
      int c0,
      int cStride) {
    int r0 = c0;
    FloatVector c0a = FloatVector.fromArray(FLOAT, c, r0);
    FloatVector c0b = FloatVector.fromArray(FLOAT, c, r0 + LANES);
    int r1 = r0 + cStride;
    FloatVector c1a = FloatVector.fromArray(FLOAT, c, r1);
    FloatVector c1b = FloatVector.fromArray(FLOAT, c, r1 + LANES);
    int r2 = r1 + cStride;
    FloatVector c2a = FloatVector.fromArray(FLOAT, c, r2);
    FloatVector c2b = FloatVector.fromArray(FLOAT, c, r2 + LANES);
    int r3 = r2 + cStride;
    FloatVector c3a = FloatVector.fromArray(FLOAT, c, r3);
    FloatVector c3b = FloatVector.fromArray(FLOAT, c, r3 + LANES);
    int a1 = a0 + aStride;
    int a2 = a1 + aStride;
    int a3 = a2 + aStride;
    for (int k = 0; k < depth; k++) {
      FloatVector ba = FloatVector.fromArray(FLOAT, b, b0 + k * WIDTH);
      FloatVector bb = FloatVector.fromArray(FLOAT, b, b0 + k * WIDTH + LANES);
      FloatVector x0 = FloatVector.broadcast(FLOAT, a[a0 + k]);
      c0a = x0.fma(ba, c0a);
      c0b = x0.fma(bb, c0b);
      FloatVector x1 = FloatVector.broadcast(FLOAT, a[a1 + k]);
      c1a = x1.fma(ba, c1a);
      c1b = x1.fma(bb, c1b);
      FloatVector x2 = FloatVector.broadcast(FLOAT, a[a2 + k]);
      c2a = x2.fma(ba, c2a);
      c2b = x2.fma(bb, c2b);
      FloatVector x3 = FloatVector.broadcast(FLOAT, a[a3 + k]);
      c3a = x3.fma(ba, c3a);
      c3b = x3.fma(bb, c3b);
    }
    c0a.intoArray(c, r0);
    c0b.intoArray(c, r0 + LANES);
    c1a.intoArray(c, r1);
    c1b.intoArray(c, r1 + LANES);
    c2a.intoArray(c, r2);
    c2b.intoArray(c, r2 + LANES);
    c3a.intoArray(c, r3);
    c3b.intoArray(c, r3 + LANES);
  }

  /**
   * One row of a and four panels of b, panelSize apart; adds to 4 WIDTH neighbouring columns of c.
   */
  static void row1x4(
      float[] a, int a0, float[] b, int b0, int panelSize, int depth, float[] c, int c0) {
    FloatVector ca = FloatVector.fromArray(FLOAT, c, c0);
    FloatVector cb = FloatVector.fromArray(FLOAT, c, c0 + LANES);
    FloatVector cc = FloatVector.fromArray(FLOAT, c, c0 + 2 * LANES);
    FloatVector cd = FloatVector.fromArray(FLOAT, c, c0 + 3 * LANES);
    FloatVector ce = FloatVector.fromArray(FLOAT, c, c0 + 4 * LANES);
    FloatVector cf = FloatVector.fromArray(FLOAT, c, c0 + 5 * LANES);
    FloatVector cg = FloatVector.fromArray(FLOAT, c, c0 + 6 * LANES);
    FloatVector ch = FloatVector.fromArray(FLOAT, c, c0 + 7 * LANES);
    int b1 = b0 + panelSize;
    int b2 = b1 + panelSize;
    int b3 = b2 + panelSize;
    for (int k = 0; k < depth; k++) {
      int at = k * WIDTH;
      FloatVector x = FloatVector.broadcast(FLOAT, a[a0 + k]);
      ca = x.fma(FloatVector.fromArray(FLOAT, b, b0 + at), ca);
      cb = x.fma(FloatVector.fromArray(FLOAT, b, b0 + at + LANES), cb);
      cc = x.fma(FloatVector.fromArray(FLOAT, b, b1 + at), cc);
      cd = x.fma(FloatVector.fromArray(FLOAT, b, b1 + at + LANES), cd);
      ce = x.fma(FloatVector.fromArray(FLOAT, b, b2 + at), ce);
      cf = x.fma(FloatVector.fromArray(FLOAT, b, b2 + at + LANES), cf);
      cg = x.fma(FloatVector.fromArray(FLOAT, b, b3 + at), cg);
      ch = x.fma(FloatVector.fromArray(FLOAT, b, b3 + at + LANES), ch);
    }
    ca.intoArray(c, c0);
    cb.intoArray(c, c0 + LANES);
    cc.intoArray(c, c0 + 2 * LANES);
    cd.intoArray(c, c0 + 3 * LANES);
    ce.intoArray(c, c0 + 4 * LANES);
    cf.intoArray(c, c0 + 5 * LANES);
    cg.intoArray(c, c0 + 6 * LANES);
    ch.intoArray(c, c0 + 7 * LANES);
  }

  static void rows1(
      float[] a,
      int a0,
      int aStride,
      float[] b,
      int b0,
      int depth,
      float[] c,
      int c0,
      int cStride) {
    int r0 = c0;
    FloatVector c0a = FloatVector.fromArray(FLOAT, c, r0);
    FloatVector c0b = FloatVector.fromArray(FLOAT, c, r0 + LANES);
    for (int k = 0; k < depth; k++) {
      FloatVector ba = FloatVector.fromArray(FLOAT, b, b0 + k * WIDTH);
      FloatVector bb = FloatVector.fromArray(FLOAT, b, b0 + k * WIDTH + LANES);
      FloatVector x0 = FloatVector.broadcast(FLOAT, a[a0 + k]);
      c0a = x0.fma(ba, c0a);
      c0b = x0.fma(bb, c0b);
    }
    c0a.intoArray(c, r0);
    c0b.intoArray(c, r0 + LANES);
  }

  static void packed10(
      float[] a, int a0, float[] b, int b0, int depth, float[] c, int c0, int cStride) {
    int r0 = c0;
    FloatVector c0a = FloatVector.fromArray(FLOAT, c, r0);
    FloatVector c0b = FloatVector.fromArray(FLOAT, c, r0 + LANES);
    int r1 = r0 + cStride;
    FloatVector c1a = FloatVector.fromArray(FLOAT, c, r1);
    FloatVector c1b = FloatVector.fromArray(FLOAT, c, r1 + LANES);
    int r2 = r1 + cStride;
    FloatVector c2a = FloatVector.fromArray(FLOAT, c, r2);
    FloatVector c2b = FloatVector.fromArray(FLOAT, c, r2 + LANES);
    int r3 = r2 + cStride;
    FloatVector c3a = FloatVector.fromArray(FLOAT, c, r3);
    FloatVector c3b = FloatVector.fromArray(FLOAT, c, r3 + LANES);
    int r4 = r3 + cStride;
    FloatVector c4a = FloatVector.fromArray(FLOAT, c, r4);
    FloatVector c4b = FloatVector.fromArray(FLOAT, c, r4 + LANES);
    int r5 = r4 + cStride;
    FloatVector c5a = FloatVector.fromArray(FLOAT, c, r5);
    FloatVector c5b = FloatVector.fromArray(FLOAT, c, r5 + LANES);
    int r6 = r5 + cStride;
    FloatVector c6a = FloatVector.fromArray(FLOAT, c, r6);
    FloatVector c6b = FloatVector.fromArray(FLOAT, c, r6 + LANES);
    int r7 = r6 + cStride;
    FloatVector c7a = FloatVector.fromArray(FLOAT, c, r7);
    FloatVector c7b = FloatVector.fromArray(FLOAT, c, r7 + LANES);
    int r8 = r7 + cStride;
    FloatVector c8a = FloatVector.fromArray(FLOAT, c, r8);
    FloatVector c8b = FloatVector.fromArray(FLOAT, c, r8 + LANES);
    int r9 = r8 + cStride;
    FloatVector c9a = FloatVector.fromArray(FLOAT, c, r9);
    FloatVector c9b = FloatVector.fromArray(FLOAT, c, r9 + LANES);
    for (int k = 0; k < depth; k++) {
      FloatVector ba = FloatVector.fromArray(FLOAT, b, b0 + k * WIDTH);
      FloatVector bb = FloatVector.fromArray(FLOAT, b, b0 + k * WIDTH + LANES);
      FloatVector x0 = FloatVector.broadcast(FLOAT, a[a0 + k * 10]);
      c0a = x0.fma(ba, c0a);
      c0b = x0.fma(bb, c0b);
      FloatVector x1 = FloatVector.broadcast(FLOAT, a[a0 + k * 10 + 1]);
      c1a = x1.fma(ba, c1a);
      c1b = x1.fma(bb, c1b);
      FloatVector x2 = FloatVector.broadcast(FLOAT, a[a0 + k * 10 + 2]);
      c2a = x2.fma(ba, c2a);
      c2b = x2.fma(bb, c2b);
      FloatVector x3 = FloatVector.broadcast(FLOAT, a[a0 + k * 10 + 3]);
      c3a = x3.fma(ba, c3a);
      c3b = x3.fma(bb, c3b);
      FloatVector x4 = FloatVector.broadcast(FLOAT, a[a0 + k * 10 + 4]);
      c4a = x4.fma(ba, c4a);
      c4b = x4.fma(bb, c4b);
      FloatVector x5 = FloatVector.broadcast(FLOAT, a[a0 + k * 10 + 5]);
      c5a = x5.fma(ba, c5a);
      c5b = x5.fma(bb, c5b);
      FloatVector x6 = FloatVector.broadcast(FLOAT, a[a0 + k * 10 + 6]);
      c6a = x6.fma(ba, c6a);
      c6b = x6.fma(bb, c6b);
      FloatVector x7 = FloatVector.broadcast(FLOAT, a[a0 + k * 10 + 7]);
      c7a = x7.fma(ba, c7a);
      c7b = x7.fma(bb, c7b);
      FloatVector x8 = FloatVector.broadcast(FLOAT, a[a0 + k * 10 + 8]);
      c8a = x8.fma(ba, c8a);
      c8b = x8.fma(bb, c8b);
      FloatVector x9 = FloatVector.broadcast(FLOAT, a[a0 + k * 10 + 9]);
      c9a = x9.fma(ba, c9a);
      c9b = x9.fma(bb, c9b);
    }
    c0a.intoArray(c, r0);
    c0b.intoArray(c, r0 + LANES);
    c1a.intoArray(c, r1);
    c1b.intoArray(c, r1 + LANES);
    c2a.intoArray(c, r2);
    c2b.intoArray(c, r2 + LANES);
    c3a.intoArray(c, r3);
    c3b.intoArray(c, r3 + LANES);
    c4a.intoArray(c, r4);
    c4b.intoArray(c, r4 + LANES);
    c5a.intoArray(c, r5);
    c5b.intoArray(c, r5 + LANES);
    c6a.intoArray(c, r6);
    c6b.intoArray(c, r6 + LANES);
    c7a.intoArray(c, r7);
    c7b.intoArray(c, r7 + LANES);
    c8a.intoArray(c, r8);
    c8b.intoArray(c, r8 + LANES);
    c9a.intoArray(c, r9);
    c9b.intoArray(c, r9 + LANES);
  }

  static void packed4(
      float[] a, int a0, float[] b, int b0, int depth, float[] c, int c0, int cStride) {
    int r0 = c0;
    FloatVector c0a = FloatVector.fromArray(FLOAT, c, r0);
    FloatVector c0b = FloatVector.fromArray(FLOAT, c, r0 + LANES);
    int r1 = r0 + cStride;
    FloatVector c1a = FloatVector.fromArray(FLOAT, c, r1);
    FloatVector c1b = FloatVector.fromArray(FLOAT, c, r1 + LANES);
    int r2 = r1 + cStride;
    FloatVector c2a = FloatVector.fromArray(FLOAT, c, r2);
    FloatVector c2b = FloatVector.fromArray(FLOAT, c, r2 + LANES);
    int r3 = r2 + cStride;
    FloatVector c3a = FloatVector.fromArray(FLOAT, c, r3);
    FloatVector c3b = FloatVector.fromArray(FLOAT, c, r3 + LANES);
    for (int k = 0; k < depth; k++) {
      FloatVector ba = FloatVector.fromArray(FLOAT, b, b0 + k * WIDTH);
      FloatVector bb = FloatVector.fromArray(FLOAT, b, b0 + k * WIDTH + LANES);
      FloatVector x0 = FloatVector.broadcast(FLOAT, a[a0 + k * 4]);
      c0a = x0.fma(ba, c0a);
      c0b = x0.fma(bb, c0b);
      FloatVector x1 = FloatVector.broadcast(FLOAT, a[a0 + k * 4 + 1]);
      c1a = x1.fma(ba, c1a);
      c1b = x1.fma(bb, c1b);
      FloatVector x2 = FloatVector.broadcast(FLOAT, a[a0 + k * 4 + 2]);
      c2a = x2.fma(ba, c2a);
      c2b = x2.fma(bb, c2b);
      FloatVector x3 = FloatVector.broadcast(FLOAT, a[a0 + k * 4 + 3]);
      c3a = x3.fma(ba, c3a);
      c3b = x3.fma(bb, c3b);
    }
    c0a.intoArray(c, r0);
    c0b.intoArray(c, r0 + LANES);
    c1a.intoArray(c, r1);
    c1b.intoArray(c, r1 + LANES);
    c2a.intoArray(c, r2);
    c2b.intoArray(c, r2 + LANES);
    c3a.intoArray(c, r3);
    c3b.intoArray(c, r3 + LANES);
  }

  static void packed1(
      float[] a, int a0, float[] b, int b0, int depth, float[] c, int c0, int cStride) {
    int r0 = c0;
    FloatVector c0a = FloatVector.fromArray(FLOAT, c, r0);
    FloatVector c0b = FloatVector.fromArray(FLOAT, c, r0 + LANES);
    for (int k = 0; k < depth; k++) {
      FloatVector ba = FloatVector.fromArray(FLOAT, b, b0 + k * WIDTH);
      FloatVector bb = FloatVector.fromArray(FLOAT, b, b0 + k * WIDTH + LANES);
      FloatVector x0 = FloatVector.broadcast(FLOAT, a[a0 + k * 1]);
      c0a = x0.fma(ba, c0a);
      c0b = x0.fma(bb, c0b);
    }
    c0a.intoArray(c, r0);
    c0b.intoArray(c, r0 + LANES);
  }
}
