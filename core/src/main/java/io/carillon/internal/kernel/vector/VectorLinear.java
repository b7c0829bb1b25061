package io.carillon.internal.kernel.vector;

import static io.carillon.internal.kernel.vector.VectorTiles.WIDTH;
import static io.carillon.internal.kernel.vector.VectorWidth.FLOAT;
import static io.carillon.internal.kernel.vector.VectorWidth.LANES;

import io.carillon.internal.kernel.Scratch;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * SIMD matrix products of the linear layers. The right-hand side is packed into panels of {@link
 * VectorTiles#WIDTH} columns, {@link #DEPTH} terms of the sum at a time, so that a panel stays in
 * the first cache while all rows pass. The order of every sum depends on its length only.
 */
final class VectorLinear {
  /** Terms that are summed before the result goes back to memory. */
  private static final int DEPTH = 256;

  /** Panels that are packed before the rows pass: half a megabyte, a part of the second cache. */
  private static final int GROUP = (1 << 17) / (DEPTH * WIDTH);

  /** Rows of the tallest tile; machines with vectors below 512 bits have half the registers. */
  private static final int TALL = LANES >= 16 ? 10 : 4;

  private static final int LOW = 4;

  /** With fewer rows, packing the weights would cost more than the product. */
  private static final int FEW_ROWS = 4;

  /** Room for one tile whose columns do not all exist. */
  private static final int EDGE = Scratch.START;

  private static final int PANELS = EDGE + TALL * WIDTH;

  private VectorLinear() {}

  static void linear(
      Scratch memory,
      float[] x,
      int r0,
      int r1,
      int in,
      float[] weight,
      float[] bias,
      int out,
      float[] y) {
    if (r1 - r0 < FEW_ROWS) {
      dots(memory, x, r0, r1, in, weight, bias, out, y);
      return;
    }
    float[] s = memory.floats(packedGroup(in, out));
    for (int j0 = 0; j0 < out; j0 += GROUP * WIDTH) {
      int j1 = Math.min(out, j0 + GROUP * WIDTH);
      for (int k0 = 0; k0 < in; k0 += DEPTH) {
        int depth = Math.min(DEPTH, in - k0);
        for (int j = j0, at = PANELS; j < j1; j += WIDTH, at += WIDTH * depth) {
          packTransposed(weight, in, k0, depth, j, out, s, at);
        }
        multiplyRows(s, s, PANELS, WIDTH * depth, x, r0, r1, in, k0, depth, bias, j0, j1, out, y);
      }
    }
  }

  /** Floats for the edge and for a group of panels. */
  private static int packedGroup(int terms, int columns) {
    return PANELS + Math.min(GROUP, (columns + WIDTH - 1) / WIDTH) * WIDTH * Math.min(DEPTH, terms);
  }

  static int packedSize(int in, int out) {
    return Math.multiplyExact((out + WIDTH - 1) / WIDTH * WIDTH, in);
  }

  /** The weight in panels [⌈out / WIDTH⌉][in][WIDTH] with zeros for columns that do not exist. */
  static void pack(float[] weight, int in, int out, float[] packed) {
    for (int p = 0; p * WIDTH < out; p++) {
      packTransposed(weight, in, 0, in, p * WIDTH, out, packed, p * WIDTH * in);
    }
  }

  static void linearPacked(
      Scratch memory,
      float[] x,
      int r0,
      int r1,
      int in,
      float[] packed,
      float[] bias,
      int out,
      float[] y) {
    float[] s = memory.floats(PANELS);
    if (r1 - r0 < FEW_ROWS) {
      for (int r = r0; r < r1; r++) {
        start(y, r, 1, bias, 0, out, out);
        multiplyRow(s, packed, x, r * in, in, out, y, r * out);
      }
      return;
    }
    for (int j0 = 0; j0 < out; j0 += GROUP * WIDTH) {
      int j1 = Math.min(out, j0 + GROUP * WIDTH);
      for (int k0 = 0; k0 < in; k0 += DEPTH) {
        int depth = Math.min(DEPTH, in - k0);
        int b0 = j0 * in + k0 * WIDTH;
        multiplyRows(s, packed, b0, WIDTH * in, x, r0, r1, in, k0, depth, bias, j0, j1, out, y);
      }
    }
  }

  /**
   * One row, four panels at a time where there are as many: fewer sums would wait for each other.
   */
  private static void multiplyRow(
      float[] s, float[] packed, float[] x, int a0, int in, int out, float[] y, int c0) {
    int panel = WIDTH * in;
    int column = 0;
    for (; column + 4 * WIDTH <= out; column += 4 * WIDTH) {
      VectorTiles.row1x4(x, a0, packed, column * in, panel, in, y, c0 + column);
    }
    for (; column + WIDTH <= out; column += WIDTH) {
      VectorTiles.rows1(x, a0, in, packed, column * in, in, y, c0 + column, 0);
    }
    if (column < out) {
      // In the same pieces as for many rows, so that the bits are the same.
      for (int k0 = 0; k0 < in; k0 += DEPTH) {
        int depth = Math.min(DEPTH, in - k0);
        clearEdge(s, true);
        VectorTiles.rows1(x, a0 + k0, in, packed, column * in + k0 * WIDTH, depth, s, EDGE, 0);
        addEdge(s, 1, out - column, y, c0 + column, 0);
      }
    }
  }

  static void backwardInput(
      Scratch memory, float[] g, int r0, int r1, int out, float[] weight, int in, float[] gx) {
    float[] s = memory.floats(packedGroup(out, in));
    for (int j0 = 0; j0 < in; j0 += GROUP * WIDTH) {
      int j1 = Math.min(in, j0 + GROUP * WIDTH);
      for (int k0 = 0; k0 < out; k0 += DEPTH) {
        int depth = Math.min(DEPTH, out - k0);
        for (int j = j0, at = PANELS; j < j1; j += WIDTH, at += WIDTH * depth) {
          packPanel(weight, in, k0, depth, j, s, at);
        }
        multiplyRows(s, s, PANELS, WIDTH * depth, g, r0, r1, out, k0, depth, null, j0, j1, in, gx);
      }
    }
  }

  static void backwardWeight(
      Scratch memory,
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
    int panels = (in + WIDTH - 1) / WIDTH;
    int panelSize = WIDTH * Math.min(DEPTH, r1 - r0);
    int left = PANELS + panels * panelSize;
    float[] s = memory.floats(left + TALL * DEPTH + LANES);
    for (int k0 = r0; k0 < r1; k0 += DEPTH) {
      int depth = Math.min(DEPTH, r1 - k0);
      for (int p = 0; p < panels; p++) {
        packPanel(x, in, k0, depth, p * WIDTH, s, PANELS + p * panelSize);
      }
      for (int o = o0; o < o1; ) {
        int height = o1 - o >= TALL ? TALL : o1 - o >= LOW ? LOW : 1;
        packLeft(g, out, k0, depth, o, height, s, left);
        for (int p = 0; p < panels; p++) {
          int column = p * WIDTH;
          boolean edge = in - column < WIDTH;
          float[] c = edge ? s : gWeight;
          int c0 = edge ? EDGE : o * in + column;
          int stride = edge ? WIDTH : in;
          int b0 = PANELS + p * panelSize;
          clearEdge(s, edge);
          switch (height) {
            case 10 -> VectorTiles.packed10(s, left, s, b0, depth, c, c0, stride);
            case 4 -> VectorTiles.packed4(s, left, s, b0, depth, c, c0, stride);
            default -> VectorTiles.packed1(s, left, s, b0, depth, c, c0, stride);
          }
          if (edge) {
            addEdge(s, height, in - column, gWeight, o * in + column, in);
          }
        }
        o += height;
      }
      if (gBias != null) {
        sumRows(g, k0, k0 + depth, out, o0, o1, gBias);
      }
    }
  }

  /**
   * y[r][j] += Σ_k x[r][k0 + k] b[k][j] for columns j0 .. j1−1 and the packed panels of them in b,
   * which lie panelSize apart from b0 on; starts from the bias at k0 = 0. j0 is the first column of
   * a panel, and j1 too or the end.
   */
  private static void multiplyRows(
      float[] s,
      float[] b,
      int b0,
      int panelSize,
      float[] x,
      int r0,
      int r1,
      int in,
      int k0,
      int depth,
      float[] bias,
      int j0,
      int j1,
      int out,
      float[] y) {
    for (int r = r0; r < r1; ) {
      int height = r1 - r >= TALL ? TALL : r1 - r >= LOW ? LOW : 1;
      if (k0 == 0) {
        start(y, r, height, bias, j0, j1, out);
      }
      int a0 = r * in + k0;
      for (int column = j0; column < j1; column += WIDTH) {
        boolean edge = out - column < WIDTH;
        float[] c = edge ? s : y;
        int c0 = edge ? EDGE : r * out + column;
        int stride = edge ? WIDTH : out;
        int panel = b0 + (column - j0) / WIDTH * panelSize;
        clearEdge(s, edge);
        switch (height) {
          case 10 -> VectorTiles.rows10(x, a0, in, b, panel, depth, c, c0, stride);
          case 4 -> VectorTiles.rows4(x, a0, in, b, panel, depth, c, c0, stride);
          default -> VectorTiles.rows1(x, a0, in, b, panel, depth, c, c0, stride);
        }
        if (edge) {
          addEdge(s, height, out - column, y, r * out + column, out);
        }
      }
      r += height;
    }
  }

  /** Columns j0 .. j1−1 of some rows of y [rows][out] become the bias, or 0. */
  private static void start(float[] y, int r, int height, float[] bias, int j0, int j1, int out) {
    for (int i = r; i < r + height; i++) {
      if (bias == null) {
        Arrays.fill(y, i * out + j0, i * out + j1, 0f);
      } else {
        System.arraycopy(bias, j0, y, i * out + j0, j1 - j0);
      }
    }
  }

  private static void clearEdge(float[] s, boolean edge) {
    if (edge) {
      Arrays.fill(s, EDGE, PANELS, 0f);
    }
  }

  private static void addEdge(float[] s, int height, int width, float[] c, int c0, int stride) {
    for (int i = 0; i < height; i++) {
      for (int j = 0; j < width; j++) {
        c[c0 + i * stride + j] += s[EDGE + i * WIDTH + j];
      }
    }
  }

  /** WIDTH columns of rows k0 .. k0+depth−1 of from [rows][columns], zeros beyond the last. */
  private static void packPanel(
      float[] from, int columns, int k0, int depth, int column, float[] s, int at) {
    int existing = columns - column;
    for (int k = 0; k < depth; k++) {
      int source = (k0 + k) * columns + column;
      int target = at + k * WIDTH;
      if (existing >= WIDTH) {
        FloatVector.fromArray(FLOAT, from, source).intoArray(s, target);
        FloatVector.fromArray(FLOAT, from, source + LANES).intoArray(s, target + LANES);
      } else {
        System.arraycopy(from, source, s, target, existing);
        Arrays.fill(s, target + existing, target + WIDTH, 0f);
      }
    }
  }

  /**
   * {@code height} columns, at most a vector, of rows k0 .. k0+depth−1 of g [rows][columns]. Whole
   * vectors are copied: what a row writes too much, the next one overwrites.
   */
  private static void packLeft(
      float[] g, int columns, int k0, int depth, int column, int height, float[] s, int at) {
    int source = k0 * columns + column;
    int target = at;
    int k = 0;
    for (; k < depth && source + LANES <= g.length; k++) {
      FloatVector.fromArray(FLOAT, g, source).intoArray(s, target);
      source += columns;
      target += height;
    }
    for (; k < depth; k++) {
      System.arraycopy(g, source, s, target, height);
      source += columns;
      target += height;
    }
  }

  /** As {@link #packPanel}, of the transpose of weight [out][in]. */
  private static void packTransposed(
      float[] weight, int in, int k0, int depth, int column, int out, float[] s, int at) {
    int existing = Math.min(WIDTH, out - column);
    for (int j = 0; j < existing; j++) {
      int from = (column + j) * in + k0;
      for (int k = 0; k < depth; k++) {
        s[at + k * WIDTH + j] = weight[from + k];
      }
    }
    for (int j = existing; j < WIDTH; j++) {
      for (int k = 0; k < depth; k++) {
        s[at + k * WIDTH + j] = 0f;
      }
    }
  }

  private static void sumRows(float[] g, int from, int to, int out, int o0, int o1, float[] gBias) {
    int o = o0;
    for (; o + LANES <= o1; o += LANES) {
      FloatVector sum = FloatVector.zero(FLOAT);
      for (int r = from; r < to; r++) {
        sum = sum.add(FloatVector.fromArray(FLOAT, g, r * out + o));
      }
      sum.add(FloatVector.fromArray(FLOAT, gBias, o)).intoArray(gBias, o);
    }
    for (; o < o1; o++) {
      float sum = 0;
      for (int r = from; r < to; r++) {
        sum += g[r * out + o];
      }
      gBias[o] += sum;
    }
  }

  /** Few rows: every output is a dot product along the contiguous inputs. */
  private static void dots(
      Scratch memory,
      float[] x,
      int r0,
      int r1,
      int in,
      float[] weight,
      float[] bias,
      int out,
      float[] y) {
    float[] lanes = memory.floats(LANES);
    for (int r = r0; r < r1; r++) {
      for (int o = 0; o < out; o++) {
        float sum = dot(x, r * in, weight, o * in, in, lanes);
        y[r * out + o] = bias == null ? sum : bias[o] + sum;
      }
    }
  }

  private static float dot(float[] a, int a0, float[] b, int b0, int count, float[] lanes) {
    FloatVector first = FloatVector.zero(FLOAT);
    FloatVector second = first;
    int i = 0;
    for (; i + 2 * LANES <= count; i += 2 * LANES) {
      first =
          FloatVector.fromArray(FLOAT, a, a0 + i)
              .fma(FloatVector.fromArray(FLOAT, b, b0 + i), first);
      second =
          FloatVector.fromArray(FLOAT, a, a0 + i + LANES)
              .fma(FloatVector.fromArray(FLOAT, b, b0 + i + LANES), second);
    }
    float sum = VectorRows.sum(first.add(second), lanes);
    for (; i < count; i++) {
      sum += a[a0 + i] * b[b0 + i];
    }
    return sum;
  }
}
