package io.carillon.cli.report.run;

import io.carillon.cli.report.Block;
import io.carillon.cli.report.Blocks;
import io.carillon.cli.report.Chart;
import io.carillon.cli.report.Look;
import io.carillon.cli.report.Palette;
import io.carillon.cli.report.Picture;
import io.carillon.cli.show.Text;
import io.carillon.core.Parallel;
import io.carillon.nn.SequenceLayer;
import io.carillon.nn.SsmLayer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** The convolution kernels that were learned. */
final class KernelsSection {
  private static final int MOST_LAYERS = 12;
  private static final int LINES = 4;
  private static final int PICTURE_COLUMNS = 320;

  /** What is drawn holds this share of the absolute sum of every kernel. */
  private static final double SHARE = 0.999;

  private static final int FEWEST_LAGS = 16;

  private final Run run;
  private final Parallel parallel;
  private final TimeUnit unit;

  KernelsSection(Run run, Parallel parallel) {
    this.run = run;
    this.parallel = parallel;
    this.unit = TimeUnit.of(run.preprocessing().sampleRate());
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
    return "A layer answers an impulse with its kernel: how strongly an input still counts so many"
        + " steps later. Lines: "
        + LINES
        + " kernels from the shortest to the longest memory. Pictures: kernels in rows, the shortest"
        + " memory on top, each relative to its largest value, red above 0 and blue below. The memory"
        + " of a kernel is the lag within which half of its absolute sum lies."
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
    return List.of(lines(layer, kernels, order, lags), picture(layer, kernels, order, lags));
  }

  private String lag(int steps) {
    return unit.timeOfStep() == 1 ? Text.count(steps) : Text.number(steps * unit.timeOfStep());
  }

  private String lagLabel() {
    return "lag (" + unit.time() + ")";
  }

  private Chart lines(SsmLayer layer, LayerKernels kernels, Integer[] order, int lags) {
    Chart chart =
        Chart.titled("Layer " + layer.index() + ": kernels")
            .caption(caption(kernels, lags))
            .x(lagLabel())
            .y("kernel");
    int n = Math.min(LINES, order.length);
    for (int k = 0; k < n; k++) {
      int i = order[n == 1 ? 0 : k * (order.length - 1) / (n - 1)];
      chart.signal(
          name(layer, kernels.rows().get(i)),
          0,
          unit.timeOfStep(),
          Arrays.copyOf(kernels.taps()[i], lags),
          Look.of(k));
    }
    return chart;
  }

  private static String caption(LayerKernels kernels, int lags) {
    String text = "The first " + Text.count(lags) + " of " + Text.count(kernels.lags()) + " lags";
    text =
        lags < kernels.lags()
            ? text + "; the rest holds less than 0.1 % of any kernel."
            : "All " + Text.count(lags) + " lags" + (kernels.whole() ? "." : " that were computed.");
    return text + (lags > PICTURE_COLUMNS ? " Bands: smallest to largest of neighbouring lags." : "");
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

  private Picture picture(SsmLayer layer, LayerKernels kernels, Integer[] order, int lags) {
    int group = (lags + PICTURE_COLUMNS - 1) / PICTURE_COLUMNS;
    int columns = (lags + group - 1) / group;
    float[] pixels = new float[order.length * columns];
    for (int r = 0; r < order.length; r++) {
      float[] taps = kernels.taps()[order[r]];
      float largest = 0;
      for (int l = 0; l < lags; l++) {
        largest = Math.max(largest, Math.abs(taps[l]));
      }
      for (int l = 0; l < lags && largest > 0; l++) {
        int at = r * columns + l / group;
        float value = taps[l] / largest;
        pixels[at] = Math.abs(value) > Math.abs(pixels[at]) ? value : pixels[at];
      }
    }
    String number =
        kernels.size() < kernels.of()
            ? Text.count(kernels.size()) + " of " + Text.count(kernels.of()) + " kernels, spread evenly."
            : "All " + Text.count(kernels.of(), "kernel.", "kernels.");
    return Picture.of(
            "Layer " + layer.index() + ": kernels by memory",
            columns,
            pixels,
            -1,
            1,
            Palette.SIGNED)
        .caption(
            number
                + (group > 1
                    ? " A column is the value of largest size among " + group + " lags."
                    : ""))
        .axes(
            "lag, 0 to " + lag(lags - 1) + " " + unit.time(),
            "kernels");
  }
}
