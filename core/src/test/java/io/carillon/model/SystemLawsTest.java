package io.carillon.model;

import io.carillon.core.Parallel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The {@linkplain SystemLaws laws} for {@linkplain RandomSystem whole configurations} drawn from
 * seeds 0, 1, 2, ... How many is the system property {@value #COUNT}, 300 without it:
 *
 * <pre>
 *   ./mvnw -pl core -am test -Dtest=SystemLawsTest -Dcarillon.systems=10000
 * </pre>
 *
 * and {@value #FIRST} is the first of them. A failure names its seed and settings. After the mend
 * the seed stays in {@link #FAILED}, for as long as the draws are the same; a test of its own says
 * what was wrong.
 */
class SystemLawsTest {
  private static final String COUNT = "carillon.systems";
  private static final String FIRST = "carillon.systems.first";
  private static final int USUAL = 300;

  /** Beyond the usual ones, those that once failed. */
  private static final long[] FAILED = {};

  private static Parallel two;
  private static Parallel three;

  @TempDir Path folder;

  @BeforeAll
  static void startThreads() {
    two = Parallel.of(2);
    three = Parallel.of(3);
  }

  @AfterAll
  static void stopThreads() {
    two.close();
    three.close();
  }

  static LongStream seeds() {
    long first = Long.getLong(FIRST, 0);
    long end = first + Long.getLong(COUNT, USUAL);
    return LongStream.concat(LongStream.of(FAILED), LongStream.range(first, end));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void allLawsHold(long seed) throws IOException {
    RandomSystem system = RandomSystem.of(seed);
    try {
      new SystemLaws(system, seed).check(two, three, folder.resolve("model"));
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(system + ": " + e.getMessage(), e);
    }
  }
}
