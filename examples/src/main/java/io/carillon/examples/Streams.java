package io.carillon.examples;

import io.carillon.model.SequenceModel;
import io.carillon.model.State;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Many live streams of one model, each with a key. The stream that has rested longest is forgotten
 * when there are too many; one that comes back after that starts anew. Safe for many threads;
 * streams do not wait for each other's steps.
 */
public final class Streams {
  private static final int LONGEST_KEY = 256;

  private final SequenceModel model;
  private final int most;
  private final int mostPerClient;

  /** In order of access: the first is the one to forget. Guarded by this. */
  private final Map<String, Stream> streams = new LinkedHashMap<>(16, 0.75f, true);

  /** How many of the streams a client has begun. Guarded by this. */
  private final Map<Object, Integer> begun = new HashMap<>();

  private long forgotten;

  /** The state of a stream, guarded by this object, and who began it, null if not known. */
  private record Stream(State state, Object client) {}

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
    this.model = model;
    this.most = most;
    this.mostPerClient = mostPerClient;
  }

  /** {@link #answer(String, Object)} for a client that is not known. */
  public String answer(String line) {
    return answer(line, null);
  }

  /**
   * Answers a line {@code key,value,value,…} with {@code key,answer,answer,…}: the model's outputs
   * after one step of the key's stream. The values go into the model as they are: a model that was
   * trained on scaled numbers must be given scaled numbers.
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
    float[] x = numbers(cells);
    Stream stream;
    synchronized (this) {
      stream = streams.get(key);
      if (stream == null) {
        return text(key, begin(key, x, client));
      }
    }
    synchronized (stream) {
      return text(key, model.step(x, stream.state()));
    }
  }

  private float[] numbers(String[] cells) {
    float[] x = new float[cells.length - 1];
    int size = model.config().inputSize();
    if (x.length != size) {
      throw new IllegalArgumentException(
          "a line has a key and " + size + " numbers, not " + x.length);
    }
    for (int i = 0; i < size; i++) {
      try {
        x[i] = Float.parseFloat(cells[i + 1].trim());
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("'" + cells[i + 1].trim() + "' is no number", e);
      }
    }
    return x;
  }

  private static String text(String key, float[] y) {
    StringBuilder answer = new StringBuilder(key);
    for (float value : y) {
      answer.append(',').append(value);
    }
    return answer.toString();
  }

  /** The first step of a stream, which is remembered if the step succeeds. */
  private float[] begin(String key, float[] x, Object client) {
    if (client != null && mostPerClient < most && begun.getOrDefault(client, 0) >= mostPerClient) {
      throw new IllegalArgumentException(
          "this client has begun " + mostPerClient + " streams already; '" + key + "' is one more");
    }
    State state = model.newState();
    float[] y = model.step(x, state);
    streams.put(key, new Stream(state, client));
    if (client != null) {
      begun.merge(client, 1, Integer::sum);
    }
    forgetTooMany();
    return y;
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
      return stream.state().toBytes();
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
    CheckpointReader.Found found = CheckpointReader.read(file, model);
    synchronized (this) {
      streams.clear();
      begun.clear();
      found.states().forEach((key, state) -> streams.put(key, new Stream(state, null)));
      forgetTooMany();
    }
    return found.losses();
  }
}
