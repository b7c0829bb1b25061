package io.carillon.engine;

import java.util.Arrays;

/**
 * A named array of raw trainable numbers and, while training, its gradient. The arrays are live:
 * layers read {@link #value()}, backward passes add to {@link #gradient()}, the optimiser writes
 * {@link #value()}. Complex parameters carry a last axis of size 2 = (re, im).
 */
public final class Parameter {
  private final String name;
  private final Role role;
  private final int[] shape;
  private final float[] value;
  private final boolean trainable;
  private float[] gradient;

  /**
   * Creates a parameter that owns {@code value}.
   *
   * @param name dotted path, unique in a network, e.g. {@code blocks.0.ssm.log_dt}
   * @param role what the optimiser groups by
   * @param shape row-major axes; their product is {@code value.length}
   * @param value the numbers; not copied
   * @param trainable false for frozen parameters and buffers such as running statistics
   */
  public Parameter(String name, Role role, int[] shape, float[] value, boolean trainable) {
    int size = 1;
    for (int axis : shape) {
      size = Math.multiplyExact(size, axis);
    }
    if (size != value.length) {
      throw new IllegalArgumentException(
          "parameter "
              + name
              + ": shape "
              + Arrays.toString(shape)
              + " holds "
              + size
              + " numbers, the array has "
              + value.length);
    }
    this.name = name;
    this.role = role;
    this.shape = shape.clone();
    this.value = value;
    this.trainable = trainable;
  }

  /** Dotted path, unique in a network. */
  public String name() {
    return name;
  }

  /** What the optimiser groups by. */
  public Role role() {
    return role;
  }

  /** Row-major axes (a copy). */
  public int[] shape() {
    return shape.clone();
  }

  /** Number of float values. */
  public int size() {
    return value.length;
  }

  /** The live values, row-major in {@link #shape()}. */
  public float[] value() {
    return value;
  }

  /** Whether an optimiser may change it. */
  public boolean trainable() {
    return trainable;
  }

  /**
   * The live gradient of the loss, same layout as {@link #value()}; allocated at the first call.
   */
  public float[] gradient() {
    if (gradient == null) {
      gradient = new float[value.length];
    }
    return gradient;
  }

  /** Sets the gradient to zero. */
  public void clearGradient() {
    Arrays.fill(gradient(), 0f);
  }

  @Override
  public String toString() {
    return name + Arrays.toString(shape);
  }
}
