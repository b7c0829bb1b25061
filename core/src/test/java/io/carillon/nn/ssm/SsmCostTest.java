package io.carillon.nn.ssm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.carillon.config.KernelKind;
import io.carillon.config.S4dConfig;
import io.carillon.config.SsmAlgorithm;
import io.carillon.engine.KernelChoice;
import io.carillon.engine.Parallel;
import io.carillon.engine.Pass;
import io.carillon.engine.Rows;
import io.carillon.engine.SeededRandom;
import io.carillon.engine.Workspace;
import io.carillon.nn.KernelMaps;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** AUTO takes what was measured to be faster, where the measurement was clear. */
class SsmCostTest {

  @ParameterizedTest(name = "{0}: B={1} L={2} M={3}")
  @CsvSource({
    "VECTOR, 1, 2048, 32, RECURRENCE",
    "VECTOR, 1, 32768, 128, RECURRENCE",
    "VECTOR, 16, 2048, 8, RECURRENCE",
    "VECTOR, 16, 2048, 64, CONVOLUTION",
    "VECTOR, 16, 256, 256, CONVOLUTION",
    "SCALAR, 1, 2048, 16, RECURRENCE",
    "SCALAR, 1, 16384, 8, RECURRENCE",
    "SCALAR, 16, 256, 16, CONVOLUTION",
    "SCALAR, 16, 2048, 32, CONVOLUTION",
    "SCALAR, 1, 2048, 256, CONVOLUTION",
  })
  void takesTheFasterAlgorithm(
      KernelKind kernels, int batch, int length, int modes, SsmAlgorithm faster) {
    assumeTrue(
        kernels == KernelKind.SCALAR || KernelChoice.vectorAvailable(),
        "the vector module is not there");
    SeededRandom random = new SeededRandom(1);
    S4dConfig config = S4dConfig.DEFAULT.withStateSize(2 * modes);
    SsmLayer layer =
        new SsmLayer(
            "layer", 0, KernelMaps.diagonal(config, "layer", 64, 1, random), false, random);
    Pass pass =
        Pass.training(
            Rows.uniform(batch, length),
            new Workspace(),
            Parallel.serial(),
            KernelChoice.select(kernels),
            1);
    assertThat(layer.algorithm(pass)).isEqualTo(faster);
  }
}
