package io.carillon.model;

import io.carillon.model.stream.Fingerprint;
import java.util.Arrays;
import java.util.Objects;

/**
 * A live stream as whoever stores it holds it, without a model: bytes until it is first gone on
 * with, a {@link LiveStream} from then on, and bytes again when they are asked for. A program that
 * keeps many streams (a stream processor, a cache) so writes bytes only where it must, and reads
 * only those streams that have another event.
 *
 * <p>Two are equal if their bytes are. For one thread at a time, as a stream is; {@link #copy()} is
 * another one.
 */
public final class KeptStream {
  /** One of the two is there. */
  private byte[] bytes;

  private LiveStream live;
  private Predictor predictor;

  private KeptStream(byte[] bytes, LiveStream live, Predictor predictor) {
    this.bytes = bytes;
    this.live = live;
    this.predictor = predictor;
  }

  /**
   * A stream from what {@link #toBytes()} or {@link LiveStream#toBytes()} has written. The bytes
   * are read when the stream is opened.
   *
   * @param bytes taken over, not to be changed any more
   */
  public static KeptStream of(byte[] bytes) {
    return new KeptStream(Objects.requireNonNull(bytes, "bytes"), null, null);
  }

  /** A new stream. */
  public static KeptStream open(Predictor predictor) {
    return new KeptStream(null, predictor.open(), predictor);
  }

  /**
   * The stream, to go on with: always the same object for the same predictor. It is part of this
   * one from now on, so that its steps are in what {@link #toBytes()} writes.
   *
   * @throws io.carillon.io.FormatException if the bytes are damaged, or of another model; this
   *     object is then as before
   * @throws UnsupportedOperationException if the model cannot stream
   */
  public LiveStream live(Predictor by) {
    if (predictor != Objects.requireNonNull(by, "by")) {
      LiveStream read = by.streamFromBytes(toBytes());
      live = read;
      predictor = by;
      bytes = null;
    }
    return live;
  }

  /**
   * Fingerprint of the model whose stream it is, see {@link SequenceModel#fingerprint()}.
   *
   * @throws io.carillon.io.FormatException if the bytes are too damaged to say
   */
  public String model() {
    return live == null
        ? Fingerprint.hex(LiveStream.model(bytes))
        : predictor.model().fingerprint();
  }

  /**
   * The stream as {@link LiveStream#toBytes()} writes it.
   *
   * @return not to be changed
   * @throws java.util.ConcurrentModificationException if another thread is at work on the stream
   */
  public byte[] toBytes() {
    return live == null ? bytes : live.toBytes();
  }

  /**
   * An independent stream that goes on from the same place.
   *
   * @throws java.util.ConcurrentModificationException if another thread is at work on the stream
   */
  public KeptStream copy() {
    return new KeptStream(bytes, live == null ? null : live.copy(), predictor);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KeptStream kept && Arrays.equals(toBytes(), kept.toBytes());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(toBytes());
  }

  /** Whose stream it is, and how far it has come if it is live. */
  @Override
  public String toString() {
    return "stream of model "
        + model()
        + (live == null ? ", " + bytes.length + " bytes" : ", " + live.state().steps() + " steps");
  }
}
