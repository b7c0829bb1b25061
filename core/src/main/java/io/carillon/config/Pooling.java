package io.carillon.config;

/** What the decoder sees of a sequence's rows. */
public enum Pooling {
  /** The mean over the observed steps: one row per sequence. */
  MEAN,
  /** The last observed step: one row per sequence. */
  LAST,
  /** Every step, or the last few of every sequence. */
  EVERY
}
