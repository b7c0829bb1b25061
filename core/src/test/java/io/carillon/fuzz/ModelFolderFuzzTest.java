package io.carillon.fuzz;

import io.carillon.config.NetworkConfig;
import io.carillon.config.S4dConfig;
import io.carillon.engine.SeededRandom;
import io.carillon.error.FormatException;
import io.carillon.io.Json;
import io.carillon.model.SequenceModel;
import io.carillon.model.inside.Inside;
import io.carillon.nn.Network;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged configurations of models, and JSON. */
class ModelFolderFuzzTest {
  private static final Set<Class<? extends Exception>> FORMAT = Set.of(FormatException.class);
  private static final long MIB = 1 << 20;

  @TempDir private static Path folder;
  private static byte[] config;

  @BeforeAll
  static void saveModel() throws IOException {
    Inside.model(
            new Network(
                NetworkConfig.sequence(2, 3)
                    .withWidth(4)
                    .withDepth(1)
                    .withSsm(S4dConfig.DEFAULT.withStateSize(4)),
                new SeededRandom(1)),
            Map.of("names", List.of("a", "b"), "scale", 1.5))
        .save(folder);
    // Without its checksums, which would refuse all damage before it is looked at.
    config =
        Files.readString(folder.resolve("config.json"))
            .replaceFirst(",\\s*\"checksums\": \\{[^}]*}", "")
            .getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void json() throws Exception {
    Fuzzed.run(
        "JSON",
        List.of(config),
        32 * MIB,
        FORMAT,
        bytes -> Json.parseObject(new String(bytes, StandardCharsets.UTF_8)));
  }

  /** The configuration alone is damaged: the sizes that it tells must fit the weights. */
  @Test
  void modelConfiguration() throws Exception {
    Fuzzed.run(
        "config.json",
        List.of(config),
        64 * MIB,
        FORMAT,
        bytes -> {
          Files.write(folder.resolve("config.json"), bytes);
          SequenceModel.load(folder);
        });
  }
}
