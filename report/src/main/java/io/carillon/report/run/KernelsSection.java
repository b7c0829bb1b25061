package io.carillon.report.run;

import io.carillon.engine.Parallel;
import io.carillon.nn.layer.SequenceLayer;
import io.carillon.nn.ssm.SsmLayer;
import io.carillon.report.Block;
import io.carillon.report.Blocks;
import io.carillon.report.Chart;
import io.carillon.report.Look;
import io.carillon.report.Palette;
import io.carillon.report.Picture;
import io.carillon.report.console.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The convolution kernels that were learned. */
final class KernelsSection {
  private static final int MOST_LAYERS = 12;
  private static final int LINES = 4;
  private static final int COLUMNS = 160;

  /** What is drawn holds this share of the absolute sum of every kernel. */
  private static final double SHARE = 0.999;

  private static final int FEWEST_LAGS = 16;

  private final Run run;
  private final Parallel parallel;
  private final TimeUnit unit;

  KernelsSection(Run run, Parallel parallel) {
    this.run = run;
    this.parallel = parallel;
    this.unit = TimeUnit.of(run.meaning().sampleRate());
  }

  List<Block> blocks() {
    List<SsmLayer> layers = new ArrayList<>();
    for (SequenceLayer layer : run.model().layers()) {
      if (layer instanceof SsmLayer ssm) {
        layers.add(ssm);
      }
    }
    if (layers.isEmpty()) {
      return List.of(
          Blocks.text(
              "Layers of kind "
                  + run.model().config().block().ssm().kind()
                  + " have no convolution kernels and no poles."));
    }
    List<Integer> shown = Spread.over(layers.size(), MOST_LAYERS);
    List<Block> figures = new ArrayList<>();
    for (int l : shown) {
      SsmLayer layer = layers.get(l);
      LayerKernels kernels = LayerKernels.of(layer, run.length(), shown.size(), parallel);
      figures.addAll(figures(layer, kernels));
    }
    List<Block> blocks = new ArrayList<>();
    blocks.add(Blocks.text(introduction(shown.size(), layers.size())));
    blocks.add(Blocks.grid(figures));
    return blocks;
  }

  private static String introduction(int shown, int layers) {
    return "A layer answers an impulse with its kernel: how strongly an input still counts when it is"
        + " so old. All are shown relative to their largest value, over a logarithmic axis. Curves: "
        + LINES
        + " kernels from the shortest to the longest memory. Pictures: one kernel a row, the shortest"
        + " memory on top, red above 0 and blue below. The memory of a kernel is the age within which"
        + " half of its absolute sum lies."
        + (shown < layers ? " Shown are " + shown + " of the " + layers + " layers." : "");
  }

  private List<Block> figures(SsmLayer layer, LayerKernels kernels) {
    Integer[] order = new Integer[kernels.size()];
    int[] memory = new int[kernels.size()];
    int lags = FEWEST_LAGS;
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
      memory[i] = kernels.reach(i, 0.5);
      lags = Math.max(lags, kernels.reach(i, SHARE));
    }
    Arrays.sort(order, Comparator.comparingInt(i -> memory[i]));
    lags = Math.min(lags, kernels.lags());
    LagGroups groups = LagGroups.of(lags, COLUMNS);
    return List.of(curves(layer, kernels, order, groups), picture(layer, kernels, order, groups));
  }

  private Chart curves(SsmLayer layer, LayerKernels kernels, Integer[] order, LagGroups groups) {
    Chart chart =
        Chart.titled("Layer " + layer.index() + ": kernels")
            .caption(caption(kernels, groups))
            .x("age of the input (" + unit.time() + ")")
            .y("kernel / its largest value")
            .logX();
    double[] ages = groups.ages(unit.timeOfStep());
    int n = Math.min(LINES, order.length);
    for (int k = 0; k < n; k++) {
      int i = order[n == 1 ? 0 : k * (order.length - 1) / (n - 1)];
      float[] taps = relative(kernels.taps()[i]);
      double[] low =
          IntStream.of(groups.distinct()).mapToDouble(g -> groups.low(taps, g)).toArray();
      double[] high =
          IntStream.of(groups.distinct()).mapToDouble(g -> groups.high(taps, g)).toArray();
      chart.band(name(layer, kernels.rows().get(i)), ages, low, high, Look.of(k));
    }
    return chart;
  }

  /** Divided by the largest absolute value; a kernel that is zero stays so. */
  private static float[] relative(float[] taps) {
    float largest = 0;
    for (float tap : taps) {
      largest = Math.max(largest, Math.abs(tap));
    }
    float[] relative = taps.clone();
    for (int l = 0; l < taps.length && largest > 0; l++) {
      relative[l] /= largest;
    }
    return relative;
  }

  private static String caption(LayerKernels kernels, LagGroups groups) {
    int lags = groups.to()[groups.size() - 1];
    String text =
        lags < kernels.lags()
            ? "The first "
                + Text.count(lags)
                + " of "
                + Text.count(kernels.lags())
                + " steps; the rest holds less than 0.1 % of any kernel."
            : "All "
                + Text.count(lags)
                + " steps"
                + (kernels.whole() ? "." : " that were computed.");
    return groups.isReduced() ? text + " Bands: smallest to largest of neighbouring steps." : text;
  }

  /** A kernel in words: {@code channel 7}, with its set where there are several. */
  private static String name(SsmLayer layer, int row) {
    int set = row / layer.channels();
    String name = "channel " + row % layer.channels();
    if (layer.bidirectional() && set >= layer.kernels()) {
      name += ", future";
    }
    return layer.kernels() > 1 ? name + ", set " + set % layer.kernels() : name;
  }

  private Picture picture(SsmLayer layer, LayerKernels kernels, Integer[] order, LagGroups groups) {
    float[] pixels = new float[order.length * groups.size()];
    for (int r = 0; r < order.length; r++) {
      float[] taps = relative(kernels.taps()[order[r]]);
      for (int g = 0; g < groups.size(); g++) {
        float low = groups.low(taps, g);
        float high = groups.high(taps, g);
        pixels[r * groups.size() + g] = -low > high ? low : high;
      }
    }
    String number =
        kernels.size() < kernels.of()
            ? Text.count(kernels.size())
                + " of "
                + Text.count(kernels.of())
                + " kernels, spread evenly."
            : "All " + Text.count(kernels.of(), "kernel.", "kernels.");
    String title = "Layer " + layer.index() + ": kernels by memory";
    return Picture.of(title, groups.size(), pixels, -1, 1, Palette.SIGNED)
        .caption(groups.isReduced() ? number + " Of neighbouring steps the largest size." : number)
        .axes(
            "age of the input, "
                + age(1)
                + " to "
                + age(groups.to()[groups.size() - 1])
                + " "
                + unit.time()
                + ", logarithmic",
            "kernels");
  }

  private String age(int steps) {
    return unit.timeOfStep() == 1 ? Text.count(steps) : Text.number(steps * unit.timeOfStep());
  }
}
