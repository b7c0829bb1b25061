package io.carillon.internal.kernel.vector;

import static io.carillon.internal.kernel.vector.VectorWidth.FLOAT;
import static io.carillon.internal.kernel.vector.VectorWidth.LANES;

import io.carillon.internal.kernel.Scratch;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Copies between rows of the caller's arrays and packed scratch rows of one vector each. The last
 * block of channels may be narrower than a vector: its missing lanes are zero in scratch, and
 * nothing outside the range is read or written.
 */
public final class VectorRows {
  /** Below this size a number is cut to zero where it would stay: subnormals are very slow. */
  static final float TINY = 1e-30f;

  private VectorRows() {}

  static FloatVector cut(FloatVector x) {
    return x.blend(0f, x.abs().compare(VectorOperators.LT, TINY));
  }

  /**
   * The sum of the lanes, in an order of our own: that of {@code reduceLanes} is another one before
   * and after compilation, which would change results from run to run.
   *
   * @param s from {@link Scratch#floats}, a vector of it is overwritten
   */
  static float sum(FloatVector x, float[] s) {
    int end = Scratch.START + LANES;
    x.intoArray(s, Scratch.START);
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    for (int i = Scratch.START; i < end; i += 4) {
      a += s[i];
      b += s[i + 1];
      c += s[i + 2];
      d += s[i + 3];
    }
    return a + b + (c + d);
  }

  static void pack(float[] from, int offset, int width, float[] to, int at) {
    if (width == LANES) {
      FloatVector.fromArray(FLOAT, from, offset).intoArray(to, at);
    } else {
      System.arraycopy(from, offset, to, at, width);
      Arrays.fill(to, at + width, at + LANES, 0f);
    }
  }

  public static void unpack(float[] from, int at, int width, float[] to, int offset) {
    if (width == LANES) {
      FloatVector.fromArray(FLOAT, from, at).intoArray(to, offset);
    } else {
      System.arraycopy(from, at, to, offset, width);
    }
  }

  static void zero(float[] to, int at, int rows) {
    Arrays.fill(to, at, at + rows * LANES, 0f);
  }

  public static void load(
      float[] from, int offset, int stride, int width, int rows, float[] to, int at) {
    if (width == LANES) {
      for (int k = 0; k < rows; k++) {
        FloatVector.fromArray(FLOAT, from, offset + k * stride).intoArray(to, at + k * LANES);
      }
    } else {
      for (int k = 0; k < rows; k++) {
        pack(from, offset + k * stride, width, to, at + k * LANES);
      }
    }
  }

  /** {@link #load} with tiny values cut to zero. */
  static void loadCut(
      float[] from, int offset, int stride, int width, int rows, float[] to, int at) {
    if (width < LANES) {
      load(from, offset, stride, width, rows, to, at);
      for (int k = 0; k < rows; k++) {
        cut(FloatVector.fromArray(FLOAT, to, at + k * LANES)).intoArray(to, at + k * LANES);
      }
      return;
    }
    for (int k = 0; k < rows; k++) {
      cut(FloatVector.fromArray(FLOAT, from, offset + k * stride)).intoArray(to, at + k * LANES);
    }
  }

  /** Adds packed rows to the caller's. */
  public static void add(
      float[] from, int at, int width, int rows, float[] to, int offset, int stride) {
    if (width == LANES) {
      for (int k = 0; k < rows; k++) {
        int target = offset + k * stride;
        FloatVector.fromArray(FLOAT, from, at + k * LANES)
            .add(FloatVector.fromArray(FLOAT, to, target))
            .intoArray(to, target);
      }
    } else {
      for (int k = 0; k < rows; k++) {
        for (int i = 0; i < width; i++) {
          to[offset + k * stride + i] += from[at + k * LANES + i];
        }
      }
    }
  }
}
