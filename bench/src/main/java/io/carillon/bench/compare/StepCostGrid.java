package io.carillon.bench.compare;

import io.carillon.model.StepTimer;
import io.carillon.nn.NetworkConfig;
import io.carillon.nn.StepCost;
import io.carillon.ssm.S4dConfig;

/**
 * Compares the microseconds per step that {@link StepCost} predicts with measured ones, on sizes
 * that the calibration does not use. Arguments: seconds for each size (default 3), and {@code
 * standard} to take the costs of the machine of docs/benchmarks.md instead of calibrating first.
 */
public final class StepCostGrid {
  private static final int[][] SIZES = {
    {16, 16, 3},
    {32, 64, 1},
    {48, 32, 4},
    {64, 64, 2},
    {96, 32, 3},
    {128, 16, 2},
    {128, 128, 2},
    {192, 32, 3},
    {256, 64, 4}
  };

  private StepCostGrid() {}

  /** Prints the table. */
  public static void main(String[] arguments) {
    double seconds = arguments.length > 0 ? Double.parseDouble(arguments[0]) : 3;
    boolean standard = arguments.length > 1 && arguments[1].equals("standard");
    StepCost cost = standard ? StepCost.standard() : StepTimer.calibrate(seconds);
    System.out.println(cost);
    System.out.println("| H | N | blocks | predicted, us | measured, us | difference |");
    System.out.println("|---|---|---|---|---|---|");
    for (int[] size : SIZES) {
      NetworkConfig config =
          NetworkConfig.sequence(1, 10)
              .withWidth(size[0])
              .withSsm(S4dConfig.DEFAULT.withStateSize(size[1]))
              .withDepth(size[2]);
      double predicted = cost.micros(config);
      double measured = StepTimer.micros(config, seconds);
      System.out.printf(
          "| %d | %d | %d | %.2f | %.2f | %+.0f %% |%n",
          size[0], size[1], size[2], predicted, measured, 100 * (predicted / measured - 1));
    }
  }
}
