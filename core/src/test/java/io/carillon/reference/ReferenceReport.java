package io.carillon.reference;

import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;

/**
 * Runs a check over every case of a family, counts what passed, failed and was skipped, prints the
 * counts and the worst error, and fails the test if a case failed or was not understood.
 */
public final class ReferenceReport {
  /** The check of one case: compares tensors, or throws. */
  @FunctionalInterface
  public interface Check {
    /** Checks a case. */
    void run(ReferenceCase reference) throws Exception;
  }

  private final String family;
  private final List<String> failures = new ArrayList<>();
  private final Map<String, Integer> skips = new TreeMap<>();
  private int passed;
  private int skipped;
  private int tensors;
  private double worstShare;
  private String worst = "-";

  private ReferenceReport(String family) {
    this.family = family;
  }

  /** Checks all cases of a family; an absent folder is reported as a skipped test. */
  public static void check(String family, Check check) {
    Optional<Path> folder = ReferenceFolder.family(family);
    Assumptions.assumeTrue(
        folder.isPresent(),
        () -> "no reference cases " + family + " in " + ReferenceFolder.locate().orElse(null));
    ReferenceReport report = new ReferenceReport(family);
    try {
      for (Path json : ReferenceFolder.descriptions(folder.get())) {
        report.add(ReferenceCase.read(json), check);
      }
    } catch (IOException e) {
      throw new AssertionError("cannot read the reference cases of " + family, e);
    }
    report.finish();
  }

  private void add(ReferenceCase reference, Check check) {
    try {
      check.run(reference);
      reference.requireAllRead();
      if (reference.comparisons().isEmpty()) {
        throw new AssertionError("nothing was compared");
      }
    } catch (ReferenceSkip skip) {
      skipped++;
      skips.merge(skip.getMessage(), 1, Integer::sum);
      return;
    } catch (Exception | AssertionError e) {
      failures.add(reference.name() + ": " + e);
      return;
    }
    List<String> wrong = new ArrayList<>();
    for (ReferenceCase.Comparison c : reference.comparisons()) {
      tensors++;
      if (!c.passed()) {
        wrong.add(
            String.format(
                Locale.ROOT, "%s error %.3g tolerance %.3g", c.tensor(), c.error(), c.tolerance()));
      }
      if (c.error() / c.tolerance() > worstShare) {
        worstShare = c.error() / c.tolerance();
        worst =
            String.format(
                Locale.ROOT,
                "%s %s %.2g of %.2g",
                reference.name(),
                c.tensor(),
                c.error(),
                c.tolerance());
      }
    }
    if (wrong.isEmpty()) {
      passed++;
    } else {
      failures.add(reference.name() + ": " + String.join("; ", wrong));
    }
  }

  private void finish() {
    System.out.printf(
        Locale.ROOT,
        "reference %-18s passed %3d  failed %2d  skipped %2d  (%d tensors; worst: %s)%n",
        family,
        passed,
        failures.size(),
        skipped,
        tensors,
        worst);
    skips.forEach((reason, count) -> System.out.println("  skipped " + count + ": " + reason));
    if (!failures.isEmpty()) {
      fail(
          "%d reference cases of %s failed:%n%s",
          failures.size(), family, String.join(System.lineSeparator(), failures));
    }
    if (passed + skipped == 0) {
      fail("the folder of reference family %s holds no cases", family);
    }
  }
}
