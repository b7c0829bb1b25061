package io.carillon.reference;

import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Runs a check over every case of a family, counts what passed, failed and was skipped, prints the
 * counts and the worst error, and fails the test if a case failed or was not understood, or a file
 * of the family belongs to no case.
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
  private final Map<String, Integer> missing = new TreeMap<>();
  private int passed;
  private int skipped;
  private int tensors;
  private double worstShare;
  private String worst = "-";

  private ReferenceReport(String family) {
    this.family = family;
  }

  /**
   * Checks all cases of a family, in the folder that is given or found; an absent folder is
   * reported as a skipped test.
   */
  public static void check(String family, Check check) {
    check(family, "", check);
  }

  /**
   * Checks an aspect of all cases of a family.
   *
   * @param aspect in a few words, for the report
   */
  public static void check(String family, String aspect, Check check) {
    if (!ReferenceFolder.FAMILIES.contains(family)) {
      throw new IllegalArgumentException(family + " is missing in the list of families");
    }
    Optional<Path> all = ReferenceFolder.locate();
    Optional<Path> folder = all.map(f -> f.resolve(family)).filter(Files::isDirectory);
    String title = aspect.isEmpty() ? family : family + ", " + aspect;
    if (folder.isEmpty()) {
      SharedFolder.skip("reference %s: not in %s", title, all, ReferenceFolder.PROPERTY);
    }
    check(title, folder.orElseThrow(), check);
  }

  /** Checks the cases in a folder. */
  static void check(String title, Path folder, Check check) {
    ReferenceReport report = new ReferenceReport(title);
    try {
      ReferenceFamily files = ReferenceFamily.read(folder);
      files.companions().forEach((json, companions) -> report.add(json, companions, check));
      files.strangers().forEach(name -> report.failures.add(name + ": belongs to no case"));
    } catch (IOException e) {
      throw new AssertionError("cannot read the reference cases in " + folder, e);
    }
    report.finish();
  }

  private void add(Path json, List<Path> companions, Check check) {
    String name = ReferenceFamily.stem(ReferenceFamily.name(json));
    ReferenceCase reference;
    try {
      reference = ReferenceCase.read(json, companions);
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
      failures.add(name + ": " + e);
      return;
    }
    reference.missing().forEach(reason -> missing.merge(reason, 1, Integer::sum));
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
        "reference %-28s passed %3d  failed %2d  skipped %2d  (%d tensors; worst: %s)%n",
        family,
        passed,
        failures.size(),
        skipped,
        tensors,
        worst);
    skips.forEach((reason, count) -> System.out.println("  skipped " + count + ": " + reason));
    missing.forEach(
        (reason, count) -> System.out.println("  skipped a part of " + count + ": " + reason));
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
