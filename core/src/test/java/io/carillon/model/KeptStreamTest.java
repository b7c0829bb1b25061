package io.carillon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.config.NetworkConfig;
import io.carillon.config.Pooling;
import io.carillon.config.S4dConfig;
import io.carillon.engine.SeededRandom;
import io.carillon.io.FormatException;
import io.carillon.model.inside.Inside;
import io.carillon.nn.Network;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Live streams as bytes, and what holds them without a model. */
class KeptStreamTest {
  /** Where the state begins in the bytes of a stream of two dimensions. */
  private static final int STATE = 20 + 2 * 8 + 4;

  private static Predictor predictor(long seed, Meaning.Missing missing) {
    NetworkConfig config =
        NetworkConfig.sequence(2, 3)
            .withWidth(8)
            .withDepth(2)
            .withPooling(Pooling.LAST)
            .withSsm(S4dConfig.DEFAULT.withStateSize(4));
    return Predictor.of(
        Inside.model(new Network(config, new SeededRandom(seed)), Map.of())
            .withMeaning(
                Meaning.builder()
                    .values(
                        2,
                        List.of("pressure", "heat"),
                        new Scaling(new double[] {1000, -40}, new double[] {10, 0.5}))
                    .quantities(3, List.of(), null)
                    .missing(missing)
                    .timeUnit(0.5)
                    .build()));
  }

  private static final Predictor PREDICTOR = predictor(1, Meaning.Missing.FILL);

  /** Event t of a stream with gaps and, now and then, a missing value. */
  private static boolean step(LiveStream live, int t, float[] answer) {
    double heat = t % 5 == 3 ? Double.NaN : -40 + Math.cos(t);
    return live.at(100 + t + 0.25 * (t % 3)).step(new double[] {1000 + t % 7, heat}, answer);
  }

  private static float[] run(LiveStream live, int from, int to) {
    float[] answer = new float[3];
    for (int t = from; t < to; t++) {
      step(live, t, answer);
    }
    return answer;
  }

  /** State, time of the last event and last values: without any of them the bits would differ. */
  @ParameterizedTest
  @EnumSource(
      value = Meaning.Missing.class,
      names = {"MASK", "FILL"})
  void goingOnFromBytesOrACopyGivesTheSameBits(Meaning.Missing missing) {
    Predictor predictor = predictor(1, missing);
    LiveStream live = predictor.open();
    run(live, 0, 13);
    byte[] bytes = live.toBytes();
    LiveStream read = predictor.streamFromBytes(bytes);
    LiveStream copy = live.copy();
    assertThat(read.toBytes()).isEqualTo(bytes);
    assertThat(copy.toBytes()).isEqualTo(bytes);
    float[] expected = run(live, 13, 20);
    assertThat(run(read, 13, 20)).containsExactly(expected);
    assertThat(run(copy, 13, 20)).containsExactly(expected);
    assertThat(read.toBytes()).isEqualTo(live.toBytes()).isNotEqualTo(bytes);
  }

  @Test
  void whatWasSaidOfTheNextEventStays() {
    LiveStream one = PREDICTOR.open();
    LiveStream two = PREDICTOR.open();
    float[] a = new float[3];
    float[] b = new float[3];
    run(one, 0, 3);
    run(two, 0, 3);
    one.at(104.5);
    two.at(104.5);
    two.toBytes();
    two.copy();
    one.step(new double[] {1003, -40}, a);
    two.step(new double[] {1003, -40}, b);
    assertThat(b).containsExactly(a);
  }

  @Test
  void isBytesUntilItIsTouched() {
    LiveStream live = PREDICTOR.open();
    run(live, 0, 5);
    byte[] bytes = live.toBytes();
    KeptStream kept = KeptStream.of(bytes);
    assertThat(kept.toBytes()).isSameAs(bytes);
    assertThat(kept.model()).isEqualTo(PREDICTOR.model().fingerprint());
    assertThat(kept.copy().toBytes()).isSameAs(bytes);
    KeptStream copy = kept.copy();
    LiveStream touched = kept.live(PREDICTOR);
    assertThat(kept.live(PREDICTOR)).isSameAs(touched);
    assertThat(kept.toBytes()).isEqualTo(bytes);
    assertThat(kept).isEqualTo(copy).hasSameHashCodeAs(copy);
    float[] expected = run(live, 5, 9);
    assertThat(run(touched, 5, 9)).containsExactly(expected);
    assertThat(kept.toBytes()).isEqualTo(live.toBytes()).isNotEqualTo(bytes);
    assertThat(kept).isNotEqualTo(copy);
    assertThat(copy.toBytes()).isEqualTo(bytes);
    assertThat(kept.model()).isEqualTo(PREDICTOR.model().fingerprint());
  }

  @Test
  void aCopyOfALiveOneIsIndependent() {
    KeptStream kept = KeptStream.open(PREDICTOR);
    run(kept.live(PREDICTOR), 0, 4);
    KeptStream copy = kept.copy();
    byte[] before = copy.toBytes();
    float[] expected = run(kept.live(PREDICTOR), 4, 8);
    assertThat(copy.toBytes()).isEqualTo(before);
    assertThat(run(copy.live(PREDICTOR), 4, 8)).containsExactly(expected);
    assertThat(copy).isEqualTo(kept);
  }

  /** The same model, loaded again: the stream goes on with that. */
  @Test
  void goesOnWithTheSameModelLoadedAnew() {
    KeptStream kept = KeptStream.open(PREDICTOR);
    run(kept.live(PREDICTOR), 0, 4);
    KeptStream other = kept.copy();
    Predictor again = Predictor.of(SequenceModel.fromBytes(PREDICTOR.model().toBytes()));
    float[] expected = run(kept.live(PREDICTOR), 4, 8);
    assertThat(run(other.live(again), 4, 8)).containsExactly(expected);
  }

  @Test
  void anotherModelIsRefusedAndNothingHasHappened() {
    Predictor other = predictor(2, Meaning.Missing.FILL);
    KeptStream live = KeptStream.open(PREDICTOR);
    run(live.live(PREDICTOR), 0, 4);
    for (KeptStream kept : List.of(live, KeptStream.of(live.toBytes()))) {
      assertThatThrownBy(() -> kept.live(other))
          .isInstanceOf(FormatException.class)
          .hasMessageContainingAll(PREDICTOR.model().fingerprint(), other.model().fingerprint());
      assertThat(kept.toBytes()).isEqualTo(live.toBytes());
      assertThat(kept.live(PREDICTOR).state().steps()).isPositive();
    }
  }

  private static byte[] bytes() {
    LiveStream live = PREDICTOR.open();
    run(live, 0, 5);
    return live.toBytes();
  }

  /** Puts the checksums right again. */
  private static byte[] signed(byte[] bytes) {
    sign(bytes, 0, STATE - 4);
    sign(bytes, STATE, bytes.length - 4);
    return bytes;
  }

  private static void sign(byte[] bytes, int from, int to) {
    CRC32 crc = new CRC32();
    crc.update(bytes, from, to - from);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(to, (int) crc.getValue());
  }

  private static byte[] changed(Consumer<ByteBuffer> change) {
    byte[] bytes = bytes();
    change.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    return signed(bytes);
  }

  private static void assertRefused(byte[] bytes, String... words) {
    assertThatThrownBy(() -> KeptStream.of(bytes).live(PREDICTOR))
        .isInstanceOf(FormatException.class)
        .hasMessageContainingAll(words);
  }

  @Test
  void everyFieldIsChecked() {
    byte[] good = bytes();
    assertRefused(new byte[0], "no live stream");
    assertRefused(PREDICTOR.open().state().toBytes(), "no live stream");
    assertRefused(changed(b -> b.putInt(0, 1)), "no live stream");
    assertRefused(changed(b -> b.putInt(4, 2)), "version is 2");
    for (int length = 8; length < STATE; length++) {
      assertRefused(Arrays.copyOf(good, length), "only " + length + " bytes");
    }
    assertRefused(changed(b -> b.putInt(16, -1)), "bytes");
    assertRefused(changed(b -> b.putInt(16, Integer.MAX_VALUE)), "bytes");
    assertRefused(changed(b -> b.putDouble(8, Double.POSITIVE_INFINITY)), "time of the last event");
    assertRefused(changed(b -> b.putDouble(28, Double.NEGATIVE_INFINITY)), "value 1");
    assertRefused(changed(b -> b.putLong(STATE + 8, 1)), "0000000000000001");
    assertRefused(Arrays.copyOf(good, good.length - 1), "checksum");
    assertRefused(Arrays.copyOf(good, STATE), "no state");
    byte[] flipped = good.clone();
    flipped[9] ^= 1;
    assertRefused(flipped, "stream bytes: the checksum");
    // A stream of a model with one dimension, before a state of this one.
    byte[] narrow = new byte[good.length - 8];
    ByteBuffer.wrap(narrow)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(good, 0, 16)
        .putInt(1)
        .putDouble(0)
        .position(STATE - 8)
        .put(good, STATE, good.length - STATE);
    sign(narrow, 0, STATE - 12);
    assertRefused(narrow, "1 dimensions", "2 numbers per step");
  }

  @Property(tries = 2000, seed = "31")
  void damagedBytesAreRefused(
      @ForAll @Size(min = 1, max = 6) int[] places, @ForAll byte value, @ForAll boolean sign) {
    byte[] good = bytes();
    byte[] bytes = good.clone();
    for (int place : places) {
      bytes[Math.floorMod(place, bytes.length)] = value;
    }
    byte[] hostile = sign ? signed(bytes) : bytes;
    if (Arrays.equals(hostile, good)) {
      return;
    }
    // With right checksums it may be another stream, and then one that is written again.
    try {
      KeptStream kept = KeptStream.of(hostile);
      kept.live(PREDICTOR);
      assertThat(KeptStream.of(kept.toBytes()).live(PREDICTOR).toBytes()).isEqualTo(kept.toBytes());
      assertThat(sign).isTrue();
    } catch (FormatException e) {
      assertThat(e.getMessage()).matches("(stream|state) bytes: .*");
    }
  }
}
