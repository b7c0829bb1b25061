package io.carillon.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.config.KernelKind;
import io.carillon.config.SsmAlgorithm;
import org.junit.jupiter.api.Test;

/** Sizes of arrays near the longest that there can be. */
class PassTest {
  private static Pass pass(int length) {
    return Pass.training(
        Rows.uniform(1, length),
        new Workspace(),
        Parallel.serial(),
        KernelChoice.select(KernelKind.SCALAR),
        0);
  }

  @Test
  void anArrayThatJavaCannotMakeIsRefused() {
    assertThat(pass((1 << 27) - 1).size(16)).isEqualTo(Integer.MAX_VALUE - 15);
    assertThatThrownBy(() -> pass(1 << 27).size(16))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("134217728 steps with 16 numbers")
        .hasMessageContaining("use fewer or shorter sequences");
    // 2^33, which is 0 in 32 bits.
    assertThatThrownBy(() -> pass(1 << 29).size(16)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void onlyATrainingPassOfTheSameLayoutIsStartedAgain() {
    Rows rows = Rows.uniform(2, 5);
    Pass pass = pass(5).withAlgorithm(SsmAlgorithm.CONVOLUTION);
    assertThat(pass.next(Rows.uniform(1, 5), 7)).isSameAs(pass);
    Pass other = pass.next(rows, 8);
    assertThat(other).isNotSameAs(pass);
    assertThat(other.rows()).isSameAs(rows);
    assertThat(other.algorithm()).isEqualTo(SsmAlgorithm.CONVOLUTION);
    Pass inference =
        Pass.inference(
            rows, new Workspace(), Parallel.serial(), KernelChoice.select(KernelKind.SCALAR));
    assertThatThrownBy(() -> inference.next(rows, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("inference pass for every batch");
  }

  /** Rows of a few numbers have high tiles, but never more rows than there are. */
  @Test
  void tilesAreNoLargerThanTheBatch() {
    assertThat(pass(10).tile(this, 0, 4).of(0)).hasSize(40);
    assertThat(pass(100_000).tile(this, 0, 4).of(0)).hasSize(256 * 4);
  }
}
