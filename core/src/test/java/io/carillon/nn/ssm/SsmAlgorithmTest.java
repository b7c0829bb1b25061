package io.carillon.nn.ssm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.config.SsmAlgorithm;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The choice that a pass starts from. */
class SsmAlgorithmTest {
  private final String before = System.getProperty(SsmAlgorithm.PROPERTY);

  @AfterEach
  void restore() {
    if (before == null) {
      System.clearProperty(SsmAlgorithm.PROPERTY);
    } else {
      System.setProperty(SsmAlgorithm.PROPERTY, before);
    }
  }

  @Test
  void thePropertyChooses() {
    System.clearProperty(SsmAlgorithm.PROPERTY);
    assertThat(SsmAlgorithm.select()).isEqualTo(SsmAlgorithm.AUTO);
    System.setProperty(SsmAlgorithm.PROPERTY, "recurrence");
    assertThat(SsmAlgorithm.select()).isEqualTo(SsmAlgorithm.RECURRENCE);
  }

  @Test
  void anUnknownChoiceIsNamed() {
    System.setProperty(SsmAlgorithm.PROPERTY, "fft");
    assertThatThrownBy(SsmAlgorithm::select)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'fft'")
        .hasMessageContaining("auto, recurrence or convolution");
  }
}
