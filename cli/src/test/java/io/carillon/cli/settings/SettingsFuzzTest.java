package io.carillon.cli.settings;

import io.carillon.error.FormatException;
import io.carillon.fuzz.Fuzzed;
import io.carillon.report.console.UsageException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged preset files, up to the settings of the network and the training. */
class SettingsFuzzTest {
  private static final long MOST_BYTES = 64L << 20;

  private static final String PRESET =
      """
      description: a preset of the user
      network:
        width: 16
        depth: 2
        pooling: mean
        block:
          norm: layer
          dropout: 0.1
          ssm: {kind: s4d, state_size: 8, dt_max: 1e-1}
      train:
        epochs: 3
        learning_rate: 0.01
      data: &data
        length: "40"
      """;

  @TempDir private static Path folder;

  @Test
  void yaml() throws Exception {
    Path file = folder.resolve("preset.yaml");
    Fuzzed.run(
        "YAML settings",
        List.of(PRESET.getBytes(StandardCharsets.UTF_8)),
        MOST_BYTES,
        Set.of(FormatException.class, UsageException.class),
        bytes -> {
          Files.write(file, bytes);
          RunSettings settings =
              RunSettings.merge(Presets.load(file.toString()), List.of(), List.of("length"));
          RunSettings.networkConfig(settings.network(), 1, 0, 2);
          settings.trainConfig();
        });
  }
}
