package io.carillon.train.optimizer;

import io.carillon.engine.Parallel;
import io.carillon.engine.Parameter;
import java.util.ArrayList;
import java.util.List;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101), step by step as
 * {@code torch.optim.AdamW}. With η the rate of the group times the schedule's factor, λ the
 * group's decay, t the number of this step from 1 and g the gradient:
 *
 * <pre>
 *   p ← p (1 − η λ)
 *   m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²
 *   p ← p − η / (1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε)
 * </pre>
 *
 * Moments are kept in single precision, each update is computed in double.
 */
public final class AdamW implements Optimizer {
  /** Numbers that one task updates; elements are independent, so the split changes no bits. */
  private static final int GRAIN = 1 << 14;

  private final List<Slot> slots = new ArrayList<>();
  private final double beta1;
  private final double beta2;
  private final double epsilon;
  private long steps;

  /** A parameter, its moments, and the group it is in. */
  private record Slot(Parameter parameter, float[] first, float[] second, ParameterGroup group) {}

  /** A piece of a slot for one task. */
  private record Piece(Slot slot, int from, int to) {}

  private final List<Piece> pieces = new ArrayList<>();

  // What the tasks of a step share; fields, so that a step makes no object.
  private final Parallel.WorkerBody updateBody = this::updatePiece;
  private double factor;
  private double correction1;
  private double root2;

  /** Starts with zero moments. */
  public AdamW(List<ParameterGroup> groups, double beta1, double beta2, double epsilon) {
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.epsilon = epsilon;
    for (ParameterGroup group : groups) {
      for (Parameter p : group.parameters()) {
        Slot slot = new Slot(p, new float[p.size()], new float[p.size()], group);
        slots.add(slot);
        for (int from = 0; from < p.size(); from += GRAIN) {
          pieces.add(new Piece(slot, from, Math.min(p.size(), from + GRAIN)));
        }
      }
    }
  }

  /** {@code first} and {@code second} of every parameter. */
  @Override
  public List<Memory> memory() {
    List<Memory> memory = new ArrayList<>();
    for (Slot slot : slots) {
      memory.add(new Memory("first", slot.parameter, slot.first));
      memory.add(new Memory("second", slot.parameter, slot.second));
    }
    return memory;
  }

  /** Steps done, t. */
  @Override
  public long steps() {
    return steps;
  }

  @Override
  public void continueAfter(long done) {
    steps = done;
  }

  @Override
  public void step(double scheduled, Parallel parallel) {
    steps++;
    factor = scheduled;
    correction1 = 1 - Math.pow(beta1, steps);
    root2 = Math.sqrt(1 - Math.pow(beta2, steps));
    parallel.runOnWorkers(pieces.size(), updateBody);
  }

  private void updatePiece(int worker, int i) {
    Piece piece = pieces.get(i);
    ParameterGroup group = piece.slot.group;
    double rate = group.learningRate() * factor;
    double keep = 1 - rate * group.weightDecay();
    update(piece, keep, rate / correction1);
  }

  private void update(Piece piece, double keep, double stepSize) {
    float[] value = piece.slot.parameter.value();
    float[] gradient = piece.slot.parameter.gradient();
    float[] first = piece.slot.first;
    float[] second = piece.slot.second;
    double rootOfStep = root2;
    for (int i = piece.from; i < piece.to; i++) {
      double g = gradient[i];
      double m = beta1 * first[i] + (1 - beta1) * g;
      double v = beta2 * second[i] + (1 - beta2) * g * g;
      first[i] = (float) m;
      second[i] = (float) v;
      value[i] = (float) (value[i] * keep - stepSize * m / (Math.sqrt(v) / rootOfStep + epsilon));
    }
  }
}
