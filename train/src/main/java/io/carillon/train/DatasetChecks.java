package io.carillon.train;

import io.carillon.engine.SequenceChecks;
import java.util.HashSet;
import java.util.List;

/** Refuses data sets whose parts do not fit together or are not finite. */
final class DatasetChecks {
  private DatasetChecks() {}

  static void check(Dataset data) {
    if (data.target() == null) {
      throw new IllegalArgumentException(data.name() + ": the data set has no targets");
    }
    if (!data.isTokens() && data.inputSize() < 1) {
      throw new IllegalArgumentException(
          data.name() + ": inputSize is " + data.inputSize() + "; the smallest possible is 1");
    }
    require(
        Metrics.names(data.target()).contains(data.metric()),
        data.name()
            + ": there is no metric '"
            + data.metric()
            + "' of "
            + data.target()
            + "; known are "
            + Metrics.names(data.target()));
    List<String> names = data.classNames();
    require(
        names.isEmpty() || data.target().isClass() && names.size() == data.outputSize(),
        data.name()
            + ": there are "
            + names.size()
            + " class names for "
            + (data.target().isClass() ? data.outputSize() + " classes" : "targets without classes")
            + "; give one for each class, or none");
    require(
        new HashSet<>(names).size() == names.size(),
        data.name() + ": a class name is there twice: " + names + "; give every class its own");
    require(
        data.lastSteps() == 0 || data.lastSteps() > 0 && data.lastSteps() <= data.minLength(),
        data.name()
            + ": targets are given for the last "
            + data.lastSteps()
            + " steps; it must be 0 to the shortest length");
    for (int i = 0; i < data.size(); i++) {
      checkInput(data, i);
      checkTarget(data, i);
      if (data.isPairs()) {
        checkPair(data, i);
      }
    }
  }

  private static void checkInput(Dataset data, int i) {
    String where = data.name() + ": sequence " + i;
    if (data.isTokens()) {
      require(data.tokens(i).length > 0, where + " is empty");
      for (int token : data.tokens(i)) {
        require(
            token >= 0 && token < data.vocabulary(),
            where + " has token " + token + ", outside 0 .. " + (data.vocabulary() - 1));
      }
    } else {
      int n = data.values(i).length;
      require(n > 0, where + " is empty");
      require(
          n % data.inputSize() == 0,
          where + " has " + n + " values, not a multiple of inputSize " + data.inputSize());
      requireFinite(data.values(i), where + " input");
    }
    checkGaps(data, i, where);
    float[] mask = data.mask(i);
    if (mask != null) {
      SequenceChecks.requireMask(where, mask, data.length(i), true);
    }
  }

  private static void checkGaps(Dataset data, int i, String where) {
    double[] gaps = data.gaps(i);
    if (gaps == null) {
      return;
    }
    require(
        gaps.length == data.length(i),
        where + " has " + data.length(i) + " steps, " + gaps.length + " gaps");
    for (int t = 0; t < gaps.length; t++) {
      require(
          gaps[t] > 0 && gaps[t] < Double.POSITIVE_INFINITY,
          where + ", step " + t + " has gap " + gaps[t] + "; it must be positive and finite");
    }
  }

  private static void checkPair(Dataset data, int i) {
    int first = data.firstLength(i);
    require(
        first >= 1 && first < data.length(i),
        data.name()
            + ": pair "
            + i
            + " has "
            + data.length(i)
            + " steps, the first sequence "
            + first
            + "; each of the two must have at least one");
    require(
        data.target() == Dataset.Target.CLASS || data.target() == Dataset.Target.VALUE,
        data.name() + ": pairs can have one target each, not one per step");
  }

  private static void checkTarget(Dataset data, int i) {
    String where = data.name() + ": sequence " + i;
    switch (data.target()) {
      case CLASS -> requireClass(data, data.label(i), where);
      case CLASS_PER_STEP -> {
        require(
            data.stepLabels(i).length == data.length(i),
            where + " has " + data.length(i) + " steps, " + data.stepLabels(i).length + " labels");
        for (int label : data.stepLabels(i)) {
          if (label != Dataset.IGNORE) {
            requireClass(data, label, where);
          }
        }
      }
      case VALUE, VALUE_PER_STEP -> {
        int each = data.lastSteps() > 0 ? data.lastSteps() : data.length(i);
        int steps = data.target() == Dataset.Target.VALUE ? 1 : each;
        require(
            data.targetValues(i).length == steps * data.outputSize(),
            where
                + " has "
                + data.targetValues(i).length
                + " target values, expected "
                + steps * data.outputSize());
        requireFinite(known(data, data.targetValues(i)), where + " target");
      }
    }
  }

  /** Target values without those that are not known. */
  private static float[] known(Dataset data, float[] targets) {
    if (!data.missingTargets()) {
      return targets;
    }
    float[] known = targets.clone();
    for (int k = 0; k < known.length; k++) {
      known[k] = Float.isNaN(known[k]) ? 0 : known[k];
    }
    return known;
  }

  private static void requireClass(Dataset data, int label, String where) {
    require(
        label >= 0 && label < data.outputSize(),
        where + " has label " + label + ", outside 0 .. " + (data.outputSize() - 1));
  }

  private static void requireFinite(float[] array, String where) {
    int k = SequenceChecks.firstNotFinite(array, array.length);
    if (k >= 0) {
      throw new IllegalArgumentException(
          where
              + " value "
              + k
              + " is "
              + array[k]
              + "; replace it, or mark it as missing: steps with a mask, target values by NaN and"
              + " missingTargets()");
    }
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
