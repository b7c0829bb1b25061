package io.carillon.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.structure.ClassGraph;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What a module-info would see to: this module knows what everybody may know of core. */
class WallsTest {
  @Test
  void onlyWhatIsExportedIsKnown() {
    SortedSet<String> known = new TreeSet<>();
    ClassGraph.of(Path.of("target", "classes"))
        .files()
        .forEach((file, others) -> others.forEach(o -> known.add(ClassGraph.packageOf(o))));
    assertThat(known).containsExactly("flink", "model");
  }
}
