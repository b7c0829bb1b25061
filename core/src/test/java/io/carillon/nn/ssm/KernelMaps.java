package io.carillon.nn.ssm;

import io.carillon.config.KernelConfig;
import io.carillon.config.S4Config;
import io.carillon.config.SgConvConfig;
import io.carillon.config.SsmConfig;
import io.carillon.engine.SeededRandom;
import io.carillon.ssm.KernelMap;
import io.carillon.ssm.diagonal.Parameterisations;
import io.carillon.ssm.dplr.DplrKernel;
import io.carillon.ssm.sgconv.SgConvKernel;
import java.util.Map;

/** The weights of long convolutions and their map to kernels, for settings of any kind. */
public final class KernelMaps {
  private KernelMaps() {}

  /**
   * Creates freshly initialised weights and their map to kernels.
   *
   * @param name prefix of the parameter names, e.g. {@code blocks.0.ssm}
   * @param channels H
   * @param sets C, kernels per channel: 1, or 2 for a bidirectional layer
   * @param random source of the initial values; the same seed gives the same weights
   * @throws IllegalArgumentException if the settings do not fit the number of channels
   */
  public static KernelMap of(
      KernelConfig config, String name, int channels, int sets, SeededRandom random) {
    if (config instanceof S4Config s4) {
      return DplrKernel.create(s4, name, channels, sets, random);
    }
    if (config instanceof SgConvConfig sgConv) {
      return SgConvKernel.create(sgConv, name, channels, sets, random);
    }
    return Parameterisations.of((SsmConfig) config, name, channels, sets, random);
  }

  /**
   * Wraps existing weights. The arrays become the live values of the parameters, not copies.
   *
   * @param raw the values by local name (the parameter name without the prefix), row-major
   * @throws IllegalArgumentException if a name is missing or unknown, or a length does not fit
   */
  public static KernelMap of(
      KernelConfig config, String name, int channels, int sets, Map<String, float[]> raw) {
    if (config instanceof S4Config s4) {
      return DplrKernel.of(s4, name, channels, sets, raw);
    }
    if (config instanceof SgConvConfig sgConv) {
      return SgConvKernel.of(sgConv, name, channels, sets, raw);
    }
    return Parameterisations.of((SsmConfig) config, name, channels, sets, raw);
  }
}
