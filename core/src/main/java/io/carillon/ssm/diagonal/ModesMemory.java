package io.carillon.ssm.diagonal;

import io.carillon.config.kernel.KernelCast;
import io.carillon.ssm.Modes;
import io.carillon.ssm.ModesGradient;
import io.carillon.ssm.RawMap;
import java.util.Arrays;

/**
 * The {@link Modes} of one parameterisation, their gradient, and what the way back needs, in memory
 * that is kept from step to step: after the first step of a size nothing is allocated. Serves one
 * pass at a time.
 */
public final class ModesMemory {
  // The arrays of modes, one number for each mode of each channel, w one for each set too.
  private static final int LOG_RE = 0;
  private static final int LOG_IM = 1;
  private static final int W_RE = 2;
  private static final int W_IM = 3;

  /** Steps s of the modes, see {@link Modes#shift}. */
  static final int SHIFT = 4;

  /** The first part that {@link #room} leaves to the parameterisation. */
  static final int FREE = 5;

  /** Most arrays that a parameterisation keeps for the way back. */
  private static final int PARTS = 16;

  private final double[][] parts = new double[PARTS][];
  private double[][] raw;
  private double[][] sums;
  private Modes room;
  private Modes unshifted;
  private Modes modes;
  private ModesGradient gradient;

  /** Memory that holds nothing yet. */
  public ModesMemory() {}

  /**
   * What {@link Parameterisation#modes(int, double, io.carillon.engine.Parallel, ModesMemory)} put
   * here last.
   */
  public Modes modes() {
    return modes;
  }

  /** Room for the gradient of {@link #modes}; the values are those of the last use. */
  public ModesGradient gradient() {
    if (gradient == null
        || gradient.logRe().length != modes.logRe().length
        || gradient.wRe().length != modes.wRe().length) {
      gradient = ModesGradient.zeros(modes);
    }
    return gradient;
  }

  /** {@link #gradient} with zeros. */
  public ModesGradient clearedGradient() {
    ModesGradient cleared = gradient();
    Arrays.fill(cleared.logRe(), 0);
    Arrays.fill(cleared.logIm(), 0);
    Arrays.fill(cleared.wRe(), 0);
    Arrays.fill(cleared.wIm(), 0);
    return cleared;
  }

  /**
   * Modes to be filled, in kept arrays: those of the first {@link #FREE} parts. They have a shift.
   *
   * @param shared whether all channels have the same z
   */
  Modes room(int sets, int channels, int count, boolean shared, KernelCast cast) {
    if (room == null
        || room.sets() != sets
        || room.channels() != channels
        || room.modes() != count
        || room.shared() != shared
        || room.cast() != cast) {
      int rows = shared ? count : Math.multiplyExact(channels, count);
      int all = Math.multiplyExact(Math.multiplyExact(sets, channels), count);
      room =
          new Modes(
              sets,
              channels,
              count,
              shared,
              part(LOG_RE, rows),
              part(LOG_IM, rows),
              part(W_RE, all),
              part(W_IM, all),
              part(SHIFT, rows),
              cast);
      unshifted = room.withoutShift();
    }
    return room;
  }

  /** Makes what {@link #room} returned, and is filled now, the {@link #modes}. */
  Modes keepRoom() {
    modes = room.isShifted() ? room : unshifted;
    return modes;
  }

  /** The raw values of the map, widened. */
  double[][] rawValues(RawMap map) {
    raw = map.rawValues(raw);
    return raw;
  }

  /** Zeros in the layout of {@code like}. */
  double[][] clearedSums(double[][] like) {
    if (sums == null) {
      sums = RawMap.zerosLike(like);
    }
    for (double[] sum : sums) {
      Arrays.fill(sum, 0);
    }
    return sums;
  }

  /** One of the kept arrays, with room for {@code size} values; not cleared. */
  double[] part(int index, int size) {
    if (parts[index] == null || parts[index].length != size) {
      parts[index] = new double[size];
    }
    return parts[index];
  }
}
