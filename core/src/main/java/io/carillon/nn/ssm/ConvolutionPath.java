package io.carillon.nn.ssm;

import io.carillon.engine.LengthGroup;
import io.carillon.engine.Pass;
import io.carillon.engine.Rows;
import io.carillon.internal.kernel.Kernels;
import io.carillon.internal.kernel.fft.FftConvolver;
import io.carillon.nn.layer.LayerMemory;
import io.carillon.ssm.Modes;
import io.carillon.ssm.diagonal.ModesMemory;
import io.carillon.ssm.vandermonde.VandermondeKernel;
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
  /** What is kept for the backward pass, one array for every length that has its own. */
  private static final int KERNEL = 0;

  /** Scratch, besides that of {@link ConvolutionTasks}. */
  private static final int KERNEL_GRADIENT = 2;

  private final SsmShape layer;

  ConvolutionPath(SsmShape layer) {
    this.layer = layer;
  }

  /** Overwrites y with the output, D u included. */
  void forward(Pass pass, float[] u, float[] y) {
    Rows rows = pass.rows();
    List<LengthGroup> groups = groups(pass);
    ConvolutionTasks tasks = tasks(pass);
    for (int i = 0; i < groups.size(); i++) {
      LengthGroup group = groups.get(i);
      int taps = taps(rows, group);
      float[] k = kernelSlot(pass, i, taps);
      if (isFirstUse(i)) {
        kernel(pass, i, taps, k);
        addSkip(taps, k);
      }
      for (int c = 0; c < layer.kernels(); c++) {
        tasks.convolve(group, taps, k, c, u, y);
      }
    }
  }

  /** Overwrites gu with the input gradient, and adds those of the raw parameters and of D. */
  void backward(Pass pass, float[] u, float[] g, float[] gu) {
    Rows rows = pass.rows();
    List<LengthGroup> groups = groups(pass);
    ConvolutionTasks tasks = tasks(pass);
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
        tasks.backward(group, taps, k, gk, c, u, g, gu);
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
    int i = place(pass, group);
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
    return pass.keep(this, KERNEL, place(pass, i), kernelSize(taps));
  }

  /**
   * Where the kernel of a group and its modes are: in a place for every length for the backward
   * pass; prediction uses one kernel after another.
   */
  private int place(Pass pass, int group) {
    return perLength() && pass.training() ? group : 0;
  }

  private ConvolutionTasks tasks(Pass pass) {
    return new ConvolutionTasks(this, layer, pass);
  }
}
