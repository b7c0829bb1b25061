package io.carillon.examples;

import io.carillon.model.SequenceModel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Scores live lines {@code key,value,…} of many streams, over a socket or by HTTP:
 *
 * <pre>
 *   printf 'pump-7,0.31\npump-8,0.12\n' | nc localhost 7070
 *   curl --data-binary 'pump-7,0.29' http://localhost:8080/score
 * </pre>
 *
 * One line of answer for a line: {@code key,answer,…}, or {@code error: …} for a wrong line, which
 * changes no stream. All states go to a file every few seconds and at the end, and come back from
 * it at the next start. Listens on this machine only; put what you trust in front of it. {@link
 * LineSetting} lists the limits: no client can hold more of the service than they say.
 *
 * <p>Who does what: {@link LinePort} and {@link HttpPort} let clients in, {@link LineConnection}
 * serves one of them, {@link Answers} turns lines into answers, {@link Streams} holds the states,
 * {@link CheckpointWriter} and {@link CheckpointReader} know the file.
 */
public final class LineService implements AutoCloseable {
  private static final int BACKLOG = 128;

  private final Streams streams;
  private final Path checkpoint;
  private final LineSettings settings;
  private final List<String> losses;
  private final Deadlines deadlines = new Deadlines();
  private final LinePort lines;
  private final HttpPort http;
  private final ScheduledExecutorService saving = Executors.newSingleThreadScheduledExecutor();
  private boolean closed;

  /**
   * Starts the service.
   *
   * @param checkpoint file of the states; read when it is there
   * @throws IOException if a port is taken, or the checkpoint cannot be read or is of another model
   * @throws UnsupportedOperationException if the model cannot stream
   */
  public LineService(SequenceModel model, Path checkpoint, LineSettings settings)
      throws IOException {
    this(
        model,
        checkpoint,
        settings,
        new ServerSocket(
            settings.get(LineSetting.LINE_PORT), BACKLOG, InetAddress.getLoopbackAddress()));
  }

  /** With a socket of one's own for the lines; the service closes it. */
  LineService(SequenceModel model, Path checkpoint, LineSettings settings, ServerSocket socket)
      throws IOException {
    try {
      this.checkpoint = checkpoint;
      this.settings = settings;
      this.streams =
          new Streams(
              model,
              settings.get(LineSetting.STREAMS),
              settings.get(LineSetting.STREAMS_PER_CLIENT));
      this.losses = Files.exists(checkpoint) ? streams.restore(checkpoint) : List.of();
      // A model that cannot stream says so now, not to the first client.
      model.newState();
      Answers answers = new Answers(streams, settings.get(LineSetting.LINE_BYTES));
      this.lines = new LinePort(socket, settings, answers, deadlines);
      this.http =
          new HttpPort(
              new InetSocketAddress(
                  InetAddress.getLoopbackAddress(), settings.get(LineSetting.HTTP_PORT)),
              settings,
              answers,
              deadlines);
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
    lines.start();
    http.start();
    int pause = settings.get(LineSetting.CHECKPOINT_SECONDS);
    saving.scheduleWithFixedDelay(this::saveAndTell, pause, pause, TimeUnit.SECONDS);
  }

  /** Port for lines. */
  public int linePort() {
    return lines.port();
  }

  /** Port for HTTP. */
  public int httpPort() {
    return http.port();
  }

  /** The streams. */
  public Streams streams() {
    return streams;
  }

  /** What could not be read from the checkpoint at the start, one sentence each. */
  public List<String> losses() {
    return losses;
  }

  private void saveAndTell() {
    try {
      save();
    } catch (IOException | RuntimeException e) {
      // After an exception the timer would never come again.
      System.err.println("the states could not be saved: " + e);
    }
  }

  private void save() throws IOException {
    for (String missing : streams.save(checkpoint)) {
      System.err.println("not in the checkpoint: " + missing);
    }
  }

  /**
   * Stops: nobody is let in any more, what has come already is answered as far as the setting
   * {@code drain-seconds} allows, and the last checkpoint is written. Every answer that was sent is
   * in it.
   *
   * @throws IOException if it cannot be written; the one before is left then
   */
  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    saving.shutdown();
    try {
      long until =
          System.nanoTime() + TimeUnit.SECONDS.toNanos(settings.get(LineSetting.DRAIN_SECONDS));
      http.stopTaking();
      lines.stopTaking();
      lines.drain(until);
      http.drain(until);
      lines.end();
      http.end();
      long rest = Math.max(until, System.nanoTime()) + TimeUnit.SECONDS.toNanos(1);
      lines.awaitEnd(rest);
      http.awaitEnd(rest);
      // A checkpoint that is being written would write to the same file.
      saving.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    deadlines.close();
    save();
  }

  /**
   * Runs until it is stopped.
   *
   * @param arguments model folder, checkpoint file, and any settings {@code name=value}
   */
  public static void main(String[] arguments) {
    if (arguments.length < 2) {
      System.err.println("usage: LineService MODEL CHECKPOINT [NAME=VALUE …]");
      System.err.println(LineSettings.help());
      System.exit(2);
    }
    LineSettings settings = LineSettings.DEFAULT;
    try {
      settings = LineSettings.parse(List.of(arguments).subList(2, arguments.length));
    } catch (IllegalArgumentException e) {
      System.err.println("LineService: " + e.getMessage());
      System.exit(2);
    }
    try {
      run(Path.of(arguments[0]), Path.of(arguments[1]), settings);
    } catch (IOException | RuntimeException e) {
      System.err.println("LineService: " + e.getMessage());
      System.exit(1);
    }
  }

  private static void run(Path folder, Path checkpoint, LineSettings settings) throws IOException {
    LineService service = new LineService(SequenceModel.load(folder), checkpoint, settings);
    for (String loss : service.losses()) {
      System.err.println(checkpoint + ": " + loss);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(service::closeAndTell));
    System.out.println(
        "lines on port "
            + service.linePort()
            + ", HTTP on port "
            + service.httpPort()
            + ", "
            + service.streams().size()
            + " streams");
  }

  private void closeAndTell() {
    try {
      close();
    } catch (IOException e) {
      System.err.println("the states could not be saved: " + e.getMessage());
    }
  }
}
