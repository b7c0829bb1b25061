package io.carillon.ssm.diagonal;

import io.carillon.config.DlrConfig;
import io.carillon.config.DssConfig;
import io.carillon.config.S4dConfig;
import io.carillon.config.SsmConfig;
import io.carillon.engine.SeededRandom;
import java.util.Map;

/** The weights of diagonal kernels and their map to modes, for settings of any kind. */
public final class Parameterisations {
  private Parameterisations() {}

  /**
   * Creates freshly initialised weights and their map to modes.
   *
   * @param name prefix of the parameter names, e.g. {@code blocks.0.ssm}
   * @param channels H
   * @param sets C, kernels per channel: 1, or 2 for a bidirectional layer
   * @param random source of the initial values; the same seed gives the same weights
   * @throws IllegalArgumentException if the settings do not fit the number of channels
   */
  public static Parameterisation of(
      SsmConfig config, String name, int channels, int sets, SeededRandom random) {
    if (config instanceof S4dConfig s4d) {
      return S4dParameterisation.create(s4d, name, channels, sets, random);
    }
    if (config instanceof DlrConfig dlr) {
      return DlrParameterisation.create(dlr, name, channels, sets, random);
    }
    return DssParameterisation.create((DssConfig) config, name, channels, sets, random);
  }

  /**
   * Wraps existing weights. The arrays become the live values of the parameters, not copies.
   *
   * @param raw the values by local name (the parameter name without the prefix), row-major
   * @throws IllegalArgumentException if a name is missing or unknown, or a length does not fit
   */
  public static Parameterisation of(
      SsmConfig config, String name, int channels, int sets, Map<String, float[]> raw) {
    if (config instanceof S4dConfig s4d) {
      return S4dParameterisation.of(s4d, name, channels, sets, raw);
    }
    if (config instanceof DlrConfig dlr) {
      return DlrParameterisation.of(dlr, name, channels, sets, raw);
    }
    return DssParameterisation.of((DssConfig) config, name, channels, sets, raw);
  }
}
