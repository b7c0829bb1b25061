package io.carillon.papers.tasks;

import java.util.Arrays;

/** A square of grey values from 0, on which patches are put. */
final class PathfinderPlane {
  private final int side;
  private final float[] values;

  /**
   * An empty one.
   *
   * @param border pixels along the edges that are 1
   */
  PathfinderPlane(int side, int border) {
    this.side = side;
    this.values = new float[side * side];
    for (int y = 0; y < side; y++) {
      boolean whole = y < border || y >= side - border;
      Arrays.fill(values, y * side, y * side + (whole ? side : border), 1);
      Arrays.fill(values, (y + 1) * side - border, (y + 1) * side, 1);
    }
  }

  int side() {
    return side;
  }

  /** [side][side] */
  float[] values() {
    return values;
  }

  boolean holds(int y, int x) {
    return y >= 0 && x >= 0 && y < side && x < side;
  }

  /** Every value becomes the larger of itself and the patch's times {@code scale}. */
  void put(GreyPatch patch, double scale) {
    for (int i = 0; i < patch.height(); i++) {
      for (int j = 0; j < patch.width(); j++) {
        int y = patch.top() + i;
        int x = patch.left() + j;
        if (holds(y, x)) {
          float value = (float) (scale * patch.values()[i * patch.width() + j]);
          values[y * side + x] = Math.max(values[y * side + x], value);
        }
      }
    }
  }

  /** Every value becomes the larger of itself and the other plane's. */
  void put(PathfinderPlane other) {
    for (int k = 0; k < values.length; k++) {
      values[k] = Math.max(values[k], other.values[k]);
    }
  }

  /**
   * Whether a value here and the patch's there add up to a limit somewhere; outside of the plane
   * everything is 1.
   */
  boolean reaches(double limit, GreyPatch patch) {
    for (int i = 0; i < patch.height(); i++) {
      for (int j = 0; j < patch.width(); j++) {
        float value = patch.values()[i * patch.width() + j];
        int y = patch.top() + i;
        int x = patch.left() + j;
        if (value + (holds(y, x) ? values[y * side + x] : 1) >= limit) {
          return true;
        }
      }
    }
    return false;
  }

  /** Largest value. */
  double highest() {
    double highest = 0;
    for (float value : values) {
      highest = Math.max(highest, value);
    }
    return highest;
  }

  /** Largest value in a disc about a pixel. */
  double highestNear(int y, int x, int radius) {
    double highest = holds(y, x) ? 0 : 1;
    for (int dy = -radius; highest < 1 && dy <= radius; dy++) {
      for (int dx = -radius; dx <= radius; dx++) {
        if (dy * dy + dx * dx <= radius * radius) {
          boolean inside = holds(y + dy, x + dx);
          highest = Math.max(highest, inside ? values[(y + dy) * side + x + dx] : 1);
        }
      }
    }
    return highest;
  }
}
