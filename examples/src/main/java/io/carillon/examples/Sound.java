package io.carillon.examples;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Sound of one channel.
 *
 * @param rate samples per second
 * @param samples in [-1, 1)
 */
record Sound(int rate, float[] samples) {
  private static final int HEADER = 12;
  private static final int CHUNK_HEADER = 8;
  private static final float FULL_SCALE = 32768f;

  /**
   * Reads a WAV file of 16-bit PCM; of several channels the first is taken.
   *
   * @throws IOException if it is no such file
   */
  static Sound read(Path file) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    if (in.limit() < HEADER || !tag(in, 0).equals("RIFF") || !tag(in, 8).equals("WAVE")) {
      throw new IOException(file + ": is no WAV file");
    }
    int channels = 0;
    int rate = 0;
    int at = HEADER;
    while (in.limit() - at >= CHUNK_HEADER) {
      String tag = tag(in, at);
      long size = Integer.toUnsignedLong(in.getInt(at + 4));
      at += CHUNK_HEADER;
      if (size > in.limit() - at) {
        throw new IOException(file + ": ends within the chunk '" + tag + "'");
      }
      if (tag.equals("fmt ") && size >= 16) {
        channels = Short.toUnsignedInt(in.getShort(at + 2));
        rate = in.getInt(at + 4);
        if (in.getShort(at) != 1 || in.getShort(at + 14) != 16 || channels < 1 || rate < 1) {
          throw new IOException(file + ": is not 16-bit PCM; convert it first");
        }
      } else if (tag.equals("data") && channels > 0) {
        return new Sound(rate, samples(in, at, (int) size, channels));
      }
      at += (int) Math.min(size + (size & 1), in.limit() - at);
    }
    throw new IOException(file + ": holds no sound");
  }

  private static float[] samples(ByteBuffer in, int at, int size, int channels) {
    float[] samples = new float[size / (2 * channels)];
    for (int t = 0; t < samples.length; t++) {
      samples[t] = in.getShort(at + 2 * t * channels) / FULL_SCALE;
    }
    return samples;
  }

  private static String tag(ByteBuffer in, int at) {
    byte[] tag = new byte[4];
    in.get(at, tag);
    return new String(tag, StandardCharsets.ISO_8859_1);
  }
}
