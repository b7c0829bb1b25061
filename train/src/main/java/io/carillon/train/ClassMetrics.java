package io.carillon.train;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
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
 *   <li>macro_f1_batch_mean, only where macro_f1 is the main metric: macro_f1 of each batch,
 *       averaged over the batches, as the DLR paper measures Pathfinder-Segmentation (B.7)
 * </ul>
 */
final class ClassMetrics implements Metrics {
  static final List<String> NAMES = List.of("accuracy", "macro_f1", "balanced_accuracy");

  private final int classes;
  private final String main;
  private final long[][] confusion;

  /** That of one batch, and how many targets and correct answers it has. */
  private final long[][] batch;

  private long batchCount;
  private long batchCorrect;

  /** What {@link #part} gives, made at its first call. */
  private Saved part;

  private long count;
  private long correct;
  private long batches;
  private double batchScores;

  ClassMetrics(int classes, String main) {
    this.classes = classes;
    this.main = main;
    this.confusion = new long[classes][classes];
    this.batch = new long[classes][classes];
  }

  @Override
  public void add(float[] outputs, Targets targets) {
    addPart(part(outputs, targets));
    endBatch();
  }

  @Override
  public Saved part(float[] outputs, Targets targets) {
    if (part == null) {
      part = new Saved(new long[classes * classes + 3], new double[1]);
    }
    long[] counts = part.counts();
    Arrays.fill(counts, 0);
    for (int r = 0; r < targets.rows(); r++) {
      int label = targets.labels()[r];
      if (label != Dataset.IGNORE) {
        int predicted = largest(outputs, r * classes);
        counts[label * classes + predicted]++;
        counts[classes * classes]++;
        counts[classes * classes + 1] += label == predicted ? 1 : 0;
      }
    }
    return part;
  }

  @Override
  public void addPart(Saved more) {
    Metrics.requireSizes(more, classes * classes + 3, 1);
    for (int k = 0; k < classes * classes; k++) {
      batch[k / classes][k % classes] += more.counts()[k];
    }
    batchCount += more.counts()[classes * classes];
    batchCorrect += more.counts()[classes * classes + 1];
  }

  @Override
  public void endBatch() {
    if (batchCount > 0) {
      batches++;
      batchScores += macroF1(batch);
    }
    count += batchCount;
    correct += batchCorrect;
    batchCount = 0;
    batchCorrect = 0;
    for (int k = 0; k < classes; k++) {
      for (int j = 0; j < classes; j++) {
        confusion[k][j] += batch[k][j];
      }
      Arrays.fill(batch[k], 0);
    }
  }

  @Override
  public Saved saved() {
    long[] counts = new long[classes * classes + 3];
    for (int k = 0; k < classes; k++) {
      System.arraycopy(confusion[k], 0, counts, k * classes, classes);
    }
    counts[classes * classes] = count;
    counts[classes * classes + 1] = correct;
    counts[classes * classes + 2] = batches;
    return new Saved(counts, new double[] {batchScores});
  }

  @Override
  public void restore(Saved sums) {
    Metrics.requireSizes(sums, classes * classes + 3, 1);
    for (int k = 0; k < classes; k++) {
      System.arraycopy(sums.counts(), k * classes, confusion[k], 0, classes);
    }
    count = sums.counts()[classes * classes];
    correct = sums.counts()[classes * classes + 1];
    batches = sums.counts()[classes * classes + 2];
    batchScores = sums.values()[0];
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
    return main;
  }

  @Override
  public double mainSoFar() {
    return count == 0 ? Double.NaN : value(main);
  }

  @Override
  public boolean higherIsBetter() {
    return true;
  }

  private double value(String name) {
    return switch (name) {
      case "accuracy" -> (double) correct / count;
      case "macro_f1" -> macroF1(confusion);
      default -> balancedAccuracy();
    };
  }

  private static double macroF1(long[][] confusion) {
    double f1 = 0;
    int occurring = 0;
    for (int k = 0; k < confusion.length; k++) {
      long both = truth(confusion, k);
      for (long[] row : confusion) {
        both += row[k];
      }
      if (both > 0) {
        occurring++;
        f1 += 2.0 * confusion[k][k] / both;
      }
    }
    return f1 / occurring;
  }

  private double balancedAccuracy() {
    double recall = 0;
    int labelled = 0;
    for (int k = 0; k < classes; k++) {
      long truth = truth(confusion, k);
      if (truth > 0) {
        labelled++;
        recall += (double) confusion[k][k] / truth;
      }
    }
    return recall / labelled;
  }

  /** Targets of class k. */
  private static long truth(long[][] confusion, int k) {
    long truth = 0;
    for (long predicted : confusion[k]) {
      truth += predicted;
    }
    return truth;
  }

  @Override
  public Evaluation evaluation(double loss) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put(main, mainSoFar());
    NAMES.forEach(name -> metrics.put(name, value(name)));
    if (main.equals("macro_f1")) {
      metrics.put("macro_f1_batch_mean", batchScores / batches);
    }
    return new Evaluation(count, loss, main, metrics, confusion, higherIsBetter());
  }
}
