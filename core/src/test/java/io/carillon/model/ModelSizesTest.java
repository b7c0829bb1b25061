package io.carillon.model;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.config.NetworkConfig;
import io.carillon.config.S4dConfig;
import io.carillon.engine.SeededRandom;
import io.carillon.error.FormatException;
import io.carillon.model.inside.Inside;
import io.carillon.nn.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A configuration whose sizes somebody has changed is refused before memory is taken for them. */
class ModelSizesTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "input_size, 2, 2147483647",
    "input_size, 2, 100000000",
    "output_size, 3, 2000000000",
    "width, 4, 30000",
    "width, 4, 2147483647",
    "depth, 1, 2147483647",
    "state_size, 4, 100000000",
    "feed_forward, 0, 2147483647",
    "feed_forward, 0, 1000000",
    "kernels, 1, 2147483647"
  })
  void isRefused(String key, int before, int after) throws IOException {
    NetworkConfig config =
        NetworkConfig.sequence(2, 3)
            .withWidth(4)
            .withDepth(1)
            .withSsm(S4dConfig.DEFAULT.withStateSize(4));
    Inside.model(new Network(config, new SeededRandom(1)), Map.of()).save(folder);
    Path file = folder.resolve("config.json");
    String text = Files.readString(file).replaceFirst(",\\s*\"checksums\": \\{[^}]*}", "");
    String changed =
        text.replaceFirst("\"" + key + "\"\\s*:\\s*" + before + "\\b", "\"" + key + "\":" + after);
    assertThatThrownBy(() -> load(file, text, changed))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("config.json");
  }

  private void load(Path file, String text, String changed) throws IOException {
    if (changed.equals(text)) {
      throw new AssertionError("the test has changed nothing");
    }
    Files.writeString(file, changed);
    SequenceModel.load(folder);
  }
}
