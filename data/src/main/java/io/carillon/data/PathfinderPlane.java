package io.carillon.data;

/** A square of grey values from 0 to 1, on which patches are put. */
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
      for (int x = 0; x < side; x++) {
        boolean inside = y >= border && x >= border && y < side - border && x < side - border;
        values[y * side + x] = inside ? 0 : 1;
      }
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

  /** Largest sum of a value here and the patch's there; outside of the plane everything is 1. */
  double highestWith(GreyPatch patch) {
    double highest = 0;
    for (int i = 0; i < patch.height(); i++) {
      for (int j = 0; j < patch.width(); j++) {
        float value = patch.values()[i * patch.width() + j];
        int y = patch.top() + i;
        int x = patch.left() + j;
        highest = Math.max(highest, value + (holds(y, x) ? values[y * side + x] : 1));
      }
    }
    return highest;
  }

  /** Largest value in a disc about a pixel. */
  double highestNear(int y, int x, int radius) {
    double highest = 0;
    for (int dy = -radius; dy <= radius; dy++) {
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
