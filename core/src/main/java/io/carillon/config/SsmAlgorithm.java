package io.carillon.config;

/** How a state-space layer is computed. All three give the same result up to rounding. */
public enum SsmAlgorithm {
  /** The one that costs less by an estimate from the sizes of layer and batch. */
  AUTO,
  /** x_t = λ x_{t-1} + u_t over the sequence: cheapest for up to about a hundred modes. */
  RECURRENCE,
  /** Kernel and causal FFT convolution: many modes, and kernels that are no sum of exponentials. */
  CONVOLUTION
}
