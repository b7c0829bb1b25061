package io.carillon.train;

import com.fasterxml.jackson.databind.JsonNode;
import io.carillon.config.BlockConfig;
import io.carillon.config.DssConfig;
import io.carillon.config.Mixer;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Norm;
import io.carillon.config.Pooling;
import io.carillon.config.SsmAlgorithm;
import io.carillon.config.kernel.DssVersion;
import io.carillon.engine.KernelChoice;
import io.carillon.engine.Parallel;
import io.carillon.engine.Parameter;
import io.carillon.engine.Pass;
import io.carillon.engine.Rows;
import io.carillon.engine.SeededRandom;
import io.carillon.engine.Workspace;
import io.carillon.nn.Batch;
import io.carillon.nn.Network;
import io.carillon.reference.OfficialBlocks;
import io.carillon.reference.ReferenceCase;
import io.carillon.reference.ReferenceCase.Precision;
import io.carillon.reference.ReferenceConfig;
import io.carillon.reference.ReferenceReport;
import io.carillon.reference.UsesShared;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Stacks of the DLR repository (encoder, {@code SequenceModel}, {@code SequenceDecoder}) in single
 * precision against the official code in float64: outputs and every gradient.
 */
@UsesShared
class SequenceModelReferenceTest {

  /** A stack as our settings, and how many official layers make one block. */
  private record Stack(NetworkConfig config, int perBlock, boolean gated) {}

  @Test
  void outputsAndGradients() {
    ReferenceReport.check(
        "05_dlr_seqmodel",
        reference -> {
          Stack stack = stack(reference.config());
          Network network = new Network(stack.config(), new SeededRandom(1));
          Map<Parameter, String> names =
              OfficialNetwork.sequenceModel(network, stack.perBlock(), stack.gated());
          OfficialNetwork.load(names, OfficialNetwork.tensors(reference, "param."), "param.");
          check(reference, network, names);
        });
  }

  private static void check(
      ReferenceCase reference, Network network, Map<Parameter, String> names) {
    ReferenceConfig c = reference.config();
    Rows rows = Rows.uniform(c.integer("B"), c.integer("L"));
    Batch batch = batch(reference, rows, network.config().vocabulary() > 0);
    float[] g = reference.tensor("g").floats();
    // Not read here: importing checkpoints has its own test.
    reference.ignoreFiles(".pt", ".pth", ".ckpt", ".bin");
    for (SsmAlgorithm algorithm : algorithms(network.config().block())) {
      Pass pass =
          Pass.training(rows, new Workspace(), Parallel.serial(), KernelChoice.select(), 0)
              .withAlgorithm(algorithm);
      network.clearGradients();
      float[] y = network.forward(pass, batch);
      reference.compare("y", OfficialNetwork.widen(y, g.length), Precision.FLOAT);
      network.backward(pass, batch, g);
      names.forEach(
          (p, official) ->
              reference.compare(
                  "grad." + official,
                  OfficialNetwork.widen(p.gradient(), p.size()),
                  Precision.FLOAT));
    }
  }

  /** A softmax over the whole length has no recurrence. */
  private static List<SsmAlgorithm> algorithms(BlockConfig block) {
    return block.ssm() instanceof DssConfig dss && dss.version() == DssVersion.SOFTMAX
        ? List.of(SsmAlgorithm.CONVOLUTION)
        : List.of(SsmAlgorithm.RECURRENCE, SsmAlgorithm.CONVOLUTION);
  }

  private static Batch batch(ReferenceCase reference, Rows rows, boolean tokens) {
    if (!tokens) {
      return Batch.ofValues(rows, reference.tensor("x").floats());
    }
    double[] x = reference.tensor("x").values();
    int[] ids = new int[x.length];
    for (int i = 0; i < x.length; i++) {
      ids[i] = (int) x[i];
    }
    return Batch.ofTokens(rows, ids);
  }

  private static Stack stack(ReferenceConfig c) {
    c.ignore("n_params");
    require(c.text("norm", "").equals("layer"), "norm");
    require(c.text("residual", "").equals("R"), "residual");
    require(!c.has("pool"), "pool");
    c.ignore("pool");
    // One official layer makes a block, or two when the second is a feed-forward layer.
    JsonNode layer = c.node("layer");
    int expand = layer.isArray() ? feedForward(layer) : 0;
    ReferenceConfig ssm = new ReferenceConfig(layer.isArray() ? layer.get(0) : layer);
    ssm.ignore("_name_", "lr");
    BlockConfig body = OfficialBlocks.dss(ssm, ssm.integer("d_state"));
    ssm.requireAllRead();
    // The paths of weights in a checkpoint tell a GLU from a plain map.
    boolean gated = body.mixer() != Mixer.LINEAR;
    boolean prenorm = c.flag("prenorm", false);
    Norm norm = c.flag("transposed", false) ? Norm.SCALAR_AFFINE : Norm.LAYER;
    BlockConfig block = body.withNorm(norm, prenorm).withFeedForward(expand);
    int inputs = c.integer("d_input");
    int outputs = c.integer("d_output");
    NetworkConfig config =
        (c.has("vocab")
                ? NetworkConfig.tokens(c.integer("vocab"), outputs)
                : NetworkConfig.sequence(inputs, outputs))
            .withWidth(c.integer("d_model"))
            .withDepth(c.integer("n_layers"))
            .withBlock(block)
            .withFinalNorm(prenorm);
    c.ignore("vocab");
    return new Stack(pooled(config, c), expand > 0 ? 2 : 1, gated);
  }

  private static int feedForward(JsonNode layers) {
    require(
        layers.size() == 2 && layers.get(1).path("_name_").asText().equals("ff"), "layer stack");
    return layers.get(1).path("expand").asInt();
  }

  private static NetworkConfig pooled(NetworkConfig config, ReferenceConfig c) {
    int steps = c.integer("l_output", 0);
    String mode = c.text("decoder_mode", "");
    if (mode.equals("pool")) {
      return config.withPooling(Pooling.MEAN);
    }
    require(mode.equals("last"), "decoder_mode");
    return config.withLastSteps(steps);
  }

  private static void require(boolean condition, String key) {
    if (!condition) {
      throw new AssertionError("not understood: " + key);
    }
  }
}
