package io.carillon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.carillon.engine.Parameter;
import io.carillon.error.FormatException;
import io.carillon.model.inside.Inside;
import io.carillon.nn.Network;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** State bytes: the layout of docs/formats.md, and what is refused. */
class StateBytesTest {
  private static final SequenceModel MODEL = Models.plain();

  private static State state() {
    State state = MODEL.newState();
    Models.steps(MODEL, Models.history(MODEL, 1, 30), state);
    MODEL.skip(5, state);
    return state;
  }

  /** Writes a value and puts the checksum right again. */
  private static byte[] changed(Consumer<ByteBuffer> change) {
    byte[] bytes = state().toBytes();
    change.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    return signed(bytes);
  }

  private static byte[] signed(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, bytes.length - 4);
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(bytes.length - 4, (int) crc.getValue());
    return bytes;
  }

  private static void assertRefused(byte[] bytes, String... words) {
    assertThatThrownBy(() -> MODEL.stateFromBytes(bytes))
        .isInstanceOf(FormatException.class)
        .hasMessageContainingAll(words);
  }

  @Test
  void theLayoutIsTheDocumentedOne() {
    State state = state();
    ByteBuffer in = ByteBuffer.wrap(state.toBytes()).order(ByteOrder.LITTLE_ENDIAN);
    byte[] magic = new byte[4];
    in.get(magic);
    assertThat(magic).containsExactly('C', 'a', 'S', 't');
    assertThat(in.getInt()).isEqualTo(1);
    assertThat(String.format("%016x", in.getLong())).isEqualTo(MODEL.fingerprint());
    assertThat(in.getLong()).isEqualTo(35);
    assertThat(in.getLong()).isEqualTo(30);
    assertThat(in.getInt()).isEqualTo(2);
    assertThat(in.getInt()).isEqualTo(20);
    int floats = 2 * 8 * 20;
    assertThat(in.getInt()).isEqualTo(floats);
    assertThat(in.getInt()).isEqualTo(floats);
    assertThat(in.getDouble()).isEqualTo(state.pooled()[0]);
    in.position(48 + 8 * 20);
    assertThat(in.getFloat()).isEqualTo(state.layers()[0][0]);
    assertThat(in.capacity()).isEqualTo(48 + 8 * 20 + 4 * 2 * floats + 4);
  }

  @Test
  void anotherModelIsRefused() {
    Network other = MODEL.network().copy();
    Parameter last = other.parameters().get(other.parameters().size() - 1);
    last.value()[0] = Math.nextUp(last.value()[0]);
    SequenceModel changed = Inside.model(other, MODEL.info());
    byte[] bytes = state().toBytes();
    assertThatThrownBy(() -> changed.stateFromBytes(bytes))
        .isInstanceOf(FormatException.class)
        .hasMessageContainingAll(MODEL.fingerprint(), changed.fingerprint());
    assertThatThrownBy(() -> changed.step(new float[2], state()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(MODEL.fingerprint());
    SequenceModel same = Inside.model(MODEL.network().copy(), Map.of("name", "same"));
    assertThat(same.fingerprint()).isEqualTo(MODEL.fingerprint());
    assertThat(same.stateFromBytes(bytes).toBytes()).isEqualTo(bytes);
  }

  @Test
  void everyFieldIsChecked() {
    byte[] good = state().toBytes();
    assertRefused(new byte[0], "no state");
    assertRefused(Arrays.copyOf(good, 7), "no state");
    assertRefused(changed(b -> b.putInt(0, 1)), "no state");
    assertRefused(changed(b -> b.putInt(4, 2)), "version is 2");
    assertRefused(Arrays.copyOf(good, 20), "20 bytes");
    assertRefused(Arrays.copyOf(good, good.length - 4), "checksum");
    assertRefused(changed(b -> b.putLong(8, 1)), "0000000000000001");
    assertRefused(changed(b -> b.putLong(16, -1)), "30 of -1 steps");
    assertRefused(changed(b -> b.putLong(24, 36)), "36 of 35 steps");
    assertRefused(changed(b -> b.putInt(32, Integer.MAX_VALUE)), "sizes");
    assertRefused(changed(b -> b.putInt(36, -1)), "sizes");
    assertRefused(changed(b -> b.putInt(44, 0)), "sizes");
    assertRefused(changed(b -> b.putDouble(48, Double.NaN)), "number 0 of the running mean");
    assertRefused(
        changed(b -> b.putFloat(48 + 160 + 12, Float.POSITIVE_INFINITY)), "number 3 of layer 0");
    assertRefused(signed(Arrays.copyOf(good, good.length + 4)), "sizes");
  }

  @Property(tries = 2000, seed = "11")
  void damagedBytesAreRefused(
      @ForAll @Size(min = 1, max = 8) int[] places, @ForAll byte value, @ForAll boolean sign) {
    byte[] bytes = state().toBytes();
    byte[] good = bytes.clone();
    for (int place : places) {
      bytes[Math.floorMod(place, bytes.length)] = value;
    }
    byte[] hostile = sign ? signed(bytes) : bytes;
    if (Arrays.equals(hostile, good)) {
      return;
    }
    // A right checksum over other numbers is another state; anything else is refused.
    try {
      assertThat(MODEL.stateFromBytes(hostile).toBytes()).isEqualTo(hostile);
      assertThat(sign).isTrue();
    } catch (FormatException e) {
      assertThat(e).hasMessageStartingWith("state bytes: ");
    }
  }

  @Property(tries = 1000, seed = "12")
  void cutOrForeignBytesAreRefused(
      @ForAll @IntRange(min = 0, max = 2000) int length, @ForAll @Size(max = 200) byte[] foreign) {
    byte[] good = state().toBytes();
    int kept = Math.min(length, good.length - 1);
    assertRefused(Arrays.copyOf(good, kept), "state bytes: ");
    assertRefused(foreign, "state bytes: ");
  }

  /** Written by the first release: model and state must stay readable and belong together. */
  @Test
  void statesOfEarlierReleasesAreRead() throws Exception {
    Path folder = Path.of(StateBytesTest.class.getResource("/state/version-1").toURI());
    SequenceModel model = SequenceModel.load(folder);
    byte[] bytes = Files.readAllBytes(folder.resolve("stream.state"));
    State state = model.stateFromBytes(bytes);
    assertThat(state.steps()).isEqualTo(35);
    assertThat(state.observedSteps()).isEqualTo(30);
    assertThat(state.toBytes()).isEqualTo(bytes);
    assertThat(model.fingerprint()).isEqualTo("eff5ef2ecf0e3264");
  }

  private static Path fixture(String name) throws Exception {
    return Path.of(StateBytesTest.class.getResource("/state/" + name).toURI());
  }

  /** The states of other kinds of layers: written after 30 steps of sin(0.3 t), and so read. */
  @ParameterizedTest
  @CsvSource({
    "version-1-cut, 47e664c683af2467",
    "version-1-s4, 120bd0f65c017ff9",
    "version-1-gru, 4d6015a82e953ce6"
  })
  void statesOfOtherLayersKeepTheirMeaning(String name, String fingerprint) throws Exception {
    SequenceModel model = SequenceModel.load(fixture(name));
    assertThat(model.fingerprint()).isEqualTo(fingerprint);
    byte[] bytes = Files.readAllBytes(fixture(name).resolve("stream.state"));
    State read = model.stateFromBytes(bytes);
    assertThat(read.toBytes()).isEqualTo(bytes);
    State fresh = model.newState();
    for (int t = 0; t < 30; t++) {
      model.step(new float[] {(float) Math.sin(0.3 * t)}, fresh);
    }
    assertThat(read.steps()).isEqualTo(30);
    for (int t = 0; t < 10; t++) {
      // Of another machine's sines and kernels: some roundings.
      assertThat(model.step(new float[] {1}, read))
          .containsExactly(model.step(new float[] {1}, fresh), within(1e-5f));
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {7, -1, 0.5f, 1e9f})
  void aPlaceOutsideTheLineIsRefused(float place) throws Exception {
    SequenceModel model = SequenceModel.load(fixture("version-1-cut"));
    byte[] bytes = Files.readAllBytes(fixture("version-1-cut").resolve("stream.state"));
    int at = 40 + 4 + 8 * 4;
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(at, place);
    assertThatThrownBy(() -> model.stateFromBytes(signed(bytes)))
        .isInstanceOf(FormatException.class)
        .hasMessageContainingAll("state bytes: layer 0", "place of the oldest input is " + place);
  }
}
