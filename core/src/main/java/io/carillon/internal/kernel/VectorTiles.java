package io.carillon.internal.kernel;

import static io.carillon.internal.kernel.VectorWidth.FLOAT;
import static io.carillon.internal.kernel.VectorWidth.LANES;

import jdk.incubator.vector.FloatVector;

/**
 * Register tiles of a matrix product: c[i][j] += Σ_k a(i, k) b[k][j] for {@link #WIDTH} columns j,
 * two vectors wide, and as many rows as the name says. With twelve rows the 24 sums, two values of b
 * and one of a fill the 32 registers of AVX-512, and every loaded value is used often enough that
 * the multipliers and not the loads are the limit.
 *
 * <p>b is packed, [depth][WIDTH]. In {@code rows…} a is row-major; in {@code packed…} it is packed,
 * [depth][rows].
 */
final class VectorTiles {
  /** Columns of a tile. */
  static final int WIDTH = 2 * LANES;

  private VectorTiles() {}

  static void rows12(
      float[] a, int a0, int aStride, float[] b, int b0, int depth, float[] c, int c0, int cStride) {
    FloatVector c0a = FloatVector.zero(FLOAT);
    FloatVector c0b = c0a;
    FloatVector c1a = FloatVector.zero(FLOAT);
    FloatVector c1b = c1a;
    FloatVector c2a = FloatVector.zero(FLOAT);
    FloatVector c2b = c2a;
    FloatVector c3a = FloatVector.zero(FLOAT);
    FloatVector c3b = c3a;
    FloatVector c4a = FloatVector.zero(FLOAT);
    FloatVector c4b = c4a;
    FloatVector c5a = FloatVector.zero(FLOAT);
    FloatVector c5b = c5a;
    FloatVector c6a = FloatVector.zero(FLOAT);
    FloatVector c6b = c6a;
    FloatVector c7a = FloatVector.zero(FLOAT);
    FloatVector c7b = c7a;
    FloatVector c8a = FloatVector.zero(FLOAT);
    FloatVector c8b = c8a;
    FloatVector c9a = FloatVector.zero(FLOAT);
    FloatVector c9b = c9a;
    FloatVector c10a = FloatVector.zero(FLOAT);
    FloatVector c10b = c10a;
    FloatVector c11a = FloatVector.zero(FLOAT);
    FloatVector c11b = c11a;
    int a1 = a0 + aStride;
    int a2 = a1 + aStride;
    int a3 = a2 + aStride;
    int a4 = a3 + aStride;
    int a5 = a4 + aStride;
    int a6 = a5 + aStride;
    int a7 = a6 + aStride;
    int a8 = a7 + aStride;
    int a9 = a8 + aStride;
    int a10 = a9 + aStride;
    int a11 = a10 + aStride;
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
      FloatVector x10 = FloatVector.broadcast(FLOAT, a[a10 + k]);
      c10a = x10.fma(ba, c10a);
      c10b = x10.fma(bb, c10b);
      FloatVector x11 = FloatVector.broadcast(FLOAT, a[a11 + k]);
      c11a = x11.fma(ba, c11a);
      c11b = x11.fma(bb, c11b);
    }
    int r0 = c0;
    FloatVector.fromArray(FLOAT, c, r0).add(c0a).intoArray(c, r0);
    FloatVector.fromArray(FLOAT, c, r0 + LANES).add(c0b).intoArray(c, r0 + LANES);
    int r1 = r0 + cStride;
    FloatVector.fromArray(FLOAT, c, r1).add(c1a).intoArray(c, r1);
    FloatVector.fromArray(FLOAT, c, r1 + LANES).add(c1b).intoArray(c, r1 + LANES);
    int r2 = r1 + cStride;
    FloatVector.fromArray(FLOAT, c, r2).add(c2a).intoArray(c, r2);
    FloatVector.fromArray(FLOAT, c, r2 + LANES).add(c2b).intoArray(c, r2 + LANES);
    int r3 = r2 + cStride;
    FloatVector.fromArray(FLOAT, c, r3).add(c3a).intoArray(c, r3);
    FloatVector.fromArray(FLOAT, c, r3 + LANES).add(c3b).intoArray(c, r3 + LANES);
    int r4 = r3 + cStride;
    FloatVector.fromArray(FLOAT, c, r4).add(c4a).intoArray(c, r4);
    FloatVector.fromArray(FLOAT, c, r4 + LANES).add(c4b).intoArray(c, r4 + LANES);
    int r5 = r4 + cStride;
    FloatVector.fromArray(FLOAT, c, r5).add(c5a).intoArray(c, r5);
    FloatVector.fromArray(FLOAT, c, r5 + LANES).add(c5b).intoArray(c, r5 + LANES);
    int r6 = r5 + cStride;
    FloatVector.fromArray(FLOAT, c, r6).add(c6a).intoArray(c, r6);
    FloatVector.fromArray(FLOAT, c, r6 + LANES).add(c6b).intoArray(c, r6 + LANES);
    int r7 = r6 + cStride;
    FloatVector.fromArray(FLOAT, c, r7).add(c7a).intoArray(c, r7);
    FloatVector.fromArray(FLOAT, c, r7 + LANES).add(c7b).intoArray(c, r7 + LANES);
    int r8 = r7 + cStride;
    FloatVector.fromArray(FLOAT, c, r8).add(c8a).intoArray(c, r8);
    FloatVector.fromArray(FLOAT, c, r8 + LANES).add(c8b).intoArray(c, r8 + LANES);
    int r9 = r8 + cStride;
    FloatVector.fromArray(FLOAT, c, r9).add(c9a).intoArray(c, r9);
    FloatVector.fromArray(FLOAT, c, r9 + LANES).add(c9b).intoArray(c, r9 + LANES);
    int r10 = r9 + cStride;
    FloatVector.fromArray(FLOAT, c, r10).add(c10a).intoArray(c, r10);
    FloatVector.fromArray(FLOAT, c, r10 + LANES).add(c10b).intoArray(c, r10 + LANES);
    int r11 = r10 + cStride;
    FloatVector.fromArray(FLOAT, c, r11).add(c11a).intoArray(c, r11);
    FloatVector.fromArray(FLOAT, c, r11 + LANES).add(c11b).intoArray(c, r11 + LANES);
  }

  static void rows4(
      float[] a, int a0, int aStride, float[] b, int b0, int depth, float[] c, int c0, int cStride) {
    FloatVector c0a = FloatVector.zero(FLOAT);
    FloatVector c0b = c0a;
    FloatVector c1a = FloatVector.zero(FLOAT);
    FloatVector c1b = c1a;
    FloatVector c2a = FloatVector.zero(FLOAT);
    FloatVector c2b = c2a;
    FloatVector c3a = FloatVector.zero(FLOAT);
    FloatVector c3b = c3a;
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
    int r0 = c0;
    FloatVector.fromArray(FLOAT, c, r0).add(c0a).intoArray(c, r0);
    FloatVector.fromArray(FLOAT, c, r0 + LANES).add(c0b).intoArray(c, r0 + LANES);
    int r1 = r0 + cStride;
    FloatVector.fromArray(FLOAT, c, r1).add(c1a).intoArray(c, r1);
    FloatVector.fromArray(FLOAT, c, r1 + LANES).add(c1b).intoArray(c, r1 + LANES);
    int r2 = r1 + cStride;
    FloatVector.fromArray(FLOAT, c, r2).add(c2a).intoArray(c, r2);
    FloatVector.fromArray(FLOAT, c, r2 + LANES).add(c2b).intoArray(c, r2 + LANES);
    int r3 = r2 + cStride;
    FloatVector.fromArray(FLOAT, c, r3).add(c3a).intoArray(c, r3);
    FloatVector.fromArray(FLOAT, c, r3 + LANES).add(c3b).intoArray(c, r3 + LANES);
  }

  static void rows1(
      float[] a, int a0, int aStride, float[] b, int b0, int depth, float[] c, int c0, int cStride) {
    FloatVector c0a = FloatVector.zero(FLOAT);
    FloatVector c0b = c0a;
    for (int k = 0; k < depth; k++) {
      FloatVector ba = FloatVector.fromArray(FLOAT, b, b0 + k * WIDTH);
      FloatVector bb = FloatVector.fromArray(FLOAT, b, b0 + k * WIDTH + LANES);
      FloatVector x0 = FloatVector.broadcast(FLOAT, a[a0 + k]);
      c0a = x0.fma(ba, c0a);
      c0b = x0.fma(bb, c0b);
    }
    int r0 = c0;
    FloatVector.fromArray(FLOAT, c, r0).add(c0a).intoArray(c, r0);
    FloatVector.fromArray(FLOAT, c, r0 + LANES).add(c0b).intoArray(c, r0 + LANES);
  }

  static void packed12(
      float[] a, int a0, float[] b, int b0, int depth, float[] c, int c0, int cStride) {
    FloatVector c0a = FloatVector.zero(FLOAT);
    FloatVector c0b = c0a;
    FloatVector c1a = FloatVector.zero(FLOAT);
    FloatVector c1b = c1a;
    FloatVector c2a = FloatVector.zero(FLOAT);
    FloatVector c2b = c2a;
    FloatVector c3a = FloatVector.zero(FLOAT);
    FloatVector c3b = c3a;
    FloatVector c4a = FloatVector.zero(FLOAT);
    FloatVector c4b = c4a;
    FloatVector c5a = FloatVector.zero(FLOAT);
    FloatVector c5b = c5a;
    FloatVector c6a = FloatVector.zero(FLOAT);
    FloatVector c6b = c6a;
    FloatVector c7a = FloatVector.zero(FLOAT);
    FloatVector c7b = c7a;
    FloatVector c8a = FloatVector.zero(FLOAT);
    FloatVector c8b = c8a;
    FloatVector c9a = FloatVector.zero(FLOAT);
    FloatVector c9b = c9a;
    FloatVector c10a = FloatVector.zero(FLOAT);
    FloatVector c10b = c10a;
    FloatVector c11a = FloatVector.zero(FLOAT);
    FloatVector c11b = c11a;
    for (int k = 0; k < depth; k++) {
      FloatVector ba = FloatVector.fromArray(FLOAT, b, b0 + k * WIDTH);
      FloatVector bb = FloatVector.fromArray(FLOAT, b, b0 + k * WIDTH + LANES);
      FloatVector x0 = FloatVector.broadcast(FLOAT, a[a0 + k * 12]);
      c0a = x0.fma(ba, c0a);
      c0b = x0.fma(bb, c0b);
      FloatVector x1 = FloatVector.broadcast(FLOAT, a[a0 + k * 12 + 1]);
      c1a = x1.fma(ba, c1a);
      c1b = x1.fma(bb, c1b);
      FloatVector x2 = FloatVector.broadcast(FLOAT, a[a0 + k * 12 + 2]);
      c2a = x2.fma(ba, c2a);
      c2b = x2.fma(bb, c2b);
      FloatVector x3 = FloatVector.broadcast(FLOAT, a[a0 + k * 12 + 3]);
      c3a = x3.fma(ba, c3a);
      c3b = x3.fma(bb, c3b);
      FloatVector x4 = FloatVector.broadcast(FLOAT, a[a0 + k * 12 + 4]);
      c4a = x4.fma(ba, c4a);
      c4b = x4.fma(bb, c4b);
      FloatVector x5 = FloatVector.broadcast(FLOAT, a[a0 + k * 12 + 5]);
      c5a = x5.fma(ba, c5a);
      c5b = x5.fma(bb, c5b);
      FloatVector x6 = FloatVector.broadcast(FLOAT, a[a0 + k * 12 + 6]);
      c6a = x6.fma(ba, c6a);
      c6b = x6.fma(bb, c6b);
      FloatVector x7 = FloatVector.broadcast(FLOAT, a[a0 + k * 12 + 7]);
      c7a = x7.fma(ba, c7a);
      c7b = x7.fma(bb, c7b);
      FloatVector x8 = FloatVector.broadcast(FLOAT, a[a0 + k * 12 + 8]);
      c8a = x8.fma(ba, c8a);
      c8b = x8.fma(bb, c8b);
      FloatVector x9 = FloatVector.broadcast(FLOAT, a[a0 + k * 12 + 9]);
      c9a = x9.fma(ba, c9a);
      c9b = x9.fma(bb, c9b);
      FloatVector x10 = FloatVector.broadcast(FLOAT, a[a0 + k * 12 + 10]);
      c10a = x10.fma(ba, c10a);
      c10b = x10.fma(bb, c10b);
      FloatVector x11 = FloatVector.broadcast(FLOAT, a[a0 + k * 12 + 11]);
      c11a = x11.fma(ba, c11a);
      c11b = x11.fma(bb, c11b);
    }
    int r0 = c0;
    FloatVector.fromArray(FLOAT, c, r0).add(c0a).intoArray(c, r0);
    FloatVector.fromArray(FLOAT, c, r0 + LANES).add(c0b).intoArray(c, r0 + LANES);
    int r1 = r0 + cStride;
    FloatVector.fromArray(FLOAT, c, r1).add(c1a).intoArray(c, r1);
    FloatVector.fromArray(FLOAT, c, r1 + LANES).add(c1b).intoArray(c, r1 + LANES);
    int r2 = r1 + cStride;
    FloatVector.fromArray(FLOAT, c, r2).add(c2a).intoArray(c, r2);
    FloatVector.fromArray(FLOAT, c, r2 + LANES).add(c2b).intoArray(c, r2 + LANES);
    int r3 = r2 + cStride;
    FloatVector.fromArray(FLOAT, c, r3).add(c3a).intoArray(c, r3);
    FloatVector.fromArray(FLOAT, c, r3 + LANES).add(c3b).intoArray(c, r3 + LANES);
    int r4 = r3 + cStride;
    FloatVector.fromArray(FLOAT, c, r4).add(c4a).intoArray(c, r4);
    FloatVector.fromArray(FLOAT, c, r4 + LANES).add(c4b).intoArray(c, r4 + LANES);
    int r5 = r4 + cStride;
    FloatVector.fromArray(FLOAT, c, r5).add(c5a).intoArray(c, r5);
    FloatVector.fromArray(FLOAT, c, r5 + LANES).add(c5b).intoArray(c, r5 + LANES);
    int r6 = r5 + cStride;
    FloatVector.fromArray(FLOAT, c, r6).add(c6a).intoArray(c, r6);
    FloatVector.fromArray(FLOAT, c, r6 + LANES).add(c6b).intoArray(c, r6 + LANES);
    int r7 = r6 + cStride;
    FloatVector.fromArray(FLOAT, c, r7).add(c7a).intoArray(c, r7);
    FloatVector.fromArray(FLOAT, c, r7 + LANES).add(c7b).intoArray(c, r7 + LANES);
    int r8 = r7 + cStride;
    FloatVector.fromArray(FLOAT, c, r8).add(c8a).intoArray(c, r8);
    FloatVector.fromArray(FLOAT, c, r8 + LANES).add(c8b).intoArray(c, r8 + LANES);
    int r9 = r8 + cStride;
    FloatVector.fromArray(FLOAT, c, r9).add(c9a).intoArray(c, r9);
    FloatVector.fromArray(FLOAT, c, r9 + LANES).add(c9b).intoArray(c, r9 + LANES);
    int r10 = r9 + cStride;
    FloatVector.fromArray(FLOAT, c, r10).add(c10a).intoArray(c, r10);
    FloatVector.fromArray(FLOAT, c, r10 + LANES).add(c10b).intoArray(c, r10 + LANES);
    int r11 = r10 + cStride;
    FloatVector.fromArray(FLOAT, c, r11).add(c11a).intoArray(c, r11);
    FloatVector.fromArray(FLOAT, c, r11 + LANES).add(c11b).intoArray(c, r11 + LANES);
  }

  static void packed4(
      float[] a, int a0, float[] b, int b0, int depth, float[] c, int c0, int cStride) {
    FloatVector c0a = FloatVector.zero(FLOAT);
    FloatVector c0b = c0a;
    FloatVector c1a = FloatVector.zero(FLOAT);
    FloatVector c1b = c1a;
    FloatVector c2a = FloatVector.zero(FLOAT);
    FloatVector c2b = c2a;
    FloatVector c3a = FloatVector.zero(FLOAT);
    FloatVector c3b = c3a;
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
    int r0 = c0;
    FloatVector.fromArray(FLOAT, c, r0).add(c0a).intoArray(c, r0);
    FloatVector.fromArray(FLOAT, c, r0 + LANES).add(c0b).intoArray(c, r0 + LANES);
    int r1 = r0 + cStride;
    FloatVector.fromArray(FLOAT, c, r1).add(c1a).intoArray(c, r1);
    FloatVector.fromArray(FLOAT, c, r1 + LANES).add(c1b).intoArray(c, r1 + LANES);
    int r2 = r1 + cStride;
    FloatVector.fromArray(FLOAT, c, r2).add(c2a).intoArray(c, r2);
    FloatVector.fromArray(FLOAT, c, r2 + LANES).add(c2b).intoArray(c, r2 + LANES);
    int r3 = r2 + cStride;
    FloatVector.fromArray(FLOAT, c, r3).add(c3a).intoArray(c, r3);
    FloatVector.fromArray(FLOAT, c, r3 + LANES).add(c3b).intoArray(c, r3 + LANES);
  }

  static void packed1(
      float[] a, int a0, float[] b, int b0, int depth, float[] c, int c0, int cStride) {
    FloatVector c0a = FloatVector.zero(FLOAT);
    FloatVector c0b = c0a;
    for (int k = 0; k < depth; k++) {
      FloatVector ba = FloatVector.fromArray(FLOAT, b, b0 + k * WIDTH);
      FloatVector bb = FloatVector.fromArray(FLOAT, b, b0 + k * WIDTH + LANES);
      FloatVector x0 = FloatVector.broadcast(FLOAT, a[a0 + k * 1]);
      c0a = x0.fma(ba, c0a);
      c0b = x0.fma(bb, c0b);
    }
    int r0 = c0;
    FloatVector.fromArray(FLOAT, c, r0).add(c0a).intoArray(c, r0);
    FloatVector.fromArray(FLOAT, c, r0 + LANES).add(c0b).intoArray(c, r0 + LANES);
  }
}
