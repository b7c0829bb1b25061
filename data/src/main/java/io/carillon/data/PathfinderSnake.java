package io.carillon.data;

import io.carillon.core.SeededRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A path of equal strokes with gaps between them that turns smoothly and keeps off everything drawn
 * before (papers B.7, 2 and 3). It grows stroke by stroke, so that two paths can grow in turns.
 */
final class PathfinderSnake {
  /** Sum of what is there and of a new stroke's surroundings from which on they collide. */
  private static final double COLLISION = 1.8;

  /** Draws of a head for one stroke. */
  private static final int DRAWS = 3;

  private final PathfinderSettings settings;
  private final int margin;
  private final List<GreyPatch> strokes = new ArrayList<>();
  private final int startY;
  private final int startX;
  private int pivotY;
  private int pivotX;
  private double angle;
  private int headY;
  private int headX;

  /** Surroundings of the last stroke, which the next one may touch. */
  private GreyPatch around;

  /** Begins with a stroke from a pixel in a direction. */
  PathfinderSnake(PathfinderSettings settings, int margin, int y, int x, double angle) {
    this.settings = settings;
    this.margin = margin;
    this.startY = y;
    this.startX = x;
    this.angle = angle;
    this.pivotY = moved(y, -margin * StrictMath.sin(angle));
    this.pivotX = moved(x, -margin * StrictMath.cos(angle));
    this.headY = moved(y, settings.paddle() * StrictMath.sin(angle));
    this.headX = moved(x, settings.paddle() * StrictMath.cos(angle));
    this.around = surroundings(settings, margin, angle).moved(y, x);
    strokes.add(stroke(angle).moved(y, x));
  }

  /** Draws it. */
  void drawOn(PathfinderPlane picture) {
    strokes.forEach(stroke -> picture.put(stroke, settings.contrast()));
  }

  /** Row and column of its beginning. */
  int[] start() {
    return new int[] {startY, startX};
  }

  /** Row and column of the end of its last stroke. */
  int[] end() {
    return new int[] {headY, headX};
  }

  /** Marks the surroundings of the last stroke as taken. */
  void close(PathfinderPlane taken) {
    taken.put(around, 1);
  }

  /** Whether a first stroke from a pixel would collide with what is taken. */
  static boolean collides(GreyPatch surroundings, int y, int x, PathfinderPlane taken) {
    return taken.highestWith(surroundings.moved(y, x)) >= COLLISION;
  }

  /** Coordinates that are moved are rounded up. */
  private static int moved(int from, double by) {
    return (int) Math.ceil(from + by);
  }

  /** A stroke from the origin. */
  private GreyPatch stroke(double direction) {
    return GreyPatch.stroke(
        direction, settings.paddle(), settings.thickness(), 0, settings.antialias());
  }

  /** What must be free about a stroke from the origin. */
  static GreyPatch surroundings(PathfinderSettings settings, int margin, double direction) {
    return GreyPatch.stroke(
        direction, settings.paddle(), settings.thickness(), margin, settings.antialias());
  }

  /**
   * Appends a stroke and marks the surroundings of the one before as taken; false if there is no
   * room.
   */
  boolean grow(PathfinderPlane taken, SeededRandom random) {
    double distance = settings.paddle() + 2.0 * margin;
    int y = moved(pivotY, distance * StrictMath.sin(angle));
    int x = moved(pivotX, distance * StrictMath.cos(angle));
    Heads heads = heads(taken, y, x);
    if (heads.total() < 1e-4) {
      return false;
    }
    for (int draw = 0; draw < DRAWS; draw++) {
      int[] head = heads.draw(random);
      double direction = StrictMath.atan2(head[0] - y, head[1] - x);
      double back = direction + Math.PI;
      GreyPatch next = surroundings(settings, margin, back).moved(head[0], head[1]);
      if (taken.highestWith(next) < COLLISION) {
        strokes.add(stroke(back).moved(head[0], head[1]));
        taken.put(around, 1);
        around = next;
        pivotY = y;
        pivotX = x;
        angle = direction;
        headY = head[0];
        headX = head[1];
        return true;
      }
    }
    return false;
  }

  /**
   * Pixels where the next stroke may end, on a circle about the pivot, with weights (1 − taken
   * nearby) cos²(min(continuity · turn, π/2)).
   */
  private Heads heads(PathfinderPlane taken, int y, int x) {
    int radius = settings.paddle() + margin;
    int steps = (int) Math.ceil(4 * Math.PI * radius);
    Heads heads = new Heads(steps);
    double widest = Math.PI / 2 / settings.continuity();
    for (int k = 0; k <= steps; k++) {
      double direction = angle + widest * (2.0 * k / steps - 1);
      int headY = moved(y, radius * StrictMath.sin(direction));
      int headX = moved(x, radius * StrictMath.cos(direction));
      if (taken.holds(headY, headX) && heads.isNew(headY, headX)) {
        double turn =
            Math.abs(
                Math.IEEEremainder(StrictMath.atan2(headY - y, headX - x) - angle, 2 * Math.PI));
        double bend = StrictMath.cos(Math.min(settings.continuity() * turn, Math.PI / 2));
        heads.add(headY, headX, (1 - taken.highestNear(headY, headX, margin)) * bend * bend);
      }
    }
    return heads;
  }

  /** Weighted pixels. */
  private static final class Heads {
    private final int[][] pixels;
    private final double[] weights;
    private int count;

    Heads(int most) {
      pixels = new int[most + 1][];
      weights = new double[most + 1];
    }

    /** Neighbours on a circle come one after the other. */
    boolean isNew(int y, int x) {
      return count == 0 || pixels[count - 1][0] != y || pixels[count - 1][1] != x;
    }

    void add(int y, int x, double weight) {
      pixels[count] = new int[] {y, x};
      weights[count++] = weight;
    }

    double total() {
      return Arrays.stream(weights).sum();
    }

    int[] draw(SeededRandom random) {
      double left = random.uniform() * total();
      int k = 0;
      while (k < count - 1 && left >= weights[k]) {
        left -= weights[k++];
      }
      return pixels[k];
    }
  }
}
