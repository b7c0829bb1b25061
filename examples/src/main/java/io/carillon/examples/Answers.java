package io.carillon.examples;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** One line of answer to one line, however wrong that is. */
final class Answers {
  private final Streams streams;
  private final int longest;

  Answers(Streams streams, int longest) {
    this.streams = streams;
    this.longest = longest;
  }

  /**
   * What the line is answered by, with its end of line.
   *
   * @param bytes hold the line without its end of line from {@code from} up to {@code to}
   */
  byte[] to(byte[] bytes, int from, int to, InetAddress client) {
    String answer;
    try {
      answer = streams.answer(text(bytes, from, to), client);
    } catch (IllegalArgumentException | ArithmeticException e) {
      answer = "error: " + e.getMessage();
    }
    // A message may quote what a client has sent.
    return (answer.replace('\n', ' ').replace('\r', ' ') + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private String text(byte[] bytes, int from, int to) {
    if (to - from > longest) {
      throw new IllegalArgumentException(
          "the line has " + (to - from) + " bytes; at most " + longest + " are allowed");
    }
    try {
      // Keys that differ only in broken characters must not become one key.
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, from, to - from))
          .toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("the line is not UTF-8", e);
    }
  }
}
