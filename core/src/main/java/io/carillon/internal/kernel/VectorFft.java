package io.carillon.internal.kernel;

import static io.carillon.internal.kernel.VectorWidth.FLOAT;
import static io.carillon.internal.kernel.VectorWidth.LANES;

import jdk.incubator.vector.FloatVector;

/**
 * SIMD passes of radix 4. With c the root of a node and d that of its first child, d² = c and the
 * second child has the root i d:
 *
 * <pre>
 *   a0 = x0 + c x2, a2 = x0 − c x2, a1 = x1 + c x3, a3 = x1 − c x3
 *   y0 = a0 + d a1, y1 = a0 − d a1, y2 = a2 + i d a3, y3 = a2 − i d a3
 * </pre>
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
    for (int j = 0; j < step; j += LANES) {
      FloatVector hr = load(data, re + step + j);
      FloatVector hi = load(data, im + step + j);
      FloatVector tr = hi.fma(nci, hr.mul(cr));
      FloatVector ti = hi.fma(cr, hr.mul(ci));
      FloatVector lr = load(data, re + j);
      FloatVector li = load(data, im + j);
      lr.add(tr).intoArray(data, re + j);
      li.add(ti).intoArray(data, im + j);
      lr.sub(tr).intoArray(data, re + step + j);
      li.sub(ti).intoArray(data, im + step + j);
    }
  }

  private static void join2(float cRe, float cIm, int half, float[] data, int re, int im) {
    FloatVector cr = FloatVector.broadcast(FLOAT, cRe);
    FloatVector ci = FloatVector.broadcast(FLOAT, cIm);
    FloatVector nci = FloatVector.broadcast(FLOAT, -cIm);
    int step = half * LANES;
    for (int j = 0; j < step; j += LANES) {
      FloatVector lr = load(data, re + j);
      FloatVector li = load(data, im + j);
      FloatVector hr = load(data, re + step + j);
      FloatVector hi = load(data, im + step + j);
      FloatVector dr = lr.sub(hr);
      FloatVector di = li.sub(hi);
      lr.add(hr).intoArray(data, re + j);
      li.add(hi).intoArray(data, im + j);
      di.fma(ci, dr.mul(cr)).intoArray(data, re + step + j);
      di.fma(cr, dr.mul(nci)).intoArray(data, im + step + j);
    }
  }

  @Override
  public void multiply(int count, float[] data, int re, int im, float[] factor, int fRe, int fIm) {
    for (int j = 0; j < count; j += LANES) {
      FloatVector xr = load(data, re + j);
      FloatVector xi = load(data, im + j);
      FloatVector kr = load(factor, fRe + j);
      FloatVector ki = load(factor, fIm + j);
      xr.mul(kr).sub(xi.mul(ki)).intoArray(data, re + j);
      xr.fma(ki, xi.mul(kr)).intoArray(data, im + j);
    }
  }

  @Override
  public void multiplyConjugate(
      int count, float[] data, int re, int im, float[] factor, int fRe, int fIm) {
    for (int j = 0; j < count; j += LANES) {
      FloatVector xr = load(data, re + j);
      FloatVector xi = load(data, im + j);
      FloatVector kr = load(factor, fRe + j);
      FloatVector ki = load(factor, fIm + j);
      xr.fma(kr, xi.mul(ki)).intoArray(data, re + j);
      xi.mul(kr).sub(xr.mul(ki)).intoArray(data, im + j);
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
    for (int j = 0; j < count; j += LANES) {
      FloatVector gr = load(g, gRe + j);
      FloatVector gi = load(g, gIm + j);
      FloatVector ur = load(u, uRe + j);
      FloatVector ui = load(u, uIm + j);
      gi.fma(ui, gr.fma(ur, load(sum, sRe + j))).intoArray(sum, sRe + j);
      gi.fma(ur, load(sum, sIm + j)).sub(gr.mul(ui)).intoArray(sum, sIm + j);
    }
  }

  private static FloatVector load(float[] data, int at) {
    return FloatVector.fromArray(FLOAT, data, at);
  }
}
