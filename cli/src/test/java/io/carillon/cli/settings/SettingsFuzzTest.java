package io.carillon.cli.settings;

import io.carillon.cli.UsageException;
import io.carillon.fuzz.Fuzzed;
import io.carillon.fuzz.Mutation;
import io.carillon.io.FormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

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

  private static Path file;

  @BeforeContainer
  static void makeFile() throws IOException {
    file = Files.createTempFile("carillon-fuzz", ".yaml");
  }

  @AfterContainer
  static void removeFile() throws IOException {
    Fuzzed.summary();
    Files.delete(file);
  }

  @Provide
  Arbitrary<List<Mutation>> mutations() {
    return Mutation.several();
  }

  @Property(seed = "21", shrinking = ShrinkingMode.BOUNDED)
  void yaml(@ForAll("mutations") List<Mutation> mutations) throws Exception {
    Fuzzed.check(
        "YAML settings",
        PRESET.getBytes(StandardCharsets.UTF_8),
        mutations,
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
