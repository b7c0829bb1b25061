package io.carillon.papers.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.carillon.data.images.GreyPicture;
import io.carillon.engine.SeededRandom;
import io.carillon.reference.ReferenceCase;
import io.carillon.reference.ReferenceConfig;
import io.carillon.reference.ReferenceReport;
import io.carillon.reference.UsesShared;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Pictures of the official generator of Pathfinder-Segmentation. Its random numbers are not ours,
 * so that what is drawn by the same settings is compared in the mean.
 */
@UsesShared
class PathfinderReferenceTest {
  /** Means of the official pictures tell the area of the paths, always as many strokes, closely. */
  private static final double AREA = 0.1;

  /** The brightness hangs on how many distractors fit, and tells some ten percent. */
  private static final double BRIGHTNESS = 0.25;

  private static final long SEED = 5;

  @Test
  void picturesOfTheOfficialSettings() {
    ReferenceReport.check("06_pathfinder", PathfinderReferenceTest::check);
  }

  private static void check(ReferenceCase reference) {
    PathfinderSettings settings = settings(reference.config());
    int side = settings.side();
    reference.compareExactly("settings", settings, PathfinderSettings.of(side));
    JsonNode samples = reference.field("samples");
    assertThat(samples).as("samples").isNotEmpty();
    double officialArea = 0;
    double officialMean = 0;
    for (JsonNode sample : samples) {
      checkPictures(reference, sample, side);
      JsonNode counts = sample.get("seg_pixel_counts");
      officialArea += (counts.get(0).asInt() + counts.get(1).asInt()) / 2.0 / samples.size();
      officialMean += sample.get("image_mean").asDouble() / samples.size();
    }
    // Large pictures take longer to draw and have larger areas, whose means are steadier.
    int pictures = Math.max(3, 1536 / side);
    List<PathfinderBrush> brushes = settings.brushes();
    SeededRandom random = new SeededRandom(SEED);
    double area = 0;
    double mean = 0;
    for (int i = 0; i < pictures; i++) {
      PathfinderPicture picture = PathfinderPicture.draw(brushes, random);
      for (int k = 0; k < side * side; k++) {
        area += picture.classes()[k] > 0 ? 0.5 / pictures : 0;
        mean += (picture.grey()[k] & 0xFF) / (double) (side * side * pictures);
      }
    }
    compare(reference, "area of a path", officialArea, area, AREA);
    compare(reference, "mean grey", officialMean, mean, BRIGHTNESS);
  }

  private static void compare(
      ReferenceCase reference, String what, double official, double ours, double tolerance) {
    reference.compare(what, new double[] {official}, new double[] {ours}, tolerance);
  }

  private static PathfinderSettings settings(ReferenceConfig c) {
    // Which pictures were drawn, how often the official code tries again, and what it writes.
    c.ignore("batch_id", "n_images", "seed", "LABEL", "padding", "pause_display");
    c.ignore("save_images", "save_metadata", "save_main_segments");
    c.ignore("max_target_contour_retrial", "max_distractor_contour_retrial");
    c.ignore("max_paddle_retrial");
    require(!c.flag("use_single_paddles", false), "use_single_paddles");
    require(c.flag("mark_distractors", true), "mark_distractors");
    // These are of another data set; the masks are made from the segments.
    require(!c.flag("segmentation_task", false), "segmentation_task");
    require(!c.flag("segmentation_task_double_circle", false), "segmentation_task_double_circle");
    JsonNode window = c.node("window_size");
    require(window.size() == 2 && window.get(0).equals(window.get(1)), "window_size");
    JsonNode contrasts = c.node("snake_contrast_list");
    JsonNode paddles = c.node("paddle_contrast_list");
    require(contrasts.size() == 1, "snake_contrast_list");
    require(paddles.size() == 1 && paddles.get(0).doubleValue() == 1, "paddle_contrast_list");
    List<Integer> margins = new ArrayList<>();
    c.node("paddle_margin_list").forEach(margin -> margins.add(margin.intValue()));
    return new PathfinderSettings(
        window.get(0).intValue(),
        margins,
        c.integer("seed_distance"),
        c.number("marker_radius", Double.NaN),
        c.integer("contour_length"),
        c.integer("paddle_length"),
        c.number("paddle_thickness", Double.NaN),
        c.integer("antialias_scale"),
        c.number("continuity", Double.NaN),
        c.integer("distractor_length"),
        c.integer("num_distractor_snakes"),
        contrasts.get(0).doubleValue());
  }

  private static void require(boolean condition, String key) {
    if (!condition) {
      throw new AssertionError("not understood: " + key);
    }
  }

  /** What our reader finds in the official files is what the official code says of them. */
  private static void checkPictures(ReferenceCase reference, JsonNode sample, int side) {
    String of = " of " + sample.get("id").asText();
    GreyPicture image = GreyPicture.read(picture(reference, sample, "image"));
    GreyPicture mask = GreyPicture.read(picture(reference, sample, "mask"));
    assertThat(List.of(image.width(), image.height(), mask.width(), mask.height()))
        .as("sizes" + of)
        .containsOnly(side);
    double mean = 0;
    for (float value : image.values()) {
      mean += 255.0 * value / image.values().length;
    }
    // A grey level from 0 to 1 is a float.
    compare(reference, "mean" + of, sample.get("image_mean").asDouble(), mean, 1e-6);
    Integer[] counts = {0, 0, 0};
    for (float value : mask.values()) {
      counts[Math.round(255 * value)]++;
    }
    List<Integer> official = new ArrayList<>();
    sample.get("mask_class_counts").forEach(count -> official.add(count.asInt()));
    reference.compareExactly("pixels of each class" + of, official, Arrays.asList(counts));
    reference.compareExactly(
        "label" + of, sample.get("label").asInt(), official.get(2) > 0 ? 1 : 0);
  }

  private static Path picture(ReferenceCase reference, JsonNode sample, String field) {
    return reference.file(sample.get(field).asText());
  }
}
