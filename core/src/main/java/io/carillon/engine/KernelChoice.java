package io.carillon.engine;

import io.carillon.config.Computing;
import io.carillon.config.KernelKind;
import io.carillon.internal.kernel.Kernels;
import io.carillon.internal.kernel.VectorBits;
import io.carillon.internal.kernel.scalar.ScalarKernels;
import io.carillon.internal.kernel.vector.VectorKernels;

/**
 * Chooses between {@link ScalarKernels} and {@link VectorKernels}. The vector classes are loaded
 * only where the module {@value #MODULE} is there.
 */
public final class KernelChoice {
  private static final String MODULE = "jdk.incubator.vector";
  private static final int FEWEST_LANES = 4;

  private KernelChoice() {}

  /**
   * The kernels of {@link Computing#standard()}.
   *
   * @throws IllegalArgumentException as {@link #select(KernelKind)} and {@link Computing#standard}
   */
  public static Kernels select() {
    return select(Computing.standard().kernels());
  }

  /**
   * The kernels of that kind.
   *
   * @throws IllegalArgumentException if {@code VECTOR} cannot run
   */
  public static Kernels select(KernelKind kind) {
    return switch (kind) {
      case SCALAR -> new ScalarKernels();
      case VECTOR -> forcedVector();
      case AUTO -> vectorAvailable() ? wideEnough(vector()) : new ScalarKernels();
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
