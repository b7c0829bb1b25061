package io.carillon.nn.layer;

import io.carillon.engine.Buffer;
import io.carillon.engine.Buffers;
import io.carillon.engine.Footprint;
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
  private final int channels;
  private final long salt;
  private final Buffers buffers = new Buffers(Dropout.class);
  private final Buffer masks;

  /**
   * @param probability chance of a zero, in [0, 1)
   * @param tied one mask per (sequence, channel), shared over time ({@code tie_dropout})
   * @param salt tells the dropouts of one network apart
   * @param channels of the rows
   */
  public Dropout(double probability, boolean tied, long salt, int channels) {
    this.probability = (float) probability;
    this.tied = tied;
    this.salt = salt * 0x9E3779B97F4A7C15L;
    this.channels = channels;
    this.masks =
        buffers.own(
            "masks", pass -> tied && probability > 0 ? (long) pass.rows().count() * channels : 0);
  }

  /** What a training step takes for the masks. */
  public Footprint memory(Pass pass) {
    return buffers.footprint(pass);
  }

  /** Multiplies x [rows][channels] by the mask, in place; nothing outside training. */
  public RowStage stage(Pass pass, Operand x) {
    if (probability == 0 || !pass.training()) {
      return RowStage.NOTHING;
    }
    long seed = mix(pass.dropoutSeed() ^ salt);
    return tied ? tied(pass, seed, x) : single(seed, x);
  }

  /** Every entry has its own mask. */
  private RowStage single(long seed, Operand x) {
    return (task, r0, r1) -> {
      float[] rows = x.of(task);
      int shift = (x.row(r0) - r0) * channels;
      for (int i = r0 * channels; i < r1 * channels; i++) {
        rows[i + shift] *= factor(seed, i);
      }
    };
  }

  /** One mask for all steps of a sequence. */
  private RowStage tied(Pass pass, long seed, Operand x) {
    Rows rows = pass.rows();
    Kernels kernels = pass.kernels();
    float[] factors = masks.of(pass);
    for (int i = 0; i < rows.count() * channels; i++) {
      factors[i] = factor(seed, i);
    }
    return (task, r0, r1) -> {
      float[] values = x.of(task);
      int shift = x.row(r0) - r0;
      int r = r0;
      for (int b = rows.sequenceAt(r0); r < r1; b++) {
        int end = Math.min(r1, rows.start(b) + rows.length(b));
        kernels.scaleColumns(
            values, r + shift, end + shift, channels, factors, b * channels, values, 0, channels);
        r = end;
      }
    };
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
