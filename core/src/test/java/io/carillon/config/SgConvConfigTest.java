package io.carillon.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SgConvConfigTest {
  /** ⌈1 + log₂(max(l/N, 2) − 1)⌉; N = 6 with l = 100 was observed in the official code. */
  @ParameterizedTest
  @CsvSource({
    "6, 100, 5",
    "6, 102, 5",
    "6, 103, 6",
    "64, 16384, 9",
    "64, 64, 1",
    "64, 128, 1",
    "64, 129, 2",
    "64, 192, 2",
    "64, 193, 3",
    "64, 256, 3",
    "4096, 1000, 1",
    "1, 1073741824, 31"
  })
  void scalesFollowFromTheLongestKernelAsInTheOfficialCode(int n, int longest, int scales) {
    SgConvConfig config = new SgConvConfig(n, 0, 0.3, 1, longest);
    assertThat(config.scaleCount()).isEqualTo(scales);
  }

  @ParameterizedTest
  @CsvSource({"1", "4", "7"})
  void scalesThatAreGivenAreKept(int scales) {
    assertThat(SgConvConfig.DEFAULT.withScales(scales).scaleCount()).isEqualTo(scales);
  }
}
