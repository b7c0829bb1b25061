package io.carillon.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OptionsTest {
  private static final List<Option> DECLARED =
      List.of(
          new Option("length", "10", "steps"),
          new Option("share", "0.5", "a share"),
          new Option("mode", "a", "a or b"),
          new Option("on", "no", "a flag"),
          new Option("regex", "", "a pattern"),
          new Option("list", "", "names"));

  private static Options options(String... pairs) {
    return switch (pairs.length) {
      case 0 -> Options.of("test", DECLARED, Map.of());
      default -> Options.of("test", DECLARED, Map.of(pairs[0], pairs[1]));
    };
  }

  @Test
  void defaultsAndGivenValues() {
    assertThat(options().integer("length", 1, 20)).isEqualTo(10);
    assertThat(options("length", " 7 ").integer("length", 1, 20)).isEqualTo(7);
    assertThat(options().number("share", 0, 1)).isEqualTo(0.5);
    assertThat(options("on", "true").flag("on")).isTrue();
    assertThat(options().flag("on")).isFalse();
    assertThat(options().pattern("regex")).isEmpty();
    assertThat(options("list", "x, y ,z").names("list")).containsExactly("x", "y", "z");
    assertThat(options().names("list")).isEmpty();
    assertThat(options().asMap()).containsOnlyKeys("length", "share", "mode", "on");
  }

  @Test
  void unknownKeySuggestsTheNearest() {
    assertThatThrownBy(() -> options("lenght", "3"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("test has no option 'lenght'; did you mean 'length'?");
  }

  @Test
  void wrongValuesNameKeyValueAndBounds() {
    assertThatThrownBy(() -> options("length", "21").integer("length", 1, 20))
        .hasMessage("test: option length='21' must be a whole number from 1 to 20");
    assertThatThrownBy(() -> options("length", "1.5").integer("length", 1, 20))
        .hasMessageContaining("length='1.5'");
    assertThatThrownBy(() -> options("share", "NaN").number("share", 0, 1))
        .hasMessageContaining("share='NaN' must be a number from 0.0 to 1.0");
    assertThatThrownBy(() -> options("mode", "c").choice("mode", List.of("a", "b")))
        .hasMessageContaining("must be one of: a, b");
    assertThatThrownBy(() -> options("on", "maybe").flag("on")).hasMessageContaining("yes, no");
    assertThatThrownBy(() -> options("regex", "(").pattern("regex"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("is no regular expression");
  }

  @Test
  void numbersAreStrictlyDecimal() {
    for (String text :
        List.of("1f", "0x1p3", "NaN", "Infinity", "1d", "", "1,5", "1e400", "1e39")) {
      assertThat(Numbers.parse(text)).as(text).isEmpty();
    }
    assertThat(Numbers.parse(" -1.5e-3 ")).hasValue(-1.5e-3);
    assertThat(Numbers.parse("+2")).hasValue(2);
  }
}
