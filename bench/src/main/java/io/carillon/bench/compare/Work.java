package io.carillon.bench.compare;

import io.carillon.engine.Parallel;
import io.carillon.internal.kernel.Kernels;

/** One computation that is timed; everything it needs is made beforehand. */
interface Work {
  /** Does it once. */
  void run();

  /**
   * The computation of a name that the PyTorch side knows too.
   *
   * @throws IllegalArgumentException if there is none
   */
  static Work of(String name, Parallel parallel, Kernels kernels) {
    return switch (name) {
      case "s4d-layer" -> new S4dLayerWork(8, 4096, 128, 64, parallel, kernels);
      case "s4d-train-16" -> NetworkWork.train(NetworkWork.s4d(), 16, 1024, parallel, kernels);
      case "s4d-train-64" -> NetworkWork.train(NetworkWork.s4d(), 64, 1024, parallel, kernels);
      case "s4d-infer-16" -> NetworkWork.infer(NetworkWork.s4d(), 16, 1024, parallel, kernels);
      case "dlr-kernel" -> new DlrKernelWork(128, 4096, 4096, parallel, kernels);
      case "dlr-block" -> NetworkWork.gradients(NetworkWork.dlr(), 8, 4096, parallel, kernels);
      case "convolution-4096" -> new ConvolutionWork(8, 4096, 128, parallel, kernels);
      case "convolution-65536" -> new ConvolutionWork(1, 65_536, 64, parallel, kernels);
      case "step-large" -> StepWork.single(4, 128, 64);
      case "step-small" -> StepWork.single(2, 32, 32);
      case "steps-large" -> StepWork.oneByOne(4, 128, 64, 1000);
      case "steps-small" -> StepWork.oneByOne(2, 32, 32, 1000);
      case "batch-large" -> StepWork.batch(4, 128, 64, 1000, 1);
      case "batch-small" -> StepWork.batch(2, 32, 32, 1000, 1);
      case "batch-large-threads" -> StepWork.batch(4, 128, 64, 1000, parallel.threads());
      case "batch-small-threads" -> StepWork.batch(2, 32, 32, 1000, parallel.threads());
      default -> throw new IllegalArgumentException("unknown computation '" + name + "'");
    };
  }
}
