package io.carillon.report.folder;

import io.carillon.config.NetworkConfig;
import io.carillon.data.Splits;
import io.carillon.model.SequenceModel;
import io.carillon.train.Dataset;
import io.carillon.train.Evaluation;
import io.carillon.train.TrainConfig;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is known of a run before it starts, and the two forms in which it is written down: {@code
 * run.yaml}, and the info that travels with the model.
 *
 * @param data source of the data
 * @param splits the data
 * @param preset name of the preset
 * @param changes what the command line changed, by full name
 * @param network the network
 * @param train the training
 * @param command the command line
 */
public record RunRecord(
    RunData data,
    Splits splits,
    String preset,
    Map<String, String> changes,
    NetworkConfig network,
    TrainConfig train,
    String command) {
  private static final String FORMAT = "carillon-run";

  /** For {@code run.yaml}. */
  public Map<String, Object> settings() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("format", FORMAT);
    map.put("version", 1);
    map.put("command", command);
    map.put("carillon", Version.carillon());
    map.put("created", now());
    Map<String, Object> given = new LinkedHashMap<>();
    given.put("preset", preset);
    given.put("set", changes);
    map.put("given", given);
    map.put("data", data.toMap());
    map.put("network", network.toMap());
    map.put("train", train.toMap());
    return map;
  }

  /**
   * The model with what is known of it, which it keeps in its {@code config.json}.
   *
   * @param reached how far the training has come
   * @param test evaluation on the test part, or null
   */
  public SequenceModel describe(SequenceModel model, Reached reached, Evaluation test) {
    return model.withMeaning(splits.meaning()).withInfo(info(reached, test));
  }

  private Map<String, Object> info(Reached reached, Evaluation test) {
    Map<String, Object> info = new LinkedHashMap<>();
    Map<String, Object> source = data.toMap();
    source.put("fingerprint", splits.fingerprint());
    source.put("description", splits.description());
    if (!splits.notes().isEmpty()) {
      source.put("notes", splits.notes());
    }
    source.put("max_length", splits.train().maxLength());
    source.put("mean_length", meanLength(splits.train()));
    info.put(ModelInfo.DATA, source);
    info.put(ModelInfo.PROVENANCE, provenance(reached));
    info.put(ModelInfo.METRICS, metrics(reached, test));
    if (reached.parity() != null) {
      info.put(ModelInfo.PARITY, reached.parity().toMap());
    }
    if (test != null) {
      info.put(ModelInfo.WITHOUT_LEARNING, withoutLearning());
    }
    return info;
  }

  /** Mean number of steps of the sequences, rounded to tenths. */
  public static double meanLength(Dataset train) {
    long steps = 0;
    for (int i = 0; i < train.size(); i++) {
      steps += train.length(i);
    }
    return Math.round(10.0 * steps / Math.max(1, train.size())) / 10.0;
  }

  private Map<String, Object> withoutLearning() {
    WithoutLearning.Scores scores = WithoutLearning.scores(splits);
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("metric", scores.metric());
    map.put("values", finite(scores.values()));
    return map;
  }

  private Map<String, Object> provenance(Reached reached) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("command", command);
    map.put("preset", preset);
    map.put("carillon", Version.carillon());
    map.put("java", Version.java());
    map.put("system", Version.system());
    map.put("created", now());
    map.put("train", train.toMap());
    map.put("end", reached.end());
    map.put("steps", reached.steps());
    if (!Double.isNaN(reached.seconds())) {
      map.put("seconds", Math.round(reached.seconds() * 10) / 10.0);
    }
    return map;
  }

  private static Map<String, Object> metrics(Reached reached, Evaluation test) {
    Map<String, Object> map = new LinkedHashMap<>();
    if (reached.best() != null) {
      map.put("epoch", reached.best().epoch());
      map.put("validation", finite(reached.best().validationMetrics()));
    }
    if (test != null) {
      map.put("test", finite(test.metrics()));
    }
    return map;
  }

  private static Map<String, Object> finite(Map<String, Double> metrics) {
    Map<String, Object> map = new LinkedHashMap<>();
    metrics.forEach(
        (name, value) -> {
          if (Double.isFinite(value)) {
            map.put(name, value);
          }
        });
    return map;
  }

  private static String now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
