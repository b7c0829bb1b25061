package io.carillon.train;

import io.carillon.config.BlockConfig;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Norm;
import io.carillon.config.Pooling;
import io.carillon.config.S4dConfig;
import io.carillon.config.SsmAlgorithm;
import io.carillon.config.kernel.InputWeight;
import io.carillon.engine.KernelChoice;
import io.carillon.engine.Parallel;
import io.carillon.engine.Parameter;
import io.carillon.engine.Pass;
import io.carillon.engine.Role;
import io.carillon.engine.Rows;
import io.carillon.engine.SeededRandom;
import io.carillon.engine.Workspace;
import io.carillon.nn.Batch;
import io.carillon.nn.Network;
import io.carillon.reference.ReferenceCase;
import io.carillon.reference.ReferenceCase.Precision;
import io.carillon.reference.ReferenceConfig;
import io.carillon.reference.ReferenceReport;
import io.carillon.reference.SafetensorsFixture;
import io.carillon.reference.Tensor;
import io.carillon.reference.UsesShared;
import io.carillon.train.optimizer.AdamW;
import io.carillon.train.optimizer.ParameterGroup;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The example model of the S4 repository in single precision against the official code in float64:
 * logits, loss, every gradient, and the parameters along a training with AdamW and a cosine
 * schedule.
 */
@UsesShared
class S4ModelReferenceTest {
  /**
   * Allowed absolute difference of a trained parameter. Adam divides the first gradients by their
   * own size, so that rounding noise in a gradient near zero becomes a step of up to the learning
   * rate (0.01); the case notes give this bound.
   */
  private static final double TRAINED = 1e-4;

  @Test
  void outputsGradientsAndTrainings() {
    ReferenceReport.check(
        "05_s4model",
        reference -> {
          if (reference.config().has("files")) {
            checkOutputsAndGradients(reference);
          } else if (reference.config().has("steps")) {
            checkTraining(reference);
          } else {
            throw new AssertionError("neither a model (files) nor a training (steps)");
          }
        });
  }

  private static NetworkConfig config(
      int inputs, int outputs, int width, int depth, int stateSize, boolean prenorm) {
    S4dConfig ssm = S4dConfig.DEFAULT.withStateSize(stateSize).withInputWeight(InputWeight.ABSENT);
    return NetworkConfig.sequence(inputs, outputs)
        .withWidth(width)
        .withDepth(depth)
        .withBlock(BlockConfig.DEFAULT.withSsm(ssm).withNorm(Norm.LAYER, prenorm))
        .withFinalNorm(false)
        .withPooling(Pooling.MEAN);
  }

  private static Network network(NetworkConfig config) {
    return new Network(config, new SeededRandom(1));
  }

  private static void checkOutputsAndGradients(ReferenceCase reference) throws IOException {
    ReferenceConfig c = reference.config();
    c.ignore("dropout", "lr_ssm", "norm_eps");
    Network network =
        network(
            config(
                c.integer("d_input"),
                c.integer("d_output"),
                c.integer("d_model"),
                c.integer("n_layers"),
                c.integer("d_state"),
                c.flag("prenorm", false)));
    Map<Parameter, String> names = OfficialNetwork.s4Model(network);
    requireCount(names, c.integer("n_params"));
    String file = c.node("files").get("safetensors").asText();
    OfficialNetwork.load(names, SafetensorsFixture.read(reference.file(file)), "");
    // The import of checkpoints has its own test.
    reference.ignoreFiles(".pt", ".pth", ".ckpt", ".bin");
    Rows rows = Rows.uniform(c.integer("B"), c.integer("L"));
    Batch batch = Batch.ofValues(rows, reference.tensor("x").floats());
    int[] labels = labels(reference.tensor("target"), 0, rows.count());
    for (SsmAlgorithm algorithm : List.of(SsmAlgorithm.RECURRENCE, SsmAlgorithm.CONVOLUTION)) {
      Pass pass = pass(rows).withAlgorithm(algorithm);
      network.clearGradients();
      float[] logits = network.forward(pass, batch);
      int size = network.config().outputSize();
      float[] g = new float[rows.count() * size];
      Losses.Value loss = Losses.crossEntropy(logits, rows.count(), size, labels, null, g);
      network.backward(pass, batch, g);
      reference.compare("logits", OfficialNetwork.widen(logits, g.length), Precision.FLOAT);
      reference.compare("loss", new double[] {loss.mean()}, Precision.FLOAT);
      names.forEach(
          (p, official) ->
              reference.compare(
                  "grad." + official,
                  OfficialNetwork.widen(p.gradient(), p.size()),
                  Precision.FLOAT));
    }
  }

  private static void checkTraining(ReferenceCase reference) {
    ReferenceConfig c = reference.config();
    // Prose; their numbers are in lr, weight_decay and cosine_epochs, and in the defaults.
    c.ignore("scheduler_stepped", "adamw", "groups");
    Map<String, Tensor> start = OfficialNetwork.tensors(reference, "param0.");
    int[] encoder = start.get("param0.encoder.weight").shape();
    int outputs = start.get("param0.decoder.bias").shape()[0];
    int depth = (int) start.keySet().stream().filter(name -> name.endsWith(".D")).count();
    int stateSize = 2 * start.get("param0.s4_layers.0.kernel.C").shape()[1];
    Network network =
        network(
            config(encoder[1], outputs, encoder[0], depth, stateSize, c.flag("prenorm", false)));
    Map<Parameter, String> names = OfficialNetwork.s4Model(network);
    OfficialNetwork.load(names, start, "param0.");
    TrainConfig config =
        TrainConfig.DEFAULT
            .withLearningRate(c.number("lr", 0))
            .withWeightDecay(c.number("weight_decay", 0))
            .withSchedule(Schedule.COSINE)
            .withTotalSteps(c.integer("cosine_epochs"));
    train(reference, network, config, c.integer("steps"), names);
    compareParameters(reference, "param_final64.", names);
  }

  private static void train(
      ReferenceCase reference,
      Network network,
      TrainConfig config,
      int steps,
      Map<Parameter, String> names) {
    int[] shape = reference.tensor("x").shape();
    float[] x = reference.tensor("x").floats();
    Rows rows = Rows.uniform(shape[1], shape[2]);
    int outputs = network.config().outputSize();
    List<ParameterGroup> groups =
        ParameterGroups.of(network.parameters(), network.config().block().ssm(), config);
    AdamW optimizer = new AdamW(groups, config.beta1(), config.beta2(), config.epsilon());
    LearningRateSchedule schedule = new LearningRateSchedule(config, 1);
    double[] losses = new double[steps];
    double[] rates = new double[2 * steps];
    float[] g = new float[rows.count() * outputs];
    for (int s = 0; s < steps; s++) {
      int n = x.length / steps;
      Batch batch = Batch.ofValues(rows, Arrays.copyOfRange(x, s * n, (s + 1) * n));
      int[] labels = labels(reference.tensor("target"), s * rows.count(), rows.count());
      Pass pass = pass(rows);
      network.clearGradients();
      float[] logits = network.forward(pass, batch);
      losses[s] = Losses.crossEntropy(logits, rows.count(), outputs, labels, null, g).mean();
      network.backward(pass, batch, g);
      rates[2 * s] = rate(groups, Role.C) * schedule.factor(s);
      rates[2 * s + 1] = rate(groups, Role.DT) * schedule.factor(s);
      optimizer.step(schedule.factor(s), Parallel.serial());
      if (s == 0) {
        compareParameters(reference, "param_step1.", names);
      }
    }
    reference.compare("losses", losses, Precision.FLOAT);
    // Both sides are double; a cosine and a product may differ in the last bits.
    reference.compare("lrs", reference.tensor("lrs").values(), rates, 1e-14);
  }

  private static double rate(List<ParameterGroup> groups, Role role) {
    return groups.stream()
        .filter(g -> g.parameters().stream().anyMatch(p -> p.role() == role))
        .findFirst()
        .orElseThrow()
        .learningRate();
  }

  private static void compareParameters(
      ReferenceCase reference, String prefix, Map<Parameter, String> names) {
    names.forEach(
        (p, official) -> {
          double[] expected = reference.tensor(prefix + official).values();
          double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
          reference.compare(
              prefix + official,
              expected,
              OfficialNetwork.widen(p.value(), p.size()),
              TRAINED / largest);
        });
  }

  private static Pass pass(Rows rows) {
    return Pass.training(rows, new Workspace(), Parallel.serial(), KernelChoice.select(), 0);
  }

  private static int[] labels(Tensor target, int from, int count) {
    int[] labels = new int[count];
    Arrays.setAll(labels, i -> (int) target.values()[from + i]);
    return labels;
  }

  private static void requireCount(Map<Parameter, String> names, int expected) {
    int count = names.keySet().stream().mapToInt(Parameter::size).sum();
    if (count != expected) {
      throw new AssertionError(count + " parameters, the official model has " + expected);
    }
  }
}
