package io.carillon.reference;

import io.carillon.config.Activation;
import io.carillon.config.BlockConfig;
import io.carillon.config.LayerConfig;
import io.carillon.config.Mixer;
import io.carillon.ssm.diagonal.OfficialConfigs;

/** Official configuration keys of whole blocks, and our settings; an unknown value is an error. */
public final class OfficialBlocks {
  private OfficialBlocks() {}

  /**
   * Options of the {@code DSS} block of the DLR repository.
   *
   * @param stateSize its state size, which models and single blocks name differently
   */
  public static BlockConfig dss(ReferenceConfig c, int stateSize) {
    int longest = c.integer("max_kernel_length", 0);
    LayerConfig ssm =
        switch (c.text("kernel_type", "dss")) {
          case "dlr" -> OfficialConfigs.dlr(c, stateSize).withMaxKernelLength(longest);
          case "dss" -> OfficialConfigs.dss(c, stateSize).withMaxKernelLength(longest);
          case "sgconv" -> OfficialConfigs.sgConv(c, stateSize);
          case "attn" -> OfficialConfigs.attention(c);
          default -> throw new AssertionError("unknown kernel type " + c.text("kernel_type", ""));
        };
    return BlockConfig.DEFAULT
        .withSsm(ssm)
        .withMixer(mixer(c.text("postact", "id")))
        .withBidirectional(c.flag("bidirectional", false))
        .withKernels(c.integer("channels", 1), activation(c.text("hyper_act", "none")))
        .withActivation(activation(c.text("activation", "gelu")), c.flag("weight_norm", false));
  }

  /** The map after the activation. */
  public static Mixer mixer(String name) {
    return switch (name) {
      case "none" -> Mixer.NONE;
      case "id", "linear" -> Mixer.LINEAR;
      case "glu" -> Mixer.GLU;
      case "geglu" -> Mixer.GEGLU;
      default -> throw new AssertionError("unknown output activation " + name);
    };
  }

  /** An activation by its official name. */
  public static Activation activation(String name) {
    return switch (name) {
      case "none", "id", "identity", "linear" -> Activation.NONE;
      case "gelu" -> Activation.GELU;
      case "relu" -> Activation.RELU;
      case "silu", "swish" -> Activation.SILU;
      case "elu" -> Activation.ELU;
      case "tanh" -> Activation.TANH;
      case "sigmoid" -> Activation.SIGMOID;
      default -> throw new AssertionError("unknown activation " + name);
    };
  }
}
