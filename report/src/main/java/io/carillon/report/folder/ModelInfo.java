package io.carillon.report.folder;

import io.carillon.config.NetworkConfig;
import io.carillon.config.Pooling;
import io.carillon.data.Preprocessing;
import io.carillon.model.SequenceModel;
import io.carillon.report.settings.Trees;
import io.carillon.train.Dataset.Target;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What travels with a model in its {@code config.json}, besides the network: the {@code info}. */
public final class ModelInfo {
  /** How the inputs were prepared, see {@link Preprocessing#toMap()}. */
  public static final String PREPROCESSING = "preprocessing";

  /** Source, options and seed of the data it was trained on. */
  public static final String DATA = "data";

  /** How it was trained: settings, versions, machine, time. */
  public static final String PROVENANCE = "provenance";

  /** What it reached on the validation and test data. */
  public static final String METRICS = "metrics";

  /** How far its ways to compute are apart, see {@link io.carillon.model.Parity#toMap()}. */
  public static final String PARITY = "parity";

  /** What is reached on the test data without learning: a metric and its value by method. */
  public static final String WITHOUT_LEARNING = "without_learning";

  private ModelInfo() {}

  /**
   * The preprocessing of a model. A model without one, such as one made with the library, takes and
   * gives numbers as they are.
   */
  public static Preprocessing preprocessing(SequenceModel model) {
    Map<String, Object> map = Trees.child(model.info(), PREPROCESSING);
    return Preprocessing.fromMap(map.isEmpty() ? plain(model.config()) : map);
  }

  private static Map<String, Object> plain(NetworkConfig config) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("kind", "none");
    map.put("options", Map.of());
    map.put("inputSize", config.inputSize());
    if (config.vocabulary() > 0) {
      List<String> names = new ArrayList<>();
      for (int id = 0; id < config.vocabulary(); id++) {
        names.add(Integer.toString(id));
      }
      map.put("vocabulary", names);
    }
    boolean everyStep = config.pooling() == Pooling.EVERY;
    map.put("target", (everyStep ? Target.VALUE_PER_STEP : Target.VALUE).name());
    map.put("outputSize", config.outputSize());
    return map;
  }

  /** Whether the target of a preprocessing is a class. */
  public static boolean isClass(Preprocessing p) {
    return p.target() == Target.CLASS || p.target() == Target.CLASS_PER_STEP;
  }
}
