package io.carillon.papers.download;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The checksum of a file. MD5 finds damage; it is no protection against somebody who means harm.
 *
 * @param algorithm MD5 or SHA-256
 * @param digits in small hexadecimal digits
 */
public record Checksum(String algorithm, String digits) {
  /** The algorithm of checksums that are recorded here. */
  static final String SHA_256 = "SHA-256";

  static Checksum md5(String digits) {
    return new Checksum("MD5", digits);
  }

  static Checksum sha256(String digits) {
    return new Checksum(SHA_256, digits);
  }

  /**
   * That of a file.
   *
   * @throws IOException if it cannot be read
   */
  static Checksum of(Path file, String algorithm) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
      return new Checksum(algorithm, HexFormat.of().formatHex(digest.digest()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has " + algorithm, e);
    }
  }

  @Override
  public String toString() {
    return algorithm + " " + digits;
  }
}
