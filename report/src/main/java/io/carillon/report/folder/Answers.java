package io.carillon.report.folder;

import io.carillon.data.Preprocessing;
import java.util.ArrayList;
import java.util.List;

/**
 * What the raw outputs of a model mean: classes with probabilities, or values in their own unit.
 */
public final class Answers {
  private final Preprocessing preprocessing;
  private final boolean classes;

  /** For a model with this preprocessing. */
  public Answers(Preprocessing preprocessing) {
    this.preprocessing = preprocessing;
    this.classes = ModelInfo.isClass(preprocessing);
  }

  /** Whether outputs are scores of classes. */
  public boolean isClass() {
    return classes;
  }

  /** Name of class c. */
  public String className(int c) {
    return preprocessing.classNames().get(c);
  }

  /** All class names in id order. */
  public List<String> classNames() {
    return preprocessing.classNames();
  }

  /** Numbers of one answer. */
  public int size() {
    return preprocessing.outputSize();
  }

  /** exp(y_c) / Σ exp(y) of the scores from index {@code at} on, without overflow. */
  public double[] probabilities(float[] outputs, int at) {
    double max = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < size(); c++) {
      max = Math.max(max, outputs[at + c]);
    }
    double[] p = new double[size()];
    double sum = 0;
    for (int c = 0; c < p.length; c++) {
      p[c] = Math.exp(outputs[at + c] - max);
      sum += p[c];
    }
    for (int c = 0; c < p.length; c++) {
      p[c] /= sum;
    }
    return p;
  }

  /** Index of the largest probability; the first of equal ones. */
  public static int likeliest(double[] probabilities) {
    int best = 0;
    for (int c = 1; c < probabilities.length; c++) {
      if (probabilities[c] > probabilities[best]) {
        best = c;
      }
    }
    return best;
  }

  /** Values in their own unit, from raw outputs [n][size]. */
  public float[] values(float[] outputs) {
    return preprocessing.unscaleTarget(outputs);
  }

  /**
   * Names of the predicted quantities. A forecast of k steps has k times as many numbers as names,
   * [k][names].
   */
  public List<String> valueNames() {
    if (!preprocessing.targetNames().isEmpty()) {
      return preprocessing.targetNames();
    }
    List<String> names = new ArrayList<>();
    for (int i = 0; i < size(); i++) {
      names.add("y" + i);
    }
    return names;
  }

  /** Steps that one answer forecasts. */
  public int stepsAhead() {
    return size() / valueNames().size();
  }
}
