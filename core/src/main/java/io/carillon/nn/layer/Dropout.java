package io.carillon.nn.layer;

import io.carillon.engine.Operand;
import io.carillon.engine.Pass;
import io.carillon.engine.RowStage;
import io.carillon.engine.Rows;
import io.carillon.internal.kernel.Kernels;

/**
 * Dropout with inverse scaling. Masks are a hash of the pass's seed and the position, so nothing is
 * stored and the backward pass repeats the same mask, whatever thread runs it.
 */
public final class Dropout {
  private final float probability;
  private final boolean tied;
  private final long salt;

  /**
   * @param probability chance of a zero, in [0, 1)
   * @param tied one mask per (sequence, channel), shared over time ({@code tie_dropout})
   * @param salt tells the dropouts of one network apart
   */
  public Dropout(double probability, boolean tied, long salt) {
    this.probability = (float) probability;
    this.tied = tied;
    this.salt = salt * 0x9E3779B97F4A7C15L;
  }

  /** Multiplies x [rows][channels] by the mask, in place; nothing outside training. */
  public RowStage stage(Pass pass, Operand x, int channels) {
    if (probability == 0 || !pass.training()) {
      return RowStage.NOTHING;
    }
    long seed = mix(pass.dropoutSeed() ^ salt);
    return tied ? new Tied(pass, seed, x, channels) : single(seed, x, channels);
  }

  /** Every entry has its own mask. */
  private RowStage single(long seed, Operand x, int channels) {
    return (task, r0, r1) -> {
      float[] rows = x.of(task);
      int shift = (x.row(r0) - r0) * channels;
      for (int i = r0 * channels; i < r1 * channels; i++) {
        rows[i + shift] *= factor(seed, i);
      }
    };
  }

  /** One mask for all steps of a sequence. */
  private final class Tied implements RowStage {
    private final Operand x;
    private final int channels;
    private final Rows rows;
    private final Kernels kernels;
    private final float[] masks;

    Tied(Pass pass, long seed, Operand x, int channels) {
      this.x = x;
      this.channels = channels;
      this.rows = pass.rows();
      this.kernels = pass.kernels();
      this.masks = pass.own(Dropout.this, 0, rows.count() * channels);
      for (int i = 0; i < rows.count() * channels; i++) {
        masks[i] = factor(seed, i);
      }
    }

    @Override
    public void rows(int task, int r0, int r1) {
      float[] values = x.of(task);
      int shift = x.row(r0) - r0;
      int r = r0;
      for (int b = rows.sequenceAt(r0); r < r1; b++) {
        int end = Math.min(r1, rows.start(b) + rows.length(b));
        kernels.scaleColumns(
            values, r + shift, end + shift, channels, masks, b * channels, values, 0, channels);
        r = end;
      }
    }
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
