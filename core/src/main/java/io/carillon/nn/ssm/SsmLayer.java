package io.carillon.nn.ssm;

import io.carillon.config.SsmAlgorithm;
import io.carillon.engine.Buffers;
import io.carillon.engine.Carry;
import io.carillon.engine.Engine;
import io.carillon.engine.Footprint;
import io.carillon.engine.Parameter;
import io.carillon.engine.Pass;
import io.carillon.engine.RowStage;
import io.carillon.engine.SeededRandom;
import io.carillon.internal.kernel.Kernels;
import io.carillon.nn.layer.LayerStream;
import io.carillon.nn.layer.MissingRows;
import io.carillon.nn.layer.SequenceLayer;
import io.carillon.nn.layer.StepBounds;
import io.carillon.nn.layer.StepContext;
import io.carillon.ssm.KernelMap;
import io.carillon.ssm.diagonal.Parameterisation;
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
 * <p>How it is computed is decided in {@link Ways}, for the rows of every pass anew.
 */
public final class SsmLayer implements SequenceLayer {
  private final SsmShape shape;
  private final KernelMap kernelMap;
  private final int channels;
  private final boolean bidirectional;
  private final Skip skip;
  private final Ways ways;
  private final Buffers buffers = new Buffers(SsmLayer.class);
  private final MissingRows missing;

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
    this.kernelMap = kernelMap;
    this.channels = kernelMap.channels();
    this.bidirectional = bidirectional;
    this.skip = new Skip(name, SsmShape.kernels(kernelMap, bidirectional), channels, random);
    this.shape = new SsmShape(index, kernelMap, bidirectional, skip);
    this.ways = new Ways(name, shape);
    this.missing = new MissingRows(buffers, channels);
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
    return shape.stateSize(sequences);
  }

  /** Whether a stream keeps the last inputs themselves, because the kernel is cut. */
  public boolean delayed() {
    return shape.delayed();
  }

  /**
   * The kernels [sets][H][length] of the present weights at the rate of training; first all forward
   * sets, then all backward sets.
   */
  public float[] kernel(Engine engine, int length) {
    int size = Math.multiplyExact(Math.multiplyExact(kernelMap.sets(), channels), length);
    float[] kernel = new float[size];
    kernelMap.kernel(engine.kernels(), engine.parallel(), length, 1, kernel);
    return kernel;
  }

  /** The weight D of the direct part [C][H], a copy. */
  public float[] direct() {
    return skip.parameter().value().clone();
  }

  /**
   * Why this layer cannot be computed as a recurrence over {@code length} steps, or null if it can.
   */
  public String recurrenceObstacle(int length) {
    return shape.recurrenceObstacle(length);
  }

  @Override
  public String streamingObstacle() {
    return shape.streamingObstacle();
  }

  @Override
  public String streamingRemedy() {
    return ways.streamingRemedy();
  }

  @Override
  public LayerStream stream(Kernels kernels) {
    return ways.stream(kernels);
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
  public Footprint memory(Pass pass) {
    return buffers
        .footprint(pass)
        .beside(ways.of(pass).memory(pass))
        .beside(Footprint.objects(modeFloats(), 0));
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

  /**
   * Which way the layer is computed for these rows.
   *
   * @throws ImpossibleAlgorithmException if the pass asks for a recurrence and there is none
   */
  public SsmAlgorithm algorithm(Pass pass) {
    return ways.of(pass).algorithm();
  }

  /** y [rows][C H] from u [rows][H]. */
  @Override
  public void forward(Pass pass, float[] u, float[] y) {
    ways.of(pass).forward(pass, missing.zeroed(pass, u), y);
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
    ways.of(pass).backward(pass, missing.zeroed(pass, u), g, gu);
    missing.clear(pass, gu);
  }
}
