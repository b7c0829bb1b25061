package io.carillon.data.audio;

import io.carillon.data.DataException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads RIFF WAVE sound: PCM of 8, 16, 24 or 32 bits and float of 32 bits, any number of channels,
 * plain or WAVE_FORMAT_EXTENSIBLE.
 *
 * <p>This is a reader of its own and not that of {@code javax.sound.sampled} for two reasons. That
 * one hands out what is there of a file whose end is missing, without an error; here every size
 * that the file declares is checked against the bytes that are there before anything is allocated.
 * And it needs the module {@code java.desktop} for what are a few dozen lines.
 */
public final class WavFile {
  private static final int PCM = 1;
  private static final int FLOAT = 3;
  private static final int EXTENSIBLE = 0xFFFE;

  /** The last 14 bytes of the sub-format identifiers that stand for plain format codes. */
  private static final byte[] PLAIN_SUB_FORMAT = {
    0, 0, 0, 0, 0x10, 0, (byte) 0x80, 0, 0, (byte) 0xAA, 0, 0x38, (byte) 0x9B, 0x71
  };

  private final ByteBuffer bytes;
  private final String name;
  private int code;
  private int channels;
  private int rate;
  private int bits;

  private WavFile(byte[] bytes, String name) {
    this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    this.name = name;
  }

  /**
   * Decodes a whole file. Integer samples of b bits are divided by 2^(b-1); 8 bits are unsigned
   * with the middle at 128.
   *
   * @param bytes all bytes of the file
   * @param name for messages
   * @throws DataException if the bytes are no such file, or fewer than it declares
   */
  public static Audio parse(byte[] bytes, String name) {
    return new WavFile(bytes, name).parse();
  }

  private Audio parse() {
    if (bytes.limit() < 12 || !tag(0).equals("RIFF") || !tag(8).equals("WAVE")) {
      throw error(0, "does not begin with RIFF … WAVE, so this is no WAV file");
    }
    int offset = 12;
    while (offset + 8 <= bytes.limit()) {
      String tag = tag(offset);
      long size = Integer.toUnsignedLong(bytes.getInt(offset + 4));
      long there = bytes.limit() - (offset + 8L);
      if (size > there) {
        throw error(
            offset,
            "the chunk '"
                + tag
                + "' declares "
                + size
                + " bytes, the file has only "
                + there
                + " more: it is truncated. Record or copy it again");
      }
      if (tag.equals("fmt ")) {
        readFormat(offset + 8, (int) size);
      } else if (tag.equals("data")) {
        return decode(offset + 8, (int) size);
      }
      offset += (int) Math.min(8 + size + (size & 1), bytes.limit() - offset);
    }
    throw error(offset, "ends before a chunk 'data': it is truncated. Record or copy it again");
  }

  private void readFormat(int at, int size) {
    if (size < 16) {
      throw error(at, "the chunk 'fmt ' has " + size + " bytes; at least 16 are needed");
    }
    code = Short.toUnsignedInt(bytes.getShort(at));
    channels = Short.toUnsignedInt(bytes.getShort(at + 2));
    rate = bytes.getInt(at + 4);
    bits = Short.toUnsignedInt(bytes.getShort(at + 14));
    if (code == EXTENSIBLE) {
      readSubFormat(at, size);
    }
    requireSupported(at, Short.toUnsignedInt(bytes.getShort(at + 12)));
  }

  private void requireSupported(int at, int blockBytes) {
    boolean pcm = code == PCM && (bits == 8 || bits == 16 || bits == 24 || bits == 32);
    if (!pcm && !(code == FLOAT && bits == 32)) {
      throw error(
          at,
          String.format(
              "has format code %d with %d bits; supported are PCM (1) with 8, 16, 24 or 32 bits and"
                  + " float (3) with 32 bits. Convert it, for example to 16-bit PCM",
              code, bits));
    }
    if (channels < 1 || rate < 1 || blockBytes != channels * (bits / 8)) {
      throw error(
          at,
          String.format(
              "declares %d channels, %d samples per second and %d bytes per step, which do not fit"
                  + " together",
              channels, rate, blockBytes));
    }
  }

  private void readSubFormat(int at, int size) {
    if (size < 40) {
      throw error(at, "the chunk 'fmt ' has " + size + " bytes; its format needs 40");
    }
    for (int i = 0; i < PLAIN_SUB_FORMAT.length; i++) {
      if (bytes.get(at + 26 + i) != PLAIN_SUB_FORMAT[i]) {
        throw error(at + 24, "has a sub-format that is neither PCM nor float. Convert it");
      }
    }
    code = Short.toUnsignedInt(bytes.getShort(at + 24));
  }

  private Audio decode(int at, int size) {
    if (rate == 0) {
      throw error(at, "the chunk 'data' comes before a chunk 'fmt '");
    }
    int sampleBytes = bits / 8;
    if (size == 0 || size % (sampleBytes * channels) != 0) {
      throw error(
          at,
          size == 0
              ? "holds no sound at all; remove the file"
              : "has "
                  + size
                  + " bytes of sound, not a multiple of the "
                  + sampleBytes * channels
                  + " bytes per step: it is damaged. Record or copy it again");
    }
    float[] samples = new float[size / sampleBytes];
    for (int i = 0; i < samples.length; i++) {
      int from = at + i * sampleBytes;
      samples[i] = sample(from);
      if (!Float.isFinite(samples[i])) {
        throw error(from, "sample " + i + " is " + samples[i] + "; every sample must be finite");
      }
    }
    return new Audio(rate, channels, samples);
  }

  private float sample(int at) {
    if (code == FLOAT) {
      return bytes.getFloat(at);
    }
    return switch (bits) {
      case 8 -> ((bytes.get(at) & 0xFF) - 128) / 128f;
      case 16 -> bytes.getShort(at) / 32768f;
      case 24 -> ((bytes.get(at + 2) << 16) | (bytes.getShort(at) & 0xFFFF)) / 8388608f;
      default -> (float) (bytes.getInt(at) / 2147483648.0);
    };
  }

  private String tag(int at) {
    return new String(bytes.array(), at, 4, StandardCharsets.ISO_8859_1);
  }

  private DataException error(int offset, String message) {
    return new DataException(name + ": at byte " + offset + ": " + message);
  }
}
