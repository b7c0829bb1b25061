package io.carillon.interop;

import io.carillon.config.Activation;
import io.carillon.config.BlockConfig;
import io.carillon.config.Mixer;
import io.carillon.config.Norm;
import io.carillon.config.SsmConfig;
import io.carillon.error.FormatException;
import io.carillon.interop.OfficialLayout.Family;
import java.util.Arrays;

/**
 * What the names and shapes of the first state-space layer tell of the block: kernels, both
 * directions, gate, output map.
 */
final class LayerShapes {
  private final StateDict dict;
  private final Family family;
  private final String layer;
  private final boolean wrapped;
  private final int width;
  private final int rowsOfD;

  /**
   * Looks at a layer.
   *
   * @param layer what stands before {@code D} or {@code layer.D}
   */
  LayerShapes(StateDict dict, Family family, String layer) {
    this.dict = dict;
    this.family = family;
    this.layer = layer;
    wrapped = dict.has(layer + "layer.D");
    String d = inner() + "D";
    int[] shape =
        family == Family.EXAMPLE ? dict.shape(d, 1, "[H]") : dict.shape(d, 2, "[kernels][H]");
    width = shape[shape.length - 1];
    rowsOfD = shape.length == 1 ? 1 : shape[0];
  }

  private String inner() {
    return layer + (wrapped ? "layer." : "");
  }

  /** What stands before the kernel's names. */
  String kernel() {
    return inner() + "kernel.";
  }

  boolean wrapped() {
    return wrapped;
  }

  /** H. */
  int width() {
    return width;
  }

  /** Whether an activation follows the output map, so that it has a number in its name. */
  boolean sequentialOutput() {
    return dict.hasPrefix(layer + "output_linear.0.");
  }

  /** Whether the bias of the output map has the shape [n][1]. */
  boolean columnBias() {
    String bias = output() + "bias";
    return dict.has(bias) && dict.shape(bias).length == 2;
  }

  private String output() {
    return layer + "output_linear." + (sequentialOutput() ? "0." : "");
  }

  /**
   * The block with this kernel.
   *
   * @param sets kernel sets per channel, forward and backward together
   */
  BlockConfig block(SsmConfig ssm, int sets, Norm norm, boolean prenorm, Choices choices) {
    boolean bidirectional = sets == 2 * rowsOfD;
    if (!bidirectional && sets != rowsOfD) {
      throw new FormatException(
          "tensor "
              + inner()
              + "D has "
              + rowsOfD
              + " rows, but there are "
              + sets
              + " kernels per channel; expected as many, or twice as many (bidirectional)");
    }
    choices.requireSame("bidirectional", bidirectional);
    boolean weightNorm = dict.has(output() + "weight_v");
    Mixer mixer = Mixer.NONE;
    int kernels = 1;
    if (dict.hasPrefix(layer + "output_linear.")) {
      int[] weight = outputWeight(weightNorm ? "weight_v" : "weight");
      kernels = weight[1] / width;
      mixer = weight[0] == width ? Mixer.LINEAR : unit(choices);
    }
    Activation gate = gate(kernels, choices);
    return BlockConfig.DEFAULT
        .withSsm(ssm)
        .withBidirectional(bidirectional)
        .withKernels(kernels, gate)
        .withMixer(mixer)
        .withActivation(activation(choices), weightNorm)
        .withNorm(norm, prenorm);
  }

  /** The activation and the GLU of s4d.py are fixed; elsewhere they are options. */
  private Activation activation(Choices choices) {
    return family == Family.EXAMPLE
        ? Activation.GELU
        : choices.choice("activation", Activation.class, Activation.GELU);
  }

  private Mixer unit(Choices choices) {
    if (family == Family.EXAMPLE) {
      return Mixer.GLU;
    }
    Mixer mixer = choices.choice("mixer", Mixer.class, Mixer.GLU);
    if (mixer != Mixer.GLU && mixer != Mixer.GEGLU) {
      throw new IllegalArgumentException(
          "mixer is " + mixer + ", but the output map has 2H rows; give glu or geglu");
    }
    return mixer;
  }

  private int[] outputWeight(String local) {
    String name = output() + local;
    int[] shape = dict.shape(name);
    boolean fits =
        shape.length >= 2
            && Arrays.stream(shape).skip(2).allMatch(axis -> axis == 1)
            && (shape[0] == width || shape[0] == 2L * width)
            && shape[1] > 0
            && shape[1] % width == 0;
    if (!fits) {
      throw new FormatException(
          "tensor "
              + name
              + " has shape "
              + Arrays.toString(shape)
              + "; expected "
              + width
              + " or "
              + 2L * width
              + " rows and a multiple of "
              + width
              + " columns");
    }
    return shape;
  }

  private Activation gate(int kernels, Choices choices) {
    if (rowsOfD == kernels) {
      return Activation.NONE;
    }
    if (rowsOfD != 2L * kernels) {
      throw new FormatException(
          "tensor " + inner() + "D has " + rowsOfD + " rows for " + kernels + " kernels");
    }
    if (!choices.given("gate")) {
      throw new IllegalArgumentException(
          "half of the kernels of every layer are a gate, and a state dict cannot tell its"
              + " activation; give it as gate (hyper_act in the official options; sigmoid for"
              + " activation glu of FFTConv, together with activation none)");
    }
    return choices.choice("gate", Activation.class, Activation.NONE);
  }
}
