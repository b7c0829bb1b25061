package io.carillon.ssm.diagonal;

import io.carillon.ssm.KernelMap;
import io.carillon.ssm.Modes;
import io.carillon.ssm.dplr.DplrKernel;
import io.carillon.ssm.sgconv.SgConvKernel;

/** Opens the double-valued core of a parameterisation to the oracles of other packages. */
public final class RawModes {
  private RawModes() {}

  /** Modes of raw values given in double precision, one array per parameter in order. */
  public static Modes of(Parameterisation p, double[][] raw, int length, double rate) {
    return ((RawParameterisation) (Object) p).modes(raw, length, rate);
  }

  /** The taps of one row (c H + h) of kernels that have no modes, for raw values in double. */
  public static double[] taps(KernelMap map, double[][] raw, int row, int length, double rate) {
    if (map instanceof DplrKernel dplr) {
      return dplr.taps(raw, row % map.channels(), length, rate)[row / map.channels()];
    }
    return ((SgConvKernel) map).taps(raw, row, length);
  }

  /** The stored output weight C̃ of S4 for parameters that still hold C. */
  public static double[] truncated(KernelMap map) {
    DplrKernel dplr = (DplrKernel) map;
    return dplr.truncated(dplr.rawValues());
  }
}
