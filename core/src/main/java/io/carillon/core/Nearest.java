package io.carillon.core;

import java.util.Collection;
import java.util.Locale;

/** Finds the known name that a mistyped one was probably meant to be. */
public final class Nearest {
  private Nearest() {}

  /**
   * The known name with the smallest edit distance to {@code name}, or null when even that differs
   * in more than half of its letters.
   */
  public static String of(String name, Collection<String> known) {
    String best = null;
    int bestDistance = Integer.MAX_VALUE;
    for (String candidate : known) {
      int d = distance(name.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
      if (d < bestDistance) {
        bestDistance = d;
        best = candidate;
      }
    }
    int most = Math.max(1, (name.length() + 1) / 2);
    return bestDistance <= most ? best : null;
  }

  /**
   * A hint such as "; did you mean 'x'?" for the nearest known name, or a list of all known names.
   */
  public static String hint(String name, Collection<String> known) {
    String best = of(name, known);
    return best != null
        ? "; did you mean '" + best + "'?"
        : "; known are " + String.join(", ", known);
  }

  /** Levenshtein distance: fewest insertions, deletions and substitutions of one letter. */
  static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    int[] current = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitution = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(substitution, 1 + Math.min(previous[j], current[j - 1]));
      }
      int[] swap = previous;
      previous = current;
      current = swap;
    }
    return previous[b.length()];
  }
}
