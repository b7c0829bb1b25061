package io.carillon.cli.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.error.FormatException;
import io.carillon.report.settings.Yaml;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Values on the command line and in YAML. */
class ScalarsTest {

  @Test
  void textBecomesWhatItLooksLike() {
    assertThat(Scalars.parse("5")).isEqualTo(5L);
    assertThat(Scalars.parse("-3")).isEqualTo(-3L);
    assertThat(Scalars.parse("1e-3")).isEqualTo(0.001);
    assertThat(Scalars.parse(".5")).isEqualTo(0.5);
    assertThat(Scalars.parse("true")).isEqualTo(true);
    assertThat(Scalars.parse("lin")).isEqualTo("lin");
    assertThat(Scalars.parse("NaN")).isEqualTo("NaN");
    assertThat(Scalars.parse("10,20")).isEqualTo(List.of(10L, 20L));
    assertThat(Scalars.parse("[1, a]")).isEqualTo(List.of(1L, "a"));
    assertThat(Scalars.parse("a,b")).isEqualTo("a,b");
    assertThat(Scalars.parse("[]")).isEqualTo(List.of());
  }

  @Test
  void yamlReadsScientificNumbersAsNumbers() {
    Map<String, Object> map = Yaml.read("a: 1e-3\nb: {c: [2, 3e2]}\n", "x.yaml");
    assertThat(Scalars.normalise(map))
        .isEqualTo(Map.of("a", 0.001, "b", Map.of("c", List.of(2, 300.0))));
  }

  @Test
  void yamlSurvivesARoundTrip() {
    Map<String, Object> map =
        Map.of("text", "yes: no", "number", "12", "real", 0.25, "list", List.of(1, 2));
    assertThat(Yaml.read(Yaml.write(map), "x.yaml")).isEqualTo(map);
  }

  @Test
  void brokenYamlNamesFileLineAndReason() {
    assertThatThrownBy(() -> Yaml.read("a: 1\na: 2\n", "x.yaml"))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith("x.yaml:2:")
        .hasMessageContaining("Duplicate");
    assertThatThrownBy(() -> Yaml.read("- a\n", "x.yaml")).isInstanceOf(FormatException.class);
    assertThatThrownBy(() -> Yaml.read("", "x.yaml")).isInstanceOf(FormatException.class);
  }
}
