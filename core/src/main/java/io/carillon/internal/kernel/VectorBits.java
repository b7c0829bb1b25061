package io.carillon.internal.kernel;

/** The width of the vector kernels that is asked for, without a look at what there is. */
public final class VectorBits {
  /** System property with the width of the vector kernels in bits: 128, 256 or 512. */
  public static final String PROPERTY = "carillon.vector.bits";

  private VectorBits() {}

  /** Bits asked for by {@value #PROPERTY}, or 0 for the processor's preferred width. */
  public static int requested() {
    String value = System.getProperty(PROPERTY, "0");
    return switch (value) {
      case "0", "128", "256", "512" -> Integer.parseInt(value);
      default ->
          throw new IllegalArgumentException(
              PROPERTY + " is '" + value + "'; it can be 128, 256 or 512");
    };
  }
}
