package io.carillon.nn.ssm;

import io.carillon.config.SsmConfig;
import io.carillon.nn.layer.SequenceLayer;
import io.carillon.ssm.KernelMap;
import io.carillon.ssm.dplr.DplrKernel;

/** What a state-space layer cannot do, why, and what to do instead. */
final class SsmLimits {
  private final SsmShape layer;
  private final KernelMap kernelMap;
  private final int maxKernelLength;

  SsmLimits(SsmShape layer) {
    this.layer = layer;
    this.kernelMap = layer.kernelMap();
    this.maxKernelLength = kernelMap.config().maxKernelLength();
  }

  /** Whether the kernel ends before sequences of this length do. */
  boolean isCut(int length) {
    return maxKernelLength > 0 && maxKernelLength < length;
  }

  /** Whether a stream keeps the last inputs themselves, because the kernel is cut. */
  boolean delayed() {
    return layer.diagonal() && maxKernelLength > 0 && !kernelMap.dependsOnLength();
  }

  /** Whether neither a state nor gaps can be left to a recurrence of single modes. */
  boolean beyondSingleModes() {
    return delayed() || coupled();
  }

  /** See {@link SsmLayer#recurrenceObstacle}. */
  String recurrenceObstacle(int length) {
    String obstacle = kernelMap.recurrenceObstacle();
    if (obstacle == null && isCut(length)) {
      return "its kernel is cut at "
          + maxKernelLength
          + " steps, a recurrence remembers all "
          + length;
    }
    return obstacle;
  }

  /** See {@link SequenceLayer#streamingObstacle}. */
  String streamingObstacle() {
    if (layer.bidirectional() && (layer.diagonal() || coupled())) {
      return "it is bidirectional and needs future inputs";
    }
    return beyondSingleModes() ? null : recurrenceObstacle(Integer.MAX_VALUE);
  }

  /** See {@link SequenceLayer#streamingRemedy}. */
  String streamingRemedy() {
    if (streamingObstacle() == null) {
      return null;
    }
    if (!layer.diagonal() && !coupled()) {
      return SequenceLayer.anotherKind(layer.bidirectional());
    }
    if (layer.bidirectional()) {
      return "train with bidirectional=false";
    }
    SsmConfig config = layer.parameterisation().config();
    if (!config.cast().isLinear()) {
      return "train with cast real, imag or sum, or with a max_kernel_length";
    }
    return config.kind().equals("dss")
        ? "train with version exp instead of softmax"
        : "train with discretisation zoh instead of dss";
  }

  private boolean coupled() {
    return kernelMap instanceof DplrKernel;
  }
}
