package io.carillon.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.carillon.config.BlockConfig;
import io.carillon.config.LayerConfig;
import io.carillon.config.NetworkConfig;
import io.carillon.config.S4dConfig;
import io.carillon.config.Schema;
import io.carillon.config.Setting;
import io.carillon.config.Settings;
import io.carillon.engine.SeededRandom;
import io.carillon.io.Json;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for the settings of every record: of networks, of blocks, of each kind of layer. */
class SchemaTest {
  static Stream<Schema<?>> schemas() {
    return Stream.concat(
        Stream.of(NetworkConfig.DEFAULT.schema(), BlockConfig.DEFAULT.schema()),
        LayerKind.schemas().stream());
  }

  private static <R> R read(Schema<R> schema, Map<String, ?> map) {
    return schema.read(new Settings("", map), LayerKind.schemas(), null);
  }

  private static Object create(Schema<?> schema, List<?> values) throws Exception {
    Class<?> type = schema.defaults().getClass();
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    Constructor<?> constructor = type.getDeclaredConstructor(types);
    try {
      return constructor.newInstance(values.toArray());
    } catch (InvocationTargetException e) {
      throw (Exception) e.getCause();
    }
  }

  private static List<Object> defaults(Schema<?> schema) {
    List<Object> values = new ArrayList<>();
    schema.settings().forEach(setting -> values.add(setting.otherwise()));
    return values;
  }

  @Test
  void allSettingsOfLayersBelongToAKind() {
    List<String> settings =
        new ClassFileImporter()
            .importPath(Path.of("target/classes")).stream()
                .filter(type -> type.isAssignableTo(LayerConfig.class) && !type.isInterface())
                .map(JavaClass::getName)
                .toList();
    assertThat(LayerKind.schemas())
        .extracting(schema -> schema.defaults().getClass().getName())
        .containsExactlyInAnyOrderElementsOf(settings)
        .hasSizeGreaterThan(6);
  }

  @Test
  void everyKindIsBuiltAndSaysItsNameInFiles() {
    for (Schema<?> schema : LayerKind.schemas()) {
      LayerConfig config = (LayerConfig) schema.defaults();
      NetworkConfig network = NetworkConfig.sequence(1, 1).withWidth(8).withDepth(1);
      assertThat(new Network(network.withSsm(config), new SeededRandom(1)).layers()).hasSize(1);
      assertThat(config.toMap()).containsEntry(Schema.KIND, schema.name());
    }
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void thereIsOneSettingForEachComponentInItsOrder(Schema<?> schema) throws Exception {
    RecordComponent[] components = schema.defaults().getClass().getRecordComponents();
    assertThat(schema.settings()).hasSameSizeAs(components);
    for (int i = 0; i < components.length; i++) {
      String snake = components[i].getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
      // A name of its own, since feed_forward is a setting of blocks.
      assertThat(schema.settings().get(i).name())
          .matches("[a-z0-9_]+")
          .isIn(snake, schema.name() + "_" + snake);
    }
    assertThat(create(schema, defaults(schema))).isEqualTo(schema.defaults());
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void nothingGivenIsTheDefaultAndWhatIsWrittenIsReadBack(Schema<?> schema) {
    assertThat((Object) read(schema, Map.of())).isEqualTo(schema.defaults());
    Map<String, Object> map = ((Schema.Described) schema.defaults()).toMap();
    map.remove(Schema.KIND);
    assertThat((Object) read(schema, Json.parseObject(Json.write(map))))
        .isEqualTo(schema.defaults());
  }

  /** Past the readers: who calls a constructor is checked too. */
  @ParameterizedTest
  @MethodSource("schemas")
  void everyConstructorRefusesWhatIsOutOfRange(Schema<?> schema) {
    int i = 0;
    for (Setting<?> setting : schema.settings()) {
      List<Object> values = defaults(schema);
      Object wrong = null;
      if (setting.otherwise() instanceof Integer) {
        wrong = -1;
      } else if (setting.otherwise() instanceof Double) {
        wrong = Double.NEGATIVE_INFINITY;
      } else if (setting.otherwise() instanceof Boolean) {
        i++;
        continue;
      }
      values.set(i++, wrong);
      assertThatThrownBy(() -> create(schema, values))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(setting.name() + " is " + (wrong == null ? "missing" : wrong))
          .hasMessageEndingWith("; give " + setting.range().text());
    }
  }

  @Test
  void anotherValueIsReadBackAlsoWhereTheDefaultIsLeftOut() {
    NetworkConfig network =
        NetworkConfig.tokens(7, 2).withSsm(S4dConfig.DEFAULT.withBandlimit(0.5).withStateSize(8));
    Map<String, Object> map = Json.parseObject(Json.write(network.toMap()));
    assertThat(LayerKind.network(new Settings("", map))).isEqualTo(network);
    assertThat(S4dConfig.DEFAULT.toMap()).doesNotContainKey("bandlimit");
  }

  @Test
  void theNumberOfInputsFollowsFromAVocabulary() {
    assertThat(LayerKind.network(new Settings("", Map.of("vocabulary", 9))).inputSize()).isZero();
    assertThat(LayerKind.network(new Settings("", Map.of("vocabulary", 0))).inputSize()).isOne();
  }

  @Test
  void aWrongNameIsFoundWhereverItIs() {
    assertThatThrownBy(() -> LayerKind.network(new Settings("network", Map.of("blok", Map.of()))))
        .hasMessageContaining("unknown setting network.blok; did you mean 'block'?");
    assertThatThrownBy(
            () ->
                LayerKind.network(
                    new Settings("network", Map.of("block", Map.of("ssm", Map.of("ranc", 1))))))
        .hasMessageContaining("unknown setting network.block.ssm.ranc");
    assertThatThrownBy(
            () ->
                LayerKind.network(
                    new Settings("", Map.of("block", Map.of("ssm", Map.of("kind", "s4e"))))))
        .hasMessageContaining("ssm.kind is 's4e'; did you mean 's4d'?");
  }
}
