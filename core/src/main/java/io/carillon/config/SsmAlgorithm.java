package io.carillon.config;

import java.util.Arrays;
import java.util.Locale;

/** How a state-space layer is computed. All three give the same result up to rounding. */
public enum SsmAlgorithm {
  /** The one that costs less by an estimate from the sizes of layer and batch. */
  AUTO,
  /** x_t = λ x_{t-1} + u_t over the sequence: cheapest for up to about a hundred modes. */
  RECURRENCE,
  /** Kernel and causal FFT convolution: many modes, and kernels that are no sum of exponentials. */
  CONVOLUTION;

  /** System property with the choice of a {@code Pass} that is given none. */
  public static final String PROPERTY = "carillon.algorithm";

  /**
   * What the system property {@value #PROPERTY} asks for; AUTO without it.
   *
   * @throws IllegalArgumentException if that is none of {@code auto}, {@code recurrence}, {@code
   *     convolution}
   */
  public static SsmAlgorithm select() {
    String value = System.getProperty(PROPERTY);
    if (value == null) {
      return AUTO;
    }
    return Arrays.stream(values())
        .filter(choice -> choice.name().toLowerCase(Locale.ROOT).equals(value))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    PROPERTY + " is '" + value + "'; it can be auto, recurrence or convolution"));
  }
}
