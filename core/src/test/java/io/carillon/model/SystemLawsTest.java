package io.carillon.model;

import io.carillon.engine.Parallel;
import io.carillon.laws.RandomSystem;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The {@linkplain SystemLaws laws} for {@linkplain RandomSystem whole configurations} by seed. */
class SystemLawsTest {
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

  @ParameterizedTest
  @MethodSource("io.carillon.laws.RandomSystem#seeds")
  void allLawsHold(long seed) throws IOException {
    RandomSystem system = RandomSystem.of(seed);
    try {
      new SystemLaws(system, seed).check(two, three, folder.resolve("model"));
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(system + ": " + e.getMessage(), e);
    }
  }
}
