package io.carillon.cli.settings;

import io.carillon.config.NetworkConfig;
import io.carillon.config.Schema;
import io.carillon.config.Settings;
import io.carillon.nn.LayerKind;
import io.carillon.report.console.UsageException;
import io.carillon.report.settings.Change;
import io.carillon.report.settings.Trees;
import io.carillon.train.TrainConfig;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The settings of a run: a preset with the changes of the command line put over it.
 *
 * @param network network settings that are given, without the sizes that come from the data
 * @param train training settings that are given
 * @param data options of the data that are given
 * @param changes the changes by their full names
 * @param notes what the user should know about the merging
 */
public record RunSettings(
    Map<String, Object> network,
    Map<String, Object> train,
    Map<String, String> data,
    Map<String, String> changes,
    List<String> notes) {

  /** The setting of another layer that keeps its meaning when the kind changes. */
  private static final String STATE_SIZE = "state_size";

  /**
   * Puts changes over a preset.
   *
   * @param dataKeys names of the options that the data have
   * @throws UsageException for a setting that is unknown or ambiguous, in the preset or in a change
   */
  public static RunSettings merge(
      Preset preset, List<Change> changes, Collection<String> dataKeys) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("network", Trees.copy(preset.network()));
    all.put("train", Trees.copy(preset.train()));
    all.put("data", Trees.copy(preset.data()));
    List<String> notes = new ArrayList<>();
    changeKind(all, changes, dataKeys, notes);
    KnownKeys known = new KnownKeys(kind(all), dataKeys);
    checkPreset(preset, all, known);
    Map<String, String> named = new LinkedHashMap<>();
    for (Change change : changes) {
      String key = known.resolve(change.key());
      named.put(key, change.value());
      Object value = key.startsWith("data.") ? change.value() : Scalars.parse(change.value());
      Trees.put(all, key, change.isDefault() ? null : value);
    }
    Map<String, String> data = new LinkedHashMap<>();
    Trees.child(all, "data").forEach((key, value) -> data.put(key, plain(value)));
    return new RunSettings(
        Trees.child(all, "network"), Trees.child(all, "train"), data, named, notes);
  }

  private static String kind(Map<String, Object> all) {
    Object kind = Trees.get(all, KnownKeys.KIND);
    return kind == null ? KnownKeys.USUAL_KIND : String.valueOf(kind);
  }

  /** Applies a change of the kind of layer, on which the names of the other settings depend. */
  private static void changeKind(
      Map<String, Object> all,
      List<Change> changes,
      Collection<String> dataKeys,
      List<String> notes) {
    KnownKeys known = new KnownKeys(KnownKeys.USUAL_KIND, dataKeys);
    for (Change change : changes) {
      boolean isKind =
          change.key().endsWith("kind") && known.resolve(change.key()).equals(KnownKeys.KIND);
      if (!isKind || change.value().equals(kind(all))) {
        continue;
      }
      Map<String, Object> old =
          Trees.child(Trees.child(Trees.child(all, "network"), "block"), "ssm");
      Map<String, Object> kernel = new LinkedHashMap<>();
      kernel.put(Schema.KIND, change.isDefault() ? KnownKeys.USUAL_KIND : change.value());
      boolean keepsSize =
          old.containsKey(STATE_SIZE)
              && hasStateSize(String.valueOf(kernel.get(Schema.KIND)), dataKeys);
      if (keepsSize) {
        kernel.put(STATE_SIZE, old.get(STATE_SIZE));
      }
      Trees.put(all, "network.block.ssm", kernel);
      notes.add(
          "layer "
              + kernel.get(Schema.KIND)
              + ": the preset's settings of the "
              + old.getOrDefault(Schema.KIND, KnownKeys.USUAL_KIND)
              + " layer do not apply"
              + (keepsSize ? ", except state_size" : ""));
    }
  }

  private static boolean hasStateSize(String kind, Collection<String> dataKeys) {
    return new KnownKeys(kind, dataKeys).all().contains("network.block.ssm." + STATE_SIZE);
  }

  private static void checkPreset(Preset preset, Map<String, Object> all, KnownKeys known) {
    for (String key : Trees.flatten("", all).keySet()) {
      if (!known.all().contains(key)) {
        throw new UsageException("preset " + preset.name() + ": " + wrongKey(known, key));
      }
    }
  }

  private static String wrongKey(KnownKeys known, String key) {
    try {
      return "'" + key + "' must be written in full: " + known.resolve(key);
    } catch (UsageException e) {
      return e.getMessage();
    }
  }

  private static String plain(Object value) {
    return value instanceof List<?> list
        ? String.join(",", list.stream().map(String::valueOf).toList())
        : String.valueOf(value);
  }

  /**
   * The network for data of the given sizes.
   *
   * @throws UsageException naming the setting that is of the wrong kind or out of range
   */
  public static NetworkConfig networkConfig(
      Map<String, Object> network, int inputSize, int vocabulary, int outputSize) {
    Map<String, Object> complete = new LinkedHashMap<>(network);
    complete.put("input_size", inputSize);
    complete.put("vocabulary", vocabulary);
    complete.put("output_size", outputSize);
    try {
      return LayerKind.network(new Settings("network", complete));
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }

  /**
   * The training settings.
   *
   * @throws UsageException naming the setting that is of the wrong kind or out of range
   */
  public TrainConfig trainConfig() {
    try {
      return TrainConfig.DEFAULT.with(train);
    } catch (IllegalArgumentException e) {
      throw new UsageException("train: " + e.getMessage(), e);
    }
  }
}
