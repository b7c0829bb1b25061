package io.carillon.testing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Makes WAV files for tests, independently of the reader. */
public final class WavBytes {
  private int code = 1;
  private int bits = 16;
  private int channels = 1;
  private int rate = 8000;
  private boolean extensible;
  private boolean oddChunk;
  private double[] samples = {0};

  public static WavBytes of(double... samples) {
    WavBytes wav = new WavBytes();
    wav.samples = samples;
    return wav;
  }

  public WavBytes pcm(int bitsPerSample) {
    bits = bitsPerSample;
    return this;
  }

  public WavBytes floats() {
    code = 3;
    bits = 32;
    return this;
  }

  public WavBytes code(int formatCode) {
    code = formatCode;
    return this;
  }

  public WavBytes channels(int count) {
    channels = count;
    return this;
  }

  public WavBytes rate(int perSecond) {
    rate = perSecond;
    return this;
  }

  public WavBytes extensible() {
    extensible = true;
    return this;
  }

  /** Puts a chunk of odd size before the sound. */
  public WavBytes oddChunk() {
    oddChunk = true;
    return this;
  }

  public byte[] bytes() {
    int formatSize = extensible ? 40 : 16;
    int dataSize = samples.length * bits / 8;
    int size = 12 + 8 + formatSize + (oddChunk ? 12 : 0) + 8 + dataSize;
    ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    tag(out, "RIFF").putInt(size - 8);
    tag(out, "WAVE");
    tag(out, "fmt ").putInt(formatSize);
    out.putShort((short) (extensible ? 0xFFFE : code)).putShort((short) channels).putInt(rate);
    out.putInt(rate * channels * bits / 8).putShort((short) (channels * bits / 8));
    out.putShort((short) bits);
    if (extensible) {
      out.putShort((short) 22).putShort((short) bits).putInt(0).putShort((short) code);
      out.put(new byte[] {0, 0, 0, 0, 0x10, 0, (byte) 0x80, 0, 0, (byte) 0xAA, 0, 0x38});
      out.put(new byte[] {(byte) 0x9B, 0x71});
    }
    if (oddChunk) {
      tag(out, "note").putInt(3).put(new byte[] {1, 2, 3, 0});
    }
    tag(out, "data").putInt(dataSize);
    for (double sample : samples) {
      put(out, sample);
    }
    return out.array();
  }

  private void put(ByteBuffer out, double sample) {
    if (code == 3 && bits == 32) {
      out.putFloat((float) sample);
      return;
    }
    long value = Math.round(sample * (1L << (bits - 1)));
    switch (bits) {
      case 8 -> out.put((byte) (value + 128));
      case 16 -> out.putShort((short) value);
      case 24 -> out.put((byte) value).put((byte) (value >> 8)).put((byte) (value >> 16));
      default -> out.putInt((int) value);
    }
  }

  private static ByteBuffer tag(ByteBuffer out, String tag) {
    return out.put(tag.getBytes(StandardCharsets.US_ASCII));
  }
}
