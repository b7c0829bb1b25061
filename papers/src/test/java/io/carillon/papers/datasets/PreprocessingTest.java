package io.carillon.papers.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.carillon.data.DataException;
import io.carillon.data.Numbers;
import io.carillon.data.Preprocessing;
import io.carillon.data.Scaling;
import io.carillon.data.generated.Tasks;
import io.carillon.train.Dataset.Target;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PreprocessingTest {
  private static Preprocessing forecast() {
    return Preprocessing.of("csv", Map.of("history", "96", "horizon", "2"))
        .values(
            2,
            List.of("a", "b"),
            new Scaling(new double[] {0.1, 1.0 / 3}, new double[] {2, Math.PI}))
        .quantities(
            Target.VALUE,
            4,
            List.of("a", "b"),
            new Scaling(new double[] {1, 2}, new double[] {3, 4}))
        .build();
  }

  @Test
  void survivesJson() throws IOException {
    ObjectMapper json = new ObjectMapper();
    Preprocessing sound =
        Preprocessing.of("wav", Map.of("rate", "8000"))
            .values(1, List.of(), null)
            .sampleRate(8000)
            .classes(Target.CLASS, List.of("no", "yes"))
            .build();
    Preprocessing tokens = Tasks.get("listops-subtrees").preprocessing(Map.of());
    for (Preprocessing p : List.of(forecast(), sound, tokens)) {
      String text = json.writeValueAsString(p.toMap());
      Map<String, Object> map = json.readValue(text, new TypeReference<>() {});
      assertThat(Preprocessing.fromMap(map)).as(text).isEqualTo(p);
      assertThat(Preprocessing.fromMap(map).toMap()).isEqualTo(p.toMap());
    }
  }

  @Test
  void scalesInputsAndScalesTargetsBack() {
    Preprocessing p = forecast();
    float[] raw = {2.1f, 1f / 3};
    assertThat(p.scaleInput(raw))
        .containsExactly((float) ((2.1f - 0.1) / 2), (float) ((1f / 3 - 1.0 / 3) / Math.PI));
    assertThat(raw[0]).isEqualTo(2.1f);
    assertThat(p.unscaleTarget(new float[] {0, 1, 2, 3})).containsExactly(1, 6, 7, 14);
    assertThatThrownBy(() -> p.scaleInput(new float[3]))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("3 numbers does not fit a model with 2");
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
      map.put(key, Numbers.parse(value).isPresent() ? Double.valueOf(value) : value);
    }
    assertThatThrownBy(() -> Preprocessing.fromMap(map)).isInstanceOf(DataException.class);
  }

  @Test
  void refusesAnUnknownEntryAndNonNumbers() {
    Map<String, Object> map = new LinkedHashMap<>(forecast().toMap());
    map.put("inputMeans", List.of(1));
    assertThatThrownBy(() -> Preprocessing.fromMap(map))
        .hasMessageContaining("'inputMeans'; did you mean 'inputMean'?");
    map.remove("inputMeans");
    map.put("inputMean", List.of("a", "b"));
    assertThatThrownBy(() -> Preprocessing.fromMap(map)).hasMessageContaining("list of numbers");
    map.put("inputMean", List.of(1, 2));
    map.put("classNames", List.of("x"));
    assertThatThrownBy(() -> Preprocessing.fromMap(map)).hasMessageContaining("outputSize 4");
  }
}
