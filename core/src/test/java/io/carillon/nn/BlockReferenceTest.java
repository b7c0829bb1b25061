package io.carillon.nn;

import io.carillon.config.BlockConfig;
import io.carillon.config.KernelConfig;
import io.carillon.config.Mixer;
import io.carillon.config.S4Config;
import io.carillon.config.S4dConfig;
import io.carillon.config.SgConvConfig;
import io.carillon.config.SsmAlgorithm;
import io.carillon.config.kernel.InputWeight;
import io.carillon.engine.Buffers;
import io.carillon.engine.KernelChoice;
import io.carillon.engine.Operand;
import io.carillon.engine.Parallel;
import io.carillon.engine.Parameter;
import io.carillon.engine.Pass;
import io.carillon.engine.RowStage;
import io.carillon.engine.Rows;
import io.carillon.engine.SeededRandom;
import io.carillon.engine.Workspace;
import io.carillon.nn.layer.Activations;
import io.carillon.nn.layer.SequenceLayer;
import io.carillon.nn.ssm.SsmLayer;
import io.carillon.reference.OfficialBlocks;
import io.carillon.reference.ReferenceCase;
import io.carillon.reference.ReferenceCase.Precision;
import io.carillon.reference.ReferenceConfig;
import io.carillon.reference.ReferenceReport;
import io.carillon.reference.UsesShared;
import io.carillon.ssm.diagonal.OfficialConfigs;
import io.carillon.ssm.diagonal.RawModes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Whole blocks in single precision against the official code in float64, outputs and every
 * gradient: families 01_s4d_layer, 02_s4_conv_block, 04_dss_block. Where a recurrence exists, the
 * case is run as convolution and as recurrence.
 */
@UsesShared
class BlockReferenceTest {
  private static final Buffers BUFFERS = new Buffers(BlockReferenceTest.class);

  private static final Map<String, List<String>> OFFICIAL_NAMES =
      Map.of(
          "log_dt", List.of("log_dt", "inv_dt"),
          "A_real", List.of("log_A_real", "A_real"),
          "rho", List.of("Lambda_log_neg_re"),
          "theta", List.of("Lambda_im"));

  @Test
  void minimalS4dLayers() {
    ReferenceReport.check(
        "01_s4d_layer",
        reference -> {
          ReferenceConfig c = reference.config();
          c.ignore("perturbed", "dropout");
          S4dConfig ssm =
              S4dConfig.DEFAULT.withStateSize(c.integer("N")).withInputWeight(InputWeight.ABSENT);
          boolean channelsFirst = c.flag("transposed", true);
          checkBody(reference, BlockConfig.DEFAULT.withSsm(ssm), channelsFirst, null, "");
        });
  }

  @Test
  void s4ConvolutionsAndBlocks() {
    ReferenceReport.check(
        "02_s4_conv_block",
        reference -> {
          ReferenceConfig c = reference.config();
          c.ignore("verbose");
          boolean dplr =
              switch (c.text("mode", "s4d")) {
                case "s4d", "diag" -> false;
                case "s4", "nplr", "dplr" -> true;
                default -> throw new AssertionError("unknown mode " + c.text("mode", ""));
              };
          KernelConfig ssm =
              dplr
                  ? OfficialConfigs.s4(c, c.integer("d_state", 64), c.integer("l_max"))
                  : OfficialConfigs.s4dBlock(c);
          BlockConfig block =
              BlockConfig.DEFAULT
                  .withSsm(ssm)
                  .withBidirectional(c.flag("bidirectional", false))
                  .withMixer(Mixer.NONE);
          boolean wholeBlock = reference.has("param.layer.D");
          if (wholeBlock) {
            block =
                block
                    .withMixer(OfficialBlocks.mixer(c.text("final_act", "none")))
                    .withActivation(OfficialBlocks.activation(c.text("activation", "gelu")), false);
            checkBody(reference, block, c.flag("transposed", true), mask(c), "layer.");
          } else {
            checkConvolution(reference, block);
          }
        });
  }

  @Test
  void dlrAndDssBlocks() {
    ReferenceReport.check(
        "04_dss_block",
        reference -> {
          ReferenceConfig c = reference.config();
          if (c.text("kernel_type", "").equals("attn")) {
            // The block makes a D for every kind; attention does not use it.
            reference.ignore("param.D", "grad64.D");
          }
          BlockConfig block = OfficialBlocks.dss(c, c.integer("N"));
          checkBody(reference, block, c.flag("transposed", true), null, "");
        });
  }

  private static float[] mask(ReferenceConfig c) {
    if (!c.has("lengths")) {
      c.ignore("lengths");
      return null;
    }
    float[] mask = new float[c.integer("B") * c.integer("L")];
    for (int b = 0; b < c.integer("B"); b++) {
      for (int t = 0; t < c.node("lengths").get(b).intValue(); t++) {
        mask[b * c.integer("L") + t] = 1;
      }
    }
    return mask;
  }

  /** A block's body: kernel, skip, activation, output map. */
  private static void checkBody(
      ReferenceCase reference,
      BlockConfig config,
      boolean channelsFirst,
      float[] mask,
      String prefix) {
    int width = reference.config().integer("H");
    SequenceBody body = new SequenceBody("body", 0, width, config, new SeededRandom(1));
    Map<Parameter, String> names = load(reference, body.parameters(), prefix);
    measureNorm(body.parameters(), config, width);
    truncate(body.parameters(), config, width);
    Rows rows = rows(reference).withMask(mask);
    for (SsmAlgorithm algorithm : algorithms(body.layer(), rows)) {
      Pass pass = pass(rows, algorithm);
      float[] u = rowsFirst(reference, "u", channelsFirst, width);
      float[] g = rowsFirst(reference, "g", channelsFirst, width);
      float[] y = new float[u.length];
      float[] gu = new float[u.length];
      body.parameters().forEach(Parameter::clearGradient);
      forward(pass, body, width, u, y);
      backward(pass, body, width, u, g, gu);
      compare(reference, "y", y, channelsFirst, width);
      if (algorithm == SsmAlgorithm.RECURRENCE && reference.has("y_step64")) {
        compare(reference, "y_step", y, channelsFirst, width);
      }
      compareGradients(reference, names);
      compare(reference, "grad.u", gu, channelsFirst, width);
    }
  }

  private static void forward(Pass pass, SequenceBody body, int width, float[] u, float[] y) {
    Operand tile = BUFFERS.tile("result", width).of(pass);
    List<RowStage> stages = new ArrayList<>();
    body.mixForward(pass, u);
    body.addForward(pass, u, tile, stages);
    stages.add(tile.storeStage(y, width));
    pass.fuse(pass.rowTasks(), body.widest(), stages);
  }

  private static void backward(
      Pass pass, SequenceBody body, int width, float[] u, float[] g, float[] gu) {
    Operand tile = BUFFERS.tile("result", width).of(pass);
    List<RowStage> stages = new ArrayList<>();
    List<RowStage> load = List.of(tile.loadStage(g, width));
    int tasks = body.backwardTasks(pass);
    body.addBackward(pass, tasks, u, null, load, tile, gu, stages);
    pass.fuse(tasks, body.widest(), stages);
    body.mixBackward(pass, u, gu);
  }

  /** The official SGConv measures the norm of its kernel at the first forward pass. */
  private static void measureNorm(List<Parameter> parameters, BlockConfig config, int width) {
    if (!(config.ssm() instanceof SgConvConfig sgConv)) {
      return;
    }
    Map<String, float[]> raw = new TreeMap<>();
    float[] norm = null;
    for (Parameter p : parameters) {
      String local = p.name().replace("body.ssm.", "");
      if (local.equals("norm")) {
        norm = p.value();
      } else if (local.equals("alpha") || local.startsWith("ws.")) {
        raw.put(local, p.value());
      }
    }
    List<Parameter> measured = KernelMaps.of(sgConv, "ssm", width, 1, raw).parameters();
    System.arraycopy(measured.get(measured.size() - 1).value(), 0, norm, 0, norm.length);
  }

  /** The official S4 replaces C by C̃ at the first forward pass. */
  private static void truncate(List<Parameter> parameters, BlockConfig config, int width) {
    if (!(config.ssm() instanceof S4Config s4)) {
      return;
    }
    Map<String, float[]> raw = new TreeMap<>();
    for (Parameter p : parameters) {
      if (p.name().startsWith("body.ssm.") && !p.name().endsWith(".D")) {
        raw.put(p.name().replace("body.ssm.", ""), p.value());
      }
    }
    double[] stored = RawModes.truncated(KernelMaps.of(s4, "ssm", width, 1, raw));
    for (int i = 0; i < stored.length; i++) {
      raw.get("C")[i] = (float) stored[i];
    }
  }

  /** The bare layer and an activation, which may be a GLU over all kernels' channels. */
  private static void checkConvolution(ReferenceCase reference, BlockConfig config) {
    ReferenceConfig c = reference.config();
    c.ignore("lengths", "swap_channels");
    int width = c.integer("H");
    String activation = c.text("activation", "none");
    boolean glu = activation.equals("glu");
    int kernels = c.integer("channels", 1) * (glu ? 2 : 1);
    int sets = kernels * (config.bidirectional() ? 2 : 1);
    SeededRandom random = new SeededRandom(1);
    SsmLayer layer =
        new SsmLayer(
            "ssm",
            0,
            KernelMaps.of((KernelConfig) config.ssm(), "ssm", width, sets, random),
            config.bidirectional(),
            random);
    Map<Parameter, String> names = load(reference, layer.parameters(), "");
    int outputs = width * c.integer("channels", 1);
    Rows rows = rows(reference);
    boolean swap = c.flag("swap_channels", false);
    for (SsmAlgorithm algorithm : algorithms(layer, rows)) {
      Pass pass = pass(rows, algorithm);
      float[] u = rowsFirst(reference, "u", true, width);
      float[] g = rowsFirst(reference, "g", true, outputs);
      if (swap) {
        g = exchange(g, width, outputs / width);
      }
      float[] s = new float[rows.total() * width * kernels];
      float[] y = new float[rows.total() * outputs];
      float[] gs = new float[s.length];
      float[] gu = new float[u.length];
      layer.parameters().forEach(Parameter::clearGradient);
      layer.forward(pass, u, s);
      if (glu) {
        pass.kernels().glu(s, 0, rows.total(), outputs, y);
        pass.kernels().gluBackward(s, g, 0, rows.total(), outputs, gs);
      } else {
        Activations.forward(
            OfficialBlocks.activation(activation), pass.kernels(), s, y, 0, s.length);
        Activations.backward(
            OfficialBlocks.activation(activation), pass.kernels(), s, g, gs, 0, s.length);
      }
      layer.backward(pass, u, gs, gu);
      float[] official = swap ? exchange(y, outputs / width, width) : y;
      compare(reference, "y", official, true, outputs);
      if (algorithm == SsmAlgorithm.RECURRENCE && reference.has("y_step64")) {
        compare(reference, "y_step", official, true, outputs);
      }
      compareGradients(reference, names);
      compare(reference, "grad.u", gu, true, width);
    }
  }

  /** Rows of [a][b] values to rows of [b][a] values. */
  private static float[] exchange(float[] x, int a, int b) {
    float[] y = new float[x.length];
    for (int r = 0; r < x.length / (a * b); r++) {
      for (int i = 0; i < a; i++) {
        for (int j = 0; j < b; j++) {
          y[r * a * b + j * a + i] = x[r * a * b + i * b + j];
        }
      }
    }
    return y;
  }

  private static List<SsmAlgorithm> algorithms(SequenceLayer layer, Rows rows) {
    List<SsmAlgorithm> all = new ArrayList<>(List.of(SsmAlgorithm.CONVOLUTION));
    if (layer instanceof SsmLayer ssm && ssm.recurrenceObstacle(rows.maxLength()) == null) {
      all.add(SsmAlgorithm.RECURRENCE);
    }
    return all;
  }

  private static Pass pass(Rows rows, SsmAlgorithm algorithm) {
    return Pass.training(rows, new Workspace(), Parallel.serial(), KernelChoice.select(), 0)
        .withAlgorithm(algorithm);
  }

  private static Rows rows(ReferenceCase reference) {
    return Rows.uniform(reference.config().integer("B"), reference.config().integer("L"));
  }

  /** Sets every parameter from the official tensor; returns the official name of each. */
  private static Map<Parameter, String> load(
      ReferenceCase reference, List<Parameter> parameters, String prefix) {
    Map<Parameter, String> names = new java.util.LinkedHashMap<>();
    for (Parameter p : parameters) {
      if (!p.trainable()) {
        continue;
      }
      String official = officialName(reference, p.name(), prefix);
      float[] from = reference.tensor("param." + official).floats();
      if (from.length != p.size()) {
        throw new AssertionError(official + " has " + from.length + " numbers, " + p);
      }
      System.arraycopy(from, 0, p.value(), 0, from.length);
      names.put(p, official);
    }
    for (String tensor : reference.tensorNames()) {
      boolean known =
          tensor.equals("param.attn.rope.freqs")
              || tensor.endsWith("kernel.l_kernel")
              || reference.ignored(tensor);
      if (tensor.startsWith("param.") && !known && !names.containsValue(tensor.substring(6))) {
        throw new AssertionError("official parameter " + tensor + " has no place in our block");
      }
    }
    return names;
  }

  private static String officialName(ReferenceCase reference, String name, String prefix) {
    String last = name.substring(name.lastIndexOf('.') + 1);
    List<String> candidates = new ArrayList<>();
    if (name.contains("output.")) {
      candidates.add("output_linear.0." + last);
      candidates.add("output_linear." + last);
    } else if (last.equals("D")) {
      candidates.add(prefix + "D");
    } else if (name.contains(".attention.")) {
      candidates.add(OfficialConfigs.attentionName("attn.", name));
    } else if (name.contains(".ws.")) {
      candidates.add(prefix + "kernel.ws." + last);
    } else {
      OFFICIAL_NAMES
          .getOrDefault(last, List.of(last))
          .forEach(official -> candidates.add(prefix + "kernel." + official));
    }
    for (String candidate : candidates) {
      if (reference.has("param." + candidate)) {
        return candidate;
      }
    }
    throw new AssertionError("no official tensor for " + name + " among " + candidates);
  }

  private static void compareGradients(ReferenceCase reference, Map<Parameter, String> names) {
    names.forEach(
        (p, official) ->
            reference.compare("grad." + official, widen(p.gradient()), Precision.FLOAT));
  }

  private static void compare(
      ReferenceCase reference, String tensor, float[] rows, boolean channelsFirst, int width) {
    reference.compare(
        tensor,
        widen(channelsFirst ? transposed(reference, rows, width, false) : rows),
        Precision.FLOAT);
  }

  private static float[] rowsFirst(
      ReferenceCase reference, String tensor, boolean channelsFirst, int width) {
    float[] x = reference.tensor(tensor).floats();
    return channelsFirst ? transposed(reference, x, width, true) : x;
  }

  /** [B][width][L] to [B][L][width], or back. */
  private static float[] transposed(ReferenceCase reference, float[] x, int width, boolean toRows) {
    int length = reference.config().integer("L");
    float[] y = new float[x.length];
    for (int b = 0; b < x.length / (width * length); b++) {
      for (int t = 0; t < length; t++) {
        for (int h = 0; h < width; h++) {
          int row = (b * length + t) * width + h;
          int column = (b * width + h) * length + t;
          y[toRows ? row : column] = x[toRows ? column : row];
        }
      }
    }
    return y;
  }

  private static double[] widen(float[] x) {
    double[] y = new double[x.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = x[i];
    }
    return y;
  }
}
