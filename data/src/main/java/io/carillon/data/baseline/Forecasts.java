package io.carillon.data.baseline;

import io.carillon.model.Meaning;
import io.carillon.train.Dataset;
import java.util.List;
import java.util.Optional;

/** What baselines need to know of windows of a time series that are to be gone on with. */
final class Forecasts {
  /** A row stands for a step that is no further from it than this. */
  private static final double NEAR = 0.5;

  private Forecasts() {}

  /**
   * Why data are no forecasts of series whose targets are among their inputs; empty if they are.
   */
  static Optional<String> obstacle(Meaning fitted) {
    boolean forecasts =
        "csv".equals(fitted.kind())
            && "series".equals(fitted.options().get("layout"))
            && !"0".equals(fitted.options().get("horizon"))
            && fitted.inputNames().containsAll(fitted.targetNames());
    return forecasts
        ? Optional.empty()
        : Optional.of("it is for forecasts of a time series whose targets are among its inputs");
  }

  /** Where the targets stand among the inputs. */
  static int[] columns(Meaning fitted) {
    List<String> inputs = fitted.inputNames();
    return fitted.targetNames().stream().mapToInt(inputs::indexOf).toArray();
  }

  /**
   * The row of the history that is a time before a step after it, of these rows the last that was
   * observed; if there is none, those two or more such times before, else the last observed one.
   *
   * @param ahead step after the history, from 1
   * @param period steps before; 0 for the last observed row
   */
  static int source(Dataset data, int i, int ahead, int period) {
    int last = data.length(i) - 1;
    double[] gaps = data.gaps(i);
    double wanted = ahead - period;
    double at = 0;
    int row = last;
    while (period > 0 && row >= 0) {
      if (wanted < at - NEAR) {
        at -= gaps == null ? 1 : gaps[row];
        row--;
      } else if (wanted <= at + NEAR && observed(data, i, row)) {
        return row;
      } else {
        wanted -= period;
      }
    }
    while (!observed(data, i, last)) {
      last--;
    }
    return last;
  }

  private static boolean observed(Dataset data, int i, int row) {
    return data.mask(i) == null || data.mask(i)[row] != 0f;
  }
}
