package io.carillon.examples;

import io.carillon.model.SequenceModel;
import io.carillon.model.State;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Many live streams of one model, each with a key. The stream that has rested longest is forgotten
 * when there are too many; one that comes back after that starts anew. Safe for many threads.
 */
public final class Streams {
  /** "CRLS" and a version. */
  private static final int MAGIC = 0x43524C53;

  private static final int VERSION = 1;
  private static final int LONGEST_KEY = 256;

  private final SequenceModel model;
  private final int most;
  private final Map<String, State> states;
  private long forgotten;

  /**
   * Streams without a past.
   *
   * @param most streams that are remembered at once
   */
  public Streams(SequenceModel model, int most) {
    if (most < 1) {
      throw new IllegalArgumentException("most is " + most + "; at least one stream must fit");
    }
    this.model = model;
    this.most = most;
    // In order of access: the first is the one to forget.
    this.states = new LinkedHashMap<>(16, 0.75f, true);
  }

  /**
   * Answers a line {@code key,value,value,…} with {@code key,answer,answer,…}: the model's outputs
   * after one step of the key's stream.
   *
   * @throws IllegalArgumentException if the line is no such line; no stream is changed then
   */
  public synchronized String answer(String line) {
    String[] cells = line.split(",", -1);
    String key = cells[0].trim();
    if (key.isEmpty() || key.length() > LONGEST_KEY) {
      throw new IllegalArgumentException(
          "a line begins with a key of 1 to " + LONGEST_KEY + " characters");
    }
    float[] x = numbers(cells);
    State state = states.get(key);
    boolean fresh = state == null;
    if (fresh) {
      state = model.newState();
    }
    float[] y = model.step(x, state);
    if (fresh) {
      states.put(key, state);
      forgetTooMany();
    }
    StringBuilder answer = new StringBuilder(key);
    for (float value : y) {
      answer.append(',').append(value);
    }
    return answer.toString();
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

  private void forgetTooMany() {
    var oldest = states.entrySet().iterator();
    while (states.size() > most) {
      oldest.next();
      oldest.remove();
      forgotten++;
    }
  }

  /** Streams that are remembered. */
  public synchronized int size() {
    return states.size();
  }

  /** Streams that had to be forgotten. */
  public synchronized long forgotten() {
    return forgotten;
  }

  /**
   * Writes all states, the one to forget first at the front. The file is replaced whole: a service
   * that dies meanwhile leaves the old one.
   */
  public void save(Path file) throws IOException {
    Map<String, byte[]> bytes = new LinkedHashMap<>();
    // Steps wait only while states are copied, not while the disk is written.
    synchronized (this) {
      states.forEach((key, state) -> bytes.put(key, state.toBytes()));
    }
    Path next = file.resolveSibling(file.getFileName() + ".part");
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(next)))) {
      out.writeInt(MAGIC);
      out.writeInt(VERSION);
      out.writeInt(bytes.size());
      for (Map.Entry<String, byte[]> entry : bytes.entrySet()) {
        byte[] key = entry.getKey().getBytes(StandardCharsets.UTF_8);
        out.writeInt(key.length);
        out.write(key);
        out.writeInt(entry.getValue().length);
        out.write(entry.getValue());
      }
    }
    Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * Takes over the states that {@link #save} has written, in place of those that are here.
   *
   * @throws IOException if the file cannot be read or is no such file
   * @throws io.carillon.io.FormatException if its states are damaged or of another model
   */
  public void restore(Path file) throws IOException {
    Map<String, State> found = new LinkedHashMap<>();
    byte[] all = Files.readAllBytes(file);
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(all))) {
      if (in.readInt() != MAGIC || in.readInt() != VERSION) {
        throw new IOException(file + ": is no file of streams of version " + VERSION);
      }
      for (int left = in.readInt(); left > 0; left--) {
        String key = new String(piece(in, file), StandardCharsets.UTF_8);
        found.put(key, model.stateFromBytes(piece(in, file)));
      }
    }
    synchronized (this) {
      states.clear();
      states.putAll(found);
      forgetTooMany();
    }
  }

  private static byte[] piece(DataInputStream in, Path file) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw new IOException(file + ": is cut or damaged");
    }
    return in.readNBytes(length);
  }
}
