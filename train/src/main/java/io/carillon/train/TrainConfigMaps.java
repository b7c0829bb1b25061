package io.carillon.train;

import io.carillon.config.Settings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Training settings as maps of plain values, as they stand in presets, on the command line and in
 * the state to resume from. A key that is left out takes the default, and so does a rate that is
 * left to its rule; an unknown key is refused.
 */
public final class TrainConfigMaps {
  private TrainConfigMaps() {}

  /** All settings; rates that follow a rule (NaN) are left out. */
  public static Map<String, Object> toMap(TrainConfig c) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("epochs", c.epochs());
    map.put("batch_size", c.batchSize());
    map.put("shard_size", c.shardSize());
    map.put("learning_rate", c.learningRate());
    putUnlessNaN(map, "ssm_learning_rate", c.ssmLearningRate());
    putUnlessNaN(map, "dt_learning_rate", c.dtLearningRate());
    putUnlessNaN(map, "a_learning_rate", c.aLearningRate());
    putUnlessNaN(map, "b_learning_rate", c.bLearningRate());
    putUnlessNaN(map, "output_learning_rate", c.outputLearningRate());
    map.put("weight_decay", c.weightDecay());
    putUnlessNaN(map, "output_weight_decay", c.outputWeightDecay());
    map.put("decay_bias_and_norm", c.decayBiasAndNorm());
    map.put("schedule", Settings.name(c.schedule()));
    map.put("schedule_per_epoch", c.schedulePerEpoch());
    map.put("warmup_steps", c.warmupSteps());
    map.put("total_steps", c.totalSteps());
    map.put("cosine_rises", c.cosineRises());
    map.put("milestones", c.milestones());
    map.put("milestone_factor", c.milestoneFactor());
    map.put("plateau_factor", c.plateauFactor());
    map.put("plateau_patience", c.plateauPatience());
    map.put("clip_norm", c.clipNorm());
    map.put("beta1", c.beta1());
    map.put("beta2", c.beta2());
    map.put("epsilon", c.epsilon());
    map.put("seed", c.seed());
    map.put("threads", c.threads());
    map.put("drop_last", c.dropLast());
    map.put("class_weights", Settings.name(c.classWeights()));
    map.put("patience", c.patience());
    map.put("validate_every", c.validateEvery());
    map.put("checkpoint_seconds", c.checkpointSeconds());
    return map;
  }

  private static void putUnlessNaN(Map<String, Object> map, String key, double value) {
    if (!Double.isNaN(value)) {
      map.put(key, value);
    }
  }

  /**
   * Settings from their map; what is not in it is as in {@code otherwise}.
   *
   * @throws IllegalArgumentException naming the setting that is unknown, of the wrong kind, or out
   *     of range
   */
  public static TrainConfig fromMap(Map<String, ?> map, TrainConfig otherwise) {
    Map<String, Object> rest = new LinkedHashMap<>(map);
    List<Integer> milestones = milestones(rest.remove("milestones"), otherwise.milestones());
    return read(new Settings("", rest), milestones, otherwise);
  }

  private static List<Integer> milestones(Object value, List<Integer> otherwise) {
    if (value == null) {
      return otherwise;
    }
    if (!(value instanceof List<?> list)) {
      throw new IllegalArgumentException(
          "milestones is " + value + "; expected a list of whole numbers");
    }
    List<Integer> milestones = new ArrayList<>();
    for (Object item : list) {
      milestones.add(new Settings("milestones", wrap(item)).integer("item", 0));
    }
    return milestones;
  }

  private static Map<String, Object> wrap(Object item) {
    Map<String, Object> one = new LinkedHashMap<>();
    one.put("item", item);
    return one;
  }

  private static TrainConfig read(Settings s, List<Integer> milestones, TrainConfig d) {
    TrainConfig config =
        new TrainConfig(
            s.integer("epochs", d.epochs()),
            s.integer("batch_size", d.batchSize()),
            s.integer("shard_size", d.shardSize()),
            s.number("learning_rate", d.learningRate()),
            s.number("ssm_learning_rate", d.ssmLearningRate()),
            s.number("dt_learning_rate", d.dtLearningRate()),
            s.number("a_learning_rate", d.aLearningRate()),
            s.number("b_learning_rate", d.bLearningRate()),
            s.number("output_learning_rate", d.outputLearningRate()),
            s.number("weight_decay", d.weightDecay()),
            s.number("output_weight_decay", d.outputWeightDecay()),
            s.flag("decay_bias_and_norm", d.decayBiasAndNorm()),
            s.choice("schedule", Schedule.class, d.schedule()),
            s.flag("schedule_per_epoch", d.schedulePerEpoch()),
            s.integer("warmup_steps", d.warmupSteps()),
            s.integer("total_steps", d.totalSteps()),
            s.flag("cosine_rises", d.cosineRises()),
            milestones,
            s.number("milestone_factor", d.milestoneFactor()),
            s.number("plateau_factor", d.plateauFactor()),
            s.integer("plateau_patience", d.plateauPatience()),
            s.number("clip_norm", d.clipNorm()),
            s.number("beta1", d.beta1()),
            s.number("beta2", d.beta2()),
            s.number("epsilon", d.epsilon()),
            s.wholeNumber("seed", d.seed()),
            s.integer("threads", d.threads()),
            s.flag("drop_last", d.dropLast()),
            s.choice("class_weights", ClassWeights.class, d.classWeights()),
            s.integer("patience", d.patience()),
            s.integer("validate_every", d.validateEvery()),
            s.number("checkpoint_seconds", d.checkpointSeconds()));
    s.finish("milestones");
    return config;
  }
}
