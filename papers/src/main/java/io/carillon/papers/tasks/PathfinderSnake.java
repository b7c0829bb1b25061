package io.carillon.papers.tasks;

import io.carillon.engine.SeededRandom;
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

  /** Sum of the weights of all places below which there is no room. */
  private static final double LEAST_WEIGHT = 1e-4;

  /** Draws of an end for one stroke. */
  private static final int DRAWS = 3;

  private final PathfinderBrush brush;
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
  PathfinderSnake(PathfinderBrush brush, int y, int x, double angle) {
    this.brush = brush;
    this.settings = brush.settings();
    this.margin = brush.margin();
    this.startY = y;
    this.startX = x;
    this.angle = angle;
    this.pivotY = moved(y, -margin * StrictMath.sin(angle));
    this.pivotX = moved(x, -margin * StrictMath.cos(angle));
    this.headY = moved(y, settings.paddle() * StrictMath.sin(angle));
    this.headX = moved(x, settings.paddle() * StrictMath.cos(angle));
    this.around = brush.surroundings(angle).moved(y, x);
    strokes.add(brush.stroke(angle).moved(y, x));
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
    return taken.reaches(COLLISION, surroundings.moved(y, x));
  }

  /** Coordinates that are moved are rounded up. */
  private static int moved(int from, double by) {
    return (int) Math.ceil(from + by);
  }

  /**
   * Appends a stroke and marks the surroundings of the one before as taken; false if there is no
   * room.
   */
  boolean grow(PathfinderPlane taken, SeededRandom random) {
    double distance = settings.paddle() + 2.0 * margin;
    int y = moved(pivotY, distance * StrictMath.sin(angle));
    int x = moved(pivotX, distance * StrictMath.cos(angle));
    List<PathfinderBrush.Turn> turns = brush.turns(angle);
    double[] weights = weights(turns, taken, y, x);
    double total = Arrays.stream(weights).sum();
    if (total < LEAST_WEIGHT) {
      return false;
    }
    for (int draw = 0; draw < DRAWS; draw++) {
      PathfinderBrush.Turn turn = turns.get(draw(weights, random.uniform() * total));
      double back = turn.direction() + Math.PI;
      GreyPatch next = brush.surroundings(back).moved(y + turn.rows(), x + turn.columns());
      if (!taken.reaches(COLLISION, next)) {
        strokes.add(brush.stroke(back).moved(y + turn.rows(), x + turn.columns()));
        headY = y + turn.rows();
        headX = x + turn.columns();
        angle = turn.direction();
        taken.put(around, 1);
        around = next;
        pivotY = y;
        pivotX = x;
        return true;
      }
    }
    return false;
  }

  /** Weights of the places around a pivot: (1 − taken nearby) · weight of the turn. */
  private double[] weights(List<PathfinderBrush.Turn> turns, PathfinderPlane taken, int y, int x) {
    double[] weights = new double[turns.size()];
    for (int k = 0; k < weights.length; k++) {
      PathfinderBrush.Turn turn = turns.get(k);
      double near = taken.highestNear(y + turn.rows(), x + turn.columns(), margin);
      weights[k] = (1 - near) * turn.weight();
    }
    return weights;
  }

  /** The index up to which the weights add up to {@code sum}. */
  private static int draw(double[] weights, double sum) {
    double left = sum;
    int k = 0;
    while (k < weights.length - 1 && left >= weights[k]) {
      left -= weights[k++];
    }
    return k;
  }
}
