package io.carillon.ssm.diagonal;

import io.carillon.engine.Parallel;
import io.carillon.engine.Parameter;
import io.carillon.ssm.Modes;
import io.carillon.ssm.ModesGradient;
import io.carillon.ssm.RawMap;
import java.util.List;

/** What the three diagonal kinds share: the way from raw values to modes and back. */
abstract class RawParameterisation extends RawMap {
  RawParameterisation(int channels, int sets, List<Parameter> parameters) {
    super(channels, sets, parameters);
  }

  /**
   * The map from raw values (one array for each parameter, in order) to modes, in the memory's
   * arrays, together with what the way back needs.
   */
  abstract Modes modes(
      double[][] raw, int length, double rate, Parallel parallel, ModesMemory memory);

  /**
   * Gradients of the raw values, same layout as {@code raw}, in the memory's arrays. Follows {@code
   * modes} with the same arguments.
   */
  abstract double[][] pullback(
      double[][] raw,
      int length,
      double rate,
      ModesGradient gradient,
      Parallel parallel,
      ModesMemory memory);

  /** The recurrence for the raw values. */
  abstract DiscreteSystem discrete(double[][] raw, double rate);

  /** The map from raw values to modes. */
  Modes modes(double[][] raw, int length, double rate) {
    return modes(raw, length, rate, Parallel.serial(), new ModesMemory());
  }

  /** Gradients of the raw values, same layout as {@code raw}. */
  double[][] pullback(double[][] raw, int length, double rate, ModesGradient gradient) {
    ModesMemory memory = new ModesMemory();
    modes(raw, length, rate, Parallel.serial(), memory);
    return pullback(raw, length, rate, gradient, Parallel.serial(), memory);
  }

  /** Discretises, see {@link Parameterisation#modes(int, double)}. */
  public Modes modes(int length, double rate) {
    return modes(length, rate, Parallel.serial(), new ModesMemory());
  }

  /** Discretises into kept memory, see {@link Parameterisation}. */
  public Modes modes(int length, double rate, Parallel parallel, ModesMemory memory) {
    check(length, rate);
    return modes(memory.rawValues(this), length, rate, parallel, memory);
  }

  /** Adds to the gradients of the raw parameters, see {@link Parameterisation}. */
  public void pullback(int length, double rate, ModesGradient gradient) {
    check(length, rate);
    addGradients(pullback(rawValues(), length, rate, gradient));
  }

  /** Adds to the gradients of the raw parameters, see {@link Parameterisation}. */
  public void pullback(int length, double rate, Parallel parallel, ModesMemory memory) {
    check(length, rate);
    addGradients(
        pullback(memory.rawValues(this), length, rate, memory.gradient(), parallel, memory));
  }

  /** The recurrence in the papers' form, see {@link Parameterisation#discrete}. */
  public DiscreteSystem discrete(double rate) {
    check(1, rate);
    return discrete(rawValues(), rate);
  }
}
