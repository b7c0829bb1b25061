package io.carillon.train;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Metrics of classes from the confusion matrix. The predicted class is the one with the largest
 * score, the first of several.
 *
 * <ul>
 *   <li>accuracy: correct / all
 *   <li>macro_f1: mean over the classes that occur as label or prediction of 2 TP / (2 TP + FP +
 *       FN)
 *   <li>balanced_accuracy: mean over the classes that occur as label of TP / (TP + FN)
 * </ul>
 */
final class ClassMetrics implements Metrics {
  private final int classes;
  private final long[][] confusion;
  private long count;
  private long correct;

  ClassMetrics(int classes) {
    this.classes = classes;
    this.confusion = new long[classes][classes];
  }

  @Override
  public void add(float[] outputs, Targets targets) {
    for (int r = 0; r < targets.rows(); r++) {
      int label = targets.labels()[r];
      if (label != Dataset.IGNORE) {
        int predicted = largest(outputs, r * classes);
        confusion[label][predicted]++;
        count++;
        correct += label == predicted ? 1 : 0;
      }
    }
  }

  private int largest(float[] scores, int at) {
    int best = 0;
    for (int k = 1; k < classes; k++) {
      if (scores[at + k] > scores[at + best]) {
        best = k;
      }
    }
    return best;
  }

  @Override
  public String main() {
    return "accuracy";
  }

  @Override
  public double mainSoFar() {
    return (double) correct / count;
  }

  @Override
  public boolean higherIsBetter() {
    return true;
  }

  @Override
  public Evaluation evaluation(double loss) {
    double f1 = 0;
    int occurring = 0;
    double recall = 0;
    int labelled = 0;
    for (int k = 0; k < classes; k++) {
      long truth = 0;
      long predictions = 0;
      for (int j = 0; j < classes; j++) {
        truth += confusion[k][j];
        predictions += confusion[j][k];
      }
      if (truth + predictions > 0) {
        occurring++;
        f1 += 2.0 * confusion[k][k] / (truth + predictions);
      }
      if (truth > 0) {
        labelled++;
        recall += (double) confusion[k][k] / truth;
      }
    }
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put(main(), mainSoFar());
    metrics.put("macro_f1", f1 / occurring);
    metrics.put("balanced_accuracy", recall / labelled);
    return new Evaluation(count, loss, main(), metrics, confusion);
  }
}
