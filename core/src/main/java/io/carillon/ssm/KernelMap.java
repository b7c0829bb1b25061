package io.carillon.ssm;

import io.carillon.config.KernelConfig;
import io.carillon.engine.Parallel;
import io.carillon.engine.Parameter;
import io.carillon.internal.kernel.Kernels;
import java.util.List;

/**
 * The raw parameters of one long convolution, the map from them to kernels K [sets][channels][taps]
 * and its adjoint.
 */
public interface KernelMap {

  /** The settings. */
  KernelConfig config();

  /** H. */
  int channels();

  /** C, kernels per channel. */
  int sets();

  /** Raw parameters in a fixed order. */
  List<Parameter> parameters();

  /**
   * Whether a tap depends on how many are asked for (softmax DSS), so that sequences of different
   * length cannot share a kernel.
   */
  boolean dependsOnLength();

  /** Why there is no recurrence of modes for these kernels, or null if there is one. */
  String recurrenceObstacle();

  /**
   * Computes the kernels.
   *
   * @param kernels inner loops for matrix products
   * @param length number of taps, at least 1
   * @param rate factor on Δ (1 = as trained); kinds without a Δ accept only 1
   * @param out [sets][channels][length], overwritten
   * @throws IllegalArgumentException if length or rate is out of range
   */
  void kernel(Kernels kernels, Parallel parallel, int length, double rate, float[] out);

  /**
   * Adds to the gradients of the raw parameters.
   *
   * @param g gradient of what {@link #kernel} computes for the same length and rate
   */
  void gradient(Kernels kernels, Parallel parallel, int length, double rate, float[] g);
}
