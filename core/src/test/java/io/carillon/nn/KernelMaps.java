package io.carillon.nn;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.config.KernelConfig;
import io.carillon.config.SsmConfig;
import io.carillon.engine.Parameter;
import io.carillon.engine.SeededRandom;
import io.carillon.ssm.KernelMap;
import io.carillon.ssm.diagonal.Parameterisation;
import io.carillon.ssm.sgconv.SgConvKernel;
import java.util.Map;
import java.util.TreeMap;

/** The weights of long convolutions and their map to kernels, for settings of any kind. */
public final class KernelMaps {
  private static final String NORM = "norm";

  private KernelMaps() {}

  /** Fresh weights, see {@link LayerKind#kernels(KernelConfig, String, int, int, SeededRandom)}. */
  public static KernelMap of(
      KernelConfig config, String name, int channels, int sets, SeededRandom random) {
    return LayerKind.kernels(config, name, channels, sets, random);
  }

  /** {@link #of(KernelConfig, String, int, int, SeededRandom)} of diagonal kernels. */
  public static Parameterisation diagonal(
      SsmConfig config, String name, int channels, int sets, SeededRandom random) {
    return (Parameterisation) of(config, name, channels, sets, random);
  }

  /**
   * Weights with given values.
   *
   * @param raw all of them by local name (the parameter name without the prefix), row-major; a norm
   *     that is not given is measured
   */
  public static KernelMap of(
      KernelConfig config, String name, int channels, int sets, Map<String, float[]> raw) {
    KernelMap map = of(config, name, channels, sets, new SeededRandom(0));
    Map<String, float[]> left = new TreeMap<>(raw);
    for (Parameter p : map.parameters()) {
      String local = p.name().substring(name.length() + 1);
      float[] value = left.remove(local);
      if (value == null && local.equals(NORM)) {
        ((SgConvKernel) map).measured();
        continue;
      }
      assertThat(value).as(p.name()).hasSameSizeAs(p.value());
      System.arraycopy(value, 0, p.value(), 0, value.length);
    }
    assertThat(left.keySet()).isEmpty();
    return map;
  }
}
