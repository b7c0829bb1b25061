package io.carillon.engine;

import io.carillon.internal.kernel.Kernels;
import io.carillon.internal.kernel.VectorBits;
import io.carillon.internal.kernel.scalar.ScalarKernels;
import io.carillon.internal.kernel.vector.VectorKernels;

/**
 * Chooses between {@link ScalarKernels} and {@link VectorKernels}. The vector classes are loaded
 * only where the module {@value #MODULE} is there.
 */
public final class KernelChoice {
  /** System property with the choice when the caller gives none. */
  public static final String PROPERTY = "carillon.kernels";

  private static final String MODULE = "jdk.incubator.vector";
  private static final int FEWEST_LANES = 4;

  private KernelChoice() {}

  /**
   * The kernels that the system property {@value #PROPERTY} asks for; {@code auto} without it.
   *
   * @throws IllegalArgumentException as {@link #select(String)}
   */
  public static Kernels select() {
    return select(System.getProperty(PROPERTY, "auto"));
  }

  /**
   * The kernels of that name.
   *
   * @param choice {@code scalar}; {@code vector}; or {@code auto}, vector kernels if they can run
   *     and the processor has at least four float lanes, else scalar ones
   * @throws IllegalArgumentException if the choice is unknown, or {@code vector} cannot run
   */
  public static Kernels select(String choice) {
    return switch (choice) {
      case "scalar" -> new ScalarKernels();
      case "vector" -> forcedVector();
      case "auto" -> vectorAvailable() ? wideEnough(vector()) : new ScalarKernels();
      default ->
          throw new IllegalArgumentException(
              "kernels '" + choice + "' are unknown; choose auto, scalar or vector");
    };
  }

  /** Whether the module of the vector kernels is resolved in this JVM. */
  public static boolean vectorAvailable() {
    return ModuleLayer.boot().findModule(MODULE).isPresent();
  }

  private static Kernels forcedVector() {
    if (!vectorAvailable()) {
      throw new IllegalArgumentException(
          "vector kernels are forced but the module "
              + MODULE
              + " is not there; start java with --add-modules "
              + MODULE
              + ", or choose auto or scalar");
    }
    return vector();
  }

  private static Kernels vector() {
    // Checked here: in the static initialiser of VectorWidth the message would be buried.
    VectorBits.requested();
    return new VectorKernels();
  }

  private static Kernels wideEnough(Kernels vector) {
    return vector.lanes() >= FEWEST_LANES ? vector : new ScalarKernels();
  }
}
