package io.carillon.cli.settings;

import io.carillon.config.BlockConfig;
import io.carillon.config.Nearest;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Schema;
import io.carillon.config.Setting;
import io.carillon.nn.LayerKind;
import io.carillon.report.console.UsageException;
import io.carillon.train.TrainConfig;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * The full names of all settings of a run: {@code network.…}, {@code train.…} and {@code data.…}.
 * Which ones there are depends on the kind of state-space kernel and on the kind of data.
 */
final class KnownKeys {
  /** Full name of the kind of kernel, on which other names depend. */
  static final String KIND = "network.block.ssm." + Schema.KIND;

  /** The kind where none is said. */
  static final String USUAL_KIND = BlockConfig.DEFAULT.ssm().kind();

  /** Sizes that the data give. */
  private static final List<String> GIVEN_BY_DATA =
      List.of("network.input_size", "network.vocabulary", "network.output_size");

  private final Set<String> keys = new LinkedHashSet<>();

  /**
   * Collects them.
   *
   * @param kind of the layer along the sequence
   * @param dataKeys options of the data, without {@code data.}
   */
  KnownKeys(String kind, Collection<String> dataKeys) {
    add("network.", NetworkConfig.DEFAULT.schema());
    add("network.block.", BlockConfig.DEFAULT.schema());
    keys.add(KIND);
    add("network.block.ssm.", layer(kind));
    keys.removeAll(GIVEN_BY_DATA);
    add("train.", TrainConfig.DEFAULT.schema());
    dataKeys.forEach(key -> keys.add("data." + key));
  }

  private void add(String prefix, Schema<?> schema) {
    for (Setting<?> setting : schema.settings()) {
      if (!(setting.otherwise() instanceof Schema.Described)) {
        keys.add(prefix + setting.name());
      }
    }
  }

  private static Schema<?> layer(String kind) {
    try {
      return LayerKind.schema(kind);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }

  /** All full names. */
  Set<String> all() {
    return keys;
  }

  /**
   * The full name of a setting that is given by its last parts: {@code epochs}, {@code ssm.init}.
   * Dashes and underscores are the same.
   *
   * @throws UsageException if none or several settings end like that
   */
  String resolve(String given) {
    String wanted = plain(given);
    TreeSet<String> fitting = new TreeSet<>();
    for (String key : keys) {
      if (plain(key).equals(wanted)) {
        return key;
      }
      if (plain(key).endsWith("." + wanted)) {
        fitting.add(key);
      }
    }
    if (fitting.size() == 1) {
      return fitting.first();
    }
    if (fitting.size() > 1) {
      throw new UsageException(
          "setting '"
              + given
              + "' can mean "
              + String.join(" or ", fitting)
              + "; write more of it");
    }
    if (GIVEN_BY_DATA.stream().anyMatch(key -> key.equals(given) || key.endsWith("." + wanted))) {
      throw new UsageException(
          "setting '" + given + "' is given by the data and cannot be changed");
    }
    throw new UsageException("unknown setting '" + given + "'" + hint(given));
  }

  private String hint(String given) {
    String near = Nearest.of(given, keys).orElse(null);
    if (near == null) {
      TreeSet<String> lastParts = new TreeSet<>();
      keys.forEach(key -> lastParts.add(lastPart(key)));
      String last = Nearest.of(lastPart(given), lastParts).orElse(null);
      near = keys.stream().filter(key -> lastPart(key).equals(last)).findFirst().orElse(null);
    }
    return near == null
        ? "; 'carillon describe PRESET' lists the settings of a preset"
        : "; did you mean '" + near + "'?";
  }

  private static String lastPart(String key) {
    return key.substring(key.lastIndexOf('.') + 1);
  }

  private static String plain(String key) {
    return key.toLowerCase(Locale.ROOT).replace('-', '_');
  }
}
