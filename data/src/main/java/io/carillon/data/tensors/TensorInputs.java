package io.carillon.data.tensors;

import io.carillon.data.EventTimes;
import io.carillon.data.Inputs;
import io.carillon.error.FormatException;
import io.carillon.io.SafeTensors;
import io.carillon.io.SafeTensors.Tensor;
import io.carillon.model.Meaning;
import io.carillon.model.SequenceModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Inputs in a {@code .safetensors} file, see {@code docs/formats.md}: {@code x}, numbers [B][L][d]
 * ([B][L] when d is 1) or tokens [B][L]; perhaps {@code lengths} [B], the true lengths of padded
 * sequences; {@code mask} [B][L], 0 where a step is missing; and {@code gaps} or {@code times}
 * [B][L], the time between steps.
 */
public final class TensorInputs {
  private static final String GAPS = "gaps";
  private static final String TIMES = "times";
  private static final String MASK = "mask";
  private static final int MOST_NAMED = 10;

  private final Path file;
  private final SequenceModel model;
  private final Meaning meaning;
  private final Map<String, Tensor> all;
  private final List<String> notes;
  private final Tensor x;

  /** Numbers per step. */
  private final int size;

  /** Steps of the longest sequence, L. */
  private final int longest;

  private final int[] lengths;

  private TensorInputs(Path file, SequenceModel model, Meaning meaning) throws IOException {
    this.file = file;
    this.model = model;
    this.meaning = meaning;
    SafeTensors.Contents contents = SafeTensors.read(file);
    this.all = contents.tensors();
    this.notes = contents.note() == null ? List.of() : List.of(contents.note());
    this.x = all.get("x");
    if (x == null) {
      throw refused("has no tensor 'x'; it holds " + names());
    }
    boolean tokens = model.config().vocabulary() > 0;
    this.size = tokens ? 1 : model.config().inputSize();
    int[] shape = x.shape();
    boolean fits =
        shape.length == 3 && !tokens && shape[2] == size || shape.length == 2 && size == 1;
    if (!fits || tokens != x.data() instanceof long[]) {
      throw refused(
          "tensor 'x' is "
              + described(x)
              + "; the model takes "
              + (tokens ? "I64 tokens [B][L]" : "F32 or F64 numbers [B][L][" + size + "]"));
    }
    if (Arrays.stream(shape).anyMatch(axis -> axis == 0)) {
      throw refused("tensor 'x' is " + described(x) + "; there is nothing in it to answer for");
    }
    this.longest = shape[1];
    this.lengths = lengths(shape[0]);
  }

  /**
   * Reads a file.
   *
   * @param meaning what the numbers of the file mean
   * @throws FormatException if a tensor does not fit the model or another tensor
   * @throws IOException if it cannot be read
   */
  public static Inputs read(Path file, SequenceModel model, Meaning meaning) throws IOException {
    return new TensorInputs(file, model, meaning).inputs();
  }

  private Inputs inputs() {
    List<String> names = new ArrayList<>();
    for (int b = 0; b < lengths.length / (model.config().pairs() ? 2 : 1); b++) {
      names.add(Integer.toString(b));
    }
    float[][] masks = masks();
    double[][] gaps = gaps();
    return model.config().vocabulary() > 0
        ? new Inputs(names, null, tokens(), masks, gaps, 0, notes)
        : new Inputs(names, values(masks), null, masks, gaps, size, notes);
  }

  private String names() {
    String first = String.join(", ", all.keySet().stream().limit(MOST_NAMED).toList());
    return all.size() > MOST_NAMED ? first + " and " + (all.size() - MOST_NAMED) + " more" : first;
  }

  private FormatException refused(String problem) {
    return new FormatException(file + ": " + problem);
  }

  private static String described(Tensor tensor) {
    return tensor.type() + " " + Arrays.toString(tensor.shape());
  }

  private int[] lengths(int count) {
    int[] found = new int[count];
    Arrays.fill(found, longest);
    Tensor given = all.get("lengths");
    if (given == null) {
      return found;
    }
    if (!(given.data() instanceof long[] values) || values.length != count) {
      throw refused("tensor 'lengths' must be I64 [" + count + "]");
    }
    for (int b = 0; b < count; b++) {
      if (values[b] < 1 || values[b] > longest) {
        throw refused("lengths[" + b + "] is " + values[b] + "; it must be in 1 .. " + longest);
      }
      found[b] = (int) values[b];
    }
    return found;
  }

  /** One number for every step of every sequence, without the padding; null if there is none. */
  private double[][] perStep(String name) {
    Tensor tensor = all.get(name);
    if (tensor == null) {
      return null;
    }
    if (!Arrays.equals(tensor.shape(), new int[] {lengths.length, longest})) {
      throw refused(
          "tensor '"
              + name
              + "' is "
              + described(tensor)
              + "; it must have one number for every step, ["
              + lengths.length
              + "]["
              + longest
              + "]");
    }
    double[][] numbers = new double[lengths.length][];
    for (int b = 0; b < lengths.length; b++) {
      numbers[b] = new double[lengths[b]];
      for (int t = 0; t < lengths[b]; t++) {
        numbers[b][t] = number(tensor, b * longest + t);
        if (!Double.isFinite(numbers[b][t])) {
          throw refused(at(name, b, t) + " is " + numbers[b][t] + "; it must be finite");
        }
      }
    }
    return numbers;
  }

  private static double number(Tensor tensor, int i) {
    if (tensor.data() instanceof float[] floats) {
      return floats[i];
    }
    return tensor.data() instanceof double[] doubles ? doubles[i] : ((long[]) tensor.data())[i];
  }

  private static String at(String name, int b, int t) {
    return name + "[" + b + "][" + t + "]";
  }

  /** Lengths of the steps in sampling intervals; null if all are 1. */
  private double[][] gaps() {
    double[][] gaps = perStep(GAPS);
    double[][] times = perStep(TIMES);
    if (times != null && gaps != null) {
      throw refused("has both 'gaps' and 'times', two ways to say the same; leave one out");
    }
    for (int b = 0; b < lengths.length && times != null; b++) {
      times[b] = EventTimes.gaps(times[b], meaning, file + ": times[" + b + "]");
    }
    for (int b = 0; b < lengths.length && gaps != null; b++) {
      for (int t = 0; t < lengths[b]; t++) {
        if (!(gaps[b][t] > 0)) {
          throw refused(
              at(GAPS, b, t)
                  + " is "
                  + gaps[b][t]
                  + "; the time since the step before must be positive, 1 is that of the training"
                  + (t == 0 ? ", and that of the first step" : ""));
        }
      }
    }
    return times == null ? gaps : times;
  }

  private float[][] masks() {
    double[][] numbers = perStep(MASK);
    if (numbers == null) {
      return null;
    }
    float[][] masks = new float[numbers.length][];
    for (int b = 0; b < masks.length; b++) {
      masks[b] = new float[numbers[b].length];
      for (int t = 0; t < masks[b].length; t++) {
        masks[b][t] = (float) numbers[b][t];
        if (numbers[b][t] != 0 && numbers[b][t] != 1) {
          throw refused(
              at(MASK, b, t)
                  + " is "
                  + numbers[b][t]
                  + "; it must be 1, or 0 where a step is missing");
        }
      }
    }
    return masks;
  }

  /** Scaled numbers; zeros at missing steps, where anything may stand, NaN as well. */
  private float[][] values(float[][] masks) {
    float[][] values = new float[lengths.length][];
    for (int b = 0; b < lengths.length; b++) {
      float[] sequence = new float[lengths[b] * size];
      for (int i = 0; i < sequence.length; i++) {
        boolean missing = masks != null && masks[b][i / size] == 0;
        sequence[i] = missing ? 0 : value(b, i);
      }
      values[b] = meaning.scaleInput(sequence);
    }
    return values;
  }

  private float value(int b, int i) {
    double value = number(x, (b * longest * size) + i);
    if (Math.abs(value) > Float.MAX_VALUE && Double.isFinite(value)) {
      throw refused(
          at("x", b, i / size)
              + (size > 1 ? "[" + i % size + "]" : "")
              + " is "
              + value
              + "; the model computes with numbers of at most "
              + Float.MAX_VALUE);
    }
    return (float) value;
  }

  private int[][] tokens() {
    int[][] tokens = new int[lengths.length][];
    for (int b = 0; b < lengths.length; b++) {
      tokens[b] = new int[lengths[b]];
      for (int t = 0; t < lengths[b]; t++) {
        long id = ((long[]) x.data())[b * longest + t];
        if (id < 0 || id >= model.config().vocabulary()) {
          throw refused(
              at("x", b, t)
                  + " is token "
                  + id
                  + ", outside 0 .. "
                  + (model.config().vocabulary() - 1));
        }
        tokens[b][t] = (int) id;
      }
    }
    return tokens;
  }
}
