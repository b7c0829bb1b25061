package io.carillon.papers.tasks;

import io.carillon.data.DataException;
import io.carillon.engine.SeededRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * A picture with two long paths among distractors, drawn by the rules of the DLR paper (papers
 * B.7). A circle marks one end of a long path, another the far end of the same path (label 1) or of
 * the other one (label 0); distractors have a circle each, so that circles alone do not tell the
 * ends.
 *
 * @param grey [side][side] row-major, 0 to 255
 * @param classes [side][side] 0 background, 1 long path, 2 the path that connects the circles
 * @param label whether the circles are connected
 * @param tips row and column of the beginnings and the ends: first start, second start, first end,
 *     second end
 */
record PathfinderPicture(byte[] grey, byte[] classes, int label, int[][] tips) {
  /** Attempts to draw both long paths, each from new beginnings. */
  private static final int MOST_ATTEMPTS = 10_000;

  private static final int DISTRACTOR_ATTEMPTS = 5;

  /** Places tried for the beginning of a distractor: fewer than 1 in 100 is free after that. */
  private static final int PLACES = 300;

  /**
   * Draws a picture.
   *
   * @param brushes one for each margin
   */
  static PathfinderPicture draw(List<PathfinderBrush> brushes, SeededRandom random) {
    int label = random.nextInt(2);
    PathfinderBrush brush = brushes.get(random.nextInt(brushes.size()));
    PathfinderSettings settings = brush.settings();
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      PathfinderPlane taken = new PathfinderPlane(settings.side(), 1);
      PathfinderSnake[] paths = paths(brush, taken, random);
      if (paths != null) {
        List<PathfinderSnake> distractors = distractors(brush, taken, random);
        return picture(settings, label, random.nextInt(2), paths, distractors);
      }
    }
    throw new DataException(
        "in "
            + MOST_ATTEMPTS
            + " attempts two long paths did not fit into a picture of side "
            + settings.side());
  }

  /** Both long paths, grown in turns; null if one of them finds no room. */
  private static PathfinderSnake[] paths(
      PathfinderBrush brush, PathfinderPlane taken, SeededRandom random) {
    PathfinderSettings s = brush.settings();
    int band = 2 * s.seedDistance();
    int y = band + random.nextInt(s.side() - 2 * band);
    int x = band + random.nextInt(s.side() - 2 * band);
    PathfinderSnake first = new PathfinderSnake(brush, y, x, direction(random));
    double away = direction(random);
    int otherY = (int) Math.ceil(y + s.seedDistance() * StrictMath.sin(away));
    int otherX = (int) Math.ceil(x + s.seedDistance() * StrictMath.cos(away));
    if (!taken.holds(otherY, otherX)) {
      return null;
    }
    PathfinderSnake second = new PathfinderSnake(brush, otherY, otherX, direction(random));
    for (int k = 1; k < s.contour(); k++) {
      if (!first.grow(taken, random) || !second.grow(taken, random)) {
        return null;
      }
    }
    first.close(taken);
    second.close(taken);
    return new PathfinderSnake[] {first, second};
  }

  /** A whole number of degrees, as an angle. */
  private static double direction(SeededRandom random) {
    return StrictMath.toRadians(random.nextInt(360) - 180);
  }

  private static List<PathfinderSnake> distractors(
      PathfinderBrush brush, PathfinderPlane taken, SeededRandom random) {
    PathfinderSettings s = brush.settings();
    List<PathfinderSnake> drawn = new ArrayList<>();
    for (int k = 0; k < s.distractors(); k++) {
      for (int attempt = 0; attempt < DISTRACTOR_ATTEMPTS; attempt++) {
        PathfinderPlane tried = new PathfinderPlane(s.side(), 0);
        tried.put(taken);
        PathfinderSnake snake = distractor(brush, tried, random);
        if (snake != null) {
          snake.close(tried);
          taken.put(tried);
          drawn.add(snake);
          break;
        }
      }
    }
    return drawn;
  }

  private static PathfinderSnake distractor(
      PathfinderBrush brush, PathfinderPlane taken, SeededRandom random) {
    PathfinderSettings s = brush.settings();
    PathfinderSnake snake = seed(brush, taken, random);
    for (int k = 1; snake != null && k < s.distractorContour(); k++) {
      snake = snake.grow(taken, random) ? snake : null;
    }
    return snake;
  }

  /** A first stroke at a place drawn evenly among the free ones; null if hardly any is free. */
  private static PathfinderSnake seed(
      PathfinderBrush brush, PathfinderPlane taken, SeededRandom random) {
    PathfinderSettings s = brush.settings();
    double direction = direction(random);
    GreyPatch around = brush.surroundings(direction);
    for (int place = 0; place < PLACES; place++) {
      int y = random.nextInt(s.side());
      int x = random.nextInt(s.side());
      if (!PathfinderSnake.collides(around, y, x, taken)) {
        return new PathfinderSnake(brush, y, x, direction);
      }
    }
    return null;
  }

  private static PathfinderPicture picture(
      PathfinderSettings s,
      int label,
      int marked,
      PathfinderSnake[] paths,
      List<PathfinderSnake> distractors) {
    PathfinderPlane[] own = {new PathfinderPlane(s.side(), 0), new PathfinderPlane(s.side(), 0)};
    PathfinderPlane all = new PathfinderPlane(s.side(), 0);
    for (int p = 0; p < 2; p++) {
      paths[p].drawOn(own[p]);
      all.put(own[p]);
    }
    for (PathfinderSnake distractor : distractors) {
      distractor.drawOn(all);
      mark(s, all, distractor.start());
    }
    mark(s, all, paths[marked].start());
    mark(s, all, paths[label == 1 ? marked : 1 - marked].end());
    double highest = all.highest();
    byte[] grey = new byte[all.values().length];
    byte[] classes = new byte[grey.length];
    for (int k = 0; k < grey.length; k++) {
      grey[k] = (byte) level(all.values()[k] / highest);
      for (int p = 0; p < 2; p++) {
        if (level(own[p].values()[k] / highest) >= 1) {
          classes[k] = (byte) Math.max(classes[k], label == 1 && p == marked ? 2 : 1);
        }
      }
    }
    int[][] tips = {paths[0].start(), paths[1].start(), paths[0].end(), paths[1].end()};
    return new PathfinderPicture(grey, classes, label, tips);
  }

  private static void mark(PathfinderSettings s, PathfinderPlane picture, int[] at) {
    picture.put(GreyPatch.disc(s.markerRadius(), s.antialias()).moved(at[0], at[1]), 1);
  }

  /** 8-bit value of a grey value from 0 to 1. */
  private static long level(double value) {
    return Math.round(255 * value);
  }
}
