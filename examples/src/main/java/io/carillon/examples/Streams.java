package io.carillon.examples;

import io.carillon.model.LiveStream;
import io.carillon.model.Predictor;
import io.carillon.model.SequenceModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * Many live streams of one model, each with a key. The stream that has rested longest is forgotten
 * when there are too many; one that comes back after that starts anew. Safe for many threads;
 * streams do not wait for each other's steps.
 */
public final class Streams {
  private static final int LONGEST_KEY = 256;

  private final Predictor predictor;
  private final int most;
  private final int mostPerClient;

  /** In order of access: the first is the one to forget. Guarded by this. */
  private final Map<String, Stream> streams = new LinkedHashMap<>(16, 0.75f, true);

  /** How many of the streams a client has begun. Guarded by this. */
  private final Map<Object, Integer> begun = new HashMap<>();

  private long forgotten;

  /** A stream, guarded by this object, and who began it, null if not known. */
  private record Stream(LiveStream live, Object client) {}

  /**
   * Streams without a past.
   *
   * @param most streams that are remembered at once
   */
  public Streams(SequenceModel model, int most) {
    this(model, most, most);
  }

  /**
   * Streams without a past.
   *
   * @param most streams that are remembered at once
   * @param mostPerClient of these, begun by one client since this object was made; from {@code
   *     most} on no bound, then the longest rested goes
   */
  public Streams(SequenceModel model, int most, int mostPerClient) {
    if (most < 1 || mostPerClient < 1) {
      throw new IllegalArgumentException(
          "most is "
              + most
              + " and mostPerClient is "
              + mostPerClient
              + "; at least one stream must fit");
    }
    this.predictor = Predictor.of(model);
    this.most = most;
    this.mostPerClient = mostPerClient;
  }

  /** {@link #answer(String, Object)} for a client that is not known. */
  public String answer(String line) {
    return answer(line, null);
  }

  /**
   * Answers a line {@code key,value,value,…} with {@code key,class,probability}, or {@code
   * key,value,…} of a model that has no classes: the answer after one step of the key's stream, all
   * in the units of the data. A value may be missing ({@code ?} or empty) if the model can do
   * without; an event that is left out for it is answered with {@code key,?}.
   *
   * @param client who sends it, as a key of a map; null if not known
   * @throws IllegalArgumentException if the line is no such line, or would begin one stream too
   *     many for the client; no stream is changed then
   * @throws ArithmeticException if the answer is not finite
   */
  public String answer(String line, Object client) {
    String[] cells = line.split(",", -1);
    String key = cells[0].trim();
    if (key.isEmpty() || key.length() > LONGEST_KEY) {
      throw new IllegalArgumentException(
          "a line begins with a key of 1 to " + LONGEST_KEY + " characters");
    }
    double[] event = numbers(cells);
    Stream stream;
    synchronized (this) {
      stream = streams.get(key);
      if (stream == null) {
        return key + "," + begin(key, event, client);
      }
    }
    synchronized (stream) {
      return key + "," + step(stream.live(), event);
    }
  }

  private double[] numbers(String[] cells) {
    double[] event = new double[cells.length - 1];
    int size = predictor.meaning().inputSize();
    if (event.length != size) {
      throw new IllegalArgumentException(
          "a line has a key and " + size + " numbers, not " + event.length);
    }
    for (int i = 0; i < size; i++) {
      String cell = cells[i + 1].trim();
      try {
        event[i] = cell.isEmpty() || cell.equals("?") ? Double.NaN : Double.parseDouble(cell);
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("'" + cell + "' is no number", e);
      }
    }
    return event;
  }

  private String step(LiveStream live, double[] event) {
    return (predictor.meaning().isClass()
            ? live.classify(event).map(answer -> answer.name() + "," + (float) answer.probability())
            : live.predict(event).map(Streams::text))
        .orElse("?");
  }

  private static String text(float[] values) {
    StringJoiner text = new StringJoiner(",");
    for (float value : values) {
      text.add(Float.toString(value));
    }
    return text.toString();
  }

  /** The first step of a stream, which is remembered if the step succeeds. */
  private String begin(String key, double[] event, Object client) {
    if (client != null && mostPerClient < most && begun.getOrDefault(client, 0) >= mostPerClient) {
      throw new IllegalArgumentException(
          "this client has begun " + mostPerClient + " streams already; '" + key + "' is one more");
    }
    LiveStream live = predictor.open();
    String answer = step(live, event);
    streams.put(key, new Stream(live, client));
    if (client != null) {
      begun.merge(client, 1, Integer::sum);
    }
    forgetTooMany();
    return answer;
  }

  private void forgetTooMany() {
    var oldest = streams.values().iterator();
    while (streams.size() > most) {
      Object client = oldest.next().client();
      oldest.remove();
      forgotten++;
      if (client != null) {
        begun.computeIfPresent(client, (key, count) -> count == 1 ? null : count - 1);
      }
    }
  }

  /** Streams that are remembered. */
  public synchronized int size() {
    return streams.size();
  }

  /** Streams that had to be forgotten. */
  public synchronized long forgotten() {
    return forgotten;
  }

  /**
   * Writes all states, the one to forget first at the front. The file is replaced whole: a service
   * that dies meanwhile leaves the old one.
   *
   * @return what could not be written, one sentence each
   * @throws IOException if the file cannot be written; the old one is left
   */
  public List<String> save(Path file) throws IOException {
    Map<String, Stream> all;
    synchronized (this) {
      all = new LinkedHashMap<>(streams);
    }
    List<String> missing = new ArrayList<>();
    CheckpointWriter.write(
        file,
        out -> {
          for (Map.Entry<String, Stream> entry : all.entrySet()) {
            try {
              out.add(entry.getKey(), bytes(entry.getValue()));
            } catch (IllegalStateException | ArithmeticException e) {
              // One stream that has gone wrong must not keep the others from being saved.
              missing.add("stream '" + entry.getKey() + "': " + e.getMessage());
            }
          }
        });
    return missing;
  }

  /** A step of this stream waits for no more than the copy. */
  private static byte[] bytes(Stream stream) {
    synchronized (stream) {
      return stream.live().state().toBytes();
    }
  }

  /**
   * Takes over the states that {@link #save} has written, in place of those that are here. Streams
   * whose entries are damaged are left out; the file is then kept under another name.
   *
   * @return what could not be read, one sentence each; empty if nothing is missing
   * @throws IOException if the file cannot be read, is no such file, or is of another model; all
   *     streams are then as before
   */
  public List<String> restore(Path file) throws IOException {
    CheckpointReader.Found found = CheckpointReader.read(file, predictor.model());
    synchronized (this) {
      streams.clear();
      begun.clear();
      found
          .states()
          .forEach((key, state) -> streams.put(key, new Stream(predictor.open(state), null)));
      forgetTooMany();
    }
    return found.losses();
  }
}
