package io.carillon.train;

import io.carillon.config.BlockConfig;
import io.carillon.config.Mixer;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Norm;
import io.carillon.engine.Engine;
import io.carillon.engine.Heap;
import io.carillon.engine.Rows;
import io.carillon.engine.SeededRandom;
import io.carillon.nn.Network;
import io.carillon.train.InsufficientMemoryException.Remedy;
import io.carillon.train.InsufficientMemoryException.Size;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;

/** Whether a training fits beside what is in the heap already, and what would make it fit. */
final class TrainingMemory {
  /**
   * What the estimate may be short of: it leaves small arrays out, and the collector rounds large
   * ones up to whole regions and keeps some of the heap to itself. Measured, see docs/memory.md.
   */
  private static final double MARGIN = 1.25;

  /** Classes, settings and what a step leaves behind before it is collected. */
  private static final long AROUND = 8L << 20;

  /** Widths below a wanted one that are tried, where a network has to be divisible by something. */
  private static final int NEXT_WIDTHS = 64;

  private final Network network;
  private final TrainConfig config;
  private final Dataset train;
  private final List<Dataset> evaluated;
  private final Engine engine;

  /**
   * For a training.
   *
   * @param network that is going to be trained, in memory already
   * @param evaluated what the trained model is evaluated on afterwards
   */
  TrainingMemory(
      Network network, TrainConfig config, Dataset train, Engine engine, List<Dataset> evaluated) {
    this.network = network;
    this.config = config;
    this.train = train;
    this.engine = engine;
    this.evaluated = evaluated;
  }

  /**
   * Refuses what does not fit.
   *
   * @throws InsufficientMemoryException with what would
   */
  void require() {
    Rows largest = Batches.largest(train, config.sequencesAtOnce());
    long needed = needed(network, largest);
    if (Heap.hasRoom(needed)) {
      return;
    }
    long room = Heap.room();
    long advised = Heap.surely(room);
    List<Remedy> remedies = new ArrayList<>();
    int[] lengths = IntStream.range(0, largest.count()).map(largest::length).toArray();
    if (network.config().block().norm() != Norm.BATCH) {
      atOnce(Size.SHARD_SIZE, config::withShardSize, lengths, advised).ifPresent(remedies::add);
    }
    atOnce(Size.BATCH_SIZE, config::withBatchSize, lengths, advised).ifPresent(remedies::add);
    if (remedies.isEmpty()) {
      remedies.addAll(smallerModels(largest, lengths, advised));
    }
    throw new InsufficientMemoryException(needed, room, Heap.option(needed), remedies);
  }

  /**
   * Refuses weights of which not even the copies that training makes fit, before they are made.
   *
   * @throws InsufficientMemoryException with the width that would fit
   */
  static void requireWeights(NetworkConfig network) {
    long needed = bytesOfWeights(network, network.width());
    if (needed <= Heap.most()) {
      return;
    }
    long room = Heap.room();
    IntToLongFunction ofWidth = width -> bytesOfWeights(network, width);
    List<Remedy> remedies = new ArrayList<>();
    largest(network.width() - 1, Heap.surely(room), ofWidth)
        .ifPresent(v -> remedies.add(new Remedy(Size.WIDTH, v, ofWidth.applyAsLong(v))));
    throw new InsufficientMemoryException(needed, room, Heap.option(needed), remedies);
  }

  /** Of the linear maps and embeddings alone, as {@link MemoryEstimate} counts them. */
  private static long bytesOfWeights(NetworkConfig network, double width) {
    BlockConfig block = network.block();
    double mixer = block.mixer() == Mixer.NONE ? 0.0 : block.mixer().factor() * block.kernels();
    double square = width * width * (mixer + 2.0 * block.feedForward());
    double ends = network.inputSize() + (double) network.vocabulary() + network.outputSize();
    return (long) (6 * Float.BYTES * (network.depth() * square + width * ends));
  }

  private long needed(Network of, Rows largest) {
    return needed(of, config, largest, 1);
  }

  /**
   * The training, or the evaluation after it, which finds the memory of the steps free again.
   *
   * @param ofLength what is left of the length of the sequences that are evaluated
   */
  private long needed(Network of, TrainConfig with, Rows largest, double ofLength) {
    MemoryEstimate estimate = MemoryEstimate.of(of, largest, engine, 0);
    long after =
        evaluated.stream()
            .mapToLong(data -> Evaluator.memory(of.config(), data, ofLength))
            .max()
            .orElse(0);
    boolean cut = with.sequencesAtOnce() < with.batchSize();
    long sums = cut ? (long) Double.BYTES * WeightLayout.sizeOf(of, true) : 0;
    long most =
        estimate.parameters() + sums + Math.max(estimate.workspace() + estimate.batch(), after);
    return (long) (MARGIN * most) + AROUND;
  }

  /** The most sequences that can be computed together, by the setting that says how many. */
  private Optional<Remedy> atOnce(
      Size size, IntFunction<TrainConfig> setting, int[] lengths, long room) {
    int perEntry = train.isPairs() ? 2 : 1;
    IntToLongFunction need =
        count ->
            needed(
                network, setting.apply(count), rows(Arrays.copyOf(lengths, perEntry * count)), 1);
    return largest(lengths.length / perEntry - 1, room, need)
        .map(count -> new Remedy(size, count, need.applyAsLong(count)));
  }

  /** When even one sequence is too much: what is to be smaller, the mildest change first. */
  private List<Remedy> smallerModels(Rows largest, int[] lengths, long room) {
    NetworkConfig now = network.config();
    int longest = train.maxLength();
    List<Remedy> found = new ArrayList<>();
    IntToLongFunction ofLength =
        length -> needed(network, config, rows(cut(lengths, length)), (double) length / longest);
    IntToLongFunction ofWidth = width -> needed(smaller(now, width), largest);
    IntToLongFunction ofDepth = depth -> needed(fresh(now.withDepth(depth)), largest);
    largest(longest - 1, room, ofLength)
        .ifPresent(v -> found.add(new Remedy(Size.LENGTH, v, ofLength.applyAsLong(v))));
    largest(now.width() - 1, room, ofWidth)
        .map(width -> smaller(now, width).config().width())
        .ifPresent(v -> found.add(new Remedy(Size.WIDTH, v, ofWidth.applyAsLong(v))));
    largest(now.depth() - 1, room, ofDepth)
        .ifPresent(v -> found.add(new Remedy(Size.DEPTH, v, ofDepth.applyAsLong(v))));
    found.sort(Comparator.comparingDouble(remedy -> -share(remedy, now, longest)));
    return found;
  }

  /** What is left of the present size. */
  private static double share(Remedy remedy, NetworkConfig now, int longest) {
    int size =
        switch (remedy.size()) {
          case WIDTH -> now.width();
          case DEPTH -> now.depth();
          default -> longest;
        };
    return (double) remedy.value() / size;
  }

  private static int[] cut(int[] lengths, int most) {
    return Arrays.stream(lengths).map(length -> Math.min(length, most)).toArray();
  }

  private Rows rows(int[] lengths) {
    Rows rows = Rows.of(lengths);
    return train.timed() ? rows.withGaps(twos(rows.total())) : rows;
  }

  private static double[] twos(int count) {
    double[] all = new double[count];
    Arrays.fill(all, 2);
    return all;
  }

  /** The largest of 1 .. most whose need fits; needs grow with it. */
  private static Optional<Integer> largest(int most, long room, IntToLongFunction need) {
    int low = 0;
    int high = most;
    while (low < high) {
      int middle = low + (high - low + 1) / 2;
      if (need.applyAsLong(middle) <= room) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low == 0 ? Optional.empty() : Optional.of(low);
  }

  /** A network of the width, or of the next smaller one that it can have. */
  private static Network smaller(NetworkConfig config, int width) {
    for (int w = width; w > Math.max(1, width - NEXT_WIDTHS); w--) {
      if (valid(config, w)) {
        return fresh(config.withWidth(w));
      }
    }
    return fresh(config.withWidth(width));
  }

  private static boolean valid(NetworkConfig config, int width) {
    try {
      config.withWidth(width);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static Network fresh(NetworkConfig config) {
    return new Network(config, new SeededRandom(0));
  }
}
