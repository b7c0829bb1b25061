package io.carillon.bench.compare;

import io.carillon.engine.Parallel;
import io.carillon.engine.SeededRandom;
import io.carillon.internal.kernel.Kernels;
import io.carillon.internal.kernel.fft.FftConvolver;
import java.util.Arrays;

/** Causal convolution of every channel with its own kernel as long as the sequence, forward. */
final class ConvolutionWork implements Work {
  private final int batch;
  private final int length;
  private final int channels;
  private final int blocks;
  private final Parallel parallel;
  private final FftConvolver plan;
  private final float[] kernel;
  private final float[] spectrum;
  private final float[] u;
  private final float[] y;

  /** One per task: tasks write side by side. */
  private final float[][] scratch;

  ConvolutionWork(int batch, int length, int channels, Parallel parallel, Kernels kernels) {
    SeededRandom random = new SeededRandom(1);
    this.batch = batch;
    this.length = length;
    this.channels = channels;
    this.parallel = parallel;
    plan = new FftConvolver(kernels, length, length, 0, channels);
    blocks = (channels + plan.blockChannels() - 1) / plan.blockChannels();
    kernel = Normal.floats(random, channels * length);
    u = Normal.floats(random, batch * length * channels);
    y = new float[u.length];
    spectrum = new float[plan.spectrumSize(channels)];
    scratch = new float[Math.max(1, batch) * blocks][plan.scratchSize()];
  }

  @Override
  public void run() {
    Arrays.fill(y, 0f);
    parallel.run(
        blocks,
        task ->
            plan.kernelSpectrum(kernel, 0, null, 0, from(task), to(task), spectrum, scratch[task]));
    parallel.run(
        batch * blocks,
        task -> {
          int start = task / blocks * length * channels;
          int block = task % blocks;
          plan.convolve(
              spectrum,
              from(block),
              to(block),
              u,
              start,
              channels,
              y,
              start,
              channels,
              false,
              length,
              scratch[task]);
        });
  }

  private int from(int block) {
    return block * plan.blockChannels();
  }

  private int to(int block) {
    return Math.min(channels, from(block) + plan.blockChannels());
  }
}
