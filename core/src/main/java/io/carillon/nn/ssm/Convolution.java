package io.carillon.nn.ssm;

import io.carillon.config.SsmAlgorithm;
import io.carillon.engine.Buffer;
import io.carillon.engine.Buffers;
import io.carillon.engine.Footprint;
import io.carillon.engine.Kept;
import io.carillon.engine.LengthGroup;
import io.carillon.engine.Pass;
import io.carillon.engine.Rows;
import io.carillon.internal.kernel.fft.FftConvolver;
import io.carillon.ssm.Modes;
import io.carillon.ssm.diagonal.ModesMemory;
import io.carillon.ssm.vandermonde.VandermondeKernel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * A state-space layer as explicit kernel and FFT convolution. The kernel is kept for the backward
 * pass; its spectrum is computed again. D is a part of the kernel's first tap: that costs nothing,
 * where D u by itself is a pass over all of u and y.
 */
final class Convolution implements Way {
  // Least tasks of a thread, if there are as many: one that is held up leaves the rest to others.
  private static final int FORWARD_TASKS = 8;
  private static final int BACKWARD_TASKS = 2;

  private final SsmShape layer;

  private final Buffers buffers = new Buffers(Convolution.class);

  /** One for every length that has its own while training; else one kernel after another. */
  private final Buffer kernel;

  private final Buffer kernelGradient;
  private final Buffer spectrum;
  private final Buffer spectrumGradient;
  private final Buffer temporary;
  private final Kept<ModesOfLengths> modes =
      buffers.keptObject("modes", ModesOfLengths.class, ModesOfLengths::new);

  Convolution(SsmShape layer) {
    this.layer = layer;
    this.kernel =
        buffers.kept(
            "kernel",
            pass -> perLength() && pass.training() ? groups(pass).size() : 1,
            (pass, place) -> kernelSize(largestTaps(pass, place)));
    this.kernelGradient =
        buffers.scratch("kernel gradient", pass -> kernelSize(taps(pass.rows().maxLength())));
    this.spectrum = buffers.scratch("spectrum", this::spectrumSize);
    this.spectrumGradient = buffers.scratch("spectrum gradient", this::spectrumSize);
    this.temporary = buffers.perWorker("transform", pass -> most(pass, FftConvolver::scratchSize));
  }

  private long spectrumSize(Pass pass) {
    return most(pass, plan -> plan.spectrumSize(layer.channels()));
  }

  /** The most that the transforms of any group need. */
  private long most(Pass pass, ToLongFunction<FftConvolver> size) {
    long most = 0;
    for (LengthGroup group : groups(pass)) {
      most = Math.max(most, size.applyAsLong(plan(pass, group)));
    }
    return most;
  }

  @Override
  public SsmAlgorithm algorithm() {
    return SsmAlgorithm.CONVOLUTION;
  }

  @Override
  public String obstacle(Pass pass) {
    return pass.rows().timed()
        ? "its steps have lengths of their own, a kernel has one for all"
        : null;
  }

  @Override
  public void forward(Pass pass, float[] u, float[] y) {
    List<LengthGroup> groups = groups(pass);
    for (int i = 0; i < groups.size(); i++) {
      int taps = taps(pass, groups.get(i));
      float[] k = kernel.of(pass, place(pass, i));
      if (isFirstUse(i)) {
        generate(pass, i, taps, k);
        addSkip(taps, k);
      }
      GroupLoops loops = new GroupLoops(pass, groups.get(i), taps);
      for (int c = 0; c < layer.kernels(); c++) {
        loops.forward(k, c, u, y);
      }
    }
  }

  @Override
  public void backward(Pass pass, float[] u, float[] g, float[] gu) {
    List<LengthGroup> groups = groups(pass);
    float[] gk = null;
    for (int i = 0; i < groups.size(); i++) {
      int taps = taps(pass, groups.get(i));
      float[] k = kernel.of(pass, place(pass, i));
      int size = kernelSize(taps);
      if (isFirstUse(i)) {
        gk = kernelGradient.of(pass);
        Arrays.fill(gk, 0, size, 0f);
      }
      GroupLoops loops = new GroupLoops(pass, groups.get(i), taps);
      for (int c = 0; c < layer.kernels(); c++) {
        loops.backward(k, gk, c, u, g, gu);
      }
      if (isLastUse(groups, i)) {
        addSkipGradient(taps, gk);
        gradient(pass, i, taps, gk);
      }
    }
  }

  /** The parallel loops over the sequences of a group, and over blocks of channels. */
  private final class GroupLoops {
    private final Pass pass;
    private final Rows rows;
    private final LengthGroup group;
    private final int taps;
    private final FftConvolver plan;
    private final int channels = layer.channels();
    private final int width = layer.kernels() * channels;

    /** Of all channels, for one kernel set after the other. */
    private final float[] spectrum;

    /** Scratch of every worker. */
    private final float[][] temporary;

    GroupLoops(Pass pass, LengthGroup group, int taps) {
      this.pass = pass;
      this.rows = pass.rows();
      this.group = group;
      this.taps = taps;
      this.plan = plan(pass, group);
      this.spectrum = Convolution.this.spectrum.of(pass, 0, plan.spectrumSize(channels));
      this.temporary = new float[pass.parallel().threads()][];
      for (int i = 0; i < temporary.length; i++) {
        temporary[i] = Convolution.this.temporary.of(pass, i, plan.scratchSize());
      }
    }

    /**
     * Overwrites the outputs of kernel set c.
     *
     * @param k [sets][channels][taps]
     */
    void forward(float[] k, int c, float[] u, float[] y) {
      transform(k, c);
      int blocks = forwardBlocks();
      int tasks = tasks(blocks);
      pass.parallel()
          .runOnWorkers(
              group.sequences().length * tasks,
              (worker, task) -> {
                int b = group.sequences()[task / tasks];
                int h0 = task % tasks * blocks * plan.blockChannels();
                plan.convolve(
                    spectrum,
                    h0,
                    end(h0, blocks),
                    u,
                    rows.start(b) * channels,
                    channels,
                    y,
                    rows.start(b) * width + c * channels,
                    width,
                    false,
                    rows.length(b),
                    temporary[worker]);
              });
    }

    /** Overwrites (for c = 0) or adds to gu, and adds to gk, the gradient of k. */
    void backward(float[] k, float[] gk, int c, float[] u, float[] g, float[] gu) {
      transform(k, c);
      int size = plan.spectrumSize(channels);
      float[] gSpectrum = spectrumGradient.of(pass, 0, size);
      Arrays.fill(gSpectrum, 0, size, 0f);
      int blocks = backwardBlocks();
      pass.parallel()
          .runOnWorkers(
              tasks(blocks),
              (worker, task) -> {
                int h0 = task * blocks * plan.blockChannels();
                int h1 = end(h0, blocks);
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
                      temporary[worker]);
                }
                float[] future = layer.bidirectional() ? gk : null;
                plan.kernelGradient(gSpectrum, h0, h1, gk, past(c), future, future(c));
              });
    }

    private void transform(float[] k, int c) {
      float[] future = layer.bidirectional() ? k : null;
      pass.parallel()
          .runOnWorkers(
              blocks(),
              (worker, block) -> {
                int h0 = block * plan.blockChannels();
                plan.kernelSpectrum(
                    k, past(c), future, future(c), h0, end(h0, 1), spectrum, temporary[worker]);
              });
    }

    private int blocks() {
      return (channels + plan.blockChannels() - 1) / plan.blockChannels();
    }

    /**
     * Blocks of a task of the forward pass. Two threads side by side in the same rows would write
     * to the same cache lines, so a task has as many blocks of a sequence as the threads can share.
     */
    private int forwardBlocks() {
      int tasks = FORWARD_TASKS * pass.parallel().threads();
      long most = (long) blocks() * group.sequences().length / tasks;
      return Math.max(1, Math.min(blocks(), (int) most));
    }

    /**
     * Blocks of a task of the backward pass, which goes through all sequences: as many as still
     * give every thread some tasks, and no thread more blocks than with single ones.
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
    private int tasks(int blocksEach) {
      return (blocks() + blocksEach - 1) / blocksEach;
    }

    /** The channel after the blocks that start at h0. */
    private int end(int h0, int blocks) {
      return Math.min(channels, h0 + blocks * plan.blockChannels());
    }

    /** Where the kernels of a set are, and those that look into the future. */
    private int past(int c) {
      return c * channels * taps;
    }

    private int future(int c) {
      return layer.bidirectional() ? (layer.kernels() + c) * channels * taps : 0;
    }
  }

  private FftConvolver plan(Pass pass, LengthGroup group) {
    int taps = taps(pass, group);
    int future = layer.bidirectional() ? taps : 0;
    return ConvolutionTools.of(pass).plan(group.longest(), taps, future, layer.channels());
  }

  /** The modes of every group that has its own. */
  private static final class ModesOfLengths {
    final List<ModesMemory> groups = new ArrayList<>();
  }

  private ModesMemory modes(Pass pass, int group) {
    List<ModesMemory> groups = modes.of(pass).groups;
    int i = place(pass, group);
    while (groups.size() <= i) {
      groups.add(new ModesMemory());
    }
    return groups.get(i);
  }

  private void generate(Pass pass, int group, int taps, float[] k) {
    if (layer.diagonal()) {
      Modes discrete = layer.modes(pass, taps, modes(pass, group));
      ConvolutionTools.of(pass).generator().kernel(discrete, taps, pass.parallel(), k);
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
    float[] d = layer.skip().parameter().value();
    for (int i = 0; i < d.length; i++) {
      k[i * taps] += d[i];
    }
  }

  private void addSkipGradient(int taps, float[] gk) {
    float[] gd = layer.skip().parameter().gradient();
    for (int i = 0; i < gd.length; i++) {
      gd[i] += gk[i * taps];
    }
  }

  @Override
  public Footprint memory(Pass pass) {
    Footprint arrays = buffers.footprint(pass);
    if (!layer.diagonal()) {
      return arrays;
    }
    long generator =
        VandermondeKernel.workingFloats(
            layer.kernelMap().sets(),
            layer.channels(),
            layer.parameterisation().config().storedModes(),
            layer.parameterisation().sharesModes(),
            taps(pass.rows().maxLength()),
            pass.parallel().threads());
    return arrays.beside(Footprint.objects(0, generator));
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

  private int taps(Pass pass, LengthGroup group) {
    return taps(perLength() ? group.longest() : pass.rows().maxLength());
  }

  private int taps(int length) {
    return layer.kernelLength(length);
  }

  /** Taps of the longest kernel in a place. */
  private int largestTaps(Pass pass, int place) {
    boolean apart = perLength() && pass.training();
    return taps(apart ? groups(pass).get(place).longest() : pass.rows().maxLength());
  }

  private int kernelSize(int taps) {
    return Math.multiplyExact(layer.kernelMap().sets() * layer.channels(), taps);
  }

  /**
   * Where the kernel of a group and its modes are: in a place for every length for the backward
   * pass; prediction uses one kernel after another.
   */
  private int place(Pass pass, int group) {
    return perLength() && pass.training() ? group : 0;
  }
}
