package io.carillon.papers.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.data.DataException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Pickles that Python 3 with NumPy 2.4 has written: {@code {'labels': [3, 700, -5], 'data': d}}
 * with {@code d = np.array([[0, 1, 2], [253, 254, 255]], np.uint8)}, in every protocol.
 */
class PlainPickleTest {
  private static final byte[] DATA = {0, 1, 2, (byte) 253, (byte) 254, (byte) 255};

  static List<String> protocols() {
    return List.of(
        "gAJ9cQAoWAYAAABsYWJlbHNxAV1xAihLA028Akr7////ZVgEAAAAZGF0YXEDY251bXB5Ll"
            + "9jb3JlLm11bHRpYXJyYXkKX3JlY29uc3RydWN0CnEEY251bXB5Cm5kYXJyYXkKcQVLAIVx"
            + "BmNfY29kZWNzCmVuY29kZQpxB1gBAAAAYnEIWAYAAABsYXRpbjFxCYZxClJxC4dxDFJxDS"
            + "hLAUsCSwOGcQ5jbnVtcHkKZHR5cGUKcQ9YAgAAAHUxcRCJiIdxEVJxEihLA1gBAAAAfHET"
            + "Tk5OSv////9K/////0sAdHEUYoloB1gJAAAAAAECw73DvsO/cRVoCYZxFlJxF3RxGGJ1Lg"
            + "==",
        "gAN9cQAoWAYAAABsYWJlbHNxAV1xAihLA028Akr7////ZVgEAAAAZGF0YXEDY251bXB5Ll"
            + "9jb3JlLm11bHRpYXJyYXkKX3JlY29uc3RydWN0CnEEY251bXB5Cm5kYXJyYXkKcQVLAIVx"
            + "BkMBYnEHh3EIUnEJKEsBSwJLA4ZxCmNudW1weQpkdHlwZQpxC1gCAAAAdTFxDImIh3ENUn"
            + "EOKEsDWAEAAAB8cQ9OTk5K/////0r/////SwB0cRBiiUMGAAEC/f7/cRF0cRJidS4=",
        "gASVswAAAAAAAAB9lCiMBmxhYmVsc5RdlChLA028Akr7////ZYwEZGF0YZSMFm51bXB5Ll"
            + "9jb3JlLm11bHRpYXJyYXmUjAxfcmVjb25zdHJ1Y3SUk5SMBW51bXB5lIwHbmRhcnJheZST"
            + "lEsAhZRDAWKUh5RSlChLAUsCSwOGlGgHjAVkdHlwZZSTlIwCdTGUiYiHlFKUKEsDjAF8lE"
            + "5OTkr/////Sv////9LAHSUYolDBgABAv3+/5R0lGJ1Lg==",
        "gAWVngAAAAAAAAB9lCiMBmxhYmVsc5RdlChLA028Akr7////ZYwEZGF0YZSME251bXB5Ll"
            + "9jb3JlLm51bWVyaWOUjAtfZnJvbWJ1ZmZlcpSTlCiWBgAAAAAAAAAAAQL9/v+UjAVudW1w"
            + "eZSMBWR0eXBllJOUjAJ1MZSJiIeUUpQoSwOMAXyUTk5OSv////9K/////0sAdJRiSwJLA4"
            + "aUjAFDlHSUUpR1Lg==");
  }

  private static final String BY_COLUMNS =
      "gAN9cQAoQwZsYWJlbHNxAV1xAksDYUMEZGF0YXEDY251bXB5Ll9jb3JlLm11bHRpYXJyYX"
          + "kKX3JlY29uc3RydWN0CnEEY251bXB5Cm5kYXJyYXkKcQVLAIVxBkMBYnEHh3EIUnEJKEsB"
          + "SwJLA4ZxCmNudW1weQpkdHlwZQpxC1gCAAAAdTFxDImIh3ENUnEOKEsDWAEAAAB8cQ9OTk"
          + "5K/////0r/////SwB0cRBiiEMGAP0B/gL/cRF0cRJidS4=";

  /** Calls os.system when Python reads it. */
  private static final String HOSTILE = "gAJjcG9zaXgKc3lzdGVtCnEAWAQAAAB0cnVlcQGFcQJScQMu";

  private static final String FLOATS =
      "gAJ9cQBYBAAAAGRhdGFxAWNudW1weS5fY29yZS5tdWx0aWFycmF5Cl9yZWNvbnN0cnVjdA"
          + "pxAmNudW1weQpuZGFycmF5CnEDSwCFcQRjX2NvZGVjcwplbmNvZGUKcQVYAQAAAGJxBlgG"
          + "AAAAbGF0aW4xcQeGcQhScQmHcQpScQsoSwFLAksDhnEMY251bXB5CmR0eXBlCnENWAIAAA"
          + "BmNHEOiYiHcQ9ScRAoSwNYAQAAADxxEU5OTkr/////Sv////9LAHRxEmKJaAVYGQAAAAAA"
          + "AAAAAMKAPwAAAEAAAH1DAAB+QwAAf0NxE2gHhnEUUnEVdHEWYnMu";

  static byte[] bytes(String base64) {
    return Base64.getDecoder().decode(base64);
  }

  @ParameterizedTest
  @MethodSource("protocols")
  void everyProtocolGivesTheSame(String base64) {
    Map<?, ?> map = (Map<?, ?>) PlainPickle.read(bytes(base64), "p");
    assertThat((List<?>) map.get("labels")).isEqualTo(List.of(3, 700, -5));
    PlainPickle.Bytes data = (PlainPickle.Bytes) map.get("data");
    assertThat(data.shape()).containsExactly(2, 3);
    assertThat(data.data()).containsExactly(DATA);
  }

  @Test
  void anArrayByColumnsAndKeysOfBytes() {
    Map<?, ?> map = (Map<?, ?>) PlainPickle.read(bytes(BY_COLUMNS), "p");
    assertThat(((PlainPickle.Bytes) map.get("data")).data()).containsExactly(DATA);
  }

  @Test
  void nothingIsCalledAndOnlyBytesAreRead() {
    assertThatThrownBy(() -> PlainPickle.read(bytes(HOSTILE), "p"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("a call of posix.system, which is refused");
    assertThatThrownBy(() -> PlainPickle.read(bytes(FLOATS), "p"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("type f4");
  }

  @Test
  void aListThatHoldsItselfIsRefused() {
    byte[] endless = {(byte) 0x80, 2, ']', 'q', 0, 'h', 0, 'a', '.'};
    assertThatThrownBy(() -> PlainPickle.read(endless, "p"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("nested deeper than 20");
  }

  @ParameterizedTest
  @MethodSource("protocols")
  void everyCutIsRefused(String base64) {
    byte[] all = bytes(base64);
    for (int length = 0; length < all.length; length++) {
      byte[] cut = Arrays.copyOf(all, length);
      assertThatThrownBy(() -> PlainPickle.read(cut, "p"))
          .as("first %d bytes", length)
          .isInstanceOf(DataException.class)
          .hasMessageStartingWith("p: byte ");
    }
  }

  @ParameterizedTest
  @MethodSource("protocols")
  void noChangedByteGivesAnythingButAnErrorOrAValue(String base64) {
    byte[] all = bytes(base64);
    for (int at = 0; at < all.length; at++) {
      for (int value : new int[] {0, 0x28, 0x52, 0x62, 0x7F, 0xFF}) {
        byte[] changed = all.clone();
        changed[at] = (byte) value;
        try {
          PlainPickle.read(changed, "p");
        } catch (DataException expected) {
          assertThat(expected).hasMessageStartingWith("p: byte ");
        }
      }
    }
  }
}
