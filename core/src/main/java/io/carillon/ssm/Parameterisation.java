package io.carillon.ssm;

import io.carillon.core.Parameter;
import java.util.List;

/**
 * The raw parameters of one state-space layer, the map from them to {@link Modes}, and its exact
 * derivative. All arithmetic is double precision; the raw numbers are stored as float.
 *
 * <p>Gradient convention: for a complex quantity q the gradient is ∂L/∂Re q + i ∂L/∂Im q, so that
 * for a holomorphic q = f(p) the gradient of p is the gradient of q times conj(f'(p)).
 */
public sealed interface Parameterisation
    permits S4dParameterisation, DlrParameterisation, DssParameterisation {

  /** The settings. */
  SsmConfig config();

  /** H. */
  int channels();

  /** C, kernels per channel. */
  int sets();

  /** Raw parameters in a fixed order. */
  List<Parameter> parameters();

  /** Whether all channels have the same λ (DLR). */
  default boolean sharesModes() {
    return false;
  }

  /** Whether {@link #modes} depends on the length (softmax DSS). */
  boolean dependsOnLength();

  /**
   * Discretises.
   *
   * @param length number of steps L of the kernel, at least 1; only softmax DSS depends on it
   * @param rate multiplies Δ (1 = as trained, 2 = input sampled at half the rate); kinds without a
   *     Δ accept only 1
   * @throws IllegalArgumentException if length is below 1, or rate is not positive and finite, or
   *     not 1 for a kind without Δ
   */
  Modes modes(int length, double rate);

  /**
   * Adds to the gradients of the raw parameters, given the gradient of {@code modes(length, rate)}.
   */
  void pullback(int length, double rate, ModesGradient gradient);

  /**
   * The recurrence in the papers' form, with B̄ and the output weight C apart.
   *
   * @throws UnsupportedOperationException if there is no recurrence: softmax DSS, product casts
   */
  DiscreteSystem discrete(double rate);
}
