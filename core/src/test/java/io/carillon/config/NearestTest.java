package io.carillon.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {
  @ParameterizedTest
  @CsvSource({
    "'', '', 0",
    "abc, abc, 0",
    "abc, '', 3",
    "kitten, sitting, 3",
    "ab, ba, 1",
    "listosp, listops, 1",
    "ca, abc, 3"
  })
  void distance(String a, String b, int expected) {
    assertThat(Nearest.distance(a, b)).isEqualTo(expected);
    assertThat(Nearest.distance(b, a)).isEqualTo(expected);
  }

  @Test
  void suggestsOnlyWhatIsNear() {
    List<String> names = List.of("listops", "tones", "delay");
    assertThat(Nearest.of("Listop", names)).contains("listops");
    assertThat(Nearest.of("dealy", names)).contains("delay");
    assertThat(Nearest.of("li", names)).contains("listops");
    assertThat(Nearest.of("mnist", names)).isEmpty();
    assertThat(Nearest.of("", names)).isEmpty();
  }

  @Test
  void hintNamesAllCandidates() {
    assertThat(Nearest.hint("tonse", List.of("tones", "copy")))
        .isEqualTo("; did you mean 'tones'? Known are: tones, copy");
    assertThat(Nearest.hint("xyz", List.of("tones", "copy"))).isEqualTo("; Known are: tones, copy");
  }
}
