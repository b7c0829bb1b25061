package io.carillon.nn;

import io.carillon.config.NetworkConfig;
import io.carillon.engine.Carry;
import io.carillon.engine.Pass;
import io.carillon.engine.RowStage;
import io.carillon.internal.kernel.Kernels;
import io.carillon.nn.layer.GapModes;
import io.carillon.nn.layer.PreparedModes;
import io.carillon.nn.layer.StepContext;
import java.util.ArrayList;
import java.util.List;

/**
 * One step of up to {@code capacity} streams through a network: everything that a step needs is
 * allocated here, so that the step itself allocates nothing. Row r of every array belongs to stream
 * r, so that the linear layers are matrix products over the streams.
 *
 * <p>Holds the weights that the network has when it is made. For one thread at a time.
 */
public final class Stepper {
  private final float[] values;
  private final int[] tokens;
  private final StepContext context;
  private final RowStage[] stages;
  private final RowStage decode;
  private final double[] gaps;
  private final float[] features;
  private final float[] outputs;

  /**
   * Makes a stepper.
   *
   * @param prepared modes of the same network; no layer may have a {@link
   *     SequenceLayer#streamingObstacle()}
   * @param capacity most streams at once
   * @param observer shown the output of every layer in every step, or {@link LayerObserver#NONE}
   */
  public Stepper(
      Network network,
      PreparedModes prepared,
      Kernels kernels,
      int capacity,
      LayerObserver observer) {
    NetworkConfig config = network.config();
    Pass pass = Pass.stepping(capacity, kernels, prepared);
    this.values = new float[capacity * config.inputSize()];
    this.tokens = config.vocabulary() > 0 ? new int[capacity] : null;
    this.context = new StepContext(capacity);
    this.gaps = new double[capacity];
    this.outputs = new float[capacity * config.outputSize()];
    List<RowStage> all = new ArrayList<>();
    this.features = network.addStepStages(pass, context, values, tokens, observer, all);
    all.removeIf(stage -> stage == RowStage.NOTHING);
    this.stages = all.toArray(RowStage[]::new);
    this.decode = network.decodeStage(pass, features, outputs);
  }

  /** Inputs [capacity][inputSize], to be filled before {@link #run}. */
  public float[] values() {
    return values;
  }

  /** Tokens [capacity], to be filled before {@link #run}; null for real-valued input. */
  public int[] tokens() {
    return tokens;
  }

  /**
   * Says whose memory a row uses, until it is told otherwise.
   *
   * @param layers the state of each layer as in {@link Carry}, updated by {@link #run}; null to let
   *     go of them
   */
  public void setState(int row, float[][] layers) {
    context.states[row] = layers;
  }

  /**
   * Says how long the next steps are, until {@link #setOrdinary}.
   *
   * @param gap in ordinary steps, positive and finite
   * @param prepared what was made ready for this length, or null
   */
  public void setGap(int row, double gap, GapModes prepared) {
    context.gaps = gaps;
    gaps[row] = gap;
    context.prepared[row] = prepared;
  }

  /** From now on all steps are ordinary ones. */
  public void setOrdinary() {
    context.gaps = null;
  }

  /**
   * Steps the first {@code rows} streams.
   *
   * @return features [capacity][H], to be pooled in place before {@link #decode}
   */
  public float[] run(int rows) {
    for (RowStage stage : stages) {
      stage.rows(0, 0, rows);
    }
    return features;
  }

  /** Answers [capacity][outputSize] for the pooled features of the first {@code rows} streams. */
  public float[] decode(int rows) {
    decode.rows(0, 0, rows);
    return outputs;
  }
}
