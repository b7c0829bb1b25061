package io.carillon.ssm.diagonal;

import io.carillon.engine.Parallel;
import io.carillon.ssm.Modes;
import io.carillon.ssm.ModesGradient;

/**
 * What the tasks of one way from raw values to modes, or back, have in common. Kept in a {@link
 * ModesMemory} from call to call, so that a call makes no object.
 */
final class ModesCall {
  private final ModesMemory memory;
  private final Parallel.WorkerBody modesBody = this::modes;
  private final Parallel.WorkerBody pullbackBody = this::pullback;
  private RawParameterisation map;
  private double[][] raw;
  private int length;
  private double rate;
  private Modes result;
  private ModesGradient gradient;
  private double[][] sum;

  ModesCall(ModesMemory memory) {
    this.memory = memory;
  }

  /** Runs {@link RawParameterisation#modesOf} for all tasks. */
  void modes(
      RawParameterisation of,
      int tasks,
      Parallel parallel,
      double[][] values,
      int kernelLength,
      double factor,
      Modes to) {
    set(of, values, kernelLength, factor);
    result = to;
    parallel.runOnWorkers(tasks, modesBody);
  }

  /** Runs {@link RawParameterisation#pullbackOf} for all tasks. */
  void pullback(
      RawParameterisation of,
      int tasks,
      Parallel parallel,
      double[][] values,
      int kernelLength,
      double factor,
      ModesGradient from,
      double[][] to) {
    set(of, values, kernelLength, factor);
    gradient = from;
    sum = to;
    parallel.runOnWorkers(tasks, pullbackBody);
  }

  private void set(RawParameterisation of, double[][] values, int kernelLength, double factor) {
    map = of;
    raw = values;
    length = kernelLength;
    rate = factor;
  }

  private void modes(int worker, int task) {
    map.modesOf(this, worker, task);
  }

  private void pullback(int worker, int task) {
    map.pullbackOf(this, worker, task);
  }

  /** Where results go, and scratch objects of the workers are. */
  ModesMemory memory() {
    return memory;
  }

  /** The raw values, one array for each parameter. */
  double[][] raw() {
    return raw;
  }

  /** L. */
  int length() {
    return length;
  }

  /** Factor on Δ. */
  double rate() {
    return rate;
  }

  /** Modes to be filled. */
  Modes result() {
    return result;
  }

  /** Gradient of the modes. */
  ModesGradient gradient() {
    return gradient;
  }

  /** Gradients of the raw values to be filled or added to, layout of {@link #raw}. */
  double[][] sum() {
    return sum;
  }
}
