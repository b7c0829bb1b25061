package io.carillon.model;

import io.carillon.nn.NetworkConfig;

/** Refuses inputs that do not fit the model, before anything is computed. */
final class InputChecks {
  private InputChecks() {}

  static void requireValues(NetworkConfig config, float[]... sequences) {
    int d = config.inputSize();
    if (d == 0) {
      throw new IllegalArgumentException(
          "this model reads tokens (vocabulary "
              + config.vocabulary()
              + "); use the token methods");
    }
    for (int i = 0; i < sequences.length; i++) {
      float[] x = sequences[i];
      if (x.length == 0 || x.length % d != 0) {
        throw new IllegalArgumentException(
            "sequence "
                + i
                + " has "
                + x.length
                + " values; the model reads steps of "
                + d
                + ", so give it a positive multiple of "
                + d);
      }
      for (int k = 0; k < x.length; k++) {
        if (!Float.isFinite(x[k])) {
          throw new IllegalArgumentException(
              "sequence "
                  + i
                  + ", step "
                  + k / d
                  + ", channel "
                  + k % d
                  + " is "
                  + x[k]
                  + "; replace missing values before prediction");
        }
      }
    }
  }

  static void requireGroups(int sequences, int group) {
    if (sequences % group != 0) {
      throw new IllegalArgumentException(
          "there are "
              + sequences
              + " sequences; this model compares two for every answer, so give it an even number, the"
              + " two of a pair one after the other");
    }
  }

  static void requireMasks(int[] lengths, float[][] masks) {
    if (masks == null) {
      return;
    }
    if (masks.length != lengths.length) {
      throw new IllegalArgumentException(
          "there are " + lengths.length + " sequences but " + masks.length + " masks");
    }
    for (int i = 0; i < lengths.length; i++) {
      if (masks[i] == null) {
        continue;
      }
      if (masks[i].length != lengths[i]) {
        throw new IllegalArgumentException(
            "sequence " + i + " has " + lengths[i] + " steps, its mask " + masks[i].length);
      }
      boolean any = false;
      for (float m : masks[i]) {
        if (m != 0f && m != 1f) {
          throw new IllegalArgumentException(
              "the mask of sequence " + i + " holds " + m + "; allowed are 0 and 1");
        }
        any |= m == 1f;
      }
      if (!any) {
        throw new IllegalArgumentException("sequence " + i + " has no observed step");
      }
    }
  }

  static void requireTokens(NetworkConfig config, int[]... sequences) {
    if (config.vocabulary() == 0) {
      throw new IllegalArgumentException(
          "this model reads " + config.inputSize() + " real numbers per step, not tokens");
    }
    for (int i = 0; i < sequences.length; i++) {
      if (sequences[i].length == 0) {
        throw new IllegalArgumentException("sequence " + i + " is empty");
      }
      for (int t = 0; t < sequences[i].length; t++) {
        int token = sequences[i][t];
        if (token < 0 || token >= config.vocabulary()) {
          throw new IllegalArgumentException(
              "sequence "
                  + i
                  + ", step "
                  + t
                  + ": token "
                  + token
                  + " is outside 0 .. "
                  + (config.vocabulary() - 1));
        }
      }
    }
  }
}
