package io.carillon.cli.run;

import io.carillon.cli.CommandFailure;
import io.carillon.cli.UsageException;
import io.carillon.core.Nearest;
import io.carillon.data.FileKind;
import io.carillon.data.Inputs;
import io.carillon.data.Loaders;
import io.carillon.data.Option;
import io.carillon.data.Preprocessing;
import io.carillon.io.FormatException;
import io.carillon.io.SafeTensors;
import io.carillon.io.SafeTensors.Tensor;
import io.carillon.model.SequenceModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads what is to be predicted for. */
public final class InputReader {
  /** Ending of the files that hold tensors. */
  public static final String TENSORS = ".safetensors";

  private final SequenceModel model;
  private final Preprocessing preprocessing;
  private final boolean raw;

  /**
   * For a model.
   *
   * @param raw whether the numbers are already what the network takes, so that they are not scaled;
   *     only tensors can be
   */
  public InputReader(SequenceModel model, boolean raw) {
    this.model = model;
    this.preprocessing = ModelInfo.preprocessing(model);
    this.raw = raw;
  }

  /**
   * Reads a file: tensors, or any kind of data without targets.
   *
   * @param options how to read it, where that differs from the training
   */
  public Inputs read(Path file, Map<String, String> options) throws IOException {
    if (!Files.exists(file)) {
      throw new CommandFailure(file + ": there is no such file");
    }
    if (file.toString().endsWith(TENSORS)) {
      if (!options.isEmpty()) {
        throw new UsageException("a .safetensors file has no settings, but --set is given");
      }
      return tensors(file);
    }
    if (raw) {
      throw new UsageException("--raw is for .safetensors inputs only");
    }
    return Loaders.inputs(file, options.isEmpty() ? preprocessing : changed(file, options));
  }

  /** The preprocessing with other settings of the file, as far as the kind of file has them. */
  private Preprocessing changed(Path file, Map<String, String> options) {
    FileKind kind = Loaders.kind(file);
    Map<String, Object> map = new LinkedHashMap<>(preprocessing.toMap());
    Map<String, Object> merged = new LinkedHashMap<>();
    if (preprocessing.kind().equals(kind.kind())) {
      merged.putAll(preprocessing.options());
    }
    List<String> known = kind.options().stream().map(Option::key).toList();
    options.forEach(
        (key, value) -> {
          String plain = key.replaceFirst("^data\\.", "");
          if (!known.contains(plain)) {
            throw new UsageException(
                kind.kind() + " data have no setting '" + key + "'" + Nearest.hint(plain, known));
          }
          merged.put(plain, value);
        });
    map.put("kind", kind.kind());
    map.put("options", merged);
    return Preprocessing.fromMap(map);
  }

  /**
   * Tensor {@code x}: numbers [B][L][d] ([B][L] when d is 1), or tokens [B][L]; perhaps {@code
   * lengths} [B] with the true lengths of padded sequences.
   */
  private Inputs tensors(Path file) throws IOException {
    Map<String, Tensor> all = SafeTensors.read(file).tensors();
    Tensor x = all.get("x");
    if (x == null) {
      throw new FormatException(
          file + ": has no tensor 'x'; it holds " + String.join(", ", all.keySet()));
    }
    boolean tokens = model.config().vocabulary() > 0;
    int d = tokens ? 1 : model.config().inputSize();
    int[] shape = x.shape();
    boolean fits = shape.length == 3 && !tokens && shape[2] == d || shape.length == 2 && d == 1;
    if (!fits || tokens != x.data() instanceof long[]) {
      throw new FormatException(
          file
              + ": tensor 'x' is "
              + x.type()
              + " "
              + Arrays.toString(shape)
              + "; the model takes "
              + (tokens ? "I64 tokens [B][L]" : "F32 or F64 numbers [B][L][" + d + "]"));
    }
    int[] lengths = lengths(file, all.get("lengths"), shape[0], shape[1]);
    List<String> names = new ArrayList<>();
    for (int b = 0; b < shape[0] / (model.config().pairs() ? 2 : 1); b++) {
      names.add(Integer.toString(b));
    }
    return tokens
        ? new Inputs(names, null, tokens(file, x, lengths), null, 0, List.of())
        : new Inputs(names, values(x, lengths, d), null, null, d, List.of());
  }

  private static int[] lengths(Path file, Tensor given, int count, int longest) {
    int[] lengths = new int[count];
    Arrays.fill(lengths, longest);
    if (given == null) {
      return lengths;
    }
    if (!(given.data() instanceof long[] values) || values.length != count) {
      throw new FormatException(file + ": tensor 'lengths' must be I64 [" + count + "]");
    }
    for (int b = 0; b < count; b++) {
      if (values[b] < 1 || values[b] > longest) {
        throw new FormatException(
            file + ": lengths[" + b + "] is " + values[b] + "; it must be in 1 .. " + longest);
      }
      lengths[b] = (int) values[b];
    }
    return lengths;
  }

  private float[][] values(Tensor x, int[] lengths, int d) {
    int stride = x.shape()[1] * d;
    float[][] values = new float[lengths.length][];
    for (int b = 0; b < lengths.length; b++) {
      float[] sequence = new float[lengths[b] * d];
      for (int i = 0; i < sequence.length; i++) {
        sequence[i] =
            x.data() instanceof double[] doubles
                ? (float) doubles[b * stride + i]
                : ((float[]) x.data())[b * stride + i];
      }
      values[b] = raw ? sequence : preprocessing.scaleInput(sequence);
    }
    return values;
  }

  private int[][] tokens(Path file, Tensor x, int[] lengths) {
    long[] ids = (long[]) x.data();
    int[][] tokens = new int[lengths.length][];
    for (int b = 0; b < lengths.length; b++) {
      tokens[b] = new int[lengths[b]];
      for (int t = 0; t < lengths[b]; t++) {
        long id = ids[b * x.shape()[1] + t];
        if (id < 0 || id >= model.config().vocabulary()) {
          throw new FormatException(
              file
                  + ": x["
                  + b
                  + "]["
                  + t
                  + "] is token "
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
