package io.carillon.model;

import io.carillon.io.FormatException;
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

  /**
   * A state.
   *
   * @param room bytes before it that are left free
   */
  static byte[] write(State state, int room) {
    StateShape shape = state.shape();
    byte[] bytes = new byte[room + size(shape)];
    ByteBuffer out = little(bytes, room);
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
      out.asFloatBuffer().put(layer);
      out.position(out.position() + Float.BYTES * layer.length);
    }
    out.putInt(checksum(bytes, room));
    return bytes;
  }

  private static ByteBuffer little(byte[] bytes, int from) {
    return ByteBuffer.wrap(bytes, from, bytes.length - from).slice().order(ByteOrder.LITTLE_ENDIAN);
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

  /** CRC-32 of everything from a place on, but for the last four bytes. */
  private static int checksum(byte[] bytes, int from) {
    CRC32 crc = new CRC32();
    crc.update(bytes, from, bytes.length - from - CHECKSUM);
    return (int) crc.getValue();
  }

  /**
   * The fingerprint of the model that a state is of; the rest is not looked at.
   *
   * @param from where the state begins in the array
   */
  static long model(byte[] bytes, int from) {
    ByteBuffer in = little(bytes, from);
    requireOurs(in);
    requireHeader(in);
    return in.getLong(8);
  }

  /**
   * Reads a state that goes to the end of the array.
   *
   * @param from where it begins
   */
  static State read(StateShape shape, PreparedModes prepared, byte[] bytes, int from) {
    ByteBuffer in = little(bytes, from);
    requireOurs(in);
    requireHeader(in);
    int size = in.remaining();
    if (in.getInt(size - CHECKSUM) != checksum(bytes, from)) {
      throw new FormatException(
          "state bytes: the checksum does not fit; the bytes are damaged or cut off");
    }
    requireModel(shape, in, size);
    State state = new State(shape);
    readCounts(in, state);
    in.position(HEADER + 4 * shape.layers().length);
    for (int h = 0; h < shape.pooled(); h++) {
      state.pooled()[h] = in.getDouble();
    }
    for (int i = 0; i < shape.layers().length; i++) {
      float[] layer = state.layers()[i];
      in.asFloatBuffer().get(layer);
      in.position(in.position() + Float.BYTES * layer.length);
    }
    String fault = state.fault();
    if (fault != null) {
      throw new FormatException("state bytes: " + fault + "; it must be finite");
    }
    for (int i = 0; i < shape.layers().length; i++) {
      fault = prepared.fault(i, state.layers()[i]);
      if (fault != null) {
        throw new FormatException("state bytes: layer " + i + ": " + fault);
      }
    }
    return state;
  }

  private static void requireHeader(ByteBuffer in) {
    if (in.remaining() < HEADER + CHECKSUM) {
      throw new FormatException(
          "state bytes: there are only " + in.remaining() + " bytes; the rest is missing");
    }
  }

  private static void requireOurs(ByteBuffer in) {
    if (in.remaining() < 8 || in.getInt(0) != MAGIC) {
      throw new FormatException(
          "state bytes: these are no state of a stream (they do not begin with 'CaSt')");
    }
    if (in.getInt(4) != VERSION) {
      throw new FormatException(
          "state bytes: version is " + in.getInt(4) + ", this release reads version " + VERSION);
    }
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
    if (!fits) {
      throw new FormatException(
          "state bytes: the sizes are not those of the model; the bytes are damaged");
    }
  }

  private static void readCounts(ByteBuffer in, State state) {
    long steps = in.getLong(16);
    long observed = in.getLong(24);
    if (observed < 0 || observed > steps) {
      throw new FormatException(
          "state bytes: " + observed + " of " + steps + " steps are observed; that cannot be");
    }
    if (steps > State.MOST_STEPS) {
      throw new FormatException(
          "state bytes: " + steps + " steps cannot be; a stream has at most 2^62");
    }
    state.count(steps, observed);
  }
}
