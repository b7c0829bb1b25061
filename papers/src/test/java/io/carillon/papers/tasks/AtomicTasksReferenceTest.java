package io.carillon.papers.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.data.generated.Tasks;
import io.carillon.engine.SeededRandom;
import io.carillon.reference.ReferenceCase;
import io.carillon.reference.ReferenceConfig;
import io.carillon.reference.ReferenceReport;
import io.carillon.reference.Tensor;
import io.carillon.reference.UsesShared;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Samples made by the official code of the atomic tasks: from their inputs our targets must be
 * theirs, and our inputs must be built in the same way.
 */
@UsesShared
class AtomicTasksReferenceTest {
  /** The official shifts and sums are computed in single precision, by FFT. */
  private static final double TOLERANCE = 1e-5;

  /** Cosines and sines in single precision. */
  private static final double POSITION = 1e-6;

  /** The official tasks whose name is not ours with other hyphens. */
  private static final Map<String, String> NAMES =
      Map.of("masked_select", "select", "masked_select_fixed", "select-fixed");

  @Test
  void targetsOfOfficialInputs() {
    ReferenceReport.check("06_sequence1d", AtomicTasksReferenceTest::check);
  }

  private static void check(ReferenceCase reference) {
    ReferenceConfig config = reference.config();
    int samples = config.integer("samples");
    AtomicTask task = task(config);
    Tensor x = reference.tensor("x");
    Tensor y = reference.tensor("y");
    int own = task.channels().size();
    int width = own + 2;
    assertThat(x.shape()).as("shape of x").containsExactly(samples, task.steps(), width);
    assertThat(y.shape())
        .as("shape of y")
        .containsExactly(samples, task.answered(), task.outputSize());
    float[] ours = task.sample(0, new SeededRandom(1)).values(0);
    int steps = task.steps();
    int n = y.values().length / samples;
    for (int b = 0; b < samples; b++) {
      float[] channels = new float[steps * own];
      double[] positions = new double[2 * steps];
      double[] expected = new double[2 * steps];
      for (int i = 0; i < steps; i++) {
        int from = (b * steps + i) * width;
        System.arraycopy(x.floats(), from, channels, i * own, own);
        for (int c = 0; c < 2; c++) {
          expected[2 * i + c] = x.values()[from + own + c];
          positions[2 * i + c] = ours[i * width + own + c];
        }
      }
      reference.compare("position features of sample " + b, expected, positions, POSITION);
      float[] target = task.target(channels);
      double[] targets = new double[n];
      Arrays.setAll(targets, k -> target[k]);
      double[] official = Arrays.copyOfRange(y.values(), b * n, (b + 1) * n);
      reference.compare("targets of sample " + b, official, targets, TOLERANCE);
    }
  }

  private static AtomicTask task(ReferenceConfig c) {
    String name = c.text("task", "");
    Map<String, String> options = new LinkedHashMap<>();
    Map<String, String> keys =
        Map.of("L", "length", "M", "marked", "D", "dimension", "num_shifts", "shifts");
    keys.forEach(
        (key, option) -> {
          if (c.has(key)) {
            options.put(option, c.text(key, ""));
          }
        });
    if (c.has("causal")) {
      options.put("causal", c.flag("causal", true) ? "yes" : "no");
    }
    if (c.has("consecutive")) {
      options.put("consecutive", c.flag("consecutive", false) ? "yes" : "no");
    }
    // Where the official code computed.
    c.ignore("in_device");
    return (AtomicTask)
        Tasks.get(NAMES.getOrDefault(name, name.replace('_', '-'))).generator(options);
  }
}
