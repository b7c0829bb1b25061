package io.carillon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.config.Computing;
import io.carillon.config.KernelKind;
import io.carillon.io.FormatException;
import io.carillon.io.Json;
import io.carillon.model.inside.Inside;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model as one piece of bytes: the layout of docs/formats.md, and what is refused. */
class ModelBytesTest {
  private static final int HEADER = 16;
  private static final SequenceModel MODEL =
      Inside.model(Models.plain().network(), Map.of("names", List.of("a", "b"), "scale", 1.5))
          .withMeaning(
              Meaning.builder()
                  .values(2, List.of("pressure", "heat"), new Scaling(d(1000, -40), d(10, 0.5)))
                  .classes(List.of("bad", "good", "so-so"))
                  .missing(Meaning.Missing.MASK)
                  .timeUnit(0.25)
                  .build());
  private static final byte[] BYTES = MODEL.toBytes();

  @TempDir Path folder;

  private static double[] d(double... values) {
    return values;
  }

  private static byte[] signed(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length - 4);
    little(bytes).putInt(bytes.length - 4, (int) crc.getValue());
    return bytes;
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Bytes of two files with the right checksum. */
  private static byte[] bytes(byte[] config, byte[] weights) {
    byte[] all = new byte[HEADER + config.length + weights.length + 4];
    little(all)
        .put(BYTES, 0, 8)
        .putInt(config.length)
        .putInt(weights.length)
        .put(config)
        .put(weights);
    return signed(all);
  }

  private static byte[] config() {
    return Arrays.copyOfRange(BYTES, HEADER, HEADER + little(BYTES).getInt(8));
  }

  private static byte[] weights() {
    int from = HEADER + little(BYTES).getInt(8);
    return Arrays.copyOfRange(BYTES, from, from + little(BYTES).getInt(12));
  }

  private static void assertRefused(byte[] bytes, String... words) {
    assertThatThrownBy(() -> SequenceModel.fromBytes(bytes))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith("model bytes: ")
        .hasMessageContainingAll(words);
  }

  private static void assertSame(SequenceModel found) {
    assertThat(found.fingerprint()).isEqualTo(MODEL.fingerprint());
    assertThat(found.meaning()).isEqualTo(MODEL.meaning());
    assertThat(Json.write(found.info())).isEqualTo(Json.write(MODEL.info()));
    assertThat(found.config()).isEqualTo(MODEL.config());
    assertThat(found.note()).isEmpty();
    float[] history = Models.history(MODEL, 3, 20).values();
    assertThat(found.predict(history)[0]).containsExactly(MODEL.predict(history)[0]);
    assertThat(found.weights()).hasSameSizeAs(MODEL.weights());
    MODEL.weights().forEach((name, w) -> assertThat(found.weights().get(name)).isEqualTo(w));
  }

  @Test
  void theSameModelComesBack() {
    SequenceModel found = SequenceModel.fromBytes(BYTES);
    assertSame(found);
    assertThat(found.toBytes()).isEqualTo(BYTES);
    State state = MODEL.newState();
    float[] y = MODEL.step(new float[] {1, -2}, state);
    assertThat(found.step(new float[] {1, -2}, found.newState())).containsExactly(y);
    assertThat(found.stateFromBytes(state.toBytes()).toBytes()).isEqualTo(state.toBytes());
  }

  /** The parts are the files of a folder, so that either can be made of the other. */
  @Test
  void thePartsAreTheFilesOfAFolder() throws IOException {
    MODEL.save(folder);
    assertThat(config()).isEqualTo(Files.readAllBytes(folder.resolve("config.json")));
    assertThat(weights()).isEqualTo(Files.readAllBytes(folder.resolve("weights.safetensors")));
    assertThat(new String(BYTES, 0, 4, StandardCharsets.US_ASCII)).isEqualTo("CaMo");
    assertThat(little(BYTES).getInt(4)).isEqualTo(1);
    assertSame(SequenceModel.load(folder));
    assertThat(SequenceModel.load(folder).toBytes()).isEqualTo(BYTES);
  }

  @Test
  void howToComputeIsTheChoiceOfTheReader() {
    Computing scalar = Computing.standard().withKernels(KernelKind.SCALAR);
    SequenceModel found = SequenceModel.fromBytes(BYTES, LoadCheck.NONE, scalar);
    assertThat(found.kernels()).isEqualTo("scalar");
    assertThat(found.computing()).isEqualTo(scalar);
  }

  @Test
  void whatTheCertificateSaysCounts() {
    assertThatThrownBy(
            () -> SequenceModel.fromBytes(BYTES, LoadCheck.certified(1e-3), Computing.standard()))
        .isInstanceOf(ParityException.class)
        .hasMessageStartingWith("the bytes of a model: it has no certificate of agreement");
  }

  @Test
  void everyFieldIsChecked() {
    assertRefused(new byte[0], "no model");
    assertRefused(Arrays.copyOf(BYTES, 7), "no model");
    assertRefused(MODEL.newState().toBytes(), "no model");
    assertRefused(changed(0, 1), "no model");
    assertRefused(changed(4, 2), "version is 2");
    assertRefused(Arrays.copyOf(BYTES, 12), "12 bytes");
    assertRefused(Arrays.copyOf(BYTES, BYTES.length - 1), "checksum");
    for (int size : new int[] {-1, 0, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      assertRefused(changed(8, size), "cannot be");
      assertRefused(changed(12, size), "cannot be");
    }
    assertRefused(signed(Arrays.copyOf(BYTES, BYTES.length + 4)), "cannot be");
  }

  private static byte[] changed(int at, int value) {
    byte[] bytes = BYTES.clone();
    little(bytes).putInt(at, value);
    return signed(bytes);
  }

  /** A checksum over all does not stand in for those of the parts. */
  @Test
  void thePartsMustBelongTogether() {
    SequenceModel other = Inside.model(MODEL.network().copy(), Map.of());
    other.network().parameters().get(0).value()[0] += 1;
    byte[] of =
        SequenceModel.fromBytes(Inside.model(other.network(), Map.of()).toBytes()).toBytes();
    int from = HEADER + little(of).getInt(8);
    byte[] foreign = Arrays.copyOfRange(of, from, of.length - 4);
    assertRefused(bytes(config(), foreign), "weights.safetensors", MODEL.fingerprint());
    byte[] text = config();
    assertThat(text[200]).isNotEqualTo((byte) 'x');
    text[new String(text, StandardCharsets.UTF_8).indexOf("so-so")] = 'x';
    assertRefused(bytes(text, weights()), "config.json", "checksum");
    byte[] numbers = weights();
    numbers[numbers.length - 1] ^= 1;
    assertRefused(bytes(config(), numbers), "weights.safetensors", "checksum");
    String without =
        new String(config(), StandardCharsets.UTF_8)
            .replaceFirst(",\\s*\"checksums\": \\{[^}]*}", "");
    assertRefused(bytes(without.getBytes(StandardCharsets.UTF_8), weights()), "no checksums");
    assertRefused(bytes(new byte[] {(byte) 0xff}, weights()), "no text in UTF-8");
  }

  @Property(tries = 300, seed = "21")
  void damagedBytesAreRefused(
      @ForAll @Size(min = 1, max = 8) int[] places, @ForAll byte value, @ForAll boolean sign) {
    byte[] bytes = BYTES.clone();
    for (int place : places) {
      bytes[Math.floorMod(place, bytes.length)] = value;
    }
    byte[] hostile = sign ? signed(bytes) : bytes;
    if (!Arrays.equals(hostile, BYTES)) {
      assertRefusedOrSame(hostile);
    }
  }

  /** Damage to the white space of config.json changes nothing. */
  private static void assertRefusedOrSame(byte[] hostile) {
    SequenceModel read;
    try {
      read = SequenceModel.fromBytes(hostile);
    } catch (FormatException e) {
      assertThat(e).hasMessageStartingWith("model bytes: ");
      return;
    }
    assertSame(read);
  }

  @Property(tries = 300, seed = "22")
  void cutOrForeignBytesAreRefused(
      @ForAll @IntRange(min = 0, max = 1 << 20) int length,
      @ForAll @Size(max = 200) byte[] foreign) {
    assertRefused(Arrays.copyOf(BYTES, length % BYTES.length), "");
    assertRefused(foreign, "");
  }
}
