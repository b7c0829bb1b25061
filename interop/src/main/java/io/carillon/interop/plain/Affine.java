package io.carillon.interop.plain;

/**
 * A map y = W x + b of every step, as it is applied: weight normalisation is multiplied out.
 *
 * @param in numbers of x
 * @param out numbers of y
 * @param weight W, [out][in]
 * @param bias b, [out]
 */
public record Affine(int in, int out, float[] weight, float[] bias) {
  /** W transposed, [in][out]. */
  public float[] transposed() {
    float[] turned = new float[weight.length];
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < in; i++) {
        turned[i * out + o] = weight[o * in + i];
      }
    }
    return turned;
  }
}
