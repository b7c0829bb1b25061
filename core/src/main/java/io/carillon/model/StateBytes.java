package io.carillon.model;

import io.carillon.error.FormatException;
import io.carillon.model.stream.Fingerprint;
import io.carillon.model.stream.StateShape;
import io.carillon.nn.layer.PreparedModes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/**
 * The states of streams as bytes, version 1; {@code docs/formats.md} has the layout. Sizes are
 * never taken from the bytes: they must be those of the model.
 */
final class StateBytes {
  /** "CaSt" in the order of the bytes. */
  private static final int MAGIC = 'C' | 'a' << 8 | 'S' << 16 | 't' << 24;

  private static final int VERSION = 1;

  /** Up to the size of the first layer. */
  private static final int HEADER = 40;

  private static final int CHECKSUM = 4;

  private StateBytes() {}

  static byte[] write(State state) {
    StateShape shape = state.shape();
    ByteBuffer out = ByteBuffer.allocate(size(shape)).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(MAGIC).putInt(VERSION).putLong(shape.model());
    out.putLong(state.steps()).putLong(state.observedSteps());
    out.putInt(shape.layers().length).putInt(shape.pooled());
    for (int layer : shape.layers()) {
      out.putInt(layer);
    }
    for (double sum : state.pooled()) {
      out.putDouble(sum);
    }
    for (float[] layer : state.layers()) {
      for (float x : layer) {
        out.putFloat(x);
      }
    }
    out.putInt(checksum(out.array()));
    return out.array();
  }

  private static int size(StateShape shape) {
    long size =
        HEADER + 4L * shape.layers().length + 8L * shape.pooled() + 4 * shape.floats() + CHECKSUM;
    if (size > Integer.MAX_VALUE - 16) {
      throw new IllegalArgumentException(
          "the state has " + size + " bytes, an array holds at most 2^31; use a smaller network");
    }
    return (int) size;
  }

  /** CRC-32 of everything before the last four bytes. */
  private static int checksum(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, bytes.length - CHECKSUM);
    return (int) crc.getValue();
  }

  static State read(StateShape shape, PreparedModes prepared, byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    requireOurs(in);
    require(
        bytes.length >= HEADER + CHECKSUM,
        "state bytes: there are only " + bytes.length + " bytes; the rest is missing");
    require(
        in.getInt(bytes.length - CHECKSUM) == checksum(bytes),
        "state bytes: the checksum does not fit; the bytes are damaged or cut off");
    requireModel(shape, in, bytes.length);
    State state = new State(shape);
    readCounts(in, state);
    in.position(HEADER + 4 * shape.layers().length);
    for (int h = 0; h < shape.pooled(); h++) {
      state.pooled()[h] = in.getDouble();
      requireFinite(state.pooled()[h], "the running mean", h);
    }
    for (int i = 0; i < shape.layers().length; i++) {
      float[] layer = state.layers()[i];
      for (int k = 0; k < layer.length; k++) {
        layer[k] = in.getFloat();
        requireFinite(layer[k], "layer " + i, k);
      }
      String fault = prepared.fault(i, layer);
      require(fault == null, "state bytes: layer " + i + ": " + fault);
    }
    return state;
  }

  private static void requireOurs(ByteBuffer in) {
    require(
        in.remaining() >= 8 && in.getInt(0) == MAGIC,
        "state bytes: these are no state of a stream (they do not begin with 'CaSt')");
    require(
        in.getInt(4) == VERSION,
        "state bytes: version is " + in.getInt(4) + ", this release reads version " + VERSION);
  }

  private static void requireModel(StateShape shape, ByteBuffer in, int length) {
    long model = in.getLong(8);
    if (model != shape.model()) {
      throw new FormatException(
          "state bytes: they are of model "
              + Fingerprint.hex(model)
              + ", this is model "
              + Fingerprint.hex(shape.model())
              + "; load the model that the stream was begun with, or begin with a new state");
    }
    boolean fits =
        in.getInt(32) == shape.layers().length
            && in.getInt(36) == shape.pooled()
            && length == size(shape);
    for (int i = 0; fits && i < shape.layers().length; i++) {
      fits = in.getInt(HEADER + 4 * i) == shape.layers()[i];
    }
    require(fits, "state bytes: the sizes are not those of the model; the bytes are damaged");
  }

  private static void readCounts(ByteBuffer in, State state) {
    long steps = in.getLong(16);
    long observed = in.getLong(24);
    require(
        0 <= observed && observed <= steps,
        "state bytes: " + observed + " of " + steps + " steps are observed; that cannot be");
    require(
        steps <= State.MOST_STEPS,
        "state bytes: " + steps + " steps cannot be; a stream has at most 2^62");
    state.count(steps, observed);
  }

  private static void requireFinite(double value, String part, int index) {
    if (!Double.isFinite(value)) {
      throw new FormatException(
          "state bytes: number " + index + " of " + part + " is " + value + "; it must be finite");
    }
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new FormatException(message);
    }
  }
}
