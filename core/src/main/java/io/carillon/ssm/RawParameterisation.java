package io.carillon.ssm;

import io.carillon.core.Parameter;
import java.util.List;

/** What the three diagonal kinds share: the way from raw values to modes and back. */
abstract class RawParameterisation extends RawMap {
  RawParameterisation(int channels, int sets, List<Parameter> parameters) {
    super(channels, sets, parameters);
  }

  /** The map from raw values (one array for each parameter, in order) to modes. */
  abstract Modes modes(double[][] raw, int length, double rate);

  /** Gradients of the raw values, same layout as {@code raw}. */
  abstract double[][] pullback(double[][] raw, int length, double rate, ModesGradient gradient);

  /** The recurrence for the raw values. */
  abstract DiscreteSystem discrete(double[][] raw, double rate);

  /** Discretises, see {@link Parameterisation#modes}. */
  public Modes modes(int length, double rate) {
    check(length, rate);
    return modes(rawValues(), length, rate);
  }

  /** Adds to the gradients of the raw parameters, see {@link Parameterisation#pullback}. */
  public void pullback(int length, double rate, ModesGradient gradient) {
    check(length, rate);
    addGradients(pullback(rawValues(), length, rate, gradient));
  }

  /** The recurrence in the papers' form, see {@link Parameterisation#discrete}. */
  public DiscreteSystem discrete(double rate) {
    check(1, rate);
    return discrete(rawValues(), rate);
  }
}
