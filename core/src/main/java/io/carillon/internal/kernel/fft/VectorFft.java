package io.carillon.internal.kernel.fft;

import static io.carillon.internal.kernel.vector.VectorWidth.FLOAT;
import static io.carillon.internal.kernel.vector.VectorWidth.LANES;

import io.carillon.internal.kernel.vector.VectorRows;
import jdk.incubator.vector.FloatVector;

/**
 * SIMD passes of radix 4. With c the root of a node and d that of its first child, d² = c and the
 * second child has the root i d:
 *
 * <pre>
 *   a0 = x0 + c x2, a2 = x0 − c x2, a1 = x1 + c x3, a3 = x1 − c x3
 *   y0 = a0 + d a1, y1 = a0 − d a1, y2 = a2 + i d a3, y3 = a2 − i d a3
 * </pre>
 *
 * <p>Short loops are unrolled, so that their methods have more than 325 bytes of code and the
 * compiler leaves them on their own: where it inlines one into the recursion of {@link
 * FftTransform}, it runs out of nodes half-way and puts every vector on the heap.
 */
final class VectorFft implements FftPasses {
  @Override
  public int lanes() {
    return LANES;
  }

  @Override
  public void copyRows(
      float[] from, int offset, int stride, int width, int rows, float[] to, int at) {
    VectorRows.load(from, offset, stride, width, rows, to, at);
  }

  @Override
  public void storeRows(
      float[] from, int at, int width, int rows, float[] to, int offset, int stride) {
    for (int k = 0; k < rows; k++) {
      VectorRows.unpack(from, at + k * LANES, width, to, offset + k * stride);
    }
  }

  @Override
  public void addRows(
      float[] from, int at, int width, int rows, float[] to, int offset, int stride) {
    VectorRows.add(from, at, width, rows, to, offset, stride);
  }

  @Override
  public void split(FftTwiddles twiddles, int node, int points, float[] data, int re, int im) {
    splitNodes(twiddles.re(), twiddles.im(), node, 1, points / 4, data, re, im);
  }

  @Override
  public void splitDown(FftTwiddles twiddles, int node, int points, float[] data, int re, int im) {
    int count = points;
    int first = node;
    int nodes = 1;
    if (Integer.numberOfTrailingZeros(points) % 2 == 1) {
      split2(twiddles.re()[node], twiddles.im()[node], points / 2, data, re, im);
      count /= 2;
      first *= 2;
      nodes *= 2;
    }
    for (; count >= 4; count /= 4, first *= 4, nodes *= 4) {
      splitNodes(twiddles.re(), twiddles.im(), first, nodes, count / 4, data, re, im);
    }
  }

  @Override
  public void join(FftTwiddles twiddles, int node, int points, float[] data, int re, int im) {
    joinNodes(twiddles.re(), twiddles.im(), node, 1, points / 4, data, re, im);
  }

  @Override
  public void joinUp(FftTwiddles twiddles, int node, int points, float[] data, int re, int im) {
    int odd = Integer.numberOfTrailingZeros(points) % 2;
    for (int count = 4; count <= points >> odd; count *= 4) {
      int nodes = points / count;
      joinNodes(twiddles.re(), twiddles.im(), node * nodes, nodes, count / 4, data, re, im);
    }
    if (odd == 1) {
      join2(twiddles.re()[node], twiddles.im()[node], points / 2, data, re, im);
    }
  }

  private static void splitNodes(
      float[] rootsRe,
      float[] rootsIm,
      int first,
      int nodes,
      int quarter,
      float[] data,
      int re,
      int im) {
    int step = quarter * LANES;
    for (int b = 0; b < nodes; b++) {
      int node = first + b;
      split4(
          rootsRe[node],
          rootsIm[node],
          rootsRe[2 * node],
          rootsIm[2 * node],
          step,
          data,
          re + 4 * b * step,
          im + 4 * b * step);
    }
  }

  private static void split4(
      float cRe, float cIm, float dRe, float dIm, int step, float[] data, int re, int im) {
    FloatVector cr = FloatVector.broadcast(FLOAT, cRe);
    FloatVector ci = FloatVector.broadcast(FLOAT, cIm);
    FloatVector nci = FloatVector.broadcast(FLOAT, -cIm);
    FloatVector dr = FloatVector.broadcast(FLOAT, dRe);
    FloatVector di = FloatVector.broadcast(FLOAT, dIm);
    FloatVector ndi = FloatVector.broadcast(FLOAT, -dIm);
    for (int j = 0; j < step; j += LANES) {
      int r = re + j;
      int i = im + j;
      FloatVector x2r = load(data, r + 2 * step);
      FloatVector x2i = load(data, i + 2 * step);
      FloatVector t2r = x2i.fma(nci, x2r.mul(cr));
      FloatVector t2i = x2i.fma(cr, x2r.mul(ci));
      FloatVector x3r = load(data, r + 3 * step);
      FloatVector x3i = load(data, i + 3 * step);
      FloatVector t3r = x3i.fma(nci, x3r.mul(cr));
      FloatVector t3i = x3i.fma(cr, x3r.mul(ci));
      FloatVector x0r = load(data, r);
      FloatVector x0i = load(data, i);
      FloatVector x1r = load(data, r + step);
      FloatVector x1i = load(data, i + step);
      FloatVector a1r = x1r.add(t3r);
      FloatVector a1i = x1i.add(t3i);
      FloatVector a3r = x1r.sub(t3r);
      FloatVector a3i = x1i.sub(t3i);
      FloatVector a0r = x0r.add(t2r);
      FloatVector a0i = x0i.add(t2i);
      FloatVector a2r = x0r.sub(t2r);
      FloatVector a2i = x0i.sub(t2i);
      FloatVector pr = a1i.fma(ndi, a1r.mul(dr));
      FloatVector pi = a1i.fma(dr, a1r.mul(di));
      FloatVector qr = a3i.fma(ndi, a3r.mul(dr));
      FloatVector qi = a3i.fma(dr, a3r.mul(di));
      a0r.add(pr).intoArray(data, r);
      a0i.add(pi).intoArray(data, i);
      a0r.sub(pr).intoArray(data, r + step);
      a0i.sub(pi).intoArray(data, i + step);
      a2r.sub(qi).intoArray(data, r + 2 * step);
      a2i.add(qr).intoArray(data, i + 2 * step);
      a2r.add(qi).intoArray(data, r + 3 * step);
      a2i.sub(qr).intoArray(data, i + 3 * step);
    }
  }

  private static void joinNodes(
      float[] rootsRe,
      float[] rootsIm,
      int first,
      int nodes,
      int quarter,
      float[] data,
      int re,
      int im) {
    int step = quarter * LANES;
    for (int b = 0; b < nodes; b++) {
      int node = first + b;
      join4(
          rootsRe[node],
          rootsIm[node],
          rootsRe[2 * node],
          rootsIm[2 * node],
          step,
          data,
          re + 4 * b * step,
          im + 4 * b * step);
    }
  }

  private static void join4(
      float cRe, float cIm, float dRe, float dIm, int step, float[] data, int re, int im) {
    FloatVector cr = FloatVector.broadcast(FLOAT, cRe);
    FloatVector ci = FloatVector.broadcast(FLOAT, cIm);
    FloatVector nci = FloatVector.broadcast(FLOAT, -cIm);
    FloatVector dr = FloatVector.broadcast(FLOAT, dRe);
    FloatVector di = FloatVector.broadcast(FLOAT, dIm);
    FloatVector ndi = FloatVector.broadcast(FLOAT, -dIm);
    for (int j = 0; j < step; j += LANES) {
      int r = re + j;
      int i = im + j;
      FloatVector y0r = load(data, r);
      FloatVector y0i = load(data, i);
      FloatVector y1r = load(data, r + step);
      FloatVector y1i = load(data, i + step);
      FloatVector a0r = y0r.add(y1r);
      FloatVector a0i = y0i.add(y1i);
      FloatVector pr = y0r.sub(y1r);
      FloatVector pi = y0i.sub(y1i);
      FloatVector a1r = pi.fma(di, pr.mul(dr));
      FloatVector a1i = pi.fma(dr, pr.mul(ndi));
      FloatVector y2r = load(data, r + 2 * step);
      FloatVector y2i = load(data, i + 2 * step);
      FloatVector y3r = load(data, r + 3 * step);
      FloatVector y3i = load(data, i + 3 * step);
      FloatVector a2r = y2r.add(y3r);
      FloatVector a2i = y2i.add(y3i);
      // (y2 − y3) / i, so that the same root d serves both children.
      FloatVector qr = y2i.sub(y3i);
      FloatVector qi = y3r.sub(y2r);
      FloatVector a3r = qi.fma(di, qr.mul(dr));
      FloatVector a3i = qi.fma(dr, qr.mul(ndi));
      FloatVector ur = a0r.sub(a2r);
      FloatVector ui = a0i.sub(a2i);
      FloatVector vr = a1r.sub(a3r);
      FloatVector vi = a1i.sub(a3i);
      a0r.add(a2r).intoArray(data, r);
      a0i.add(a2i).intoArray(data, i);
      a1r.add(a3r).intoArray(data, r + step);
      a1i.add(a3i).intoArray(data, i + step);
      ui.fma(ci, ur.mul(cr)).intoArray(data, r + 2 * step);
      ui.fma(cr, ur.mul(nci)).intoArray(data, i + 2 * step);
      vi.fma(ci, vr.mul(cr)).intoArray(data, r + 3 * step);
      vi.fma(cr, vr.mul(nci)).intoArray(data, i + 3 * step);
    }
  }

  private static void split2(float cRe, float cIm, int half, float[] data, int re, int im) {
    FloatVector cr = FloatVector.broadcast(FLOAT, cRe);
    FloatVector ci = FloatVector.broadcast(FLOAT, cIm);
    FloatVector nci = FloatVector.broadcast(FLOAT, -cIm);
    int step = half * LANES;
    for (int j = 0; j < step; j += 2 * LANES) {
      int r = re + j;
      int i = im + j;
      FloatVector hr0 = load(data, r + step);
      FloatVector hi0 = load(data, i + step);
      FloatVector tr0 = hi0.fma(nci, hr0.mul(cr));
      FloatVector ti0 = hi0.fma(cr, hr0.mul(ci));
      FloatVector lr0 = load(data, r);
      FloatVector li0 = load(data, i);
      lr0.add(tr0).intoArray(data, r);
      li0.add(ti0).intoArray(data, i);
      lr0.sub(tr0).intoArray(data, r + step);
      li0.sub(ti0).intoArray(data, i + step);
      FloatVector hr1 = load(data, r + step + LANES);
      FloatVector hi1 = load(data, i + step + LANES);
      FloatVector tr1 = hi1.fma(nci, hr1.mul(cr));
      FloatVector ti1 = hi1.fma(cr, hr1.mul(ci));
      FloatVector lr1 = load(data, r + LANES);
      FloatVector li1 = load(data, i + LANES);
      lr1.add(tr1).intoArray(data, r + LANES);
      li1.add(ti1).intoArray(data, i + LANES);
      lr1.sub(tr1).intoArray(data, r + step + LANES);
      li1.sub(ti1).intoArray(data, i + step + LANES);
    }
  }

  private static void join2(float cRe, float cIm, int half, float[] data, int re, int im) {
    FloatVector cr = FloatVector.broadcast(FLOAT, cRe);
    FloatVector ci = FloatVector.broadcast(FLOAT, cIm);
    FloatVector nci = FloatVector.broadcast(FLOAT, -cIm);
    int step = half * LANES;
    for (int j = 0; j < step; j += 2 * LANES) {
      int r = re + j;
      int i = im + j;
      FloatVector lr0 = load(data, r);
      FloatVector li0 = load(data, i);
      FloatVector hr0 = load(data, r + step);
      FloatVector hi0 = load(data, i + step);
      FloatVector dr0 = lr0.sub(hr0);
      FloatVector di0 = li0.sub(hi0);
      lr0.add(hr0).intoArray(data, r);
      li0.add(hi0).intoArray(data, i);
      di0.fma(ci, dr0.mul(cr)).intoArray(data, r + step);
      di0.fma(cr, dr0.mul(nci)).intoArray(data, i + step);
      FloatVector lr1 = load(data, r + LANES);
      FloatVector li1 = load(data, i + LANES);
      FloatVector hr1 = load(data, r + step + LANES);
      FloatVector hi1 = load(data, i + step + LANES);
      FloatVector dr1 = lr1.sub(hr1);
      FloatVector di1 = li1.sub(hi1);
      lr1.add(hr1).intoArray(data, r + LANES);
      li1.add(hi1).intoArray(data, i + LANES);
      di1.fma(ci, dr1.mul(cr)).intoArray(data, r + step + LANES);
      di1.fma(cr, dr1.mul(nci)).intoArray(data, i + step + LANES);
    }
  }

  @Override
  public void multiply(int count, float[] data, int re, int im, float[] factor, int fRe, int fIm) {
    for (int j = 0; j < count; j += 4 * LANES) {
      int j0 = j;
      FloatVector xr0 = load(data, re + j0);
      FloatVector xi0 = load(data, im + j0);
      FloatVector kr0 = load(factor, fRe + j0);
      FloatVector ki0 = load(factor, fIm + j0);
      xr0.mul(kr0).sub(xi0.mul(ki0)).intoArray(data, re + j0);
      xr0.fma(ki0, xi0.mul(kr0)).intoArray(data, im + j0);
      int j1 = j + LANES;
      FloatVector xr1 = load(data, re + j1);
      FloatVector xi1 = load(data, im + j1);
      FloatVector kr1 = load(factor, fRe + j1);
      FloatVector ki1 = load(factor, fIm + j1);
      xr1.mul(kr1).sub(xi1.mul(ki1)).intoArray(data, re + j1);
      xr1.fma(ki1, xi1.mul(kr1)).intoArray(data, im + j1);
      int j2 = j + 2 * LANES;
      FloatVector xr2 = load(data, re + j2);
      FloatVector xi2 = load(data, im + j2);
      FloatVector kr2 = load(factor, fRe + j2);
      FloatVector ki2 = load(factor, fIm + j2);
      xr2.mul(kr2).sub(xi2.mul(ki2)).intoArray(data, re + j2);
      xr2.fma(ki2, xi2.mul(kr2)).intoArray(data, im + j2);
      int j3 = j + 3 * LANES;
      FloatVector xr3 = load(data, re + j3);
      FloatVector xi3 = load(data, im + j3);
      FloatVector kr3 = load(factor, fRe + j3);
      FloatVector ki3 = load(factor, fIm + j3);
      xr3.mul(kr3).sub(xi3.mul(ki3)).intoArray(data, re + j3);
      xr3.fma(ki3, xi3.mul(kr3)).intoArray(data, im + j3);
    }
  }

  @Override
  public void multiplyConjugate(
      int count, float[] data, int re, int im, float[] factor, int fRe, int fIm) {
    for (int j = 0; j < count; j += 4 * LANES) {
      int j0 = j;
      FloatVector xr0 = load(data, re + j0);
      FloatVector xi0 = load(data, im + j0);
      FloatVector kr0 = load(factor, fRe + j0);
      FloatVector ki0 = load(factor, fIm + j0);
      xr0.fma(kr0, xi0.mul(ki0)).intoArray(data, re + j0);
      xi0.mul(kr0).sub(xr0.mul(ki0)).intoArray(data, im + j0);
      int j1 = j + LANES;
      FloatVector xr1 = load(data, re + j1);
      FloatVector xi1 = load(data, im + j1);
      FloatVector kr1 = load(factor, fRe + j1);
      FloatVector ki1 = load(factor, fIm + j1);
      xr1.fma(kr1, xi1.mul(ki1)).intoArray(data, re + j1);
      xi1.mul(kr1).sub(xr1.mul(ki1)).intoArray(data, im + j1);
      int j2 = j + 2 * LANES;
      FloatVector xr2 = load(data, re + j2);
      FloatVector xi2 = load(data, im + j2);
      FloatVector kr2 = load(factor, fRe + j2);
      FloatVector ki2 = load(factor, fIm + j2);
      xr2.fma(kr2, xi2.mul(ki2)).intoArray(data, re + j2);
      xi2.mul(kr2).sub(xr2.mul(ki2)).intoArray(data, im + j2);
      int j3 = j + 3 * LANES;
      FloatVector xr3 = load(data, re + j3);
      FloatVector xi3 = load(data, im + j3);
      FloatVector kr3 = load(factor, fRe + j3);
      FloatVector ki3 = load(factor, fIm + j3);
      xr3.fma(kr3, xi3.mul(ki3)).intoArray(data, re + j3);
      xi3.mul(kr3).sub(xr3.mul(ki3)).intoArray(data, im + j3);
    }
  }

  @Override
  public void addCorrelation(
      int count,
      float[] sum,
      int sRe,
      int sIm,
      float[] g,
      int gRe,
      int gIm,
      float[] u,
      int uRe,
      int uIm) {
    for (int j = 0; j < count; j += 4 * LANES) {
      int j0 = j;
      FloatVector gr0 = load(g, gRe + j0);
      FloatVector gi0 = load(g, gIm + j0);
      FloatVector ur0 = load(u, uRe + j0);
      FloatVector ui0 = load(u, uIm + j0);
      gi0.fma(ui0, gr0.fma(ur0, load(sum, sRe + j0))).intoArray(sum, sRe + j0);
      gi0.fma(ur0, load(sum, sIm + j0)).sub(gr0.mul(ui0)).intoArray(sum, sIm + j0);
      int j1 = j + LANES;
      FloatVector gr1 = load(g, gRe + j1);
      FloatVector gi1 = load(g, gIm + j1);
      FloatVector ur1 = load(u, uRe + j1);
      FloatVector ui1 = load(u, uIm + j1);
      gi1.fma(ui1, gr1.fma(ur1, load(sum, sRe + j1))).intoArray(sum, sRe + j1);
      gi1.fma(ur1, load(sum, sIm + j1)).sub(gr1.mul(ui1)).intoArray(sum, sIm + j1);
      int j2 = j + 2 * LANES;
      FloatVector gr2 = load(g, gRe + j2);
      FloatVector gi2 = load(g, gIm + j2);
      FloatVector ur2 = load(u, uRe + j2);
      FloatVector ui2 = load(u, uIm + j2);
      gi2.fma(ui2, gr2.fma(ur2, load(sum, sRe + j2))).intoArray(sum, sRe + j2);
      gi2.fma(ur2, load(sum, sIm + j2)).sub(gr2.mul(ui2)).intoArray(sum, sIm + j2);
      int j3 = j + 3 * LANES;
      FloatVector gr3 = load(g, gRe + j3);
      FloatVector gi3 = load(g, gIm + j3);
      FloatVector ur3 = load(u, uRe + j3);
      FloatVector ui3 = load(u, uIm + j3);
      gi3.fma(ui3, gr3.fma(ur3, load(sum, sRe + j3))).intoArray(sum, sRe + j3);
      gi3.fma(ur3, load(sum, sIm + j3)).sub(gr3.mul(ui3)).intoArray(sum, sIm + j3);
    }
  }

  private static FloatVector load(float[] data, int at) {
    return FloatVector.fromArray(FLOAT, data, at);
  }
}
