package io.carillon.bench.compare;

import io.carillon.config.DlrConfig;
import io.carillon.engine.Parallel;
import io.carillon.engine.Parameter;
import io.carillon.engine.SeededRandom;
import io.carillon.internal.kernel.Kernels;
import io.carillon.ssm.Modes;
import io.carillon.ssm.ModesGradient;
import io.carillon.ssm.diagonal.DlrParameterisation;
import io.carillon.ssm.diagonal.Parameterisation;
import io.carillon.ssm.vandermonde.VandermondeKernel;

/** The kernels of a DLR layer and the gradients of their parameters. */
final class DlrKernelWork implements Work {
  private final Parameterisation parameters;
  private final VandermondeKernel generator;
  private final Parallel parallel;
  private final int length;
  private final float[] kernel;
  private final float[] g;

  DlrKernelWork(int channels, int stateSize, int length, Parallel parallel, Kernels kernels) {
    SeededRandom random = new SeededRandom(1);
    this.parallel = parallel;
    this.length = length;
    parameters =
        DlrParameterisation.create(
            DlrConfig.DEFAULT.withStateSize(stateSize), "layer", channels, 1, random);
    generator = new VandermondeKernel(kernels);
    kernel = new float[channels * length];
    g = Normal.floats(random, channels * length);
  }

  @Override
  public void run() {
    parameters.parameters().forEach(Parameter::clearGradient);
    Modes modes = parameters.modes(length, 1);
    generator.kernel(modes, length, parallel, kernel);
    ModesGradient gradient = ModesGradient.zeros(modes);
    generator.gradient(modes, length, parallel, g, gradient);
    parameters.pullback(length, 1, gradient);
  }
}
