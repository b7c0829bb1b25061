package io.carillon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.io.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MeaningTest {
  private static Meaning forecast() {
    return Meaning.of("csv", Map.of("history", "96", "horizon", "2"))
        .values(
            2,
            List.of("a", "b"),
            new Scaling(new double[] {0.1, 1.0 / 3}, new double[] {2, Math.PI}))
        .quantities(4, List.of("a", "b"), new Scaling(new double[] {1, 2}, new double[] {3, 4}))
        .build();
  }

  @Test
  void survivesJson() {
    Meaning sound =
        Meaning.of("wav", Map.of("rate", "8000"))
            .values(1, List.of(), null)
            .sampleRate(8000)
            .classes(List.of("no", "yes"))
            .build();
    Meaning tokens =
        Meaning.of("task", Map.of("time-unit", "0.1"))
            .tokens(List.of("(", ")", "1"))
            .classes(List.of("1", "2"))
            .perStep(true)
            .build();
    for (Meaning meaning : List.of(forecast(), sound, tokens)) {
      String text = Json.write(meaning.toMap());
      assertThat(Meaning.fromMap(Json.parseObject(text))).as(text).isEqualTo(meaning);
    }
  }

  @Test
  void scalesInputsAndScalesTargetsBack() {
    Meaning meaning = forecast();
    float[] raw = {2.1f, 1f / 3};
    assertThat(meaning.scaleInput(raw))
        .containsExactly((float) ((2.1f - 0.1) / 2), (float) ((1f / 3 - 1.0 / 3) / Math.PI));
    assertThat(raw[0]).isEqualTo(2.1f);
    assertThat(meaning.values(new float[] {0, 1, 2, 3})).containsExactly(1, 6, 7, 14);
    assertThat(meaning.horizon()).isEqualTo(2);
    assertThatThrownBy(() -> meaning.scaleInput(new float[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 numbers does not fit a model with 2");
  }

  @Test
  void unscaledTakesAndGivesNumbersAsTheNetworkDoes() {
    Meaning meaning = forecast().unscaled();
    assertThat(meaning.scaleInput(new float[] {5, 6})).containsExactly(5, 6);
    assertThat(meaning.values(new float[] {0, 1, 2, 3})).containsExactly(0, 1, 2, 3);
    assertThat(meaning.inputNames()).containsExactly("a", "b");
  }

  @Test
  void timesBecomeStepsInItsUnit() {
    Meaning meaning =
        Meaning.builder()
            .values(1, List.of(), null)
            .classes(List.of("a", "b"))
            .timeUnit(30)
            .build();
    assertThat(meaning.gaps(new double[] {100, 130, 145})).containsExactly(1, 1, 0.5);
    assertThatThrownBy(() -> meaning.gaps(new double[] {1, 1}))
        .hasMessageContaining("the time of step 1 is 1.0, not after that of the step before, 1.0");
    Meaning whole = meaning.withOptions(Map.of("time-round", "yes"));
    assertThat(whole.gaps(new double[] {100, 140, 145})).containsExactly(1, 1, 1);
  }

  @Test
  void tokensGoByNameOrId() {
    Meaning meaning =
        Meaning.builder().tokens(List.of("red", "1")).classes(List.of("a", "b")).build();
    assertThat(meaning.token("red")).isZero();
    assertThat(meaning.token("1")).isOne();
    assertThat(meaning.token("0")).isZero();
    assertThatThrownBy(() -> meaning.token("blue")).hasMessage("'blue' is no token of this model");
    assertThatThrownBy(() -> meaning.token("2")).hasMessage("token 2 is outside 0 .. 1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kind=",
        "options=",
        "inputSize=",
        "inputSize=-1",
        "inputSize=1.5",
        "inputSize=3",
        "target=CLAS",
        "target=CLASS",
        "outputSize=5",
        "inputMean=",
        "inputMean=text"
      })
  void refusesABrokenMap(String change) {
    Map<String, Object> map = new LinkedHashMap<>(forecast().toMap());
    String key = change.substring(0, change.indexOf('='));
    String value = change.substring(change.indexOf('=') + 1);
    if (value.isEmpty()) {
      map.remove(key);
    } else {
      map.put(key, value.matches("[-0-9.]+") ? Double.valueOf(value) : value);
    }
    assertThatThrownBy(() -> Meaning.fromMap(map)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "missing, maybe, must be error",
    "time-unit, 0, must be a positive number",
    "time-unit, soon, must be a positive number"
  })
  void refusesOptionsWithoutAMeaning(String option, String value, String reason) {
    assertThatThrownBy(() -> forecast().withOptions(Map.of(option, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(option + "='" + value + "'")
        .hasMessageContaining(reason);
  }

  @Test
  void refusesAnUnknownEntryAndNonNumbers() {
    Map<String, Object> map = new LinkedHashMap<>(forecast().toMap());
    map.put("inputMeans", List.of(1));
    assertThatThrownBy(() -> Meaning.fromMap(map))
        .hasMessageContaining("'inputMeans'; did you mean 'inputMean'?");
    map.remove("inputMeans");
    map.put("inputMean", List.of("a", "b"));
    assertThatThrownBy(() -> Meaning.fromMap(map)).hasMessageContaining("list of numbers");
    map.put("inputMean", List.of(1, 2));
    map.put("target", "CLASS");
    map.put("classNames", List.of("x"));
    assertThatThrownBy(() -> Meaning.fromMap(map)).hasMessageContaining("outputSize 4");
  }
}
