package io.carillon.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.carillon.config.NetworkConfig;
import io.carillon.config.Norm;
import io.carillon.engine.Heap;
import io.carillon.train.InsufficientMemoryException.Remedy;
import io.carillon.train.InsufficientMemoryException.Size;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A training that the heap cannot hold is refused before its first step, with what would fit. */
class TrainingMemoryTest {
  private static final NetworkConfig NETWORK =
      NetworkConfig.sequence(1, 2).withWidth(64).withDepth(4);

  /** As many sequences as are asked for, of which one is in memory at a time. */
  private static Dataset drawn(int size, int length) {
    Dataset one = Dataset.ofValues(1, new float[1][length]).labels(2, new int[1]).build();
    return Dataset.ofSource(
        "drawn",
        new SampleSource() {
          @Override
          public int size() {
            return size;
          }

          @Override
          public int minLength() {
            return length;
          }

          @Override
          public int maxLength() {
            return length;
          }

          @Override
          public Dataset draw(int epoch, int index) {
            return one;
          }
        });
  }

  private static InsufficientMemoryException refusal(Trainer trainer, Dataset data) {
    return catchThrowableOfType(
        InsufficientMemoryException.class, () -> trainer.fit(data, null, TrainListener.NONE));
  }

  private static TrainConfig batches(int size) {
    return TrainConfig.DEFAULT.withBatchSize(size).withThreads(1);
  }

  @Test
  void theLargestShardAndBatchThatFitAreNamed() {
    Dataset data = drawn(40_000, 1000);
    InsufficientMemoryException e = refusal(new Trainer(NETWORK, batches(40_000)), data);
    assertThat(e.needed()).isGreaterThan(e.available());
    assertThat(e.remedies()).hasSize(2);
    Remedy shard = e.remedies().get(0);
    Remedy batch = e.remedies().get(1);
    assertThat(shard.size()).isEqualTo(Size.SHARD_SIZE);
    assertThat(batch.size()).isEqualTo(Size.BATCH_SIZE);
    assertThat(shard.bytes()).isLessThanOrEqualTo(e.available());
    assertThat(batch.bytes()).isLessThanOrEqualTo(e.available());
    assertThat(e)
        .hasMessageContainingAll(
            "shard_size " + shard.value(), "batch_size " + batch.value(), "would fit", "-Xmx");
    // Room changes a little from one look to the next.
    int less = (int) (0.9 * Math.min(shard.value(), batch.value()));
    assertThatCode(() -> new Trainer(NETWORK, batches(less)).requireMemory(data))
        .doesNotThrowAnyException();
    TrainConfig cut = batches(40_000).withShardSize(less);
    assertThatCode(() -> new Trainer(NETWORK, cut).requireMemory(data)).doesNotThrowAnyException();
  }

  @Test
  void noShardsAreAdvisedWhereTheNormNeedsTheWholeBatch() {
    NetworkConfig normed = NETWORK.withBlock(NETWORK.block().withNorm(Norm.BATCH, true));
    Trainer trainer = new Trainer(normed, batches(40_000));
    InsufficientMemoryException e = refusal(trainer, drawn(40_000, 1000));
    assertThat(e.remedies()).extracting(Remedy::size).containsExactly(Size.BATCH_SIZE);
  }

  @Test
  void whenNoBatchFitsLengthWidthAndDepthAreTriedTheMildestFirst() {
    Dataset data = drawn(4, 20_000_000);
    InsufficientMemoryException e =
        refusal(new Trainer(NETWORK.withWidth(100).withDepth(1), batches(1)), data);
    List<Size> sizes = e.remedies().stream().map(Remedy::size).toList();
    assertThat(sizes).contains(Size.LENGTH).doesNotContain(Size.BATCH_SIZE);
    for (Remedy remedy : e.remedies()) {
      assertThat(remedy.bytes()).as("%s", remedy).isLessThanOrEqualTo(e.available());
    }
  }

  @Test
  void aLaterEvaluationCounts() {
    Dataset small = drawn(4, 10);
    Dataset later = drawn(1, 20_000_000);
    Trainer trainer = new Trainer(NETWORK.withWidth(100), batches(1));
    assertThatCode(() -> trainer.requireMemory(small)).doesNotThrowAnyException();
    assertThatThrownBy(() -> trainer.requireMemory(small, later))
        .isInstanceOf(InsufficientMemoryException.class);
    assertThatCode(() -> trainer.withoutMemoryCheck().requireMemory(small, later))
        .doesNotThrowAnyException();
  }

  @Test
  void shorterSequencesAreOfferedWhereOnlyTheEvaluationDoesNotFit() {
    Dataset small = drawn(4, 20_000);
    Dataset later = drawn(1, 20_000_000);
    Trainer trainer = new Trainer(NETWORK.withWidth(100), batches(1));
    InsufficientMemoryException e =
        catchThrowableOfType(
            InsufficientMemoryException.class, () -> trainer.requireMemory(small, later));
    Remedy length =
        e.remedies().stream().filter(r -> r.size() == Size.LENGTH).findFirst().orElseThrow();
    assertThat(length.bytes()).isLessThanOrEqualTo(e.available());
    // As much of each length is left; room changes a little from one look to the next.
    double left = 0.9 * length.value() / 20_000;
    assertThatCode(
            () ->
                trainer.requireMemory(
                    drawn(4, (int) (left * 20_000)), drawn(1, (int) (left * 20_000_000))))
        .doesNotThrowAnyException();
  }

  @Test
  void weightsThatCannotBeHeldAreNotMade() {
    NetworkConfig huge = NETWORK.withWidth(30_000).withDepth(1_000);
    InsufficientMemoryException e =
        catchThrowableOfType(
            InsufficientMemoryException.class, () -> new Trainer(huge, batches(1)));
    assertThat(e.remedies()).hasSize(1);
    assertThat(e.remedies().get(0).size()).isEqualTo(Size.WIDTH);
    assertThat(e).hasMessageContaining("width " + e.remedies().get(0).value());
  }

  @Test
  void roomIsWhatTheHeapMayGrowToWithoutWhatIsLive() {
    long before = Heap.room();
    byte[][] live = new byte[320][100_000];
    long taken = before - Heap.room();
    assertThat(taken).isBetween(24L << 20, 48L << 20);
    assertThat(live).hasNumberOfRows(320);
    assertThat(Heap.hasRoom(Heap.most())).isFalse();
  }
}
