package io.carillon.nn;

import io.carillon.config.LayerConfig;
import io.carillon.config.NetworkConfig;

/** Which networks take steps of other lengths than 1, and which lengths. */
public final class EventTime {
  private EventTime() {}

  /** Why a network takes no gaps but 1, and what to do; null if it does. */
  public static String obstacle(NetworkConfig config) {
    String reason = config.block().ssm().gapObstacle();
    return reason == null
        ? null
        : "layers of kind "
            + config.block().ssm().kind()
            + " take no gaps between steps: "
            + reason
            + ". Give gaps of 1, or train with layers of kind s4d, dss (any gap), s4 or dlr (whole"
            + " gaps) without softmax; a product cast needs a max_kernel_length";
  }

  /**
   * Refuses a gap that the network cannot take.
   *
   * @param gap time since the step before it, in sampling intervals of training
   * @throws IllegalArgumentException if it is not positive and finite, or is not 1 and the network
   *     has an {@link #obstacle}, or is not whole and the layers take whole ones only
   */
  public static void requireGap(NetworkConfig config, double gap) {
    if (gap == 1) {
      return;
    }
    if (!(gap > 0) || gap == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException(
          "gap is " + gap + "; it must be positive and finite, 1 is the distance of training");
    }
    String obstacle = obstacle(config);
    if (obstacle != null) {
      throw new IllegalArgumentException("gap is " + gap + ", but " + obstacle);
    }
    LayerConfig layer = config.block().ssm();
    if (gap != Math.rint(gap) && layer.partialGapObstacle() != null) {
      throw new IllegalArgumentException(
          "gap is "
              + gap
              + ", but layers of kind "
              + layer.kind()
              + " "
              + layer.partialGapObstacle()
              + ": only whole numbers of steps have a meaning. Round the gap, or train with layers of"
              + " kind s4d or dss and max_kernel_length=0");
    }
  }

  /**
   * {@link #requireGap} for every gap.
   *
   * @param where names the sequence in messages, or is empty
   * @throws IllegalArgumentException naming the step
   */
  public static void requireGaps(NetworkConfig config, double[] gaps, String where) {
    for (int t = 0; t < gaps.length; t++) {
      try {
        requireGap(config, gaps[t]);
      } catch (IllegalArgumentException e) {
        String step = where.isEmpty() ? "step " + t : where + ", step " + t;
        throw new IllegalArgumentException(step + ": " + e.getMessage(), e);
      }
    }
  }
}
