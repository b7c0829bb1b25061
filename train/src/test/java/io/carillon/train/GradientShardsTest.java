package io.carillon.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.carillon.config.BlockConfig;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Norm;
import io.carillon.engine.SeededRandom;
import io.carillon.model.SequenceModel;
import io.carillon.model.inside.Inside;
import io.carillon.nn.Network;
import io.carillon.train.ShardCases.Case;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients of the shards of a step: the same bits wherever they are computed. */
class GradientShardsTest {
  @TempDir private Path folder;

  static Stream<Case> cases() {
    return ShardCases.all();
  }

  private static TrainResult fit(Case c, GradientSource source) {
    Trainer trainer = new Trainer(c.network(), c.config());
    if (source != null) {
      trainer.withGradients(source);
    }
    return trainer.fit(c.data(), c.data(), TrainListener.NONE);
  }

  private static List<Map<String, Object>> history(TrainResult result) {
    return result.history().stream()
        .map(
            record -> {
              Map<String, Object> map = EpochMaps.toMap(record);
              map.remove("seconds");
              return map;
            })
        .toList();
  }

  private static Case with(Case c, TrainConfig config) {
    return new Case(c.name(), c.network(), config, c.data());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void anyDistributionOverWorkersGivesTheBitsOfTheLoop(Case c) {
    TrainResult alone = fit(c, null);
    for (int workers = 1; workers <= 3; workers++) {
      long seed = 100L + workers;
      try (ScatteredWorkers source =
          new ScatteredWorkers(
              workers, c.network(), c.config(), c.data(), Objective.DEFAULT, seed)) {
        TrainResult scattered = fit(c, source);
        assertThat(scattered.model().fingerprint())
            .as("%d workers, seed %d", workers, seed)
            .isEqualTo(alone.model().fingerprint());
        assertThat(history(scattered)).isEqualTo(history(alone));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void anyNumberOfThreadsGivesTheSameBits(Case c) {
    String one = fit(c, null).model().fingerprint();
    assertThat(fit(with(c, c.config().withThreads(3)), null).model().fingerprint()).isEqualTo(one);
  }

  /** The last batch of an epoch is smaller than the others, and than the shard. */
  @ParameterizedTest
  @MethodSource("cases")
  void aShardAsLargeAsTheBatchIsTheBatch(Case c) {
    TrainResult whole = fit(with(c, c.config().withShardSize(0)), null);
    TrainConfig large = c.config().withShardSize(9);
    assertThat(fit(with(c, large), null).model().fingerprint())
        .isEqualTo(whole.model().fingerprint());
    try (ScatteredWorkers source =
        new ScatteredWorkers(2, c.network(), large, c.data(), Objective.DEFAULT, 1)) {
      TrainResult scattered = fit(with(c, large), source);
      assertThat(scattered.model().fingerprint()).isEqualTo(whole.model().fingerprint());
      assertThat(history(scattered)).isEqualTo(history(whole));
    }
  }

  /** Gradient and loss of a batch by shards of the given size, at fresh weights. */
  private static GradientSum gradient(Case c, int shardSize, int[] batch) {
    List<ShardGradient> parts = new ArrayList<>();
    Case sized = with(c, c.config().withShardSize(shardSize));
    Network network = new Network(c.network(), new SeededRandom(5));
    try (GradientWorker worker =
        new GradientWorker(c.network(), sized.config(), c.data(), Objective.DEFAULT)) {
      StepGradient step =
          new StepGradient(
              network,
              sized.config(),
              c.data(),
              ClassBalance.weights(c.config().classWeights(), c.data(), c.network().lastSteps()),
              null,
              (weights, shards, inOrder) ->
                  shards.forEach(
                      shard -> {
                        ShardGradient part = worker.gradient(weights, shard);
                        parts.add(part);
                        inOrder.accept(part);
                      }));
      step.compute(batch, 1, 0, Metrics.of(c.data(), Objective.DEFAULT));
    }
    GradientSum sum = new GradientSum(parts.get(0).gradient().length);
    parts.forEach(sum::add);
    return sum;
  }

  /** Without dropout, whose numbers differ. */
  @ParameterizedTest
  @MethodSource("cases")
  void shardsOfAnySizeHaveTheGradientOfTheBatchUpToRounding(Case c) {
    Case plain = c.withDropout(0);
    int[] batch = IntStream.range(0, 11).toArray();
    Case large = with(plain, plain.config().withBatchSize(11));
    GradientSum whole = gradient(large, 0, batch);
    double norm = norm(whole.gradient());
    assertThat(norm).isPositive();
    for (int size : new int[] {1, 2, 5}) {
      GradientSum cut = gradient(large, size, batch);
      assertThat(cut.shards()).isEqualTo((11 + size - 1) / size);
      assertThat(cut.loss().mean()).isCloseTo(whole.loss().mean(), within(1e-6));
      assertThat(distance(cut.gradient(), whole.gradient()))
          .as("shards of %d", size)
          .isLessThan(2e-6 * norm);
    }
  }

  private static double norm(float[] g) {
    return distance(g, new float[g.length]);
  }

  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
    }
    return Math.sqrt(sum);
  }

  /** Along the gradient and along a random direction; dropout has the numbers of its seed. */
  @ParameterizedTest
  @MethodSource("cases")
  void theGradientIsThatOfTheLoss(Case c) {
    float[] weights =
        WeightLayout.weights(Inside.model(new Network(c.network(), new SeededRandom(5)), Map.of()));
    Shard shard = new Shard(0, 1, new int[] {2, 0, 7, 5}, 99, null);
    try (GradientWorker worker = new GradientWorker(c.network(), c.config(), c.data())) {
      float[] gradient = worker.gradient(weights, shard).gradient();
      double norm = norm(gradient);
      double[] along = new double[gradient.length];
      double[] random = new double[gradient.length];
      SeededRandom normal = new SeededRandom(6);
      for (int i = 0; i < gradient.length; i++) {
        along[i] = gradient[i] / norm;
        random[i] = normal.normal() / Math.sqrt(gradient.length);
      }
      for (double[] direction : List.of(along, random)) {
        double slope = 0;
        for (int i = 0; i < gradient.length; i++) {
          slope += direction[i] * gradient[i];
        }
        double far = loss(worker, c, weights, direction, 5e-3, shard);
        double back = loss(worker, c, weights, direction, -5e-3, shard);
        assertThat((far - back) / 1e-2).isCloseTo(slope, within(5e-3 * norm));
      }
    }
  }

  private static double loss(
      GradientWorker worker, Case c, float[] weights, double[] direction, double by, Shard shard) {
    float[] moved = weights.clone();
    for (WeightLayout.Part part : WeightLayout.of(c.network()).parts()) {
      for (int i = 0; part.trained() && i < part.size(); i++) {
        moved[part.at() + i] += (float) (by * direction[part.gradientAt() + i]);
      }
    }
    ShardGradient there = worker.gradient(moved, shard);
    return there.lossSum() / there.lossWeight();
  }

  /** A worker of an engine has a block of the data, and other indices. */
  @Test
  void aWorkerNeedsOnlyTheSequencesOfItsShards() {
    Case c = cases().findFirst().orElseThrow();
    Shard shard = new Shard(1, 1, new int[] {9, 3, 12}, 7, null);
    float[] weights =
        WeightLayout.weights(Inside.model(new Network(c.network(), new SeededRandom(5)), Map.of()));
    try (GradientWorker all = new GradientWorker(c.network(), c.config(), c.data());
        GradientWorker some =
            new GradientWorker(c.network(), c.config(), c.data().subset("block", 12, 9, 1, 3))) {
      assertThat(some.gradient(weights, shard.withSamples(1, 3, 0)).gradient())
          .containsExactly(all.gradient(weights, shard).gradient());
    }
    assertThatThrownBy(() -> shard.withSamples(1, 3)).hasMessageContaining("has 3 sequences, 2");
  }

  private static Case batchNorm(int shardSize) {
    Case c = cases().findFirst().orElseThrow();
    BlockConfig block = c.network().block().withNorm(Norm.BATCH, false);
    return new Case(
        "batch norm", c.network().withBlock(block), c.config().withShardSize(shardSize), c.data());
  }

  @Test
  void batchNormIsRefusedInShardsAndRightInWholeBatches() {
    assertThatThrownBy(() -> fit(batchNorm(3), null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("shard_size is 3 with batches of 7")
        .hasMessageContaining("norm 'batch' needs all sequences of a step");
    Case whole = batchNorm(0);
    assertThatThrownBy(
            () -> new GradientWorker(whole.network(), batchNorm(3).config(), whole.data()))
        .hasMessageContaining("norm 'batch'");
    try (ScatteredWorkers source =
        new ScatteredWorkers(
            2, whole.network(), whole.config(), whole.data(), Objective.DEFAULT, 1)) {
      // Running statistics come back with the gradient.
      assertThat(fit(whole, source).model().fingerprint())
          .isEqualTo(fit(whole, null).model().fingerprint());
    }
  }

  @Test
  void aRunInShardsResumesToTheSameBits() throws IOException {
    Case c = cases().findFirst().orElseThrow();
    String whole = fit(c, null).model().fingerprint();
    Trainer first = new Trainer(c.network(), c.config()).withResumeFolder(folder);
    first.fit(
        c.data(),
        c.data(),
        new TrainListener() {
          @Override
          public void onStep(StepRecord record) {
            if (record.step() == 4) {
              first.requestStop();
            }
          }
        });
    assertThatThrownBy(() -> Trainer.resume(folder, config -> config.withShardSize(2)))
        .hasMessageContaining("goes on with the settings it has had");
    try (ScatteredWorkers source =
        new ScatteredWorkers(2, c.network(), c.config(), c.data(), Objective.DEFAULT, 1)) {
      TrainResult rest =
          Trainer.resume(folder).withGradients(source).fit(c.data(), c.data(), TrainListener.NONE);
      assertThat(rest.model().fingerprint()).isEqualTo(whole);
    }
  }

  /** A source that changes what a worker has computed. */
  private static GradientSource broken(
      GradientWorker worker, java.util.function.UnaryOperator<List<ShardGradient>> change) {
    return (weights, shards, inOrder) ->
        change
            .apply(shards.stream().map(shard -> worker.gradient(weights, shard)).toList())
            .forEach(inOrder);
  }

  private static ShardGradient withKernels(ShardGradient p, String kernels) {
    return new ShardGradient(
        p.shard(),
        p.gradient(),
        p.lossSum(),
        p.lossWeight(),
        p.counts(),
        p.values(),
        p.fixed(),
        p.badBlock(),
        kernels);
  }

  @Test
  void whatASourceDoesWrongIsNamed() {
    Case c = cases().findFirst().orElseThrow();
    try (GradientWorker worker = new GradientWorker(c.network(), c.config(), c.data())) {
      assertThatThrownBy(() -> fit(c, broken(worker, p -> p.subList(0, 2))))
          .hasMessageContaining("gave 2 of 3 shards");
      assertThatThrownBy(() -> fit(c, broken(worker, p -> List.of(p.get(1), p.get(0), p.get(2)))))
          .hasMessageContaining("shard 1 was given where shard 0 is next");
      assertThatThrownBy(
              () ->
                  fit(
                      c,
                      broken(
                          worker,
                          p -> List.of(p.get(0), withKernels(p.get(1), "other"), p.get(2)))))
          .hasMessageContaining("shard 1 was computed with other kernels")
          .hasMessageContaining("carillon.kernels=scalar");
      Shard shard = new Shard(0, 1, new int[] {1}, 0, null);
      assertThatThrownBy(() -> worker.gradient(new float[3], shard))
          .hasMessageContaining("the weights are 3, the network has");
    }
    assertThatThrownBy(() -> new Shard(0, 1, new int[0], 0, null))
        .hasMessageContaining("samples is empty");
    assertThatThrownBy(() -> new Shard(0, 0, new int[1], 0, null)).hasMessageContaining("epoch");
    assertThatThrownBy(() -> c.config().withShardSize(-1))
        .hasMessageContaining("shard_size is -1; give at least 0");
  }

  /** Whoever finds it, the block is named and the last good model kept. */
  @Test
  void aLossThatIsNotFiniteIsFoundWhereverItIsComputed() {
    Case calm = cases().findFirst().orElseThrow();
    Case wild =
        with(
            calm,
            calm.config()
                .withLearningRate(1e30)
                .withSsmLearningRate(1e30)
                .withSchedule(Schedule.CONSTANT)
                .withClipNorm(0));
    try (ScatteredWorkers source =
        new ScatteredWorkers(2, wild.network(), wild.config(), wild.data(), Objective.DEFAULT, 1)) {
      TrainingDivergedException here = diverged(wild, null);
      TrainingDivergedException there = diverged(wild, source);
      assertThat(there.getMessage()).contains("the first block with such an output");
      assertThat(there.block()).isEqualTo(here.block());
      assertThat(there.step()).isEqualTo(here.step());
    }
  }

  private static TrainingDivergedException diverged(Case c, GradientSource source) {
    try {
      fit(c, source);
    } catch (TrainingDivergedException e) {
      return e;
    }
    throw new AssertionError("did not diverge");
  }

  @Test
  void theLayoutNamesEveryNumber() {
    NetworkConfig network = batchNorm(0).network();
    WeightLayout layout = WeightLayout.of(network);
    int at = 0;
    int[] used = {0, 0};
    for (WeightLayout.Part part : layout.parts()) {
      assertThat(part.at()).isEqualTo(at);
      assertThat(part.gradientAt()).isEqualTo(used[part.trained() ? 0 : 1]);
      assertThat(part.shape().stream().reduce(1, (a, b) -> a * b)).isEqualTo(part.size());
      at += part.size();
      used[part.trained() ? 0 : 1] += part.size();
    }
    assertThat(layout.size()).isEqualTo(at);
    assertThat(layout.trained()).isEqualTo(used[0]);
    assertThat(layout.fixed()).isEqualTo(used[1]).isPositive();
    SequenceModel model = Inside.model(new Network(network, new SeededRandom(5)), Map.of());
    float[] weights = WeightLayout.weights(model);
    int k = 0;
    for (var p : Inside.network(model).parameters()) {
      assertThat(layout.parts().get(k).name()).isEqualTo(p.name());
      int from = layout.parts().get(k++).at();
      assertThat(Arrays.copyOfRange(weights, from, from + p.size())).containsExactly(p.value());
    }
  }

  @Test
  void sumsAreWeightedAndInOrder() {
    GradientSum sum = new GradientSum(2);
    assertThat(sum.gradient()).containsExactly(0, 0);
    sum.add(part(0, 3, 1, -1));
    assertThat(sum.gradient()).containsExactly(1, -1);
    sum.add(part(1, 1, 5, 3));
    assertThat(sum.gradient()).containsExactly(2, 0);
    assertThat(sum.loss().weight()).isEqualTo(4);
    sum.clear();
    sum.add(part(0, 0, 7, 7));
    assertThat(sum.gradient()).as("no target counts").containsExactly(0, 0);
    assertThatThrownBy(() -> new GradientSum(3).add(part(0, 1, 1, 1)))
        .hasMessageContaining("are 2, the network has 3");
  }

  private static ShardGradient part(int shard, double weight, float... gradient) {
    return new ShardGradient(
        shard, gradient, 0, weight, new long[0], new double[0], null, null, "scalar");
  }

  @Test
  void oneShardAloneKeepsItsBits() {
    SeededRandom random = new SeededRandom(8);
    float[] gradient = new float[1000];
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] = (float) (random.normal() * Math.pow(10, random.uniform(-44, 30)));
    }
    for (double weight : new double[] {1, 3, 0.1, 1 / 3.0, 12345.678}) {
      GradientSum sum = new GradientSum(gradient.length);
      sum.add(part(0, weight, gradient));
      assertThat(sum.gradient()).as("weight %s", weight).containsExactly(gradient);
    }
  }

  /** The same in the smallest network: what blocks keep must not leak from shard to shard. */
  @Test
  void aWorkerRemembersNothing() {
    Case c = cases().toList().get(1);
    float[] weights =
        WeightLayout.weights(Inside.model(new Network(c.network(), new SeededRandom(5)), Map.of()));
    Shard one = new Shard(0, 1, new int[] {2, 0}, 1, null);
    Shard other = new Shard(1, 1, new int[] {5, 6, 7, 8, 9}, 2, null);
    try (GradientWorker used = new GradientWorker(c.network(), c.config(), c.data());
        GradientWorker fresh =
            ScatteredWorkers.fresh(c.network(), c.config(), c.data(), Objective.DEFAULT)) {
      used.gradient(new float[weights.length], other);
      used.gradient(weights, other);
      assertThat(used.gradient(weights, one).gradient())
          .containsExactly(fresh.gradient(weights, one).gradient());
    }
  }
}
