package io.carillon.papers.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.data.generated.Task;
import io.carillon.data.generated.Tasks;
import io.carillon.engine.SeededRandom;
import io.carillon.train.Dataset;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pictures of Pathfinder-Segmentation by their own rules. */
class PathfinderTest {
  private static final int PICTURES = 12;

  private static PathfinderPicture picture(int side, long seed) {
    return PathfinderPicture.draw(PathfinderSettings.of(side).brushes(), new SeededRandom(seed));
  }

  @ParameterizedTest
  @ValueSource(ints = {32, 64, 128})
  void classesFollowTheLabelAndTheCirclesAreAtTheEnds(int side) {
    int connected = 0;
    for (long seed = 0; seed < PICTURES; seed++) {
      PathfinderPicture p = picture(side, seed);
      connected += p.label();
      int[] counts = new int[3];
      for (int k = 0; k < side * side; k++) {
        counts[p.classes()[k]]++;
        assertThat(p.classes()[k] == 0 || (p.grey()[k] & 0xFF) > 0)
            .as("paths are drawn; pixel %d, seed %d", k, seed)
            .isTrue();
      }
      assertThat(counts[1]).as("seed %d", seed).isPositive();
      assertThat(counts[2] > 0).as("seed %d", seed).isEqualTo(p.label() == 1);
      assertThat(counts[0]).isGreaterThan(side * side / 2);
      int begun = bright(p, side, p.tips()[0]) ? 0 : 1;
      int ended = p.label() == 1 ? begun : 1 - begun;
      assertThat(bright(p, side, p.tips()[begun])).as("start, seed %d", seed).isTrue();
      assertThat(bright(p, side, p.tips()[2 + ended])).as("end, seed %d", seed).isTrue();
      if (p.label() == 1) {
        assertThat(near(p, side, p.tips()[begun])).as("start, seed %d", seed).isEqualTo(2);
        assertThat(near(p, side, p.tips()[2 + ended])).as("end, seed %d", seed).isEqualTo(2);
      }
    }
    assertThat(connected).isBetween(1, PICTURES - 1);
  }

  /** Whether a circle is drawn there: unlike a stroke it is bright in all directions. */
  private static boolean bright(PathfinderPicture p, int side, int[] at) {
    int[][] cross = {{0, 0}, {-1, 0}, {1, 0}, {0, -1}, {0, 1}};
    boolean all = true;
    for (int[] d : cross) {
      int y = Math.max(0, Math.min(side - 1, at[0] + d[0]));
      int x = Math.max(0, Math.min(side - 1, at[1] + d[1]));
      all &= (p.grey()[y * side + x] & 0xFF) > 100;
    }
    return all;
  }

  /** Largest class within a pixel of a tip. */
  private static int near(PathfinderPicture p, int side, int[] at) {
    int largest = 0;
    for (int y = Math.max(0, at[0] - 1); y <= Math.min(side - 1, at[0] + 1); y++) {
      for (int x = Math.max(0, at[1] - 1); x <= Math.min(side - 1, at[1] + 1); x++) {
        largest = Math.max(largest, p.classes()[y * side + x]);
      }
    }
    return largest;
  }

  @Test
  void pixelsAreScaledAndTheSameForTheSameSeed() {
    Task task = Tasks.get("pathfinder-segmentation");
    Dataset data = task.sample(2, Map.of("side", "32"), 4);
    Dataset again = task.sample(2, Map.of("side", "32"), 4);
    assertThat(data.target()).isEqualTo(Dataset.Target.CLASS_PER_STEP);
    assertThat(data.metric()).isEqualTo("macro_f1");
    assertThat(data.length(0)).isEqualTo(1024);
    float low = 1;
    float high = -1;
    for (float v : data.values(1)) {
      low = Math.min(low, v);
      high = Math.max(high, v);
    }
    assertThat(low).isEqualTo(-1f);
    assertThat(high).isEqualTo(1f);
    assertThat(again.values(1)).isEqualTo(data.values(1)).isNotEqualTo(data.values(0));
    assertThat(again.stepLabels(1)).isEqualTo(data.stepLabels(1));
    assertThat(task.pictureSide(Map.of("side", "128"))).isEqualTo(128);
  }
}
