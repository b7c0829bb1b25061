package io.carillon.structure;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which packages of core there are and which may know which, read from the compiled classes. */
class PackagesTest {
  /** Lowest first: a package knows those that stand before it. */
  private static final List<String> ORDER =
      List.of(
          "internal.kernel",
          "internal.kernel.scalar",
          "internal.kernel.vector",
          "internal.kernel.fft",
          "math",
          "error",
          "io",
          "config.kernel",
          "config",
          "engine",
          "ssm",
          "ssm.hippo",
          "ssm.vandermonde",
          "ssm.sgconv",
          "ssm.dplr",
          "ssm.diagonal",
          "nn.layer",
          "nn.norm",
          "nn.gru",
          "nn.attention",
          "nn.ssm",
          "nn",
          "model.stream",
          "model.forecast",
          "model",
          "model.inside");

  /** Files that a newcomer can still look through. */
  private static final int MOST_FILES = 25;

  /** Files that are read together anyway. */
  private static final int LARGEST_CIRCLE = 3;

  private static final ClassGraph CORE = ClassGraph.of(Path.of("target/classes"));

  @Test
  void everyPackageHasAPlaceInTheOrder() {
    assertThat(CORE.sizes().keySet()).containsExactlyInAnyOrderElementsOf(ORDER);
  }

  @Test
  void arrowsPointDownwards() {
    assertThat(CORE.arrows((from, to) -> ORDER.indexOf(to) > ORDER.indexOf(from))).isEmpty();
  }

  @Test
  void noPackageIsLarge() {
    assertThat(CORE.sizes())
        .allSatisfy((name, files) -> assertThat(files).isLessThanOrEqualTo(MOST_FILES));
  }

  @Test
  void fewFilesKnowEachOtherInACircle() {
    assertThat(CORE.circlesOfFiles())
        .allSatisfy(circle -> assertThat(circle).hasSizeLessThanOrEqualTo(LARGEST_CIRCLE));
  }

  @Test
  void settingsKnowNothingOfHowTheyAreComputed() {
    assertThat(
            CORE.arrows(
                (from, to) ->
                    from.startsWith("config") && !to.startsWith("config") && !to.equals("io")))
        .isEmpty();
  }

  @Test
  void circlesAreFound() {
    assertThat(
            ClassGraph.circles(
                Map.of(
                    "a", List.of("b"),
                    "b", List.of("c", "d"),
                    "c", List.of("a"),
                    "d", List.of("e"),
                    "e", List.of())))
        .singleElement()
        .satisfies(circle -> assertThat(circle).containsExactly("a", "b", "c"));
  }
}
