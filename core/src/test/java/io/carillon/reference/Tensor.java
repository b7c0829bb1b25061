package io.carillon.reference;

/**
 * A tensor of a reference case, widened to double.
 *
 * @param dtype F32, F64 or I64
 * @param shape row-major axes; empty for a scalar
 * @param values the numbers
 */
public record Tensor(String dtype, int[] shape, double[] values) {
  /** The numbers as floats: exact for F32. */
  public float[] floats() {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
