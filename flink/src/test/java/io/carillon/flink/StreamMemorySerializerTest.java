package io.carillon.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.io.FormatException;
import io.carillon.model.KeptStream;
import io.carillon.model.Meaning;
import io.carillon.model.Predictor;
import java.io.IOException;
import java.util.SplittableRandom;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is kept for a key, in the bytes of a checkpoint. */
class StreamMemorySerializerTest {
  private static final Predictor PREDICTOR =
      Predictor.of(Models.classifier(1, Meaning.Missing.MASK));
  private static final String MODEL = PREDICTOR.model().fingerprint();

  private static StreamMemory memory() {
    StreamMemory memory = new StreamMemory(KeptStream.open(PREDICTOR), new RecentEvents());
    for (int i = 0; i < 5; i++) {
      Event event = Event.at(i * Event.KEYS);
      Results.step(PREDICTOR, memory.stream.live(PREDICTOR), event, true);
      memory.recent.add(new RecentEvents.Event(event.values(), null, event.time), 3);
    }
    memory.recent.add(new RecentEvents.Event(null, "red", Double.NaN), 3);
    return memory;
  }

  private static byte[] bytes(StreamMemorySerializer serializer, StreamMemory memory)
      throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    serializer.serialize(memory, out);
    return out.getCopyOfBuffer();
  }

  private static StreamMemory read(StreamMemorySerializer serializer, byte[] bytes)
      throws IOException {
    return serializer.deserialize(new DataInputDeserializer(bytes));
  }

  @Test
  void everythingComesBack() throws IOException {
    StreamMemorySerializer serializer = new StreamMemorySerializer(MODEL, ModelChange.FAIL);
    StreamMemory memory = memory();
    byte[] bytes = bytes(serializer, memory);
    StreamMemory read = read(serializer, bytes);
    assertThat(read).isEqualTo(memory).hasSameHashCodeAs(memory);
    assertThat(read.recent.size()).isEqualTo(3);
    assertThat(bytes(serializer, read)).isEqualTo(bytes);
    DataOutputSerializer out = new DataOutputSerializer(64);
    serializer.copy(new DataInputDeserializer(bytes), out);
    assertThat(out.getCopyOfBuffer()).isEqualTo(bytes);
    StreamMemory nothing = serializer.createInstance();
    assertThat(read(serializer, bytes(serializer, nothing))).isEqualTo(nothing);
  }

  /** The heap back end keeps the object that a step changes while the other one is written. */
  @Test
  void aCopyIsIndependent() throws IOException {
    StreamMemorySerializer serializer = new StreamMemorySerializer(MODEL, ModelChange.FAIL);
    StreamMemory memory = memory();
    StreamMemory copy = serializer.copy(memory);
    byte[] before = bytes(serializer, copy);
    Results.step(PREDICTOR, memory.stream.live(PREDICTOR), Event.at(5 * Event.KEYS), true);
    memory.recent.add(new RecentEvents.Event(null, "blue", 0), 3);
    assertThat(bytes(serializer, copy)).isEqualTo(before);
    assertThat(copy).isNotEqualTo(memory);
  }

  private static StreamMemorySerializer.Snapshot stored(StreamMemorySerializer serializer)
      throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    TypeSerializerSnapshot.writeVersionedSnapshot(out, serializer.snapshotConfiguration());
    return (StreamMemorySerializer.Snapshot)
        TypeSerializerSnapshot.<StreamMemory>readVersionedSnapshot(
            new DataInputDeserializer(out.getCopyOfBuffer()),
            StreamMemorySerializerTest.class.getClassLoader());
  }

  @ParameterizedTest
  @EnumSource(ModelChange.class)
  void theSnapshotTellsModelsApart(ModelChange change) throws IOException {
    StreamMemorySerializer old = new StreamMemorySerializer(MODEL, ModelChange.FAIL);
    StreamMemorySerializer same = new StreamMemorySerializer(MODEL, change);
    StreamMemorySerializer other = new StreamMemorySerializer("0123456789abcdef", change);
    StreamMemorySerializer.Snapshot stored = stored(old);
    assertThat(stored.restoreSerializer()).isEqualTo(old);
    assertThat(same.snapshotConfiguration().resolveSchemaCompatibility(stored).isCompatibleAsIs())
        .isTrue();
    if (change == ModelChange.FAIL) {
      assertThatThrownBy(() -> other.snapshotConfiguration().resolveSchemaCompatibility(stored))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContainingAll(MODEL, "0123456789abcdef");
      return;
    }
    assertThat(
            other
                .snapshotConfiguration()
                .resolveSchemaCompatibility(stored)
                .isCompatibleAfterMigration())
        .isTrue();
    // What the migration writes has no stream of the old model, and the events where they count.
    StreamMemory migrated = read(other, bytes(other, memory()));
    assertThat(migrated.stream).isNull();
    assertThat(migrated.recent == null).isEqualTo(change == ModelChange.RESET);
  }

  @Test
  void aLaterVersionIsRefused() {
    assertThatThrownBy(
            () ->
                new StreamMemorySerializer.Snapshot()
                    .readSnapshot(
                        2,
                        new DataInputDeserializer(new byte[8]),
                        StreamMemorySerializerTest.class.getClassLoader()))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("version 2", "reads version 1");
  }

  /** Flink's own checksums find accidents first; what gets through is refused, or another value. */
  @Test
  void damagedBytesGiveNoOtherException() throws IOException {
    StreamMemorySerializer serializer = new StreamMemorySerializer(MODEL, ModelChange.FAIL);
    byte[] good = bytes(serializer, memory());
    SplittableRandom random = new SplittableRandom(4);
    int refused = 0;
    for (int i = 0; i < 3000; i++) {
      byte[] bytes = good.clone();
      int place = random.nextBoolean() ? random.nextInt(12) : random.nextInt(bytes.length);
      bytes[place] ^= (byte) (1 << random.nextInt(8));
      // A length may claim what is not there, but not more than a test can bear.
      if (place >= 1 && place < 3) {
        continue;
      }
      try {
        StreamMemory read = read(serializer, bytes);
        if (read.stream != null) {
          read.stream.live(PREDICTOR);
        }
      } catch (IOException | FormatException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(1000);
  }
}
