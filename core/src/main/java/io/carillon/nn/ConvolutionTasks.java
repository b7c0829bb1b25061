package io.carillon.nn;

import io.carillon.core.Parallel;
import io.carillon.core.Rows;
import io.carillon.internal.kernel.FftConvolver;
import java.util.Arrays;

/**
 * The parallel loops of a {@link ConvolutionPath}, over blocks of channels and over sequences. Made
 * once for a layout of rows, see {@link Pass#planned}: what a loop works on lies in fields that are
 * set before it runs, so that no call makes an object.
 */
final class ConvolutionTasks {
  // Scratch.
  private static final int SPECTRUM = 0;
  private static final int SPECTRUM_GRADIENT = 1;

  private final ConvolutionPath path;
  private final SsmLayer layer;
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
  private float[] k;
  private float[] gk;
  private float[] spectrum;
  private float[] gSpectrum;
  private float[] u;
  private float[] y;
  private float[] g;
  private float[] gu;

  /** Loops over the rows of a pass. */
  ConvolutionTasks(ConvolutionPath path, SsmLayer layer, Pass pass) {
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
    pass.parallel().runOnWorkers(of.sequences().length * blocks(), convolveBody);
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
    pass.parallel().runOnWorkers(blocks(), backwardBody);
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

  /** The channel after a block that starts at h0. */
  private int end(int h0) {
    return Math.min(layer.channels(), h0 + plan.blockChannels());
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
        end(h0),
        spectrum,
        temporary[worker]);
  }

  private void convolve(int worker, int task) {
    int channels = layer.channels();
    int width = layer.kernels() * channels;
    int b = group.sequences()[task / blocks()];
    int h0 = task % blocks() * plan.blockChannels();
    plan.convolve(
        spectrum,
        h0,
        end(h0),
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

  private void backward(int worker, int block) {
    int channels = layer.channels();
    int width = layer.kernels() * channels;
    int h0 = block * plan.blockChannels();
    for (int b : group.sequences()) {
      plan.backward(
          spectrum,
          h0,
          end(h0),
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
        gSpectrum, h0, end(h0), gk, past(), layer.bidirectional() ? gk : null, future());
  }
}
