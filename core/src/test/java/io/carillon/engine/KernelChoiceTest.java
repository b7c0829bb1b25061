package io.carillon.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.config.Computing;
import io.carillon.config.KernelKind;
import io.carillon.internal.kernel.Kernels;
import io.carillon.internal.kernel.KernelsUnderTest;
import io.carillon.internal.kernel.VectorBits;
import io.carillon.internal.kernel.scalar.ScalarKernels;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Which kernels run, and that those run which the build meant to test. */
class KernelChoiceTest {
  /** Set by the build where a test without vector kernels would prove nothing. */
  private static final String REQUIRED = "carillon.test.require";

  private final String choice = System.getProperty(Computing.KERNELS);
  private final String bits = System.getProperty(VectorBits.PROPERTY);

  @AfterEach
  void restoreProperties() {
    restore(Computing.KERNELS, choice);
    restore(VectorBits.PROPERTY, bits);
  }

  private static void restore(String property, String value) {
    if (value == null) {
      System.clearProperty(property);
    } else {
      System.setProperty(property, value);
    }
  }

  @Test
  void theRequiredKernelsAreTested() {
    String required = System.getProperty(REQUIRED);
    Assumptions.assumeTrue(required != null, "no kernels are required by -D" + REQUIRED);
    assertThat(required).isEqualTo("vector");
    assertThat(KernelChoice.vectorAvailable()).isTrue();
    String name = bits == null ? "vector-" : "vector-" + bits;
    assertThat(KernelsUnderTest.all()).extracting(Kernels::name).anyMatch(n -> n.startsWith(name));
    if (bits != null) {
      assertThat(KernelChoice.select(KernelKind.VECTOR).lanes())
          .isEqualTo(Integer.parseInt(bits) / 32);
    }
  }

  @Test
  void scalarAlwaysRuns() {
    assertThat(KernelChoice.select(KernelKind.SCALAR)).isInstanceOf(ScalarKernels.class);
  }

  @Test
  void thePropertyChooses() {
    System.setProperty(Computing.KERNELS, "scalar");
    assertThat(KernelChoice.select()).isInstanceOf(ScalarKernels.class);
  }

  @Test
  void autoTakesVectorsWhereTheyCanRun() {
    System.clearProperty(Computing.KERNELS);
    assertThat(KernelChoice.select().name())
        .startsWith(KernelChoice.vectorAvailable() ? "vector-" : "scalar");
  }

  @Test
  void forcedVectorsWithoutTheirModuleNameTheMissingFlag() {
    Assumptions.assumeFalse(KernelChoice.vectorAvailable(), "the vector module is resolved");
    assertThatThrownBy(() -> KernelChoice.select(KernelKind.VECTOR))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--add-modules jdk.incubator.vector");
  }

  @Test
  void anImpossibleWidthIsNamed() {
    System.setProperty(VectorBits.PROPERTY, "384");
    assertThatThrownBy(VectorBits::requested)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("384")
        .hasMessageContaining("128, 256 or 512");
  }
}
