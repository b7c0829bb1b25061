package io.carillon.flink;

import io.carillon.model.KeptStream;
import java.io.IOException;
import java.util.Objects;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Streams as bytes, version 1: a byte of flags (1: there is a stream, 2: there are last events),
 * then the number of bytes of the stream and these ({@code docs/formats.md}), then the events.
 *
 * <p>On a back end that keeps objects a stream stays an object: it is written when a checkpoint is
 * made, and copied when an event comes while that is under way.
 *
 * <p>Its snapshot carries the fingerprint of the model, so that a savepoint of another one is found
 * out when the job starts.
 */
public final class StreamMemorySerializer extends TypeSerializer<StreamMemory> {
  private static final long serialVersionUID = 1;
  private static final int STREAM = 1;
  private static final int RECENT = 2;

  /** Of the model; empty where nobody knows it when the job is planned. */
  private final String model;

  private final ModelChange onChange;

  /** For SQL, where the model is known to the running function only. */
  public StreamMemorySerializer() {
    this("", ModelChange.FAIL);
  }

  StreamMemorySerializer(String model, ModelChange onChange) {
    this.model = Objects.requireNonNull(model, "model");
    this.onChange = Objects.requireNonNull(onChange, "onChange");
  }

  @Override
  public boolean isImmutableType() {
    return false;
  }

  @Override
  public TypeSerializer<StreamMemory> duplicate() {
    return this;
  }

  @Override
  public StreamMemory createInstance() {
    return new StreamMemory(null, null);
  }

  @Override
  public StreamMemory copy(StreamMemory from) {
    return from.copy();
  }

  @Override
  public StreamMemory copy(StreamMemory from, StreamMemory reuse) {
    return from.copy();
  }

  @Override
  public int getLength() {
    return -1;
  }

  @Override
  public void serialize(StreamMemory memory, DataOutputView out) throws IOException {
    // A stream of another model ends here, so that no later savepoint of this one has it.
    boolean foreign = isForeign(memory.stream);
    KeptStream stream = foreign ? null : memory.stream;
    RecentEvents recent = foreign && onChange == ModelChange.RESET ? null : memory.recent;
    out.writeByte((stream == null ? 0 : STREAM) | (recent == null ? 0 : RECENT));
    if (stream != null) {
      byte[] bytes = stream.toBytes();
      out.writeInt(bytes.length);
      out.write(bytes);
    }
    if (recent != null) {
      recent.write(out);
    }
  }

  private boolean isForeign(KeptStream stream) {
    return stream != null && !model.isEmpty() && !stream.model().equals(model);
  }

  @Override
  public StreamMemory deserialize(DataInputView in) throws IOException {
    int flags = in.readUnsignedByte();
    if ((flags & ~(STREAM | RECENT)) != 0) {
      throw new IOException(
          "stored stream: its first byte is " + flags + "; it is damaged or of a later release");
    }
    KeptStream stream = null;
    if ((flags & STREAM) != 0) {
      int length = in.readInt();
      if (length < 0) {
        throw new IOException("stored stream: " + length + " cannot be its number of bytes");
      }
      byte[] bytes = new byte[length];
      in.readFully(bytes);
      stream = KeptStream.of(bytes);
    }
    return new StreamMemory(stream, (flags & RECENT) == 0 ? null : RecentEvents.read(in));
  }

  @Override
  public StreamMemory deserialize(StreamMemory reuse, DataInputView in) throws IOException {
    return deserialize(in);
  }

  @Override
  public void copy(DataInputView in, DataOutputView out) throws IOException {
    serialize(deserialize(in), out);
  }

  @Override
  public TypeSerializerSnapshot<StreamMemory> snapshotConfiguration() {
    return new Snapshot(model, onChange);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StreamMemorySerializer s
        && model.equals(s.model)
        && onChange == s.onChange;
  }

  @Override
  public int hashCode() {
    return Objects.hash(model, onChange);
  }

  /** What a savepoint says of its streams, version 1: the fingerprint of their model. */
  public static final class Snapshot implements TypeSerializerSnapshot<StreamMemory> {
    private static final int VERSION = 1;

    private String model;

    /** Not written: what a later job does is its own choice. */
    private final ModelChange onChange;

    /** For Flink, to be filled by {@link #readSnapshot}. */
    public Snapshot() {
      this("", ModelChange.FAIL);
    }

    Snapshot(String model, ModelChange onChange) {
      this.model = model;
      this.onChange = onChange;
    }

    @Override
    public int getCurrentVersion() {
      return VERSION;
    }

    @Override
    public void writeSnapshot(DataOutputView out) throws IOException {
      out.writeUTF(model);
    }

    @Override
    public void readSnapshot(int version, DataInputView in, ClassLoader loader) throws IOException {
      if (version != VERSION) {
        throw new IOException(
            "the streams of the savepoint are of version "
                + version
                + ", this release of carillon-flink reads version "
                + VERSION);
      }
      model = in.readUTF();
    }

    @Override
    public TypeSerializer<StreamMemory> restoreSerializer() {
      return new StreamMemorySerializer(model, onChange);
    }

    @Override
    public TypeSerializerSchemaCompatibility<StreamMemory> resolveSchemaCompatibility(
        TypeSerializerSnapshot<StreamMemory> before) {
      if (!(before instanceof Snapshot old)) {
        return TypeSerializerSchemaCompatibility.incompatible();
      }
      if (old.model.equals(model) || old.model.isEmpty() || model.isEmpty()) {
        return TypeSerializerSchemaCompatibility.compatibleAsIs();
      }
      if (onChange == ModelChange.FAIL) {
        throw Scorer.refusal(old.model, model);
      }
      return TypeSerializerSchemaCompatibility.compatibleAfterMigration();
    }
  }
}
