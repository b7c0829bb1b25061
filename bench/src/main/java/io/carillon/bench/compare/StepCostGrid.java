package io.carillon.bench.compare;

import io.carillon.config.Computing;
import io.carillon.config.NetworkConfig;
import io.carillon.config.S4dConfig;
import io.carillon.model.StepCost;
import io.carillon.model.StepTimer;
import java.util.Locale;

/**
 * Fits {@link StepCost} to this machine, prints the costs as they stand in the source, and compares
 * the microseconds per step that they predict with measured ones, on sizes that the fit does not
 * use. With {@code -Dcarillon.kernels=scalar} for the scalar kernels. Arguments: seconds for each
 * size (default 3), and {@code standard} to compare the costs in the source instead of fitting.
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
    {128, 64, 8},
    {256, 64, 3},
    {256, 64, 4},
    {64, 512, 8},
    {384, 64, 3}
  };

  private StepCostGrid() {}

  /** Prints the table. */
  public static void main(String[] arguments) {
    double seconds = arguments.length > 0 ? Double.parseDouble(arguments[0]) : 3;
    boolean standard = arguments.length > 1 && arguments[1].equals("standard");
    Computing computing = Computing.standard();
    StepCost cost =
        standard ? StepCost.standard(computing) : StepTimer.calibrate(seconds, computing);
    System.out.printf(
        Locale.ROOT,
        "%s = new StepCost(%.0f, %.0f, %.3g, %.3g, %.3g, %d << 10, %d);%n%n",
        cost.lanes() == 1 ? "SCALAR" : "VECTOR",
        cost.step(),
        cost.block(),
        cost.mode(),
        cost.weight(),
        cost.far(),
        cost.cache() >> 10,
        cost.lanes());
    System.out.println(
        "| H | N | blocks | MB touched | predicted, us | measured, us | difference |");
    System.out.println("|---|---|---|---|---|---|---|");
    for (int[] size : SIZES) {
      NetworkConfig config =
          NetworkConfig.sequence(1, 10)
              .withWidth(size[0])
              .withSsm(S4dConfig.DEFAULT.withStateSize(size[1]))
              .withDepth(size[2]);
      double predicted = cost.micros(config);
      double measured = StepTimer.micros(config, seconds, computing);
      System.out.printf(
          Locale.ROOT,
          "| %d | %d | %d | %.2f | %.2f | %.2f | %+.0f %% |%n",
          size[0],
          size[1],
          size[2],
          1e-6 * cost.bytes(config),
          predicted,
          measured,
          100 * (predicted / measured - 1));
    }
  }
}
