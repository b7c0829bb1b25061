package io.carillon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.io.Json;
import io.carillon.model.forecast.Forecast;
import io.carillon.model.forecast.Interval;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Quantiles and intervals of the answers of a model, and what its folder keeps of them. */
class ForecastTest {
  private static final Scaling SCALING = new Scaling(new double[] {10, 0}, new double[] {2, 1});

  /** Two steps of two quantities with three quantiles each. */
  private static Meaning meaning() {
    return Meaning.builder()
        .values(1)
        .quantities(4, List.of("heat", "load"), SCALING)
        .quantiles(List.of(0.1, 0.5, 0.9))
        .build();
  }

  private static final float[] OUTPUTS = {1, -1, 0, 3, 2, 1, 0, 0, 0, -1, -2, 5};

  @Test
  void quantilesAscendInTheirOwnUnit() {
    Meaning meaning = meaning();
    assertThat(meaning.outputSize()).isEqualTo(12);
    assertThat(meaning.horizon()).isEqualTo(2);
    assertThat(meaning.values(OUTPUTS)).containsExactly(8, 10, 12, 1, 2, 3, 10, 10, 10, -2, -1, 5);
    assertThat(meaning.points(OUTPUTS)).containsExactly(10, 2, 10, -1);
    Forecast forecast = meaning.forecast(OUTPUTS);
    assertThat(forecast.value(2, 1)).isEqualTo(-1);
    assertThat(forecast.quantile(1, 0, 2)).isEqualTo(12);
    assertThat(forecast.numbers(1, 1)).hasToString("{value=2.0, q0.1=1.0, q0.5=2.0, q0.9=3.0}");
    assertThatThrownBy(() -> forecast.low(1, 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has no intervals");
    assertThatThrownBy(() -> forecast.value(3, 0))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageContaining("steps 1 to 2");
  }

  @Test
  void anIntervalIsBetweenTheOuterQuantilesAndItsMargin() {
    Forecast forecast = meaning().withInterval(new Interval(0.8, 0.5, 0, 1, -9)).forecast(OUTPUTS);
    assertThat(forecast.low(1, 0)).isEqualTo(7.5f);
    assertThat(forecast.high(1, 0)).isEqualTo(12.5f);
    assertThat(forecast.low(2, 0)).isEqualTo(9);
    assertThat(forecast.low(2, 1)).as("holds the value").isEqualTo(-1);
    assertThat(forecast.high(2, 1)).isEqualTo(-1);
  }

  @Test
  void withoutQuantilesTheIntervalIsAroundTheValue() {
    Meaning plain =
        Meaning.builder()
            .values(1)
            .quantities(2, List.of("heat", "load"), SCALING)
            .interval(new Interval(0.9, 4, 1))
            .build();
    Forecast forecast = plain.forecast(new float[] {1, 1});
    assertThat(forecast.numbers(1, 0)).hasToString("{value=12.0, low=8.0, high=16.0}");
    assertThat(forecast.numbers(1, 1)).hasToString("{value=1.0, low=0.0, high=2.0}");
  }

  @Test
  void theMeaningKeepsThem() {
    Meaning meaning = meaning().withInterval(new Interval(0.8, 0.5, 0, 1, -9));
    Meaning read = Meaning.fromMap(Json.parseObject(Json.write(meaning.toMap())));
    assertThat(read).isEqualTo(meaning);
    assertThat(read.quantiles()).containsExactly(0.1, 0.5, 0.9);
    assertThat(read.interval()).contains(new Interval(0.8, 0.5, 0, 1, -9));
    assertThat(read.unscaled().outputSize()).isEqualTo(12);
    assertThat(read.unscaled().values(OUTPUTS)).as("as the network has them").isEqualTo(OUTPUTS);
    assertThat(Meaning.builder().values(1).quantities(2, List.of(), null).build().toMap())
        .as("nothing new where there is nothing")
        .doesNotContainKeys("quantiles", "interval");
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Map<String, Object> map = new HashMap<>(meaning().toMap());
    map.put("quantiles", List.of(0.5, 0.1, 0.9));
    assertThatThrownBy(() -> Meaning.fromMap(map)).hasMessageContaining("ascending");
    map.put("quantiles", List.of(0.1, 0.2, 0.3, 0.4, 0.5));
    assertThatThrownBy(() -> Meaning.fromMap(map)).hasMessageContaining("5 quantiles");
    assertThatThrownBy(() -> meaning().withInterval(new Interval(0.9, 1)))
        .hasMessageContaining("interval for another number of values");
    assertThatThrownBy(() -> new Interval(90, 1)).hasMessageContaining("coverage");
    assertThatThrownBy(() -> new Interval(0.9, Double.NaN)).hasMessageContaining("finite");
    map.put("quantiles", List.of(0.1, 0.5, 0.9));
    map.put("interval", Map.of("coverage", 0.9, "margin", List.of(1.0)));
    assertThatThrownBy(() -> Meaning.fromMap(map)).hasMessageContaining("unknown entry 'margin'");
  }
}
