package io.carillon.papers.tasks;

/**
 * A drawn shape in the part of a picture that it covers. Shapes are drawn in black and white at
 * {@code antialias} subpixels per pixel and made smaller by a Lanczos filter with three lobes. Like
 * the official pictures they then are a little brighter than 1 near edges and have a faint rim,
 * which belongs to the shape; what the filter makes negative is cut off after each direction.
 *
 * @param top row of the picture that the first row of the patch lies on
 * @param left column likewise
 * @param values [height][width]
 */
record GreyPatch(int top, int left, int height, int width, float[] values) {
  private static final int LOBES = 3;

  /** Whether a point belongs to a shape; coordinates in subpixels from the shape's own origin. */
  private interface Shape {
    boolean holds(double y, double x);
  }

  /**
   * A straight stroke with square ends, from row 0 and column 0.
   *
   * @param angle direction: (sin, cos) in (y, x)
   * @param length in pixels
   * @param thickness in pixels
   * @param grow pixels by which the stroke is widened to all sides, with round corners
   * @param antialias subpixels per pixel
   */
  static GreyPatch stroke(double angle, int length, double thickness, int grow, int antialias) {
    double sin = StrictMath.sin(angle);
    double cos = StrictMath.cos(angle);
    double end = (double) length * antialias;
    double half = thickness * antialias / 2;
    double far = (double) grow * antialias;
    Shape shape =
        (v, u) -> {
          double along = v * sin + u * cos;
          double across = Math.abs(v * cos - u * sin);
          double beyond = Math.max(0, Math.max(-along, along - end) - 0.5);
          double beside = Math.max(0, across - half);
          return beyond * beyond + beside * beside <= far * far;
        };
    int reach = (int) Math.ceil(thickness) + grow + LOBES;
    int endY = (int) Math.round(length * sin);
    int endX = (int) Math.round(length * cos);
    int top = Math.min(0, endY) - reach;
    int left = Math.min(0, endX) - reach;
    int height = Math.abs(endY) + 2 * reach + 1;
    int width = Math.abs(endX) + 2 * reach + 1;
    return draw(shape, new int[] {top, left, height, width}, antialias);
  }

  /** A filled circle about row 0 and column 0. */
  static GreyPatch disc(double radius, int antialias) {
    double r = radius * antialias;
    int reach = (int) Math.ceil(radius) + LOBES;
    int size = 2 * reach + 1;
    return draw(
        (v, u) -> v * v + u * u <= r * r, new int[] {-reach, -reach, size, size}, antialias);
  }

  /** The same shape so many rows and columns further. */
  GreyPatch moved(int rows, int columns) {
    return new GreyPatch(top + rows, left + columns, height, width, values);
  }

  /** Draws a shape whose origin is the centre of pixel (0, 0) into {top, left, height, width}. */
  private static GreyPatch draw(Shape shape, int[] box, int antialias) {
    int rows = box[2] * antialias;
    int columns = box[3] * antialias;
    float[] fine = new float[rows * columns];
    double shiftY = (box[0] - 0.5) * antialias + 0.5;
    double shiftX = (box[1] - 0.5) * antialias + 0.5;
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        fine[i * columns + j] = shape.holds(i + shiftY, j + shiftX) ? 1 : 0;
      }
    }
    float[] narrow = shrink(fine, rows, columns, 1, columns, antialias);
    float[] small = shrink(narrow, box[3], rows, box[3], 1, antialias);
    return new GreyPatch(box[0], box[1], box[2], box[3], small);
  }

  /**
   * Makes lines of {@code length} values shorter by {@code factor}; the result keeps the order of
   * the axes.
   *
   * @param lines number of lines
   * @param step distance of neighbours within a line
   * @param next distance of the first values of two lines
   */
  private static float[] shrink(
      float[] from, int lines, int length, int step, int next, int factor) {
    int support = LOBES * factor;
    int start = (int) Math.floor(0.5 * factor - support + 0.5);
    int taps = (int) Math.floor(0.5 * factor + support + 0.5) - start;
    double[] weights = new double[taps];
    double total = 0;
    for (int k = 0; k < taps; k++) {
      weights[k] = lanczos((start + k - 0.5 * factor + 0.5) / factor);
      total += weights[k];
    }
    int shorter = length / factor;
    float[] to = new float[lines * shorter];
    for (int line = 0; line < lines; line++) {
      for (int i = 0; i < shorter; i++) {
        double sum = 0;
        for (int k = Math.max(0, -start - i * factor); k < taps; k++) {
          int at = start + i * factor + k;
          if (at >= length) {
            break;
          }
          sum += weights[k] * from[line * next + at * step];
        }
        int target = step == 1 ? line * shorter + i : i * step + line;
        to[target] = (float) Math.max(0, sum / total);
      }
    }
    return to;
  }

  private static double lanczos(double x) {
    if (x == 0) {
      return 1;
    }
    if (Math.abs(x) >= LOBES) {
      return 0;
    }
    double a = Math.PI * x;
    return LOBES * StrictMath.sin(a) * StrictMath.sin(a / LOBES) / (a * a);
  }
}
