package io.carillon.data.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.engine.SeededRandom;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class PartitionPropertiesTest {
  @Property(tries = 300, seed = "20221206")
  void carvingIsDisjointCompleteAndFair(
      @ForAll @Size(min = 1, max = 200) List<@IntRange(max = 8) Integer> labels,
      @ForAll @DoubleRange(max = 0.9) double share,
      @ForAll long seed) {
    int[] classes = labels.stream().mapToInt(Integer::intValue).toArray();
    int[] all = Partition.upTo(classes.length);
    int[][] parts = Partition.carve(classes, all, share, new SeededRandom(seed));
    assertThat(IntStream.concat(Arrays.stream(parts[0]), Arrays.stream(parts[1])).sorted())
        .containsExactly(Arrays.stream(all).boxed().toArray(Integer[]::new));
    for (int c = 0; c <= 8; c++) {
      int label = c;
      long total = Arrays.stream(classes).filter(x -> x == label).count();
      long taken = Arrays.stream(parts[1]).filter(i -> classes[i] == label).count();
      if (total > 0) {
        assertThat(taken).as("members of class %d left in training", c).isLessThan(total);
      }
    }
    assertThat(parts).isDeepEqualTo(Partition.carve(classes, all, share, new SeededRandom(seed)));
  }
}
