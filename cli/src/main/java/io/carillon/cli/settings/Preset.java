package io.carillon.cli.settings;

import io.carillon.config.Nearest;
import io.carillon.error.FormatException;
import io.carillon.report.settings.Trees;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Named settings of a run; what it does not say is left to the defaults.
 *
 * @param name name on the command line, or the file it is from
 * @param description one line for the list of presets
 * @param network network settings, as in {@code config.json}
 * @param train training settings
 * @param data options of the loader or task
 */
public record Preset(
    String name,
    String description,
    Map<String, Object> network,
    Map<String, Object> train,
    Map<String, Object> data) {
  /** Everything at its default. */
  public static final Preset EMPTY =
      new Preset("(none)", "the defaults of the library", Map.of(), Map.of(), Map.of());

  private static final List<String> KEYS =
      List.of("description", "based_on", "network", "train", "data");

  /**
   * From the contents of a preset file.
   *
   * @param base the preset it is based on, which it changes; or {@link #EMPTY}
   * @throws FormatException naming the file and the key that is unknown or of the wrong kind
   */
  static Preset of(String name, Map<String, Object> contents, Preset base) {
    for (Map.Entry<String, Object> entry : contents.entrySet()) {
      String key = entry.getKey();
      if (!KEYS.contains(key)) {
        throw new FormatException(
            "preset " + name + ": unknown key '" + key + "'" + Nearest.hint(key, KEYS));
      }
      boolean isText = key.equals("description") || key.equals("based_on");
      if (isText != !(entry.getValue() instanceof Map<?, ?>)) {
        throw new FormatException(
            "preset "
                + name
                + ": "
                + key
                + " must be "
                + (isText ? "text" : "settings (key: value)"));
      }
    }
    return new Preset(
        name,
        String.valueOf(contents.getOrDefault("description", base.description)),
        onTop(base.network, section(contents, "network")),
        onTop(base.train, section(contents, "train")),
        onTop(base.data, section(contents, "data")));
  }

  private static Map<String, Object> section(Map<String, Object> contents, String key) {
    Map<String, Object> section = new LinkedHashMap<>();
    Trees.child(contents, key).forEach((k, v) -> section.put(k, Scalars.normalise(v)));
    return section;
  }

  /** As a merge, but another kind of layer starts from nothing of the base's layer. */
  private static Map<String, Object> onTop(Map<String, Object> base, Map<String, Object> over) {
    Map<String, Object> start = Trees.copy(base);
    Object kind = Trees.get(over, "block.ssm.kind");
    if (kind != null && !kind.equals(Trees.get(start, "block.ssm.kind"))) {
      Trees.put(start, "block.ssm", null);
    }
    return Trees.merge(start, over);
  }
}
