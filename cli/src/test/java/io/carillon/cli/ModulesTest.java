package io.carillon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.structure.ClassGraph;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which modules may know which, read from the compiled classes of all of them. */
class ModulesTest {
  /** What a module may know besides itself and core. */
  private static final Map<String, Set<String>> KNOWN =
      Map.of(
          "core", Set.of(),
          "train", Set.of(),
          "data", Set.of("train"),
          "interop", Set.of(),
          "cli", Set.of("train", "data", "interop"));

  private static final ClassGraph ALL =
      ClassGraph.of(
          Path.of("../core/target/classes"),
          Path.of("../train/target/classes"),
          Path.of("../data/target/classes"),
          Path.of("../interop/target/classes"),
          Path.of("target/classes"));

  /** Packages of these names are modules of their own, all others are core's. */
  private static String module(String name) {
    String first = name.split("\\.")[0];
    return Set.of("train", "data", "interop", "cli").contains(first) ? first : "core";
  }

  @Test
  void everyModuleIsThere() {
    assertThat(ALL.sizes().keySet().stream().map(ModulesTest::module)).containsAll(KNOWN.keySet());
  }

  @Test
  void arrowsPointDownwards() {
    assertThat(
            ALL.arrows(
                (from, to) ->
                    !module(to).equals(module(from))
                        && !module(to).equals("core")
                        && !KNOWN.get(module(from)).contains(module(to))))
        .isEmpty();
  }

  @Test
  void onlyTrainAndTheCommandLineSeeTheInnerLoops() {
    assertThat(
            ALL.arrows(
                (from, to) ->
                    to.startsWith("internal.")
                        && !List.of("core", "train", "cli").contains(module(from))))
        .isEmpty();
  }
}
