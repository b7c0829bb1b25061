package io.carillon.model;

import io.carillon.config.BlockConfig;
import io.carillon.config.Mixer;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Norm;
import io.carillon.engine.SequenceChecks;
import io.carillon.nn.EventTime;
import io.carillon.nn.Network;
import io.carillon.nn.layer.Linear;
import java.util.Objects;

/** Refuses inputs that do not fit the model, before anything is computed. */
final class InputChecks {
  private InputChecks() {}

  /** An element of an array, which is named only when it is null. Allocates nothing otherwise. */
  static <T> T requirePresent(T element, String array, int index) {
    if (element == null) {
      throw new NullPointerException(array + "[" + index + "]");
    }
    return element;
  }

  static void requireValues(NetworkConfig config, float[]... sequences) {
    Objects.requireNonNull(sequences, "sequences");
    for (int i = 0; i < sequences.length; i++) {
      requirePresent(sequences[i], "sequences", i);
      requireValues(config, "sequence " + i, sequences[i]);
    }
  }

  private static void requireValues(NetworkConfig config, String name, float[] x) {
    int d = config.inputSize();
    if (d == 0) {
      throw new IllegalArgumentException(
          "this model reads tokens (vocabulary "
              + config.vocabulary()
              + "); use the token methods");
    }
    if (x.length == 0 || x.length % d != 0) {
      throw new IllegalArgumentException(
          name
              + " has "
              + x.length
              + " values; the model reads steps of "
              + d
              + ", so give it a positive multiple of "
              + d);
    }
    int k = SequenceChecks.firstNotFinite(x, x.length);
    if (k >= 0) {
      throw new IllegalArgumentException(
          name
              + ", step "
              + k / d
              + ", channel "
              + k % d
              + " is "
              + x[k]
              + "; replace missing values before prediction, or mark the step as missing");
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

  static void requireAsMany(int sequences, float[][] masks) {
    if (masks != null && masks.length != sequences) {
      throw new IllegalArgumentException(
          "there are " + sequences + " sequences but " + masks.length + " masks");
    }
  }

  /** A real-valued sequence that fits the model. */
  static Sequence sequence(NetworkConfig config, float[] values) {
    Objects.requireNonNull(values, "values");
    requireValues(config, values);
    return Sequence.ofValues(values, config.inputSize());
  }

  /** A token sequence that fits the model. */
  static Sequence sequence(NetworkConfig config, int[] tokens) {
    Objects.requireNonNull(tokens, "tokens");
    Sequence sequence = Sequence.ofTokens(tokens);
    require(config, false, sequence);
    return sequence;
  }

  /**
   * Checks inputs, masks and gaps.
   *
   * @param seen whether every sequence must have a step that is not missing
   */
  static void require(NetworkConfig config, boolean seen, Sequence... sequences) {
    Objects.requireNonNull(sequences, "sequences");
    for (int i = 0; i < sequences.length; i++) {
      Sequence s = requirePresent(sequences[i], "sequences", i);
      String name = "sequence " + i;
      if (s.tokens() != null) {
        requireTokens(config, name, s.tokens());
      } else {
        requireValues(config, name, s.values());
        requireSize(config, name, s);
      }
      if (s.mask() != null) {
        SequenceChecks.requireMask(name, s.mask(), s.length(), seen);
      }
      if (s.gaps() != null) {
        if (s.gaps().length != s.length()) {
          throw new IllegalArgumentException(
              "there are "
                  + s.gaps().length
                  + " gaps for "
                  + s.length()
                  + " events in "
                  + name
                  + "; give one for each");
        }
        EventTime.requireGaps(config, s.gaps(), name);
      }
    }
  }

  private static void requireSize(NetworkConfig config, String name, Sequence s) {
    if (s.size() != config.inputSize()) {
      throw new IllegalArgumentException(
          name + " has " + s.size() + " numbers per step; the model takes " + config.inputSize());
    }
  }

  private static void requireTokens(NetworkConfig config, String name, int[] tokens) {
    if (config.vocabulary() == 0) {
      throw new IllegalArgumentException(
          "this model reads " + config.inputSize() + " real numbers per step, not tokens");
    }
    if (tokens.length == 0) {
      throw new IllegalArgumentException(name + " is empty");
    }
    for (int t = 0; t < tokens.length; t++) {
      if (tokens[t] < 0 || tokens[t] >= config.vocabulary()) {
        throw new IllegalArgumentException(
            name
                + ", step "
                + t
                + ": token "
                + tokens[t]
                + " is outside 0 .. "
                + (config.vocabulary() - 1));
      }
    }
  }

  /**
   * Why answers may not be finite, and what to do: weights that are no numbers, or what inputs or
   * weights do, or how the model is built.
   *
   * @param consequence to be told between the two; may be empty
   * @param remedy where the weights are numbers
   */
  static String overflow(Network network, String consequence, String remedy) {
    String row = Linear.rowWithoutDirection(network.parameters());
    return row == null
        ? overflowReason(network.config()) + consequence + ". " + remedy
        : row
            + " is all zeros, so that its weights, gain times direction, are 0/0"
            + consequence
            + ". No input helps: take weights that are not damaged, or train again";
  }

  private static String overflowReason(NetworkConfig config) {
    BlockConfig block = config.block();
    boolean gate =
        switch (block.gate()) {
          case GELU, RELU, SILU, ELU -> true;
          case TANH, SIGMOID, NONE -> false;
        };
    boolean product = gate || block.mixer() == Mixer.GEGLU;
    boolean held = block.norm() == Norm.LAYER || block.norm() == Norm.SCALAR_AFFINE;
    return "the inputs are too large, or the model has modes that grow without bound"
        + (product && !held
            ? ", or its blocks multiply what the ones before have multiplied (gate "
                + block.gate()
                + ", mixer "
                + block.mixer()
                + ") and no norm of single steps holds the size (norm "
                + block.norm()
                + "), for which norm LAYER is the remedy"
            : "");
  }
}
