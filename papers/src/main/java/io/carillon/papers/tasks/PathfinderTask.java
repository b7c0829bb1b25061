package io.carillon.papers.tasks;

import io.carillon.data.Options;
import io.carillon.data.generated.SampleGenerator;
import io.carillon.data.generated.Task;
import io.carillon.engine.SeededRandom;
import io.carillon.model.Meaning;
import io.carillon.train.Dataset;
import java.util.List;

/**
 * Pathfinder-Segmentation (papers B.7): a grey picture, pixel by pixel and row by row, scaled to
 * [−1, 1]; for every pixel whether it lies on a long path, and whether that path connects the two
 * circles.
 */
final class PathfinderTask implements SampleGenerator {
  private static final List<String> CLASSES = List.of("background", "path", "connecting");

  private final PathfinderSettings settings;
  private final List<PathfinderBrush> brushes;

  private PathfinderTask(Options options) {
    settings =
        PathfinderSettings.of(Integer.parseInt(options.choice("side", PathfinderSettings.SIDES)));
    brushes = settings.brushes();
  }

  static Task task() {
    return Task.named("pathfinder-segmentation", PathfinderTask::new)
        .describe(
            "A picture of dashed paths and circles: which pixels lie on one of the two long paths,"
                + " and does that path connect the two circles at their ends?")
        .length("4096 (a picture of 64 x 64)")
        .target("3 classes per step", "macro F1")
        .source(
            "Gupta, Mehta and Berant 2022 after Linsley et al. 2018 (sides 128 to 512); generated")
        .option("side", 64, "pixels of a side: 32, 64, 128, 256, 512; the paper has the last three")
        .streamed()
        .sizes(80_000, 10_000, 10_000);
  }

  @Override
  public int minLength() {
    return settings.side() * settings.side();
  }

  @Override
  public int maxLength() {
    return minLength();
  }

  @Override
  public int pictureSide() {
    return settings.side();
  }

  @Override
  public Dataset sample(int part, SeededRandom random) {
    PathfinderPicture picture = PathfinderPicture.draw(brushes, random);
    float[] values = new float[maxLength()];
    int[] labels = new int[values.length];
    for (int k = 0; k < values.length; k++) {
      values[k] = (float) (((picture.grey()[k] & 0xFF) / 255.0 - 0.5) / 0.5);
      labels[k] = picture.classes()[k];
    }
    return Dataset.ofValues(1, new float[][] {values})
        .name("sample")
        .classNames(CLASSES)
        .metric("macro_f1")
        .stepLabels(CLASSES.size(), new int[][] {labels})
        .build();
  }

  @Override
  public Meaning.Builder describe(Meaning.Builder builder) {
    return builder.values(1, List.of("pixel"), null).perStep(true).classes(CLASSES);
  }
}
