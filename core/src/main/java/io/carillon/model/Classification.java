package io.carillon.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which class it is: its name and the probability of every class. Immutable. */
public final class Classification {
  private final List<String> names;
  private final double[] probabilities;
  private final int index;

  /**
   * From the scores of the classes.
   *
   * @param names of the classes in id order
   * @param scores logits of one answer from index {@code at} on
   */
  Classification(List<String> names, float[] scores, int at) {
    this.names = names;
    this.probabilities = new double[names.size()];
    softmax(scores, at, probabilities);
    int best = 0;
    for (int c = 1; c < probabilities.length; c++) {
      if (probabilities[c] > probabilities[best]) {
        best = c;
      }
    }
    this.index = best;
  }

  /** exp(y_c) / Σ exp(y) of the scores from index {@code at} on, without overflow. */
  static void softmax(float[] scores, int at, double[] p) {
    double max = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < p.length; c++) {
      max = Math.max(max, scores[at + c]);
    }
    double sum = 0;
    for (int c = 0; c < p.length; c++) {
      p[c] = Math.exp(scores[at + c] - max);
      sum += p[c];
    }
    for (int c = 0; c < p.length; c++) {
      p[c] /= sum;
    }
  }

  /** Name of the likeliest class. */
  public String name() {
    return names.get(index);
  }

  /** Id of the likeliest class; the first of equal ones. */
  public int index() {
    return index;
  }

  /** Probability of the likeliest class. */
  public double probability() {
    return probabilities[index];
  }

  /**
   * Probability of a class.
   *
   * @throws IllegalArgumentException if there is no class of this name
   */
  public double probability(String name) {
    int c = names.indexOf(name);
    if (c < 0) {
      throw new IllegalArgumentException("'" + name + "' is no class of this model: " + names);
    }
    return probabilities[c];
  }

  /** Probabilities of all classes in id order; a copy. */
  public double[] probabilities() {
    return probabilities.clone();
  }

  /** Probabilities of all classes by name, in id order. */
  public Map<String, Double> byName() {
    Map<String, Double> all = new LinkedHashMap<>();
    for (int c = 0; c < probabilities.length; c++) {
      all.put(names.get(c), probabilities[c]);
    }
    return all;
  }

  /** Name and probability. */
  @Override
  public String toString() {
    return name() + " (" + probability() + ")";
  }
}
