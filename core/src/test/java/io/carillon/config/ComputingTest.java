package io.carillon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The choice that counts when nobody makes one. */
class ComputingTest {
  private static final List<String> PROPERTIES =
      List.of(Computing.KERNELS, Computing.ALGORITHM, Computing.THREADS);

  private final Map<String, String> before = new HashMap<>();

  @BeforeEach
  void clear() {
    PROPERTIES.forEach(property -> before.put(property, System.clearProperty(property)));
  }

  @AfterEach
  void restore() {
    before.forEach(
        (property, value) -> {
          if (value == null) {
            System.clearProperty(property);
          } else {
            System.setProperty(property, value);
          }
        });
  }

  @Test
  void withoutPropertiesEverythingIsUsual() {
    assertThat(Computing.standard())
        .isEqualTo(new Computing(KernelKind.AUTO, SsmAlgorithm.AUTO, 0));
  }

  @Test
  void thePropertiesChoose() {
    System.setProperty(Computing.KERNELS, "scalar");
    System.setProperty(Computing.ALGORITHM, "recurrence");
    System.setProperty(Computing.THREADS, "3");
    assertThat(Computing.standard())
        .isEqualTo(new Computing(KernelKind.SCALAR, SsmAlgorithm.RECURRENCE, 3));
  }

  @Test
  void anUnknownChoiceIsNamed() {
    assertRefused(Computing.KERNELS, "gpu", "auto, scalar, vector");
    assertRefused(Computing.KERNELS, "SCALAR", "auto, scalar, vector");
    assertRefused(Computing.ALGORITHM, "fft", "auto, recurrence, convolution");
    assertRefused(Computing.THREADS, "many", "whole number");
    assertRefused(Computing.THREADS, "-1", "whole number");
  }

  private static void assertRefused(String property, String value, String possible) {
    System.setProperty(property, value);
    assertThatThrownBy(Computing::standard)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(property)
        .hasMessageContaining("'" + value + "'")
        .hasMessageContaining(possible);
    System.clearProperty(property);
  }

  @Test
  void nothingIsMissing() {
    Computing computing = Computing.standard();
    assertThatThrownBy(() -> computing.withKernels(null)).hasMessageContaining("kernels");
    assertThatThrownBy(() -> computing.withAlgorithm(null)).hasMessageContaining("algorithm");
    assertThatThrownBy(() -> computing.withThreads(-2)).hasMessageContaining("threads is -2");
  }
}
