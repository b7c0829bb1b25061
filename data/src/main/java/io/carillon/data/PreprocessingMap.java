package io.carillon.data;

import io.carillon.config.Nearest;
import io.carillon.train.Dataset.Target;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The form of a {@link Preprocessing} in a file: text, numbers, lists and maps. */
final class PreprocessingMap {
  private static final List<String> KEYS =
      List.of(
          "kind",
          "options",
          "inputSize",
          "inputNames",
          "inputMean",
          "inputStd",
          "vocabulary",
          "sampleRate",
          "target",
          "outputSize",
          "classNames",
          "targetNames",
          "targetMean",
          "targetStd");

  private PreprocessingMap() {}

  static Map<String, Object> write(Preprocessing p) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("kind", p.kind());
    map.put("options", p.options());
    map.put("inputSize", p.inputSize());
    putNames(map, "inputNames", p.inputNames());
    putScaling(map, "input", p.inputScaling().orElse(null));
    putNames(map, "vocabulary", p.vocabulary());
    if (p.sampleRate() > 0) {
      map.put("sampleRate", p.sampleRate());
    }
    map.put("target", p.target().name());
    map.put("outputSize", p.outputSize());
    putNames(map, "classNames", p.classNames());
    putNames(map, "targetNames", p.targetNames());
    putScaling(map, "target", p.targetScaling().orElse(null));
    return map;
  }

  static Preprocessing read(Map<String, ?> map) {
    for (String key : map.keySet()) {
      if (!KEYS.contains(key)) {
        throw new DataException(
            "the preprocessing has an unknown entry '" + key + "'" + Nearest.hint(key, KEYS));
      }
    }
    Preprocessing.Builder builder =
        Preprocessing.of(get(map, "kind", String.class), options(map))
            .values(integer(map, "inputSize"), names(map, "inputNames"), scaling(map, "input"))
            .tokens(names(map, "vocabulary"))
            .sampleRate(map.containsKey("sampleRate") ? integer(map, "sampleRate") : 0);
    Target target = target(get(map, "target", String.class));
    List<String> classes = names(map, "classNames");
    if (classes.isEmpty()) {
      return builder
          .quantities(
              target, integer(map, "outputSize"), names(map, "targetNames"), scaling(map, "target"))
          .build();
    }
    if (classes.size() != integer(map, "outputSize")) {
      throw new DataException(
          "the preprocessing has outputSize "
              + map.get("outputSize")
              + " and "
              + classes.size()
              + " classNames; both must be the same");
    }
    return builder.classes(target, classes).build();
  }

  private static void putNames(Map<String, Object> map, String key, List<String> names) {
    if (!names.isEmpty()) {
      map.put(key, names);
    }
  }

  private static void putScaling(Map<String, Object> map, String prefix, Scaling scaling) {
    if (scaling != null) {
      map.put(prefix + "Mean", boxed(scaling.mean()));
      map.put(prefix + "Std", boxed(scaling.std()));
    }
  }

  private static List<Double> boxed(double[] values) {
    List<Double> list = new ArrayList<>(values.length);
    for (double value : values) {
      list.add(value);
    }
    return list;
  }

  private static <T> T get(Map<String, ?> map, String key, Class<T> type) {
    Object value = map.get(key);
    if (!type.isInstance(value)) {
      throw new DataException(
          "the preprocessing has "
              + (value == null ? "no entry '" : "'" + value + "' as entry '")
              + key
              + "'; it must be a "
              + type.getSimpleName());
    }
    return type.cast(value);
  }

  private static int integer(Map<String, ?> map, String key) {
    Number number = get(map, key, Number.class);
    if (number.intValue() != number.doubleValue() || number.intValue() < 0) {
      throw new DataException(
          "the preprocessing has "
              + number
              + " as entry '"
              + key
              + "'; it must be a whole number, 0 or more");
    }
    return number.intValue();
  }

  private static List<String> names(Map<String, ?> map, String key) {
    List<String> names = new ArrayList<>();
    for (Object name : map.containsKey(key) ? get(map, key, List.class) : List.of()) {
      names.add(String.valueOf(name));
    }
    return names;
  }

  private static Map<String, String> options(Map<String, ?> map) {
    Map<String, String> options = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : ((Map<?, ?>) get(map, "options", Map.class)).entrySet()) {
      options.put(String.valueOf(entry.getKey()), String.valueOf(entry.getValue()));
    }
    return options;
  }

  private static Scaling scaling(Map<String, ?> map, String prefix) {
    if (!map.containsKey(prefix + "Mean") && !map.containsKey(prefix + "Std")) {
      return null;
    }
    return new Scaling(doubles(map, prefix + "Mean"), doubles(map, prefix + "Std"));
  }

  private static double[] doubles(Map<String, ?> map, String key) {
    List<?> list = get(map, key, List.class);
    double[] values = new double[list.size()];
    for (int i = 0; i < values.length; i++) {
      if (!(list.get(i) instanceof Number number)) {
        throw new DataException(
            "the preprocessing has '"
                + list.get(i)
                + "' in entry '"
                + key
                + "'; it must be a list of numbers");
      }
      values[i] = number.doubleValue();
    }
    return values;
  }

  private static Target target(String name) {
    for (Target target : Target.values()) {
      if (target.name().equals(name)) {
        return target;
      }
    }
    throw new DataException("the preprocessing has an unknown target '" + name + "'");
  }
}
