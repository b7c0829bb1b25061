package io.carillon.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;

/**
 * How a model or a training computes. Answers are the same up to rounding whatever is chosen, and
 * the same bits for any number of threads. Every model has a choice of its own:
 *
 * <pre>{@code
 * SequenceModel model = SequenceModel.load(folder, Computing.standard().withThreads(4));
 * }</pre>
 *
 * <p>The width of the SIMD loops is no part of it: the compiler needs it as a constant, so that it
 * is fixed for the Java virtual machine, by the system property {@code carillon.vector.bits}.
 *
 * @param kernels inner loops
 * @param algorithm of the state-space layers
 * @param threads the calling one included; 0 = one for a model, all processors for a training whose
 *     settings do not say either
 */
public record Computing(KernelKind kernels, SsmAlgorithm algorithm, int threads) {
  /** System property with the kernels of {@link #standard}: auto, scalar or vector. */
  public static final String KERNELS = "carillon.kernels";

  /** System property with the algorithm of {@link #standard}: auto, recurrence or convolution. */
  public static final String ALGORITHM = "carillon.algorithm";

  /** System property with the number of threads of {@link #standard}. */
  public static final String THREADS = "carillon.threads";

  /**
   * How to compute.
   *
   * @throws IllegalArgumentException if the number of threads is negative
   */
  public Computing {
    Objects.requireNonNull(kernels, "kernels");
    Objects.requireNonNull(algorithm, "algorithm");
    if (threads < 0) {
      throw new IllegalArgumentException(
          "threads is " + threads + "; give at least 1, or 0 for what is usual");
    }
  }

  /**
   * What computes when nothing is said: what the system properties {@value #KERNELS}, {@value
   * #ALGORITHM} and {@value #THREADS} ask for at this moment, {@code auto} and 0 without them.
   *
   * @throws IllegalArgumentException if a property has a value that it cannot have
   */
  public static Computing standard() {
    return new Computing(
        choice(KERNELS, KernelKind.values()),
        choice(ALGORITHM, SsmAlgorithm.values()),
        threadsProperty());
  }

  private static <E extends Enum<E>> E choice(String property, E[] values) {
    String given = System.getProperty(property, name(values[0]));
    return Arrays.stream(values)
        .filter(value -> name(value).equals(given))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    property
                        + " is '"
                        + given
                        + "'; it can be "
                        + String.join(", ", Arrays.stream(values).map(Computing::name).toList())));
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static int threadsProperty() {
    String given = System.getProperty(THREADS, "0");
    if (!given.matches("\\d{1,6}")) {
      throw new IllegalArgumentException(
          THREADS + " is '" + given + "'; give a whole number, at least 1, or 0 for what is usual");
    }
    return Integer.parseInt(given);
  }

  /** On as many threads as there are processors, unless it says on how many. */
  public Computing onAllProcessors() {
    return threads > 0 ? this : withThreads(Runtime.getRuntime().availableProcessors());
  }

  /** With other inner loops. */
  public Computing withKernels(KernelKind value) {
    return new Computing(value, algorithm, threads);
  }

  /** With another algorithm of the state-space layers. */
  public Computing withAlgorithm(SsmAlgorithm value) {
    return new Computing(kernels, value, threads);
  }

  /**
   * On so many threads.
   *
   * @param value the calling one included; 0 = what is usual
   */
  public Computing withThreads(int value) {
    return new Computing(kernels, algorithm, value);
  }
}
