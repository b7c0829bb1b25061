package io.carillon.config;

/** Inner loops to compute with. Both give the same result up to rounding. */
public enum KernelKind {
  /** SIMD loops where they can run and the processor has at least four float lanes, else scalar. */
  AUTO,
  /** Plain Java loops, which run everywhere. */
  SCALAR,
  /** SIMD loops, which need {@code --add-modules jdk.incubator.vector}. */
  VECTOR
}
