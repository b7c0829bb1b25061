package io.carillon.ssm.vandermonde;

import io.carillon.engine.Parallel;
import io.carillon.internal.kernel.Kernels;
import io.carillon.ssm.Modes;
import io.carillon.ssm.ModesGradient;
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
    prepare(modes, parallel);
    if (modes.shared()) {
      products[0].forward(modes, 0, modes.channels(), length, parallel, out);
    } else {
      parallel.runOnWorkers(
          modes.channels(),
          (worker, h) -> products[worker].forward(modes, h, h + 1, length, serial, out));
    }
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
    prepare(modes, parallel);
    if (modes.shared()) {
      products[0].backward(modes, 0, modes.channels(), length, parallel, g, gradient);
    } else {
      parallel.runOnWorkers(
          modes.channels(),
          (worker, h) -> products[worker].backward(modes, h, h + 1, length, serial, g, gradient));
    }
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

  /** One large product if all channels share z, else independent small ones of every worker. */
  private void prepare(Modes modes, Parallel parallel) {
    int count = modes.shared() ? 1 : parallel.threads();
    if (products.length < count) {
      int old = products.length;
      products = Arrays.copyOf(products, count);
      for (int i = old; i < count; i++) {
        products[i] = new VandermondeProduct(kernels);
      }
    }
  }
}
