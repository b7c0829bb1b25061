package io.carillon.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import io.carillon.engine.Parameter;
import io.carillon.engine.Role;
import java.util.List;
import org.junit.jupiter.api.Test;

class GradientClipTest {

  private static Parameter withGradient(boolean trainable, float... gradient) {
    Parameter p =
        new Parameter(
            "p", Role.WEIGHT, new int[] {gradient.length}, new float[gradient.length], trainable);
    System.arraycopy(gradient, 0, p.gradient(), 0, gradient.length);
    return p;
  }

  @Test
  void aLongGradientIsShortenedToTheBoundAcrossParameters() {
    Parameter a = withGradient(true, 3, 0);
    Parameter b = withGradient(true, 4);
    assertThat(GradientClip.clip(List.of(a, b), 1)).isEqualTo(5);
    // PyTorch divides by norm + 1e-6.
    assertThat((double) a.gradient()[0]).isCloseTo(3 / 5.000001, offset(1e-7));
    assertThat((double) b.gradient()[0]).isCloseTo(4 / 5.000001, offset(1e-7));
  }

  @Test
  void aShortGradientAndNoBoundChangeNothing() {
    Parameter p = withGradient(true, 3, 4);
    assertThat(GradientClip.clip(List.of(p), 5.1)).isEqualTo(5);
    assertThat(p.gradient()).containsExactly(3, 4);
    GradientClip.clip(List.of(p), 0);
    assertThat(p.gradient()).containsExactly(3, 4);
  }

  @Test
  void buffersDoNotCount() {
    Parameter buffer = withGradient(false, 100);
    assertThat(GradientClip.norm(List.of(buffer, withGradient(true, 2)))).isEqualTo(2);
  }

  @Test
  void theNormOfLargeGradientsDoesNotOverflow() {
    assertThat(GradientClip.norm(List.of(withGradient(true, 3e38f, 3e38f)))).isFinite();
    assertThat(GradientClip.norm(List.of(withGradient(true, Float.NaN)))).isNaN();
  }
}
