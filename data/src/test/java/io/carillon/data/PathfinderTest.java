package io.carillon.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.carillon.core.SeededRandom;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pictures of Pathfinder-Segmentation: by their own rules and beside the official ones. */
class PathfinderTest {

  /**
   * Means over pictures of the official generator (5 of each side). Five pictures tell the area of
   * the paths, which are always as many strokes, to a few percent, and the brightness, which hangs
   * on how many distractors fit, to some ten percent.
   */
  @ParameterizedTest
  @CsvSource({"128, 12", "256, 6"})
  void areaAndBrightnessAreThoseOfTheOfficialPictures(int side, int pictures) throws IOException {
    Path file = SharedFolder.reference("06_pathfinder").resolve("pf" + side + "_b0.json");
    JsonNode samples = new ObjectMapper().readTree(file.toFile()).get("samples");
    double officialArea = 0;
    double officialMean = 0;
    for (JsonNode sample : samples) {
      JsonNode counts = sample.get("seg_pixel_counts");
      officialArea += (counts.get(0).asInt() + counts.get(1).asInt()) / 2.0 / samples.size();
      officialMean += sample.get("image_mean").asDouble() / samples.size();
    }
    PathfinderSettings settings = PathfinderSettings.of(side);
    SeededRandom random = new SeededRandom(5);
    double area = 0;
    double mean = 0;
    for (int i = 0; i < pictures; i++) {
      PathfinderPicture picture = PathfinderPicture.draw(settings, random);
      for (int k = 0; k < side * side; k++) {
        area += picture.classes()[k] > 0 ? 0.5 / pictures : 0;
        mean += (picture.grey()[k] & 0xFF) / (double) (side * side * pictures);
      }
    }
    System.out.printf(
        "pathfinder %d: path area %.1f (official %.1f), mean grey %.2f (official %.2f)%n",
        side, area, officialArea, mean, officialMean);
    assertThat(area / officialArea).isBetween(0.9, 1.1);
    assertThat(mean / officialMean).isBetween(0.8, 1.2);
  }
}
