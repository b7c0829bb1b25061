package io.carillon.internal.kernel;

/** Chooses the kernels: {@code auto}, {@code scalar} or {@code vector}. */
public final class KernelChoice {
  /** System property with the choice when the caller gives none. */
  public static final String PROPERTY = "carillon.kernels";

  private KernelChoice() {}

  /** The kernels that the system property {@value #PROPERTY} asks for; {@code auto} without it. */
  public static Kernels select() {
    return select(System.getProperty(PROPERTY, "auto"));
  }

  /**
   * The kernels of that name.
   *
   * @param choice {@code auto}, {@code scalar} or {@code vector}
   */
  public static Kernels select(String choice) {
    return new ScalarKernels();
  }
}
