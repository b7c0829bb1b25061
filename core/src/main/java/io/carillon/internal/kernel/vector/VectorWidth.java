package io.carillon.internal.kernel.vector;

import io.carillon.internal.kernel.VectorBits;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector shape of the whole JVM: SIMD code is fast only if species are compile-time constants,
 * so that the width cannot be an argument.
 */
public final class VectorWidth {
  public static final VectorSpecies<Float> FLOAT = species();
  public static final int LANES = FLOAT.length();

  private VectorWidth() {}

  private static VectorSpecies<Float> species() {
    int bits = VectorBits.requested();
    return bits == 0
        ? FloatVector.SPECIES_PREFERRED
        : FloatVector.SPECIES_PREFERRED.withShape(VectorShape.forBitSize(bits));
  }
}
