package io.carillon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.report.folder.DataSource;
import io.carillon.report.folder.RunData;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is advised is taken, and helps. */
class MemoryAdviceTest {
  /** Tones have at least 30 steps; two tasks have more steps than their length says. */
  @ParameterizedTest
  @CsvSource({
    "tones, 100, 100",
    "tones, 30, 30",
    "tones, 29, 0",
    "reverse, 101, 50",
    "select, 100, 36",
    "select, 60, 0",
    "adding, 1, 0"
  })
  void sequencesHaveNoMoreStepsThanFit(String task, int steps, int length) {
    RunData data = new RunData(DataSource.ofTask(task), Map.of(), 1, 0);
    Optional<String> expected =
        length == 0 ? Optional.empty() : Optional.of("--set data.length=" + length);
    assertThat(MemoryAdvice.ofLength(data, steps)).isEqualTo(expected);
  }
}
