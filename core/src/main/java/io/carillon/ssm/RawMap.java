package io.carillon.ssm;

import io.carillon.engine.Parameter;
import io.carillon.engine.Role;
import java.util.ArrayList;
import java.util.List;

/**
 * What all kernels share: raw float parameters outside, a map on double arrays inside. The
 * double-valued maps are package-private so that tests can perturb them below float resolution.
 */
public abstract class RawMap {
  /** A raw parameter before it has values. */
  public record Slot(String name, Role role, boolean trainable, int... shape) {
    public int size() {
      int size = 1;
      for (int axis : shape) {
        size = Math.multiplyExact(size, axis);
      }
      return size;
    }
  }

  private final int channels;
  private final int sets;
  private final List<Parameter> parameters;

  public RawMap(int channels, int sets, List<Parameter> parameters) {
    this.channels = channels;
    this.sets = sets;
    this.parameters = List.copyOf(parameters);
  }

  /** H. */
  public int channels() {
    return channels;
  }

  /** C, kernels per channel. */
  public int sets() {
    return sets;
  }

  /** Raw parameters in a fixed order. */
  public List<Parameter> parameters() {
    return parameters;
  }

  /** Adds to the gradients of the trainable parameters; same layout as {@link #rawValues}. */
  public void addGradients(double[][] raw) {
    for (int i = 0; i < raw.length; i++) {
      if (parameters.get(i).trainable()) {
        float[] sum = parameters.get(i).gradient();
        for (int j = 0; j < sum.length; j++) {
          sum[j] += (float) raw[i][j];
        }
      }
    }
  }

  /** The raw parameters widened to double. */
  public double[][] rawValues() {
    return rawValues(null);
  }

  /** {@link #rawValues()} into arrays of an earlier call, or new ones for null. */
  public double[][] rawValues(double[][] reused) {
    double[][] raw = reused == null ? new double[parameters.size()][] : reused;
    for (int i = 0; i < raw.length; i++) {
      float[] value = parameters.get(i).value();
      if (raw[i] == null) {
        raw[i] = new double[value.length];
      }
      for (int j = 0; j < value.length; j++) {
        raw[i][j] = value[j];
      }
    }
    return raw;
  }

  /** Refuses a length below 1 and a rate that is not positive and finite. */
  public static void check(int length, double rate) {
    if (length < 1) {
      throw new IllegalArgumentException("kernel length " + length + " is below 1");
    }
    if (!(rate > 0) || Double.isInfinite(rate)) {
      throw new IllegalArgumentException(
          "rate " + rate + " must be positive and finite; 1 means the sampling rate of training");
    }
  }

  /** Refuses any rate but 1, for kinds without a step size. */
  public static void requireUnitRate(String kind, double rate) {
    if (rate != 1) {
      throw new IllegalArgumentException(
          "rate "
              + rate
              + ": a "
              + kind
              + " kernel has no step size that could follow the sampling rate; resample the input to"
              + " the rate of training, or use S4D or DSS");
    }
  }

  public static void checkSize(String name, int channels, int sets) {
    if (channels < 1 || sets < 1) {
      throw new IllegalArgumentException(
          name + ": needs at least 1 channel and 1 kernel set, got " + channels + " and " + sets);
    }
  }

  /** Zeros in the layout of {@code raw}. */
  public static double[][] zerosLike(double[][] raw) {
    double[][] zeros = new double[raw.length][];
    for (int i = 0; i < raw.length; i++) {
      zeros[i] = new double[raw[i].length];
    }
    return zeros;
  }

  /** Parameters with fresh values, one array per slot. */
  public static List<Parameter> create(String prefix, List<Slot> slots, double[][] values) {
    List<Parameter> parameters = new ArrayList<>();
    for (int i = 0; i < slots.size(); i++) {
      float[] value = new float[values[i].length];
      for (int j = 0; j < value.length; j++) {
        value[j] = (float) values[i][j];
      }
      Slot slot = slots.get(i);
      parameters.add(
          new Parameter(
              prefix + "." + slot.name(), slot.role(), slot.shape(), value, slot.trainable()));
    }
    return parameters;
  }
}
