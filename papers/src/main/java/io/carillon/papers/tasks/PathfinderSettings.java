package io.carillon.papers.tasks;

import java.util.List;

/**
 * Sizes of a Pathfinder picture, in pixels. Those of sides 128, 256 and 512 are the paper's (papers
 * B.7); 32 and 64 are of the same proportions, for small machines.
 *
 * @param side of the picture
 * @param margins gaps, one of which is drawn for a picture: half of what lies between two segments
 *     of a path, and what must be free around every segment
 * @param seedDistance between the beginnings of the two long paths
 * @param markerRadius of the filled circles
 * @param contour segments of a long path
 * @param paddle length of a segment
 * @param thickness of a segment
 * @param antialias subpixels per pixel and direction while drawing; thickness · antialias is whole
 * @param continuity how stiff a path is: it turns by less than π/2/continuity between segments
 * @param distractorContour segments of a distractor
 * @param distractors number of distractors that are tried
 * @param contrast grey value of the paths; the circles have 1
 */
record PathfinderSettings(
    int side,
    List<Integer> margins,
    int seedDistance,
    double markerRadius,
    int contour,
    int paddle,
    double thickness,
    int antialias,
    double continuity,
    int distractorContour,
    int distractors,
    double contrast) {

  /** Sides that there are settings for. */
  static final List<String> SIDES = List.of("32", "64", "128", "256", "512");

  /** The settings of a side. */
  static PathfinderSettings of(int side) {
    return switch (side) {
      case 32 -> new PathfinderSettings(32, List.of(1), 6, 1.2, 5, 3, 1, 2, 1.8, 2, 3, .9);
      case 64 -> new PathfinderSettings(64, List.of(1), 11, 1.5, 9, 4, 1, 2, 1.8, 3, 8, .9);
      case 128 ->
          new PathfinderSettings(128, List.of(2, 3), 22, 2.1, 14, 5, 1.5, 2, 1.8, 4, 16, .9);
      case 256 -> new PathfinderSettings(256, List.of(4), 27, 4.2, 16, 8, 2, 2, 2.2, 5, 16, 1);
      case 512 -> new PathfinderSettings(512, List.of(7), 40, 9, 12, 22, 6, 3, 2.5, 4, 18, 1);
      default -> throw new IllegalArgumentException("no Pathfinder settings for side " + side);
    };
  }

  /** A brush for each margin. */
  List<PathfinderBrush> brushes() {
    return margins.stream().map(margin -> new PathfinderBrush(this, margin)).toList();
  }
}
