package io.carillon.interop;

import io.carillon.config.Activation;
import io.carillon.config.BlockConfig;
import io.carillon.config.Mixer;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Norm;
import io.carillon.config.Pooling;
import io.carillon.config.S4dConfig;
import io.carillon.config.SsmConfig;
import io.carillon.config.kernel.Discretisation;
import io.carillon.config.kernel.InputWeight;
import io.carillon.config.kernel.Transform;
import io.carillon.interop.OfficialLayout.Family;

/** Whether an official model computes what a network computes. */
final class Expressible {
  private final NetworkConfig config;
  private final BlockConfig block;
  private final Family family;

  private Expressible(NetworkConfig config, Family family) {
    this.config = config;
    this.block = config.block();
    this.family = family;
  }

  /**
   * Checks.
   *
   * @throws UnsupportedOperationException naming what the official model does not have
   */
  static void require(NetworkConfig config, OfficialLayout layout) {
    Expressible e = new Expressible(config, layout.family());
    if (!(config.block().ssm() instanceof SsmConfig ssm)) {
      throw new UnsupportedOperationException(
          "this model cannot be exported: its layers are of kind "
              + config.block().ssm().kind()
              + "; only s4d, dlr and dss are written in an official layout");
    }
    boolean s4d = ssm instanceof S4dConfig;
    e.refuse(s4d == (layout.family() == Family.DLR), "kernels of kind " + ssm.kind());
    if (layout.family().isExample()) {
      e.requireExample();
    } else {
      e.requireSequenceModel();
    }
    if (layout.family() == Family.EXAMPLE) {
      e.requireMinimalKernel((S4dConfig) e.block.ssm());
    } else if (layout.family().hasFullKernel()) {
      e.requireFullBlock(layout, (S4dConfig) e.block.ssm());
    }
  }

  private void refuse(boolean wrong, String what) {
    if (wrong) {
      throw new UnsupportedOperationException(
          "this model cannot be exported: the official "
              + (family.isExample()
                  ? "S4Model of example.py"
                  : "SequenceModel of the " + (family == Family.S4 ? "S4" : "DLR") + " repository")
              + " has no "
              + what);
    }
  }

  private void requireExample() {
    refuse(config.pairs(), "head for pairs of sequences");
    refuse(config.vocabulary() > 0, "embedding of tokens");
    refuse(config.finalNorm(), "norm after the last block");
    refuse(config.pooling() != Pooling.MEAN, "pooling other than the mean");
    refuse(block.norm() != Norm.LAYER, "norm of kind " + block.norm());
    refuse(block.feedForward() > 0, "feed-forward blocks");
  }

  private void requireSequenceModel() {
    refuse(config.pairs(), "head for pairs of sequences that is exported");
    boolean norm = block.norm() != Norm.NONE;
    refuse(norm && block.prenorm() && !config.finalNorm(), "prenorm without a last norm");
    refuse(config.finalNorm() && !(norm && block.prenorm()), "last norm without prenorm");
    refuse(family == Family.DLR && block.mixer() == Mixer.NONE, "layer without an output map");
  }

  private void requireMinimalKernel(S4dConfig ssm) {
    refuse(block.bidirectional(), "bidirectional layers");
    refuse(block.kernels() > 1 || block.gate() != Activation.NONE, "gate or several kernels");
    refuse(block.activation() != Activation.GELU, "activation " + block.activation());
    refuse(block.mixer() != Mixer.GLU || block.weightNorm(), "output map but a plain GLU");
    refuse(ssm.inputWeight() != InputWeight.ABSENT, "input weight B");
    refuse(ssm.ssmCopies() != 0 && ssm.ssmCopies() != config.width(), "shared A");
    refuse(ssm.realValued(), "real-valued modes");
    refuse(ssm.discretisation() != Discretisation.ZOH, "discretisation but zoh");
    refuse(
        ssm.realTransform() != Transform.EXP
            || ssm.imagTransform() != Transform.NONE
            || ssm.dtTransform() != Transform.EXP
            || ssm.dtFast(),
        "transforms but exp for Re A and dt and none for Im A");
    refuse(!ssm.dtTied(), "step size per mode");
    refuse(ssm.maxKernelLength() > 0 || !Double.isNaN(ssm.bandlimit()), "limit of kernels");
  }

  private void requireFullBlock(OfficialLayout layout, S4dConfig ssm) {
    refuse(ssm.discretisation() == Discretisation.DIRAC, "discretisation dirac");
    refuse(block.mixer() == Mixer.GEGLU, "GEGLU");
    refuse(block.weightNorm(), "weight norm");
    // A GLU as activation of the convolution is a gate with a sigmoid, followed by nothing.
    refuse(
        block.gate() != Activation.NONE
            && !(block.gate() == Activation.SIGMOID && block.activation() == Activation.NONE),
        "gate but a sigmoid without an activation after it");
    refuse(!layout.wrapped() && block.mixer() != Mixer.NONE, "output map in a bare convolution");
  }
}
