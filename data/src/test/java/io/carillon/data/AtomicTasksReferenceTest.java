package io.carillon.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.carillon.core.SeededRandom;
import io.carillon.io.SafeTensors;
import io.carillon.io.SafeTensors.Tensor;
import io.carillon.train.Dataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Samples made by the official code of the atomic tasks: from their inputs our targets must be
 * theirs, and our inputs must be built in the same way.
 */
class AtomicTasksReferenceTest {
  /** The official shifts and sums are computed in single precision, by FFT. */
  private static final double TOLERANCE = 1e-5;

  private static final Map<String, String> NAMES =
      Map.of("masked_select", "select", "masked_select_fixed", "select-fixed");

  @Test
  void targetsOfOfficialInputs() throws IOException {
    Path folder = SharedFolder.reference("06_sequence1d");
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
    assertThat(files).as("cases in %s", folder).isNotEmpty();
    for (Path file : files) {
      check(file);
    }
    System.out.printf(
        "reference 06_sequence1d: %d cases passed, 0 failed, 0 skipped%n", files.size());
  }

  private static void check(Path file) throws IOException {
    JsonNode config = new ObjectMapper().readTree(file.toFile()).get("config");
    AtomicTask task = task(config);
    Path tensors = Path.of(file.toString().replace(".json", ".safetensors"));
    Map<String, Tensor> given = SafeTensors.read(tensors).tensors();
    Tensor x = given.get("x");
    Tensor y = given.get("y");
    int[] shape = x.shape();
    int own = task.channels().size();
    assertThat(shape).as("shape of x in %s", file).containsExactly(3, task.steps(), own + 2);
    assertThat(y.shape())
        .as("shape of y in %s", file)
        .containsExactly(3, task.answered(), task.outputSize());
    Dataset ours = task.sample(0, new SeededRandom(1));
    for (int b = 0; b < 3; b++) {
      float[] channels = new float[shape[1] * own];
      for (int i = 0; i < shape[1]; i++) {
        int from = (b * shape[1] + i) * shape[2];
        System.arraycopy(x.floats(), from, channels, i * own, own);
        for (int c = own; c < own + 2; c++) {
          assertThat(ours.values(0)[i * shape[2] + c])
              .as("position feature %d at %d of %s", c, i, file)
              .isCloseTo(x.floats()[from + c], within(1e-6f));
        }
      }
      float[] target = task.target(channels);
      int n = target.length;
      float[] expected = Arrays.copyOfRange(y.floats(), b * n, (b + 1) * n);
      for (int k = 0; k < n; k++) {
        assertThat((double) target[k])
            .as("sample %d, entry %d of %s", b, k, file)
            .isCloseTo(expected[k], within(TOLERANCE));
      }
    }
  }

  private static AtomicTask task(JsonNode config) {
    Map<String, String> options = new LinkedHashMap<>();
    String name = null;
    for (Map.Entry<String, JsonNode> entry : config.properties()) {
      String value = entry.getValue().asText();
      switch (entry.getKey()) {
        case "task" -> name = NAMES.getOrDefault(value, value.replace('_', '-'));
        case "L" -> options.put("length", value);
        case "M" -> options.put("marked", value);
        case "D" -> options.put("dimension", value);
        case "num_shifts" -> options.put("shifts", value);
        case "causal" -> assertThat(value).isEqualTo("true");
        case "samples" -> assertThat(value).isEqualTo("3");
        case "consecutive", "in_device" -> assertThat(value).isNotEmpty();
        default -> throw new AssertionError("unknown setting " + entry.getKey());
      }
    }
    return (AtomicTask) Tasks.get(name).generator(options);
  }
}
