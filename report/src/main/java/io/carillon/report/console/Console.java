package io.carillon.report.console;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Where a command reads and writes. Results and progress go to {@code out}, errors and warnings to
 * {@code err}; text is UTF-8 on every system.
 *
 * @param in standard input
 * @param out standard output
 * @param err standard error
 * @param terminal whether {@code out} is a terminal, on which lines can be redrawn
 * @param columns width of the terminal
 */
public record Console(
    InputStream in, PrintStream out, PrintStream err, boolean terminal, int columns) {
  private static final int NARROWEST = 40;
  private static final int WIDEST = 400;

  /**
   * That of the process. Java cannot ask whether its output is a terminal in the same way on all
   * versions, so the launcher says it in {@code carillon.terminal} and {@code carillon.columns};
   * without it the output is taken for a file.
   */
  public static Console system() {
    boolean terminal = Boolean.getBoolean("carillon.terminal");
    int columns = Integer.getInteger("carillon.columns", 80);
    return new Console(
        System.in,
        utf8(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 14)),
        utf8(new FileOutputStream(FileDescriptor.err)),
        terminal,
        Math.min(WIDEST, Math.max(NARROWEST, columns)));
  }

  /** A stream that passes on every finished line. */
  public static PrintStream utf8(OutputStream to) {
    return new PrintStream(to, true, StandardCharsets.UTF_8);
  }

  /** One line to the output. */
  public void say(String format, Object... values) {
    out.println(Text.format(format, values));
  }

  /** One line to standard error, marked as a warning. */
  public void warn(String format, Object... values) {
    err.println("warning: " + Text.format(format, values));
  }
}
