package io.carillon.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SequenceChecksTest {
  @Test
  void masksThatDoNotFitAreRefusedByName() {
    refused(new float[] {1, 0}, 3, true, "the third has 3 steps, its mask 2");
    refused(new float[] {1, 0.5f}, 2, true, "the third has mask value 0.5; allowed are 0 and 1");
    refused(
        new float[] {0, Float.NaN}, 2, false, "the third has mask value NaN; allowed are 0 and 1");
    refused(new float[] {0, 0}, 2, true, "the third has no observed step");
  }

  @Test
  void stepsMayAllBeMissingWhereNoneHasToBeSeen() {
    assertThatCode(
            () -> {
              SequenceChecks.requireMask("it", new float[] {0, 0}, 2, false);
              SequenceChecks.requireMask("it", new float[] {0, 1}, 2, true);
            })
        .doesNotThrowAnyException();
  }

  @Test
  void theFirstNumberThatIsNotFiniteIsFound() {
    float[] numbers = {1, Float.MAX_VALUE, Float.NEGATIVE_INFINITY, Float.NaN};

    assertThat(SequenceChecks.firstNotFinite(numbers, 4)).isEqualTo(2);
    assertThat(SequenceChecks.firstNotFinite(numbers, 2)).isEqualTo(-1);
  }

  private static void refused(float[] mask, int length, boolean seen, String message) {
    assertThatThrownBy(() -> SequenceChecks.requireMask("the third", mask, length, seen))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
