package io.carillon.report.run;

import io.carillon.report.Block;
import io.carillon.report.Blocks;
import io.carillon.report.Chart;
import io.carillon.report.Look;
import io.carillon.report.console.Text;
import io.carillon.train.Dataset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Classes of single steps: where in the sequences the right ones are found. */
final class StepClassBlocks {
  private static final int EXAMPLES = 2;
  private static final int MOST_STEPS = 300;

  private final Sample sample;
  private final String part;

  StepClassBlocks(Sample sample, String part) {
    this.sample = sample;
    this.part = part;
  }

  List<Block> blocks() {
    List<Block> charts = new ArrayList<>();
    charts.add(accuracyByPlace());
    for (int e = 0; e < Math.min(EXAMPLES, sample.size()); e++) {
      charts.add(example(e * sample.size() / EXAMPLES));
    }
    return List.of(
        Blocks.text(
            "From "
                + Text.count(sample.size(), "sequence", "sequences")
                + " of the "
                + part
                + ", spread evenly over it:"),
        Blocks.grid(charts));
  }

  private Chart accuracyByPlace() {
    int most = 0;
    for (int i = 0; i < sample.size(); i++) {
      most = Math.max(most, sample.steps(i));
    }
    PlaceMean mean = new PlaceMean(most);
    for (int i = 0; i < sample.size(); i++) {
      for (int t = 0; t < sample.steps(i); t++) {
        int label = label(i, t);
        if (label != Dataset.IGNORE) {
          mean.add(t, label == answer(i, t) ? 1 : 0);
        }
      }
    }
    return Chart.titled("Accuracy by place")
        .caption(mean.caption("Share of right answers") + " Places without a class leave a gap.")
        .x("answer number in its sequence")
        .y("accuracy")
        .yRange(0, 1)
        .line("", mean.places(), mean.means(), Look.of(0));
  }

  private int label(int i, int t) {
    int step = sample.step(i, t);
    return sample.observed(i, step)
        ? sample.data().stepLabels(sample.sequences()[i])[step]
        : Dataset.IGNORE;
  }

  private int answer(int i, int t) {
    int size = sample.data().outputSize();
    float[] scores = sample.outputs()[i];
    int best = 0;
    for (int c = 1; c < size; c++) {
      if (scores[t * size + c] > scores[t * size + best]) {
        best = c;
      }
    }
    return best;
  }

  /** The last steps that have a class, or all where these are few. */
  private Chart example(int i) {
    int[] places = new int[sample.steps(i)];
    int n = 0;
    for (int t = 0; t < sample.steps(i); t++) {
      if (label(i, t) != Dataset.IGNORE) {
        places[n++] = t;
      }
    }
    places = Arrays.copyOfRange(places, Math.max(0, n - MOST_STEPS), n);
    double[] xs = Arrays.stream(places).mapToDouble(t -> sample.step(i, t)).toArray();
    double[] truth = Arrays.stream(places).mapToDouble(t -> label(i, t)).toArray();
    double[] answers = Arrays.stream(places).mapToDouble(t -> answer(i, t)).toArray();
    return Chart.titled("Example: sequence " + sample.sequences()[i] + " of the " + part)
        .caption(
            "Rings: true class. Dots: answer."
                + (n > MOST_STEPS ? " The last " + MOST_STEPS + " steps with a class." : ""))
        .x("step")
        .y("class id")
        .points("true", xs, truth, Look.NEUTRAL)
        .points("answer", xs, answers, Look.of(0));
  }
}
