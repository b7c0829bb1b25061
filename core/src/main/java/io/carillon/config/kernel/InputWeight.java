package io.carillon.config.kernel;

/** What becomes of the input weight B of an S4D layer. */
public enum InputWeight {
  /** B = 1, not stored. */
  ABSENT,
  /** B is stored and saved but not trained. */
  FROZEN,
  /** B is trained. */
  TRAINED
}
