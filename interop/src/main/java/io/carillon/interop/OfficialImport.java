package io.carillon.interop;

import io.carillon.config.Settings;
import io.carillon.engine.Parameter;
import io.carillon.engine.SeededRandom;
import io.carillon.error.FormatException;
import io.carillon.io.SafeTensors;
import io.carillon.model.SequenceModel;
import io.carillon.model.inside.Inside;
import io.carillon.nn.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads models of the official PyTorch code: the S4Model of example.py with the layer of s4d.py or
 * an S4Block in mode s4d, the SequenceModel of the S4 repository (version 4) with S4D layers, and
 * the SequenceModel of the DLR repository with DLR or DSS layers.
 *
 * <p>Files: {@code .pt}, {@code .pth} and {@code .ckpt} of {@code torch.save}, zip or old format,
 * and safetensors. The architecture is told from names and shapes. What they cannot tell is taken
 * from options, else from the official defaults. No code from the file is run; see {@code
 * docs/interop.md} for the options, limits and checks.
 */
public final class OfficialImport {
  /** How much of a message about a hostile file is shown. */
  private static final int LONGEST_MESSAGE = 2000;

  private static final String COUNTER = "num_batches_tracked";

  private OfficialImport() {}

  /**
   * An imported model.
   *
   * @param model ready to predict, stream, and save; its info holds the layout for the export
   * @param source which official model it is: {@code example}, {@code example-block}, {@code s4} or
   *     {@code dlr}
   * @param assumed what neither the file nor the options told, as "option value"
   * @param notes what works but may surprise: modes that grow or never forget
   */
  public record Result(
      SequenceModel model, String source, List<String> assumed, List<String> notes) {}

  /**
   * Reads a checkpoint.
   *
   * @param options by name, see {@code docs/interop.md}: norm (pre, post), pool (mean, last,
   *     every), last_steps, bidirectional, activation, gate, mixer, discretisation, dt_transform,
   *     dt_fast, real_transform, imag_transform, bandlimit, max_kernel_length, cast, dss_version,
   *     epsilon
   * @throws FormatException naming the file and what is wrong with it: damaged, not one of the
   *     supported models, unknown or missing tensors, numbers that are not finite, classes that a
   *     state dict does not need
   * @throws IllegalArgumentException for an option that is unknown, has a wrong value, does not
   *     apply to the model, or contradicts the file
   * @throws IOException if the file cannot be read
   */
  public static Result read(Path file, Map<String, ?> options) throws IOException {
    try {
      return read(CheckpointReader.read(file), file, options);
    } catch (FormatException e) {
      throw new FormatException(printable(e.getMessage()), e);
    }
  }

  private static Result read(StateDict dict, Path file, Map<String, ?> options) {
    try {
      Choices choices = new Choices(options);
      Architecture architecture = Architecture.of(dict, choices);
      List<String> assumed = choices.finish();
      Network network = load(dict, architecture);
      List<String> notes = Soundness.check(network);
      OfficialLayout layout = architecture.layout();
      return new Result(
          Inside.model(network, Map.of(OfficialLayout.INFO, layout.toMap())),
          Settings.name(layout.family()),
          assumed,
          notes);
    } catch (FormatException e) {
      throw new FormatException(file + ": " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      // Without options it can only be the file that does not fit.
      throw options.isEmpty() ? new FormatException(file + ": " + e.getMessage(), e) : e;
    } catch (ArithmeticException e) {
      throw new FormatException(file + ": a tensor is too large", e);
    }
  }

  private static Network load(StateDict dict, Architecture architecture) {
    Network network = new Network(architecture.config(), new SeededRandom(0));
    OfficialNames names =
        new OfficialNames(architecture.layout(), architecture.config().block().feedForward() > 0);
    Set<String> left = new TreeSet<>(dict.names());
    List<String> missing = new ArrayList<>();
    for (Parameter p : network.parameters()) {
      OfficialNames.Target target = names.target(p);
      if (left.remove(target.name())) {
        copy(dict.tensors().get(target.name()), target, p.value());
      } else {
        missing.add(target.name());
      }
    }
    left.removeIf(name -> name.endsWith(".norm." + COUNTER));
    if (!left.isEmpty() || !missing.isEmpty()) {
      throw new FormatException(
          "does not fit the model that its names and shapes suggest."
              + (missing.isEmpty() ? "" : " Missing tensors: " + missing + ".")
              + (left.isEmpty() ? "" : " Unknown tensors: " + left + "."));
    }
    return network;
  }

  private static void copy(SafeTensors.Tensor tensor, OfficialNames.Target target, float[] to) {
    if (!Arrays.equals(withoutOnes(tensor.shape()), withoutOnes(target.shape()))) {
      throw new FormatException(
          "tensor "
              + target.name()
              + " has shape "
              + Arrays.toString(tensor.shape())
              + ", expected "
              + Arrays.toString(target.shape()));
    }
    for (int i = 0; i < to.length; i++) {
      to[i] = number(tensor, target.name(), i);
      if (!Float.isFinite(to[i])) {
        throw new FormatException(
            "tensor " + target.name() + " holds " + to[i] + " at position " + i);
      }
    }
  }

  private static float number(SafeTensors.Tensor tensor, String name, int i) {
    if (tensor.data() instanceof float[] floats) {
      return floats[i];
    }
    if (tensor.data() instanceof double[] doubles) {
      if (Double.isFinite(doubles[i]) && !Float.isFinite((float) doubles[i])) {
        throw new FormatException(
            "tensor "
                + name
                + " holds "
                + doubles[i]
                + " at position "
                + i
                + "; weights are kept in single precision, up to "
                + Float.MAX_VALUE);
      }
      return (float) doubles[i];
    }
    throw new FormatException("tensor " + name + " holds whole numbers; expected real numbers");
  }

  private static int[] withoutOnes(int[] shape) {
    return Arrays.stream(shape).filter(axis -> axis != 1).toArray();
  }

  /** Names in a hostile file may be long and may hold control characters. */
  private static String printable(String message) {
    String shown = message.replaceAll("\\p{Cntrl}", "?");
    return shown.length() <= LONGEST_MESSAGE ? shown : shown.substring(0, LONGEST_MESSAGE) + "...";
  }
}
