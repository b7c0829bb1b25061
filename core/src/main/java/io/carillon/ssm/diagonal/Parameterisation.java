package io.carillon.ssm.diagonal;

import io.carillon.config.SsmConfig;
import io.carillon.engine.Parallel;
import io.carillon.internal.kernel.Kernels;
import io.carillon.ssm.KernelMap;
import io.carillon.ssm.Modes;
import io.carillon.ssm.ModesGradient;
import io.carillon.ssm.vandermonde.VandermondeKernel;

/**
 * The raw parameters of one diagonal state-space layer, the map from them to {@link Modes}, and its
 * exact derivative. All arithmetic is double precision; the raw numbers are stored as float.
 *
 * <p>Gradient convention: for a complex quantity q the gradient is ∂L/∂Re q + i ∂L/∂Im q, so that
 * for a holomorphic q = f(p) the gradient of p is the gradient of q times conj(f'(p)).
 */
public sealed interface Parameterisation extends KernelMap
    permits S4dParameterisation, DlrParameterisation, DssParameterisation {

  @Override
  SsmConfig config();

  @Override
  default String recurrenceObstacle() {
    if (!config().cast().isLinear()) {
      return "its kernel is a product (cast " + config().cast() + "), not a sum of exponentials";
    }
    return dependsOnLength() ? "its softmax normalises over the whole sequence length" : null;
  }

  @Override
  default void kernel(Kernels kernels, Parallel parallel, int length, double rate, float[] out) {
    new VandermondeKernel(kernels).kernel(modes(length, rate), length, parallel, out);
  }

  @Override
  default void gradient(Kernels kernels, Parallel parallel, int length, double rate, float[] g) {
    Modes modes = modes(length, rate);
    ModesGradient gradient = ModesGradient.zeros(modes);
    new VandermondeKernel(kernels).gradient(modes, length, parallel, g, gradient);
    pullback(length, rate, gradient);
  }

  /** Whether all channels have the same λ (DLR). */
  default boolean sharesModes() {
    return false;
  }

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
   * {@link #modes(int, double)} in memory that is kept from step to step, in parallel over
   * channels, with the same bits for any number of threads.
   */
  Modes modes(int length, double rate, Parallel parallel, ModesMemory memory);

  /**
   * Adds to the gradients of the raw parameters, given the gradient that is in {@code memory}.
   * Follows {@code modes} with the same arguments and raw values.
   */
  void pullback(int length, double rate, Parallel parallel, ModesMemory memory);

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
