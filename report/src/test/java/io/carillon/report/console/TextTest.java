package io.carillon.report.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers for people. */
class TextTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "0.12345, 0.1235",
    "12.345, 12.35",
    "1234.5, 1235",
    "0.00001234, 1.23e-05",
    "1e9, 1.00e+09",
    "-2.5, -2.5000",
    "NaN, NaN"
  })
  void numbersHaveAboutFourDigits(double value, String text) {
    assertThat(Text.number(value)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0.84, 0.8 s",
    "42.4, 42 s",
    "59.7, 1 min 0 s",
    "185, 3 min 5 s",
    "7623, 2 h 7 min",
    "NaN, ?",
    "-1, ?"
  })
  void durations(double seconds, String text) {
    assertThat(Text.duration(seconds)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"900, 900 bytes", "1536, 1.5 KiB", "52428800, 50 MiB", "1717986918, 1.6 GiB"})
  void sizes(long bytes, String text) {
    assertThat(Text.bytes(bytes)).isEqualTo(text);
  }

  @Test
  void countsAndNouns() {
    assertThat(Text.count(1, "class", "classes")).isEqualTo("1 class");
    assertThat(Text.count(1234567, "step", "steps")).isEqualTo("1,234,567 steps");
  }

  @Test
  void tablesAlignNumbersToTheRight() {
    Table table = new Table("name", "n").row("a", "5").row("long", "1,000");
    assertThat(table.lines()).containsExactly("name      n", "a         5", "long  1,000");
  }
}
