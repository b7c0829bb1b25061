package io.carillon.ssm;

import io.carillon.core.Parallel;
import io.carillon.internal.kernel.Kernels;
import java.util.Arrays;

/**
 * The kernels of {@link Modes},
 *
 * <pre>
 *   K[c][h][l] = cast(Σ_m w_{c,h,m} exp(z_{h,m} (l − s_{h,m}))),   l = 0 .. length − 1,
 * </pre>
 *
 * and their gradient, as matrix products and without the Vandermonde matrix, see {@link
 * VandermondeProduct}. Phases are computed in double precision: the error relative to the largest
 * |K| stays near single-precision rounding at any length.
 *
 * <p>Keeps working memory from call to call: an object serves one call at a time. Results do not
 * depend on the number of threads.
 */
public final class VandermondeKernel {
  private final Kernels kernels;
  private final Parallel serial = Parallel.serial();
  private VandermondeProduct[] products = new VandermondeProduct[0];

  /** A generator whose matrix products run on {@code kernels}. */
  public VandermondeKernel(Kernels kernels) {
    this.kernels = kernels;
  }

  /**
   * Computes the kernels of all sets and channels.
   *
   * @param length number of taps, at least 1
   * @param out [sets][channels][length], overwritten
   */
  public void kernel(Modes modes, int length, Parallel parallel, float[] out) {
    overRows(
        modes,
        parallel,
        (product, h0, h1, inside) -> product.forward(modes, h0, h1, length, inside, out));
  }

  /**
   * Adds the gradient with respect to z and w.
   *
   * @param length number of taps, at least 1
   * @param g gradient of the kernels, [sets][channels][length]
   * @param gradient ∂L/∂Re and ∂L/∂Im, added to
   */
  public void gradient(
      Modes modes, int length, Parallel parallel, float[] g, ModesGradient gradient) {
    overRows(
        modes,
        parallel,
        (product, h0, h1, inside) -> product.backward(modes, h0, h1, length, inside, g, gradient));
  }

  /**
   * Floats of working memory for a kernel and its gradient.
   *
   * @param shared whether all channels have the same z
   */
  public static long workingFloats(
      int sets, int channels, int modes, boolean shared, int length, int threads) {
    return shared
        ? VandermondeProduct.workingFloats(sets * channels, modes, length)
        : threads * VandermondeProduct.workingFloats(sets, modes, length);
  }

  /** Channels h0 .. h1−1, which share their z. */
  private interface Body {
    void accept(VandermondeProduct product, int h0, int h1, Parallel inside);
  }

  /** One large product if all channels share z, else independent small ones. */
  private void overRows(Modes modes, Parallel parallel, Body body) {
    VandermondeProduct[] own = products(modes.shared() ? 1 : parallel.threads());
    if (modes.shared()) {
      body.accept(own[0], 0, modes.channels(), parallel);
    } else {
      parallel.runOnWorkers(
          modes.channels(), (worker, h) -> body.accept(own[worker], h, h + 1, serial));
    }
  }

  private VandermondeProduct[] products(int count) {
    if (products.length < count) {
      int old = products.length;
      products = Arrays.copyOf(products, count);
      for (int i = old; i < count; i++) {
        products[i] = new VandermondeProduct(kernels);
      }
    }
    return products;
  }
}
