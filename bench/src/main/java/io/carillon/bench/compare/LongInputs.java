package io.carillon.bench.compare;

import io.carillon.config.BlockConfig;
import io.carillon.config.DlrConfig;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Norm;
import io.carillon.config.Pooling;
import io.carillon.config.S4dConfig;
import io.carillon.engine.KernelChoice;
import io.carillon.engine.Parallel;
import io.carillon.engine.Pass;
import io.carillon.engine.Rows;
import io.carillon.engine.SeededRandom;
import io.carillon.engine.Workspace;
import io.carillon.internal.kernel.Kernels;
import io.carillon.nn.Batch;
import io.carillon.nn.Network;
import io.carillon.nn.ssm.SsmLayer;
import io.carillon.ssm.diagonal.DlrParameterisation;
import io.carillon.train.optimizer.AdamW;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Training on very long inputs: seconds of a step and the largest resident set of the process.
 *
 * <pre>
 *   java --add-modules jdk.incubator.vector -Xmx8g -cp bench/target/benchmarks.jar \
 *       io.carillon.bench.compare.LongInputs CASE [LENGTH] [STEPS] [THREADS]
 * </pre>
 *
 * <p>Cases: {@code pooled} and {@code per-step}, forward, backward and AdamW of 12 S4D layers, H =
 * 64, N = 64, batch 1 (length 262,144); {@code dlr}, forward and backward of a DLR layer, N = 4096,
 * H = 32 (length 1,048,576).
 */
public final class LongInputs {
  private static final int NETWORK_LENGTH = 262_144;
  private static final int LAYER_LENGTH = 1_048_576;
  private static final double NANOS_PER_SECOND = 1e9;

  private LongInputs() {}

  /** Runs one case, see the class. */
  public static void main(String[] arguments) throws IOException {
    String name = arguments[0];
    int usual = name.equals("dlr") ? LAYER_LENGTH : NETWORK_LENGTH;
    int length = arguments.length > 1 ? Integer.parseInt(arguments[1]) : usual;
    int steps = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 2;
    int threads =
        arguments.length > 3
            ? Integer.parseInt(arguments[3])
            : Runtime.getRuntime().availableProcessors();
    try (Parallel parallel = Parallel.of(threads)) {
      Kernels kernels = KernelChoice.select();
      Work work =
          switch (name) {
            case "pooled" -> network(Pooling.MEAN, length, parallel, kernels);
            case "per-step" -> network(Pooling.EVERY, length, parallel, kernels);
            case "dlr" -> layer(length, parallel, kernels);
            default -> throw new IllegalArgumentException("unknown case '" + name + "'");
          };
      for (int i = 0; i < steps; i++) {
        long start = System.nanoTime();
        work.run();
        double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
        System.out.printf("%s, length %d: %.1f s, %s%n", name, length, seconds, peak());
      }
    }
  }

  private static String peak() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return "peak unknown";
    }
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith("VmHWM:")) {
        return "peak " + Integer.parseInt(line.replaceAll("[^0-9]", "")) / 1024 + " MiB";
      }
    }
    return "peak unknown";
  }

  private static Work network(Pooling pooling, int length, Parallel parallel, Kernels kernels) {
    NetworkConfig config =
        NetworkConfig.sequence(1, 10)
            .withWidth(64)
            .withDepth(12)
            .withPooling(pooling)
            .withBlock(
                BlockConfig.DEFAULT
                    .withNorm(Norm.LAYER, true)
                    .withDropout(0.1, true)
                    .withSsm(S4dConfig.DEFAULT.withStateSize(64)));
    SeededRandom random = new SeededRandom(1);
    Network network = new Network(config, random);
    Rows rows = Rows.uniform(1, length);
    Batch batch = Batch.ofValues(rows, Normal.floats(random, length));
    float[] gradient = Normal.floats(random, network.outputRows(rows).total() * 10);
    Workspace workspace = new Workspace();
    AdamW optimizer = NetworkWork.optimizer(network);
    return () -> {
      Pass pass = Pass.training(rows, workspace, parallel, kernels, optimizer.steps());
      network.clearGradients();
      network.forward(pass, batch);
      network.backward(pass, batch, gradient);
      optimizer.step(1, parallel);
    };
  }

  private static Work layer(int length, Parallel parallel, Kernels kernels) {
    int channels = 32;
    SeededRandom random = new SeededRandom(1);
    DlrConfig config = DlrConfig.DEFAULT.withStateSize(4096);
    SsmLayer layer =
        new SsmLayer(
            "dlr",
            0,
            DlrParameterisation.create(config, "dlr", channels, 1, random),
            false,
            random);
    Rows rows = Rows.uniform(1, length);
    float[] u = Normal.floats(random, length * channels);
    float[] y = new float[u.length];
    float[] gu = new float[u.length];
    Workspace workspace = new Workspace();
    return () -> {
      Pass pass = Pass.training(rows, workspace, parallel, kernels, 0);
      layer.forward(pass, u, y);
      layer.backward(pass, u, y, gu);
    };
  }
}
