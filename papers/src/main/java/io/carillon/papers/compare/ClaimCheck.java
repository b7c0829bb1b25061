package io.carillon.papers.compare;

import io.carillon.papers.compare.Comparison.Claim;
import io.carillon.report.console.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Whether a claim of the papers is seen in the results.
 *
 * @param claim the claim
 * @param checked comparisons that could be made
 * @param missing comparisons for which a result is missing
 * @param against what speaks against it, one line for each comparison
 */
record ClaimCheck(Claim claim, int checked, int missing, List<String> against) {

  /** Checks a claim on the means over seeds. */
  static ClaimCheck of(Claim claim, Comparison comparison, List<CellResult> cells) {
    List<String> against = new ArrayList<>();
    int checked = 0;
    int missing = 0;
    for (CellResult cell : cells) {
      if (!claim.when().fits(cell.cell().levels())) {
        continue;
      }
      double mean = cell.mean(comparison.metric());
      List<CellResult> others = claim.than() == null ? List.of() : others(claim, cell, cells);
      int comparisons = claim.than() == null ? 1 : others.size();
      for (int i = 0; i < comparisons; i++) {
        CellResult other = claim.than() == null ? null : others.get(i);
        double bound = other == null ? claim.atLeast() : other.mean(comparison.metric());
        if (Double.isNaN(mean) || Double.isNaN(bound)) {
          missing++;
          continue;
        }
        checked++;
        double better = comparison.smallerIsBetter() ? bound - mean : mean - bound;
        if (better < (other == null ? 0 : claim.by())) {
          against.add(line(cell, mean, other, bound));
        }
      }
    }
    return new ClaimCheck(claim, checked, missing, List.copyOf(against));
  }

  private static String line(CellResult cell, double mean, CellResult other, double bound) {
    String beside = other == null ? "" : ", " + other.cell().title() + ": " + Text.number(bound);
    return cell.cell().title() + ": " + Text.number(mean) + beside;
  }

  /** Cells of {@code than} with the same level on every axis that the claim does not name. */
  private static List<CellResult> others(Claim claim, CellResult cell, List<CellResult> all) {
    return all.stream()
        .filter(other -> claim.than().fits(other.cell().levels()))
        .filter(other -> sameOtherwise(claim, cell.cell().levels(), other.cell().levels()))
        .toList();
  }

  private static boolean sameOtherwise(
      Claim claim, Map<String, String> levels, Map<String, String> others) {
    return levels.entrySet().stream()
        .filter(e -> !claim.than().allowed().containsKey(e.getKey()))
        .allMatch(e -> e.getValue().equals(others.get(e.getKey())));
  }

  /** In a few words: {@code seen in 12 of 12}. */
  String verdict() {
    if (checked == 0) {
      return "not checked yet";
    }
    int seen = checked - against.size();
    return (against.isEmpty() ? "seen in all " + checked : "seen in " + seen + " of " + checked)
        + (missing > 0 ? ", " + missing + " still missing" : "");
  }
}
