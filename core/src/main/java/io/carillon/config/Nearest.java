package io.carillon.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that someone probably meant. */
public final class Nearest {
  private Nearest() {}

  /**
   * The candidate nearest to {@code word}, if one is near enough to be a likely typing error: at
   * most one third of the longer word's letters differ, or the word is the beginning of a
   * candidate. Upper and lower case are the same. Of equally near candidates the first is taken.
   */
  public static Optional<String> of(String word, Collection<String> candidates) {
    String wanted = word.toLowerCase(Locale.ROOT);
    String best = null;
    int bestDistance = Integer.MAX_VALUE;
    for (String candidate : candidates) {
      String name = candidate.toLowerCase(Locale.ROOT);
      boolean beginning = wanted.length() >= 2 && name.startsWith(wanted);
      int allowed = Math.max(1, Math.max(wanted.length(), name.length()) / 3);
      // The distance is at least the difference: names in damaged files can be very long.
      if (!beginning && Math.abs(wanted.length() - name.length()) > allowed) {
        continue;
      }
      int distance = beginning ? 1 : distance(wanted, name);
      if (distance <= allowed && distance < bestDistance) {
        best = candidate;
        bestDistance = distance;
      }
    }
    return Optional.ofNullable(best);
  }

  /**
   * The end of an error message about an unknown name: "; did you mean X? Known are: A, B, C".
   *
   * @param word the unknown name
   * @param candidates the known names, in the order in which they are listed
   */
  public static String hint(String word, Collection<String> candidates) {
    String question = of(word, candidates).map(n -> "; did you mean '" + n + "'?").orElse(";");
    return question + " Known are: " + String.join(", ", candidates);
  }

  /**
   * Edit distance: the fewest insertions, deletions, replacements and swaps of neighbours that turn
   * {@code a} into {@code b}, where no part is edited twice (optimal string alignment).
   */
  public static int distance(String a, String b) {
    List<int[]> rows = new ArrayList<>(a.length() + 1);
    int[] first = new int[b.length() + 1];
    for (int j = 0; j < first.length; j++) {
      first[j] = j;
    }
    rows.add(first);
    for (int i = 1; i <= a.length(); i++) {
      int[] above = rows.get(i - 1);
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          row[j] = Math.min(row[j], rows.get(i - 2)[j - 2] + 1);
        }
      }
      rows.add(row);
    }
    return rows.get(a.length())[b.length()];
  }
}
