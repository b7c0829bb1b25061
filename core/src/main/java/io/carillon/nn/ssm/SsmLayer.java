package io.carillon.nn.ssm;

import io.carillon.config.SsmAlgorithm;
import io.carillon.engine.Carry;
import io.carillon.engine.Parallel;
import io.carillon.engine.Parameter;
import io.carillon.engine.Pass;
import io.carillon.engine.RowStage;
import io.carillon.engine.Rows;
import io.carillon.engine.SeededRandom;
import io.carillon.engine.Workspace;
import io.carillon.internal.kernel.Kernels;
import io.carillon.nn.layer.ChunkStream;
import io.carillon.nn.layer.LayerMemory;
import io.carillon.nn.layer.LayerStream;
import io.carillon.nn.layer.MissingRows;
import io.carillon.nn.layer.SequenceLayer;
import io.carillon.nn.layer.StepBounds;
import io.carillon.nn.layer.StepContext;
import io.carillon.ssm.KernelMap;
import io.carillon.ssm.Modes;
import io.carillon.ssm.diagonal.Parameterisation;
import io.carillon.ssm.dplr.DplrKernel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The state-space layer, or more generally a long convolution: for each of C kernel sets and H
 * channels
 *
 * <pre>
 *   y_t[c,h] = D[c,h] u_t[h] + Σ_{j≥0} K⁺_{c,h}[j] u_{t−j}[h] ( + Σ_{j≥0} K⁻_{c,h}[j] u_{t+1+j}[h] )
 * </pre>
 *
 * The second sum is there in a bidirectional layer only and sees strictly future inputs (papers A.8
 * and B.4). D is drawn from N(0, 1). Missing rows enter as zeros.
 *
 * <p>Computed as recurrence or as FFT convolution, see {@link SsmAlgorithm}. Kernels that are no
 * sum of exponentials have the convolution only; steps of their own lengths have the recurrence
 * only, see {@link GapRecurrencePath}, and where there is none, {@link HeldRowsPath}.
 */
public final class SsmLayer implements SequenceLayer {
  private final String name;
  private final SsmShape shape;
  private final KernelMap kernelMap;
  private final int channels;
  private final boolean bidirectional;
  private final int maxKernelLength;
  private final SkipPath skip;
  private final SsmLimits limits;
  private final RecurrencePath recurrence;
  private final ConvolutionPath convolution;
  private final GapRecurrencePath gaps;
  private final HeldRowsPath heldRows;

  /**
   * Creates a layer around fresh kernel parameters.
   *
   * @param name prefix of the parameter names
   * @param index position among the network's layers, which finds its {@link Carry}
   * @param kernelMap with {@code kernels} sets, or twice that when bidirectional: first all forward
   *     sets, then all backward sets
   * @param bidirectional whether half of the sets look into the future
   * @param random source of D
   */
  public SsmLayer(
      String name, int index, KernelMap kernelMap, boolean bidirectional, SeededRandom random) {
    this.name = name;
    this.kernelMap = kernelMap;
    this.channels = kernelMap.channels();
    this.bidirectional = bidirectional;
    this.maxKernelLength = kernelMap.config().maxKernelLength();
    this.skip = new SkipPath(name, SsmShape.kernels(kernelMap, bidirectional), channels, random);
    this.shape = new SsmShape(index, kernelMap, bidirectional, skip.parameter());
    this.limits = new SsmLimits(shape);
    this.recurrence = new RecurrencePath(shape);
    this.convolution = new ConvolutionPath(shape);
    this.gaps = new GapRecurrencePath(shape);
    this.heldRows = new HeldRowsPath(shape, convolution);
  }

  /** Kernel parameters, then D [C][H]. */
  @Override
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>(kernelMap.parameters());
    all.add(skip.parameter());
    return all;
  }

  /** The map from raw parameters to kernels. */
  public KernelMap kernelMap() {
    return kernelMap;
  }

  /** Whether the kernels are sums of exponentials, so that there is a {@link #parameterisation}. */
  public boolean diagonal() {
    return shape.diagonal();
  }

  /**
   * The map from raw parameters to modes.
   *
   * @throws UnsupportedOperationException if the layer is not {@link #diagonal}
   */
  public Parameterisation parameterisation() {
    return shape.parameterisation();
  }

  /** H. */
  public int channels() {
    return channels;
  }

  /** C, outputs per channel. */
  public int kernels() {
    return shape.kernels();
  }

  /** Whether the layer sees future inputs. */
  public boolean bidirectional() {
    return bidirectional;
  }

  @Override
  public int index() {
    return shape.index();
  }

  @Override
  public int stateSize(int sequences) {
    if (delayed()) {
      return Math.multiplyExact(sequences, DelayLine.stateSize(maxKernelLength, channels));
    }
    if (kernelMap instanceof DplrKernel dplr) {
      return sequences * dplr.config().stateSize() * channels;
    }
    return shape.recurrenceSize(sequences);
  }

  /** Whether a stream keeps the last inputs themselves, because the kernel is cut. */
  public boolean delayed() {
    return limits.delayed();
  }

  /**
   * Why this layer cannot be computed as a recurrence over {@code length} steps, or null if it can.
   */
  public String recurrenceObstacle(int length) {
    return limits.recurrenceObstacle(length);
  }

  @Override
  public String streamingObstacle() {
    return limits.streamingObstacle();
  }

  @Override
  public String streamingRemedy() {
    return limits.streamingRemedy();
  }

  @Override
  public LayerStream stream(Kernels kernels) {
    if (!diagonal() || delayed()) {
      return chunkStream(kernels);
    }
    Modes modes = parameterisation().modes(1, 1);
    return new DiagonalStream(shape, modes, ScanMemory.toScans(modes));
  }

  /** How a layer without a recurrence of single modes goes on from a state. */
  private ChunkStream chunkStream(Kernels kernels) {
    return kernelMap instanceof DplrKernel dplr
        ? new CoupledStream(shape, dplr.recurrence(1))
        : new DelayLine(shape, convolution, maxKernelLength, kernels);
  }

  /**
   * Overwrites y for whole sequences with gaps: spelled out where that is needed or cheap, else S4
   * step by step from a state of zeros.
   */
  private void forwardTimed(Pass pass, float[] u, float[] y) {
    if (!limits.beyondSingleModes()) {
      skip.forward(pass, u, y);
      gaps.forward(pass, u, y);
    } else if (kernelMap instanceof DplrKernel dplr
        && !pass.training()
        && !bidirectional
        && !heldRows.isShort(pass.rows())) {
      skip.forward(pass, u, y);
      Carry zeros = new Carry(stateSize(pass.rows().count()));
      new CoupledStream(shape, dplr.recurrence(pass.rate())).forward(pass, zeros, u, y);
    } else {
      heldRows.forward(pass, u, y);
    }
  }

  /** Adds to y what comes from u and from the carried state. */
  private void goOn(Pass pass, float[] u, float[] y) {
    if (pass.training() || streamingObstacle() != null) {
      throw new IllegalArgumentException(
          "layer "
              + name
              + " cannot go on from a state "
              + (pass.training() ? "while training" : "here")
              + "; use whole sequences");
    }
    ChunkStream stream =
        pass.prepared() != null
            ? pass.prepared().stream(shape.index(), ChunkStream.class)
            : chunkStream(pass.kernels());
    stream.forward(pass, pass.carry(shape.index()), u, y);
  }

  @Override
  public double largestDirect() {
    return StepBounds.largest(skip.parameter().value());
  }

  @Override
  public String method(Pass pass) {
    return algorithm(pass).name().toLowerCase(Locale.ROOT);
  }

  @Override
  public LayerMemory memory(Rows rows, Kernels kernels, int threads) {
    Pass pass = Pass.training(rows, new Workspace(), Parallel.serial(), kernels, 0);
    LayerMemory path =
        !rows.timed()
            ? memory(pass, rows, kernels, threads)
            : limits.beyondSingleModes()
                ? heldRows.memory(rows, kernels, threads)
                : gaps.memory(rows);
    return new LayerMemory(
        path.kept(),
        path.shared() + (rows.masked() ? (long) rows.total() * channels : 0),
        modeFloats(),
        path.sharedModes());
  }

  /** Raw values and their gradients, modes and theirs, and factors of the way back, in double. */
  private long modeFloats() {
    if (!diagonal()) {
      return 0;
    }
    long raw = kernelMap.parameters().stream().mapToLong(Parameter::size).sum();
    long modes = (long) channels * parameterisation().config().storedModes();
    long own = parameterisation().sharesModes() ? 0 : 11 * modes;
    return 2 * (2 * raw + 4 * kernelMap.sets() * modes + own);
  }

  private LayerMemory memory(Pass pass, Rows rows, Kernels kernels, int threads) {
    return algorithm(pass) == SsmAlgorithm.RECURRENCE
        ? recurrence.memory(rows)
        : convolution.memory(rows, kernels, threads);
  }

  /**
   * Which way the layer is computed for these rows.
   *
   * @throws ImpossibleAlgorithmException if the pass asks for a recurrence and there is none
   */
  public SsmAlgorithm algorithm(Pass pass) {
    boolean wholeSequences = pass.carry(shape.index()) == null;
    boolean free = pass.algorithm() != SsmAlgorithm.RECURRENCE;
    if (pass.rows().timed() && limits.beyondSingleModes() && wholeSequences && free) {
      return SsmAlgorithm.CONVOLUTION;
    }
    boolean mustRecur =
        pass.carry(shape.index()) != null
            || pass.rows().timed()
            || pass.algorithm() == SsmAlgorithm.RECURRENCE;
    String obstacle = mustRecur ? recurrenceObstacle(pass.rows().maxLength()) : null;
    if (obstacle != null) {
      throw new ImpossibleAlgorithmException(
          "layer "
              + name
              + " cannot run as a recurrence: "
              + obstacle
              + "; use the convolution over whole sequences");
    }
    if (pass.rows().timed() && pass.algorithm() == SsmAlgorithm.CONVOLUTION) {
      throw new IllegalArgumentException(
          "layer "
              + name
              + " cannot run as a convolution: its steps have lengths of their own, a kernel has"
              + " one for all; use the recurrence");
    }
    if (mustRecur) {
      return SsmAlgorithm.RECURRENCE;
    }
    if (pass.algorithm() == SsmAlgorithm.CONVOLUTION
        || limits.isCut(pass.rows().maxLength())
        || kernelMap.recurrenceObstacle() != null) {
      return SsmAlgorithm.CONVOLUTION;
    }
    return SsmCost.of(pass.kernels())
        .cheaper(shape, pass.rows(), pass.lengthGroups(false), pass.kernels().lanes());
  }

  /** y [rows][C H] from u [rows][H]. */
  @Override
  public void forward(Pass pass, float[] u, float[] y) {
    float[] input = MissingRows.zeroed(pass, this, 0, u, channels);
    if (pass.carry(shape.index()) != null && limits.beyondSingleModes()) {
      skip.forward(pass, input, y);
      goOn(pass, input, y);
    } else if (pass.rows().timed()) {
      // Refuses an algorithm that was asked for and is not possible.
      algorithm(pass);
      forwardTimed(pass, input, y);
    } else if (algorithm(pass) == SsmAlgorithm.CONVOLUTION) {
      convolution.forward(pass, input, y);
    } else {
      skip.forward(pass, input, y);
      recurrence.forward(pass, input, y);
    }
  }

  @Override
  public RowStage stepStage(Pass pass, StepContext context, float[] u, float[] y) {
    Kernels loops = pass.kernels();
    RowStage stream =
        pass.prepared().stream(shape.index(), LayerStream.class).stage(pass, context, u, y);
    return (task, r0, r1) -> {
      skip.rows(loops, u, r0, r1, y);
      stream.rows(task, r0, r1);
    };
  }

  /**
   * Adds the gradients of all raw parameters and writes that of u to gu [rows][H].
   *
   * @param g [rows][C H] gradient of y
   */
  @Override
  public void backward(Pass pass, float[] u, float[] g, float[] gu) {
    float[] input = MissingRows.zeroed(pass, this, 0, u, channels);
    boolean timed = pass.rows().timed();
    if (timed && limits.beyondSingleModes()) {
      heldRows.backward(pass, input, g, gu);
    } else if (!timed && algorithm(pass) == SsmAlgorithm.CONVOLUTION) {
      convolution.backward(pass, input, g, gu);
    } else {
      skip.backward(pass, input, g, gu);
      if (timed) {
        gaps.backward(pass, input, g, gu);
      } else {
        recurrence.backward(pass, input, g, gu);
      }
    }
    MissingRows.clear(pass, gu, channels);
  }
}
