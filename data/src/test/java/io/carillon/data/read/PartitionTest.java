package io.carillon.data.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.data.DataException;
import io.carillon.data.Options;
import io.carillon.engine.SeededRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PartitionTest {
  @Test
  void everyClassGivesItsShareWithinOne() {
    int[] classes = new int[300];
    Arrays.setAll(classes, i -> i < 200 ? 0 : i < 290 ? 1 : 2);
    int[][] parts = Partition.carve(classes, Partition.upTo(300), 0.2, new SeededRandom(5));
    long[] taken = new long[3];
    for (int i : parts[1]) {
      taken[classes[i]]++;
    }
    assertThat(parts[1]).hasSize(60);
    assertThat(taken[0]).isBetween(39L, 41L);
    assertThat(taken[1]).isBetween(17L, 19L);
    assertThat(taken[2]).isBetween(1L, 3L);
  }

  @Test
  void aClassOfOneIsOnlyTrainedOn() {
    int[][] parts =
        Partition.carve(new int[] {0, 1, 2}, Partition.upTo(3), 0.5, new SeededRandom(1));
    assertThat(parts[0]).containsExactly(0, 1, 2);
    assertThat(parts[1]).isEmpty();
  }

  @Test
  void aSmallShareStillTakesOne() {
    int[][] parts =
        Partition.carve(new int[] {0, 0, 1, 1}, Partition.upTo(4), 0.01, new SeededRandom(1));
    assertThat(parts[1]).hasSize(1);
  }

  @Test
  void threePartsOfTheAskedSizes() {
    Partition parts = Partition.random(new int[100], new Partition.Shares(0.7, 0.1, 0.2), 3);
    assertThat(parts.train()).hasSize(70);
    assertThat(parts.validation()).hasSize(10);
    assertThat(parts.test()).hasSize(20);
  }

  @Test
  void sharesMustAddUp() {
    for (String text : List.of("0.5/0.5", "0.5/0.2/0.2", "0/0.5/0.5", "a/b/c", "1.5/-0.5/0")) {
      Options options = Options.of("x", List.of(Partition.Shares.OPTION), Map.of("split", text));
      assertThatThrownBy(() -> Partition.Shares.of(options))
          .as(text)
          .isInstanceOf(DataException.class)
          .hasMessageContaining("split='" + text + "'");
    }
  }
}
