package io.carillon.nn;

/**
 * Dropout with inverse scaling. Masks are a hash of the pass's seed and the position, so nothing is
 * stored and the backward pass repeats the same mask, whatever thread runs it.
 */
final class Dropout {
  private static final int GRAIN = 1 << 14;

  private final float probability;
  private final boolean tied;
  private final long salt;

  /**
   * @param probability chance of a zero, in [0, 1)
   * @param tied one mask per (sequence, channel), shared over time ({@code tie_dropout})
   * @param salt tells the dropouts of one network apart
   */
  Dropout(double probability, boolean tied, long salt) {
    this.probability = (float) probability;
    this.tied = tied;
    this.salt = salt * 0x9E3779B97F4A7C15L;
  }

  /** Multiplies x [rows][channels] by the mask, in place; does nothing outside training. */
  void apply(Pass pass, float[] x, int channels) {
    if (probability == 0 || !pass.training()) {
      return;
    }
    long seed = mix(pass.dropoutSeed() ^ salt);
    if (tied) {
      applyTied(pass, x, channels, seed);
      return;
    }
    pass.overRange(
        pass.rows().total() * channels,
        GRAIN,
        (task, from, to) -> {
          for (int i = from; i < to; i++) {
            x[i] *= factor(seed, i);
          }
        });
  }

  private void applyTied(Pass pass, float[] x, int channels, long seed) {
    pass.parallel()
        .run(
            pass.rows().count(),
            b -> {
              float[] mask = new float[channels];
              for (int h = 0; h < channels; h++) {
                mask[h] = factor(seed, (long) b * channels + h);
              }
              int end = pass.rows().start(b) + pass.rows().length(b);
              for (int r = pass.rows().start(b); r < end; r++) {
                for (int h = 0; h < channels; h++) {
                  x[r * channels + h] *= mask[h];
                }
              }
            });
  }

  private float factor(long seed, long index) {
    float u = (mix(seed + index) >>> 40) * 0x1.0p-24f;
    return u < probability ? 0f : 1f / (1f - probability);
  }

  private static long mix(long z) {
    long a = (z ^ (z >>> 33)) * 0xFF51AFD7ED558CCDL;
    long b = (a ^ (a >>> 33)) * 0xC4CEB9FE1A85EC53L;
    return b ^ (b >>> 33);
  }
}
