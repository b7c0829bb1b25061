package io.carillon.model.stream;

import io.carillon.config.NetworkConfig;
import io.carillon.engine.Parameter;
import io.carillon.nn.Network;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.TreeMap;

/**
 * A number that tells models apart: the first eight bytes (big-endian) of the SHA-256 of the
 * settings and of every parameter's name and bits.
 *
 * <p>Settings at their default are left out, so that a setting that a later release adds does not
 * change the fingerprint of the models before it.
 */
public final class Fingerprint {
  private static final int CHUNK = 4096;

  private Fingerprint() {}

  /** The fingerprint of a network's present weights. */
  public static long of(Network network) {
    MessageDigest digest = sha256();
    Map<String, Object> settings = new TreeMap<>();
    flatten("", network.config().toMap(), settings);
    Map<String, Object> defaults = new TreeMap<>();
    flatten("", NetworkConfig.DEFAULT.toMap(), defaults);
    settings.forEach(
        (key, value) -> {
          if (!value.equals(defaults.get(key))) {
            add(digest, key + "=" + value + "\n");
          }
        });
    for (Parameter p : network.parameters()) {
      add(digest, p.name() + "\n");
      add(digest, p.value());
    }
    return ByteBuffer.wrap(digest.digest()).getLong();
  }

  /** A fingerprint as 16 hexadecimal digits. */
  public static String hex(long fingerprint) {
    return String.format("%016x", fingerprint);
  }

  private static void flatten(String prefix, Map<?, ?> map, Map<String, Object> flat) {
    map.forEach(
        (key, value) -> {
          if (value instanceof Map<?, ?> nested) {
            flatten(prefix + key + ".", nested, flat);
          } else {
            flat.put(prefix + key, value);
          }
        });
  }

  private static void add(MessageDigest digest, String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void add(MessageDigest digest, float[] values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    for (int from = 0; from < values.length; from += CHUNK) {
      buffer.clear();
      buffer.asFloatBuffer().put(values, from, Math.min(CHUNK, values.length - from));
      digest.update(buffer.array(), 0, 4 * Math.min(CHUNK, values.length - from));
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
