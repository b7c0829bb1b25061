package io.carillon.train;

import io.carillon.config.NetworkConfig;
import io.carillon.config.Settings;
import io.carillon.engine.SeededRandom;
import io.carillon.io.Json;
import io.carillon.nn.LayerKind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Workers as an engine has them: every one knows the settings by their text, and weights, shards
 * and gradients by their bytes. Which of them computes a shard, in which order, on how many
 * threads, and what is computed again after a loss, is drawn anew in every step.
 */
final class ScatteredWorkers implements GradientSource, AutoCloseable {
  private final SeededRandom random;
  private final List<GradientWorker> workers = new ArrayList<>();

  ScatteredWorkers(
      int count,
      NetworkConfig network,
      TrainConfig config,
      Dataset data,
      Objective objective,
      long seed) {
    random = new SeededRandom(seed);
    for (int i = 0; i < count; i++) {
      workers.add(fresh(network, config.withThreads(1 + i % 2), data, objective));
    }
  }

  /** A worker that knows only texts of the settings. */
  static GradientWorker fresh(
      NetworkConfig network, TrainConfig config, Dataset data, Objective objective) {
    String networkText = Json.write(network.toMap());
    String configText = Json.write(config.toMap());
    return new GradientWorker(
        LayerKind.network(new Settings("", Json.parseObject(networkText))),
        TrainConfig.DEFAULT.with(Json.parseObject(configText)),
        data,
        objective);
  }

  @Override
  public void compute(float[] weights, List<Shard> shards, Consumer<ShardGradient> inOrder) {
    ShardGradient[] parts = new ShardGradient[shards.size()];
    for (int k : random.permutation(shards.size())) {
      boolean lost = random.nextInt(4) == 0;
      for (int attempt = 0; attempt < (lost ? 2 : 1); attempt++) {
        GradientWorker worker = workers.get(random.nextInt(workers.size()));
        parts[k] = copy(worker.gradient(copy(weights), copy(shards.get(k))));
      }
    }
    for (ShardGradient part : parts) {
      inOrder.accept(part);
    }
  }

  /** What arrives at the other end. */
  @SuppressWarnings("unchecked")
  static <T> T copy(T sent) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(sent);
      out.flush();
      try (ObjectInputStream in =
          new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
        return (T) in.readObject();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    workers.forEach(GradientWorker::close);
  }
}
