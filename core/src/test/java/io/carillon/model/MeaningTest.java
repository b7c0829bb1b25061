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
  void namesInFilesAreOfOneStyle() {
    assertThat(forecast().toMap().keySet()).allMatch(name -> name.matches("[a-z_]+"));
    assertThat(forecast().toMap()).containsEntry("target", "value");
  }

  @Test
  void namesOfOlderReleasesAreRead() {
    Map<String, Object> old = new LinkedHashMap<>();
    old.put("kind", "task");
    old.put("options", Map.of());
    old.put("inputSize", 1);
    old.put("inputNames", List.of("sound"));
    old.put("inputMean", List.of(1.5));
    old.put("inputStd", List.of(2.0));
    old.put("sampleRate", 8000);
    old.put("target", "CLASS_PER_STEP");
    old.put("outputSize", 2);
    old.put("classNames", List.of("no", "yes"));
    Meaning meaning = Meaning.fromMap(old);
    assertThat(meaning)
        .isEqualTo(
            Meaning.of("task", Map.of())
                .values(1, List.of("sound"), new Scaling(new double[] {1.5}, new double[] {2}))
                .sampleRate(8000)
                .perStep(true)
                .classes(List.of("no", "yes"))
                .build());
    assertThat(meaning.toMap()).containsEntry("target", "class-per-step");
    old.put("input_size", 1);
    assertThatThrownBy(() -> Meaning.fromMap(old)).hasMessageContaining("'input_size' twice");
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
        "input_size=",
        "input_size=-1",
        "input_size=1.5",
        "input_size=3",
        "target=CLAS",
        "target=CLASS",
        "output_size=5",
        "input_mean=",
        "input_mean=text"
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
    map.put("input_means", List.of(1));
    assertThatThrownBy(() -> Meaning.fromMap(map))
        .hasMessageContaining("'input_means'; did you mean 'input_mean'?");
    map.remove("input_means");
    map.put("input_mean", List.of("a", "b"));
    assertThatThrownBy(() -> Meaning.fromMap(map)).hasMessageContaining("list of numbers");
    map.put("input_mean", List.of(1, 2));
    map.put("target", "CLASS");
    map.put("class_names", List.of("x"));
    assertThatThrownBy(() -> Meaning.fromMap(map)).hasMessageContaining("output_size 4");
  }

  @Test
  void refusesTheSameNameForTwoTargets() {
    Meaning.Builder builder = Meaning.builder().values(1).quantities(2, List.of("x", "x"), null);
    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has a name of a target twice: [x, x]");
  }

  @Test
  void answersOfValuesCanBecomeClassesAndBack() {
    Meaning classes = forecast().withClasses(List.of("a", "b", "c", "d"));
    assertThat(classes.isClass()).isTrue();
    assertThat(classes.targetNames()).isEmpty();
    assertThat(classes.targetScaling()).isEmpty();
    assertThat(classes.inputScaling()).isEqualTo(forecast().inputScaling());
    assertThat(classes.unscaled().isClass()).isFalse();
    assertThat(Meaning.fromMap(classes.toMap())).isEqualTo(classes);
  }
}
