package io.carillon.papers.tasks;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The strokes of pictures with one margin, and how they follow one another. A picture is begun some
 * hundred times before two long paths fit into it, and strokes have few directions: those of whole
 * degrees and of the pixels of one circle. So each is drawn once.
 */
final class PathfinderBrush {
  private final PathfinderSettings settings;
  private final int margin;
  private final Map<Double, GreyPatch> strokes = new ConcurrentHashMap<>();
  private final Map<Double, GreyPatch> surroundings = new ConcurrentHashMap<>();
  private final Map<Double, List<Turn>> turns = new ConcurrentHashMap<>();

  /**
   * A place where the next stroke may end, seen from the pivot.
   *
   * @param rows down from the pivot
   * @param columns to the right of it
   * @param direction the angle of that
   * @param weight cos²(continuity · turn), with the turn from the direction of the last stroke
   */
  record Turn(int rows, int columns, double direction, double weight) {}

  PathfinderBrush(PathfinderSettings settings, int margin) {
    this.settings = settings;
    this.margin = margin;
  }

  PathfinderSettings settings() {
    return settings;
  }

  int margin() {
    return margin;
  }

  /** A stroke from the origin. */
  GreyPatch stroke(double direction) {
    return strokes.computeIfAbsent(direction, angle -> draw(angle, 0));
  }

  /** What must be free about a stroke from the origin. */
  GreyPatch surroundings(double direction) {
    return surroundings.computeIfAbsent(direction, angle -> draw(angle, margin));
  }

  private GreyPatch draw(double direction, int grow) {
    return GreyPatch.stroke(
        direction, settings.paddle(), settings.thickness(), grow, settings.antialias());
  }

  /**
   * The pixels of the circle of radius length + margin about a pivot at which a stroke may end that
   * follows one of direction {@code angle}; coordinates are rounded up.
   */
  List<Turn> turns(double angle) {
    return turns.computeIfAbsent(angle, this::findTurns);
  }

  private List<Turn> findTurns(double angle) {
    int radius = settings.paddle() + margin;
    int steps = (int) Math.ceil(8 * Math.PI * radius);
    Set<List<Integer>> seen = new LinkedHashSet<>();
    List<Turn> found = new ArrayList<>();
    for (int k = 0; k < steps; k++) {
      double around = 2 * Math.PI * k / steps;
      int rows = (int) Math.ceil(radius * StrictMath.sin(around));
      int columns = (int) Math.ceil(radius * StrictMath.cos(around));
      double direction = StrictMath.atan2(rows, columns);
      double turn = Math.abs(Math.IEEEremainder(direction - angle, 2 * Math.PI));
      double bend = StrictMath.cos(Math.min(settings.continuity() * turn, Math.PI / 2));
      if (seen.add(List.of(rows, columns)) && bend * bend > 1e-9) {
        found.add(new Turn(rows, columns, direction, bend * bend));
      }
    }
    return found;
  }
}
