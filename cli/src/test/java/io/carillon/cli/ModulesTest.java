package io.carillon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.structure.ClassGraph;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which modules may know which, read from the compiled classes of all of them. */
class ModulesTest {
  /** Those above core, lowest first, with what they may know besides themselves and core. */
  private static final Map<String, Set<String>> KNOWN = new LinkedHashMap<>();

  static {
    KNOWN.put("train", Set.of());
    KNOWN.put("data", Set.of("train"));
    KNOWN.put("report", Set.of("train", "data"));
    KNOWN.put("papers", Set.of("train", "data", "report"));
    KNOWN.put("interop", Set.of());
    KNOWN.put("cli", Set.of("train", "data", "report", "papers", "interop"));
  }

  /** Those that choose the inner loops, say which run, or draw what they compute. */
  private static final Set<String> INSIDERS = Set.of("core", "train", "report", "cli");

  private static final ClassGraph ALL =
      ClassGraph.of(
          Stream.concat(Stream.of("core"), KNOWN.keySet().stream())
              .map(module -> Path.of("..", module, "target", "classes"))
              .toArray(Path[]::new));

  /** A package of no other module is core's. */
  private static String module(String name) {
    String first = name.split("\\.")[0];
    return KNOWN.containsKey(first) ? first : "core";
  }

  @Test
  void everyModuleIsThere() {
    assertThat(ALL.sizes().keySet().stream().map(ModulesTest::module))
        .contains("core")
        .containsAll(KNOWN.keySet());
  }

  @Test
  void arrowsPointDownwards() {
    assertThat(
            ALL.arrows(
                (from, to) ->
                    !module(to).equals(module(from))
                        && !module(to).equals("core")
                        && !KNOWN.getOrDefault(module(from), Set.of()).contains(module(to))))
        .isEmpty();
  }

  @Test
  void packagesKnowEachOtherInNoCircle() {
    assertThat(ALL.circlesOfPackages()).isEmpty();
  }

  @Test
  void fewModulesSeeTheInnerLoops() {
    assertThat(
            ALL.arrows(
                (from, to) -> to.startsWith("internal.") && !INSIDERS.contains(module(from))))
        .isEmpty();
  }

  /** So that the rules above are known to see what they forbid. */
  @Test
  void arrowsAreFound() {
    assertThat(ALL.arrows((from, to) -> module(from).equals("cli") && module(to).equals("core")))
        .isNotEmpty();
  }
}
