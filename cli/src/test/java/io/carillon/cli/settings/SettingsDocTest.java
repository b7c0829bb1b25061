package io.carillon.cli.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.config.BlockConfig;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Schema;
import io.carillon.config.Setting;
import io.carillon.config.Settings;
import io.carillon.nn.LayerKind;
import io.carillon.train.TrainConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The tables of docs/settings.md are what the settings declare. With {@code
 * -Dcarillon.docs.write=true} they are written first.
 */
class SettingsDocTest {
  private static final Path FILE = Path.of("..", "docs", "settings.md");
  private static final String BEGIN = "<!-- settings -->\n";
  private static final String END = "<!-- end of settings -->\n";
  private static final String HEAD = "| name | what | values | default |\n|---|---|---|---|\n";

  private static String value(Setting<?> setting) {
    if (setting.otherwise() instanceof Enum<?> e) {
      return "`" + Settings.name(e) + "`";
    }
    boolean absent =
        setting.otherwise().equals(Double.NaN) || setting.otherwise().equals(List.of());
    return absent ? "" : "`" + setting.otherwise() + "`";
  }

  private static String table(String prefix, Schema<?> schema, Set<String> known) {
    return schema.settings().stream()
        .filter(setting -> known.contains(prefix + setting.name()))
        .map(
            setting ->
                "| `%s` | %s | %s | %s |\n"
                    .formatted(
                        setting.name(), setting.meaning(), setting.range().text(), value(setting)))
        .collect(Collectors.joining("", HEAD, "\n"));
  }

  private static String tables() {
    Set<String> known = allNames();
    StringBuilder text = new StringBuilder();
    text.append("\n## `network.`\n\n")
        .append(table("network.", NetworkConfig.DEFAULT.schema(), known))
        .append("## `network.block.`\n\n")
        .append(table("network.block.", BlockConfig.DEFAULT.schema(), known))
        .append("## `network.block.ssm.`\n\n`kind` chooses the layer: ")
        .append(
            LayerKind.schemas().stream()
                .map(schema -> "`" + schema.name() + "`")
                .collect(Collectors.joining(", ")))
        .append(". Changing it drops the other settings of the layer.\n\n");
    for (Schema<?> schema : LayerKind.schemas()) {
      text.append("### Of `" + schema.name() + "`\n\n");
      text.append(
          schema.settings().isEmpty() ? "None.\n\n" : table("network.block.ssm.", schema, known));
    }
    text.append("## `train.`\n\n").append(table("train.", TrainConfig.DEFAULT.schema(), known));
    return text.toString();
  }

  private static Set<String> allNames() {
    return LayerKind.schemas().stream()
        .flatMap(kind -> new KnownKeys(kind.name(), List.of()).all().stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void tablesAreWhatTheSettingsDeclare() throws IOException {
    String text = Files.readString(FILE);
    int from = text.indexOf(BEGIN) + BEGIN.length();
    int to = text.indexOf(END);
    assertThat(to).as("marks of the tables").isGreaterThanOrEqualTo(from);
    if (Boolean.getBoolean("carillon.docs.write")) {
      text = text.substring(0, from) + tables() + text.substring(to);
      Files.writeString(FILE, text);
      to = text.indexOf(END);
    }
    assertThat(text.substring(from, to)).isEqualTo(tables());
  }

  /** So that a table which lost its rows is not taken for complete. */
  @Test
  void everyNameThatTheCommandLineKnowsHasARow() throws IOException {
    Set<String> names = new TreeSet<>();
    String prefix = "";
    for (String line : Files.readAllLines(FILE)) {
      Matcher heading = Pattern.compile("## `([a-z.]+\\.)`").matcher(line);
      if (heading.matches()) {
        prefix = heading.group(1);
      } else if (line.startsWith("| `")) {
        names.add(prefix + line.split("`")[1]);
      }
    }
    Set<String> known = allNames();
    known.remove(KnownKeys.KIND);
    assertThat(names).isEqualTo(known);
  }
}
