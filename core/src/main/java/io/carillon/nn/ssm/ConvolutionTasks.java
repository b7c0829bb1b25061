package io.carillon.nn.ssm;

import io.carillon.engine.LengthGroup;
import io.carillon.engine.Parallel;
import io.carillon.engine.Pass;
import io.carillon.engine.Rows;
import io.carillon.internal.kernel.fft.FftConvolver;
import java.util.Arrays;

/**
 * The parallel loops of a {@link ConvolutionPath}, over blocks of channels and over sequences.
 */
final class ConvolutionTasks {
  // Scratch.
  private static final int SPECTRUM = 0;
  private static final int SPECTRUM_GRADIENT = 1;

  // Least tasks of a thread, if there are as many: one that is held up leaves the rest to others.
  private static final int FORWARD_TASKS = 8;
  private static final int BACKWARD_TASKS = 2;

  private final ConvolutionPath path;
  private final SsmShape layer;
  private final Pass pass;
  private final Rows rows;
  private final Parallel.WorkerBody spectrumBody = this::spectrum;
  private final Parallel.WorkerBody convolveBody = this::convolve;
  private final Parallel.WorkerBody backwardBody = this::backward;

  /** Scratch of every worker. */
  private final float[][] temporary;

  // Of this call.
  private FftConvolver plan;
  private LengthGroup group;
  private int taps;
  private int set;
  private int blocksPerTask;
  private float[] k;
  private float[] gk;
  private float[] spectrum;
  private float[] gSpectrum;
  private float[] u;
  private float[] y;
  private float[] g;
  private float[] gu;

  /** Loops over the rows of a pass. */
  ConvolutionTasks(ConvolutionPath path, SsmShape layer, Pass pass) {
    this.path = path;
    this.layer = layer;
    this.pass = pass;
    this.rows = pass.rows();
    this.temporary = new float[pass.parallel().threads()][];
  }

  /**
   * Overwrites the outputs of kernel set c in the rows of a group.
   *
   * @param newTaps taps of every kernel
   * @param kernels [sets][channels][taps]
   */
  void convolve(
      LengthGroup of, int newTaps, float[] kernels, int c, float[] input, float[] output) {
    transformKernel(of, newTaps, kernels, c);
    u = input;
    y = output;
    blocksPerTask = forwardBlocks(of.sequences().length);
    pass.parallel().runOnWorkers(of.sequences().length * tasks(), convolveBody);
  }

  /**
   * Overwrites (for c = 0) or adds to gInput, and adds to the gradient of the kernels.
   *
   * @param kernels [sets][channels][taps], and their gradient gKernels
   */
  void backward(
      LengthGroup of,
      int newTaps,
      float[] kernels,
      float[] gKernels,
      int c,
      float[] input,
      float[] gOutput,
      float[] gInput) {
    transformKernel(of, newTaps, kernels, c);
    int size = plan.spectrumSize(layer.channels());
    gSpectrum = pass.scratch(path, SPECTRUM_GRADIENT, size);
    Arrays.fill(gSpectrum, 0, size, 0f);
    gk = gKernels;
    u = input;
    g = gOutput;
    gu = gInput;
    blocksPerTask = backwardBlocks();
    pass.parallel().runOnWorkers(tasks(), backwardBody);
  }

  private void transformKernel(LengthGroup of, int newTaps, float[] kernels, int c) {
    int channels = layer.channels();
    group = of;
    taps = newTaps;
    k = kernels;
    set = c;
    plan =
        ConvolutionTools.of(pass)
            .plan(of.longest(), taps, layer.bidirectional() ? taps : 0, channels);
    pass.workerScratch(path, 0, plan.scratchSize(), temporary);
    spectrum = pass.scratch(path, SPECTRUM, plan.spectrumSize(channels));
    pass.parallel().runOnWorkers(blocks(), spectrumBody);
  }

  private int blocks() {
    return (layer.channels() + plan.blockChannels() - 1) / plan.blockChannels();
  }

  /**
   * Blocks of a task of the forward pass. Two threads side by side in the same rows would write to
   * the same cache lines, so a task has as many blocks of a sequence as the threads can share.
   */
  private int forwardBlocks(int sequences) {
    int tasks = FORWARD_TASKS * pass.parallel().threads();
    return Math.max(1, Math.min(blocks(), (int) ((long) blocks() * sequences / tasks)));
  }

  /**
   * Blocks of a task of the backward pass, which goes through all sequences: as many as still give
   * every thread some tasks, and no thread more blocks than with single ones.
   */
  private int backwardBlocks() {
    int threads = pass.parallel().threads();
    int most = (blocks() + threads - 1) / threads;
    int size = Math.max(1, blocks() / (BACKWARD_TASKS * threads));
    while ((blocks() + size * threads - 1) / (size * threads) * size > most) {
      size--;
    }
    return size;
  }

  /** Tasks for all blocks of channels. */
  private int tasks() {
    return (blocks() + blocksPerTask - 1) / blocksPerTask;
  }

  /** The channel after the blocks that start at h0. */
  private int end(int h0, int blocks) {
    return Math.min(layer.channels(), h0 + blocks * plan.blockChannels());
  }

  /** Where the kernels of the set are, and those that look into the future. */
  private int past() {
    return set * layer.channels() * taps;
  }

  private int future() {
    return layer.bidirectional() ? (layer.kernels() + set) * layer.channels() * taps : 0;
  }

  private void spectrum(int worker, int block) {
    int h0 = block * plan.blockChannels();
    plan.kernelSpectrum(
        k,
        past(),
        layer.bidirectional() ? k : null,
        future(),
        h0,
        end(h0, 1),
        spectrum,
        temporary[worker]);
  }

  private void convolve(int worker, int task) {
    int channels = layer.channels();
    int width = layer.kernels() * channels;
    int b = group.sequences()[task / tasks()];
    int h0 = task % tasks() * blocksPerTask * plan.blockChannels();
    plan.convolve(
        spectrum,
        h0,
        end(h0, blocksPerTask),
        u,
        rows.start(b) * channels,
        channels,
        y,
        rows.start(b) * width + set * channels,
        width,
        false,
        rows.length(b),
        temporary[worker]);
  }

  private void backward(int worker, int task) {
    int channels = layer.channels();
    int width = layer.kernels() * channels;
    int h0 = task * blocksPerTask * plan.blockChannels();
    for (int b : group.sequences()) {
      plan.backward(
          spectrum,
          h0,
          end(h0, blocksPerTask),
          u,
          rows.start(b) * channels,
          channels,
          g,
          rows.start(b) * width + set * channels,
          width,
          gu,
          rows.start(b) * channels,
          channels,
          set > 0,
          rows.length(b),
          gSpectrum,
          temporary[worker]);
    }
    plan.kernelGradient(
        gSpectrum,
        h0,
        end(h0, blocksPerTask),
        gk,
        past(),
        layer.bidirectional() ? gk : null,
        future());
  }
}
