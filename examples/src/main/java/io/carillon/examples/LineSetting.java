package io.carillon.examples;

import java.util.Locale;

/** What can be set about a {@link LineService}: a name, its default, its bounds and its meaning. */
public enum LineSetting {
  LINE_PORT(7070, 0, 65_535, "port for lines, 0 for any"),
  HTTP_PORT(8080, 0, 65_535, "port for HTTP, 0 for any"),
  STREAMS(100_000, 1, Integer.MAX_VALUE, "keys that are remembered; the longest rested goes"),
  STREAMS_PER_CLIENT(
      100_000, 1, Integer.MAX_VALUE, "of these, begun by one client; from 'streams' on no bound"),
  CONNECTIONS(1024, 1, 100_000, "connections to the line port at once"),
  CONNECTIONS_PER_CLIENT(256, 1, 100_000, "of these, from one client"),
  LINE_BYTES(65_536, 16, 1 << 24, "longest line"),
  REQUESTS(64, 1, 100_000, "HTTP requests at once"),
  REQUESTS_PER_CLIENT(32, 1, 100_000, "of these, from one client"),
  BODY_BYTES(4 << 20, 16, 1 << 30, "longest body of a request"),
  REQUEST_LINES(100_000, 1, Integer.MAX_VALUE, "lines in one request"),
  FIRST_LINE_SECONDS(10, 1, 86_400, "a connection may be silent before its first line"),
  IDLE_SECONDS(600, 1, 86_400 * 365, "a connection may be silent between lines"),
  LINE_SECONDS(10, 1, 86_400, "from the first byte of a line to its last"),
  REQUEST_SECONDS(30, 1, 86_400, "from the start of a request's body to its end"),
  ANSWER_SECONDS(30, 1, 86_400, "a client may take to accept a piece of its answers"),
  DRAIN_SECONDS(5, 0, 3600, "what was begun may take to end when the service stops"),
  CHECKPOINT_SECONDS(10, 1, 86_400, "between checkpoints");

  private final int otherwise;
  private final int least;
  private final int most;
  private final String meaning;

  LineSetting(int otherwise, int least, int most, String meaning) {
    this.otherwise = otherwise;
    this.least = least;
    this.most = most;
    this.meaning = meaning;
  }

  /** The value when nothing is said. */
  public int otherwise() {
    return otherwise;
  }

  /** How it is written at the command line: {@code line-port}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** A line of the usage text. */
  String help() {
    return String.format(Locale.ROOT, "  %-23s %-7d %s", label(), otherwise, meaning);
  }

  /**
   * The value if it is within the bounds.
   *
   * @throws IllegalArgumentException naming the setting, the value and the bounds if it is not
   */
  int check(long value) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          label() + " is " + value + "; it must be between " + least + " and " + most);
    }
    return (int) value;
  }
}
