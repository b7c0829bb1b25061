package io.carillon.nn;

import io.carillon.core.Rows;
import io.carillon.internal.kernel.FftConvolver;
import io.carillon.internal.kernel.Kernels;
import io.carillon.ssm.Modes;
import io.carillon.ssm.ModesMemory;
import io.carillon.ssm.VandermondeKernel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A state-space layer as explicit kernel and FFT convolution. The kernel is kept for the backward
 * pass; its spectrum is computed again. D is a part of the kernel's first tap: that costs nothing,
 * where D u by itself is a pass over all of u and y.
 */
final class ConvolutionPath {
  private static final int SPECTRUM = 0;
  private static final int SPECTRUM_GRADIENT = 1;
  private static final int KERNEL_GRADIENT = 2;

  private final SsmLayer layer;

  ConvolutionPath(SsmLayer layer) {
    this.layer = layer;
  }

  /** Overwrites y with the output, D u included. */
  void forward(Pass pass, float[] u, float[] y) {
    Rows rows = pass.rows();
    List<LengthGroup> groups = groups(pass);
    for (int i = 0; i < groups.size(); i++) {
      LengthGroup group = groups.get(i);
      int taps = taps(rows, group);
      float[] k = kernelSlot(pass, i, taps);
      if (isFirstUse(i)) {
        kernel(pass, i, taps, k);
        addSkip(taps, k);
      }
      for (int c = 0; c < layer.kernels(); c++) {
        convolve(pass, group, taps, k, c, u, y);
      }
    }
  }

  /** Overwrites gu with the input gradient, and adds those of the raw parameters and of D. */
  void backward(Pass pass, float[] u, float[] g, float[] gu) {
    Rows rows = pass.rows();
    List<LengthGroup> groups = groups(pass);
    float[] gk = null;
    for (int i = 0; i < groups.size(); i++) {
      LengthGroup group = groups.get(i);
      int taps = taps(rows, group);
      float[] k = kernelSlot(pass, i, taps);
      int size = kernelSize(taps);
      if (isFirstUse(i)) {
        gk = pass.scratch(this, KERNEL_GRADIENT, size);
        Arrays.fill(gk, 0, size, 0f);
      }
      for (int c = 0; c < layer.kernels(); c++) {
        backward(pass, group, taps, k, gk, c, u, g, gu);
      }
      if (isLastUse(groups, i)) {
        addSkipGradient(taps, gk);
        gradient(pass, i, taps, gk);
      }
    }
  }

  /** The modes of every group that has its own, kept for the backward pass. */
  private static final class Memory {
    final List<ModesMemory> groups = new ArrayList<>();
  }

  private ModesMemory modes(Pass pass, int group) {
    List<ModesMemory> groups = pass.keep(this, Memory.class, Memory::new).groups;
    int i = perLength() ? group : 0;
    while (groups.size() <= i) {
      groups.add(new ModesMemory());
    }
    return groups.get(i);
  }

  private void kernel(Pass pass, int group, int taps, float[] k) {
    if (layer.diagonal()) {
      Modes modes = layer.modes(pass, taps, modes(pass, group));
      ConvolutionTools.of(pass).generator().kernel(modes, taps, pass.parallel(), k);
    } else {
      layer.kernelMap().kernel(pass.kernels(), pass.parallel(), taps, pass.rate(), k);
    }
  }

  private void gradient(Pass pass, int group, int taps, float[] gk) {
    if (layer.diagonal()) {
      ModesMemory memory = modes(pass, group);
      ConvolutionTools.of(pass)
          .generator()
          .gradient(memory.modes(), taps, pass.parallel(), gk, memory.clearedGradient());
      layer.pullback(pass, taps, memory);
    } else {
      layer.kernelMap().gradient(pass.kernels(), pass.parallel(), taps, pass.rate(), gk);
    }
  }

  private void addSkip(int taps, float[] k) {
    float[] d = layer.skip().value();
    for (int i = 0; i < d.length; i++) {
      k[i * taps] += d[i];
    }
  }

  private void addSkipGradient(int taps, float[] gk) {
    float[] gd = layer.skip().gradient();
    for (int i = 0; i < gd.length; i++) {
      gd[i] += gk[i * taps];
    }
  }

  /**
   * Kernels are kept; spectrum, gradients of spectrum and kernel and what every worker needs are
   * scratch.
   */
  LayerMemory memory(Rows rows, Kernels kernels, int threads) {
    int longest = layer.kernelLength(rows.maxLength());
    long each = (long) layer.kernelMap().sets() * layer.channels();
    long kept = each * longest;
    if (perLength()) {
      kept = each * IntStream.range(0, rows.count()).map(rows::length).distinct().sum();
    }
    FftConvolver plan =
        new FftConvolver(
            kernels,
            rows.maxLength(),
            longest,
            layer.bidirectional() ? longest : 0,
            layer.channels());
    long generator =
        layer.diagonal()
            ? VandermondeKernel.workingFloats(
                layer.kernelMap().sets(),
                layer.channels(),
                layer.parameterisation().config().storedModes(),
                layer.parameterisation().sharesModes(),
                longest,
                threads)
            : 0;
    return new LayerMemory(
        kept,
        2L * plan.spectrumSize(layer.channels())
            + each * longest
            + (long) threads * plan.scratchSize(),
        0,
        generator);
  }

  private List<LengthGroup> groups(Pass pass) {
    return pass.lengthGroups(perLength());
  }

  private boolean perLength() {
    return layer.kernelMap().dependsOnLength();
  }

  /** One kernel serves all groups unless it depends on the length. */
  private boolean isFirstUse(int group) {
    return perLength() || group == 0;
  }

  private boolean isLastUse(List<LengthGroup> groups, int group) {
    return perLength() || group == groups.size() - 1;
  }

  private int taps(Rows rows, LengthGroup group) {
    return layer.kernelLength(perLength() ? group.longest() : rows.maxLength());
  }

  private int kernelSize(int taps) {
    return Math.multiplyExact(layer.kernelMap().sets() * layer.channels(), taps);
  }

  private float[] kernelSlot(Pass pass, int i, int taps) {
    return pass.keep(this, perLength() ? i : 0, kernelSize(taps));
  }

  private FftConvolver plan(Pass pass, LengthGroup group, int taps) {
    return ConvolutionTools.of(pass)
        .plan(group.longest(), taps, layer.bidirectional() ? taps : 0, layer.channels());
  }

  private float[][] temporary(Pass pass, FftConvolver plan) {
    return pass.workerScratch(this, 0, plan.scratchSize());
  }

  private int futureOffset(int c, int taps) {
    return (layer.kernels() + c) * layer.channels() * taps;
  }

  private float[] spectrum(
      Pass pass, FftConvolver plan, float[][] scratch, int taps, float[] k, int c) {
    int channels = layer.channels();
    float[] spectrum = pass.scratch(this, SPECTRUM, plan.spectrumSize(channels));
    overChannels(
        pass,
        plan,
        scratch,
        (h0, h1, temporary) ->
            plan.kernelSpectrum(
                k,
                c * channels * taps,
                layer.bidirectional() ? k : null,
                layer.bidirectional() ? futureOffset(c, taps) : 0,
                h0,
                h1,
                spectrum,
                temporary));
    return spectrum;
  }

  private void convolve(
      Pass pass, LengthGroup group, int taps, float[] k, int c, float[] u, float[] y) {
    Rows rows = pass.rows();
    int channels = layer.channels();
    int width = layer.kernels() * channels;
    FftConvolver plan = plan(pass, group, taps);
    float[][] scratch = temporary(pass, plan);
    float[] spectrum = spectrum(pass, plan, scratch, taps, k, c);
    int blocks = blocks(plan);
    pass.parallel()
        .runOnWorkers(
            group.sequences().length * blocks,
            (worker, task) -> {
              int b = group.sequences()[task / blocks];
              int h0 = task % blocks * plan.blockChannels();
              plan.convolve(
                  spectrum,
                  h0,
                  Math.min(channels, h0 + plan.blockChannels()),
                  u,
                  rows.start(b) * channels,
                  channels,
                  y,
                  rows.start(b) * width + c * channels,
                  width,
                  false,
                  rows.length(b),
                  scratch[worker]);
            });
  }

  private void backward(
      Pass pass,
      LengthGroup group,
      int taps,
      float[] k,
      float[] gk,
      int c,
      float[] u,
      float[] g,
      float[] gu) {
    Rows rows = pass.rows();
    int channels = layer.channels();
    int width = layer.kernels() * channels;
    FftConvolver plan = plan(pass, group, taps);
    float[][] scratch = temporary(pass, plan);
    float[] spectrum = spectrum(pass, plan, scratch, taps, k, c);
    int size = plan.spectrumSize(channels);
    float[] gSpectrum = pass.scratch(this, SPECTRUM_GRADIENT, size);
    Arrays.fill(gSpectrum, 0, size, 0f);
    overChannels(
        pass,
        plan,
        scratch,
        (h0, h1, temporary) -> {
          for (int b : group.sequences()) {
            plan.backward(
                spectrum,
                h0,
                h1,
                u,
                rows.start(b) * channels,
                channels,
                g,
                rows.start(b) * width + c * channels,
                width,
                gu,
                rows.start(b) * channels,
                channels,
                c > 0,
                rows.length(b),
                gSpectrum,
                temporary);
          }
          plan.kernelGradient(
              gSpectrum,
              h0,
              h1,
              gk,
              c * channels * taps,
              layer.bidirectional() ? gk : null,
              layer.bidirectional() ? futureOffset(c, taps) : 0);
        });
  }

  private int blocks(FftConvolver plan) {
    return (layer.channels() + plan.blockChannels() - 1) / plan.blockChannels();
  }

  /** Work on channels h0 .. h1-1 with scratch memory. */
  private interface ChannelBody {
    void accept(int h0, int h1, float[] temporary);
  }

  private void overChannels(Pass pass, FftConvolver plan, float[][] scratch, ChannelBody body) {
    pass.parallel()
        .runOnWorkers(
            blocks(plan),
            (worker, task) -> {
              int h0 = task * plan.blockChannels();
              int h1 = Math.min(layer.channels(), h0 + plan.blockChannels());
              body.accept(h0, h1, scratch[worker]);
            });
  }
}
