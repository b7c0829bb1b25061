package io.carillon.data.numpy;

import io.carillon.data.DataException;
import io.carillon.data.DataFormat;
import io.carillon.data.Inputs;
import io.carillon.data.MissingValues;
import io.carillon.data.Option;
import io.carillon.data.Options;
import io.carillon.data.Splits;
import io.carillon.data.read.SequenceSplits;
import io.carillon.data.read.Sequences;
import io.carillon.model.Meaning;
import io.carillon.model.Meaning.Missing;
import io.carillon.train.Dataset;
import io.carillon.train.Dataset.Target;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Arrays of numpy: an {@code .npz} file with
 *
 * <ul>
 *   <li>{@code x}, numbers [N][L][d], or [N][L] if d is 1;
 *   <li>{@code y}, classes [N] or, for every step, [N][L]; or values [N], [N][k] or, for every
 *       step, [N][L][k]: whole numbers, truth values and texts are classes, other numbers values;
 *   <li>perhaps {@code lengths} [N], the true lengths of padded sequences.
 * </ul>
 *
 * <p>A {@code .npy} file is an {@code x} alone, to predict for. It is divided in three (option
 * {@code split}).
 */
public final class NumpyFormat implements DataFormat {
  static final String KIND = "numpy";

  private static final String AUTO = "auto";
  private static final String CLASS = "class";
  private static final String VALUE = "value";

  static final List<Option> OPTIONS = allOptions();

  private static List<Option> allOptions() {
    List<Option> options = new ArrayList<>(SequenceSplits.OPTIONS);
    options.removeIf(option -> option.key().equals("validation"));
    options.add(
        new Option(
            "target",
            AUTO,
            "what y is: class, value, or auto (whole numbers and texts are classes)"));
    return List.copyOf(options);
  }

  @Override
  public About about() {
    return new About(
        KIND,
        "an .npz file of numpy with arrays x and y; to predict for, also .npy",
        OPTIONS,
        35,
        100);
  }

  @Override
  public boolean readsFile(Path file, String ending) {
    return ending.equals("npz") || ending.equals("npy");
  }

  @Override
  public Splits splits(Path path, Options options, long seed, Optional<Meaning> fitted) {
    Sequences all = read(path, options, true);
    return SequenceSplits.ofOne(KIND, path, all, options, seed, fitted);
  }

  @Override
  public Dataset labelled(Path path, Options options, Meaning fitted) {
    Sequences all = read(path, options, true);
    return Sequences.dataset(all.name(), all.all(), fitted, MissingValues.of(options));
  }

  @Override
  public Inputs inputs(Path path, Options options, Meaning fitted) {
    return Sequences.inputs(read(path, options, false).all(), fitted, MissingValues.of(options));
  }

  private static Sequences read(Path file, Options options, boolean labelled) {
    Map<String, NpyArray> arrays = NumpyFile.read(file, List.of("x", "y", "lengths"));
    return new Content(file, arrays, options).sequences(labelled);
  }

  /** The arrays of a file together. */
  private static final class Content {
    private final Path file;
    private final NpyArray x;
    private final NpyArray y;
    private final int count;
    private final int longest;
    private final int dims;
    private final int[] lengths;
    private final String target;
    private final boolean complete;

    Content(Path file, Map<String, NpyArray> arrays, Options options) {
      this.file = file;
      this.x = arrays.get("x");
      this.y = arrays.get("y");
      this.target = options.choice("target", List.of(AUTO, CLASS, VALUE));
      this.complete = MissingValues.of(options) == Missing.ERROR;
      int[] shape = x.shape();
      if (x.numbers() == null || shape.length < 2 || shape.length > 3 || x.size() == 0) {
        throw new DataException(
            file
                + ": x is "
                + x.described()
                + "; it must be numbers [sequences][steps] or [sequences][steps][numbers per step]");
      }
      this.count = shape[0];
      this.longest = shape[1];
      this.dims = shape.length == 2 ? 1 : shape[2];
      this.lengths = lengths(arrays.get("lengths"));
    }

    private int[] lengths(NpyArray given) {
      int[] found = new int[count];
      Arrays.fill(found, longest);
      if (given == null) {
        return found;
      }
      if (!given.whole() || !Arrays.equals(given.shape(), new int[] {count})) {
        throw new DataException(
            file
                + ": lengths is "
                + given.described()
                + "; it must be whole numbers ["
                + count
                + "]");
      }
      for (int i = 0; i < count; i++) {
        double length = given.numbers()[i];
        if (length < 1 || length > longest) {
          throw new DataException(
              file
                  + ": lengths["
                  + i
                  + "] is "
                  + (long) length
                  + "; it must be in 1 .. "
                  + longest);
        }
        found[i] = (int) length;
      }
      return found;
    }

    Sequences sequences(boolean labelled) {
      Target kind = labelled ? target() : null;
      int values = kind == Target.VALUE || kind == Target.VALUE_PER_STEP ? valuesOfTarget(kind) : 0;
      List<String> names = IntStream.range(0, values).mapToObj(i -> "y" + i).toList();
      String name = String.valueOf(file.getFileName());
      Sequences all = new Sequences(name, dims, List.of(), kind, names);
      for (int i = 0; i < count; i++) {
        all.add(
            sequence(i),
            file + ":x[" + i + "]",
            kind == Target.CLASS || kind == Target.CLASS_PER_STEP ? labels(i, kind) : null,
            values > 0 ? values(i, kind, values) : null);
      }
      return all;
    }

    private double[] sequence(int i) {
      int from = i * longest * dims;
      double[] sequence = Arrays.copyOfRange(x.numbers(), from, from + lengths[i] * dims);
      for (int k = 0; k < sequence.length; k++) {
        if (Math.abs(sequence[k]) > Float.MAX_VALUE || complete && Double.isNaN(sequence[k])) {
          String place =
              file + ": x[" + i + "][" + k / dims + "]" + (dims > 1 ? "[" + k % dims + "]" : "");
          throw new DataException(
              Double.isNaN(sequence[k])
                  ? place + " is missing (NaN); " + MissingValues.advice()
                  : place + " is " + sequence[k] + "; at most " + Float.MAX_VALUE + " is read");
        }
      }
      return sequence;
    }

    /** By the type of y and its axes. */
    private Target target() {
      if (y == null) {
        throw new DataException(
            file + ": has no array 'y', so there is nothing to learn or to compare with");
      }
      boolean classes = target.equals(AUTO) ? y.texts() != null || y.whole() : target.equals(CLASS);
      if (!classes && y.texts() != null) {
        throw new DataException(file + ": y is " + y.described() + "; values must be numbers");
      }
      int[] shape = y.shape();
      boolean steps = shape.length >= 2 && shape[1] == longest;
      if (shape.length >= 1 && shape[0] == count && y.size() > 0) {
        if (classes && (shape.length == 1 || shape.length == 2 && steps)) {
          return shape.length == 1 ? Target.CLASS : Target.CLASS_PER_STEP;
        }
        if (!classes && (shape.length <= 2 || shape.length == 3 && steps)) {
          return shape.length <= 2 ? Target.VALUE : Target.VALUE_PER_STEP;
        }
      }
      throw new DataException(
          file
              + ": y is "
              + y.described()
              + "; for "
              + count
              + " sequences of "
              + longest
              + " steps it must be "
              + (classes
                  ? "classes [" + count + "] or [" + count + "][" + longest + "]"
                  : "values ["
                      + count
                      + "], ["
                      + count
                      + "][k] or ["
                      + count
                      + "]["
                      + longest
                      + "][k]"));
    }

    private int valuesOfTarget(Target kind) {
      int[] shape = y.shape();
      return kind == Target.VALUE_PER_STEP ? shape[2] : shape.length == 1 ? 1 : shape[1];
    }

    private String[] labels(int i, Target kind) {
      int steps = kind == Target.CLASS ? 1 : lengths[i];
      int from = kind == Target.CLASS ? i : i * longest;
      String[] labels = new String[steps];
      for (int t = 0; t < steps; t++) {
        labels[t] = y.label(from + t);
        if (labels[t].isBlank()) {
          throw new DataException(file + ": the label y[" + i + "] is empty");
        }
      }
      return labels;
    }

    private double[] values(int i, Target kind, int size) {
      int steps = kind == Target.VALUE ? 1 : lengths[i];
      int from = i * (kind == Target.VALUE ? 1 : longest) * size;
      double[] values = Arrays.copyOfRange(y.numbers(), from, from + steps * size);
      for (double value : values) {
        if (!(Math.abs(value) <= Float.MAX_VALUE)) {
          throw new DataException(
              file
                  + ": y["
                  + i
                  + "] is "
                  + value
                  + "; it must be a number of at most "
                  + Float.MAX_VALUE);
        }
      }
      return values;
    }
  }
}
