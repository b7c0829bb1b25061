package io.carillon.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Sequences that share one kernel and one FFT size.
 *
 * @param sequences their numbers in the batch, ascending
 * @param longest length of the longest
 */
public record LengthGroup(int[] sequences, int longest) {

  /**
   * Groups by exact length when the kernel depends on it, else by power of two: a short sequence is
   * not transformed at the size of the longest.
   */
  static List<LengthGroup> of(Rows rows, boolean exact) {
    Map<Integer, List<Integer>> byKey = new TreeMap<>();
    for (int b = 0; b < rows.count(); b++) {
      int key = exact ? rows.length(b) : 32 - Integer.numberOfLeadingZeros(rows.length(b) - 1);
      byKey.computeIfAbsent(key, k -> new ArrayList<>()).add(b);
    }
    List<LengthGroup> groups = new ArrayList<>();
    for (List<Integer> sequences : byKey.values()) {
      int[] numbers = sequences.stream().mapToInt(Integer::intValue).toArray();
      groups.add(
          new LengthGroup(numbers, Arrays.stream(numbers).map(rows::length).max().orElse(0)));
    }
    return groups;
  }
}
