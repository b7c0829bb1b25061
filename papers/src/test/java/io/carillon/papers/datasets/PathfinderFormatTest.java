package io.carillon.papers.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.data.DataException;
import io.carillon.data.Inputs;
import io.carillon.data.Loaders;
import io.carillon.data.Splits;
import io.carillon.data.images.GreyPicture;
import io.carillon.model.Meaning;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small Pathfinder in the layout of the Long Range Arena. */
class PathfinderFormatTest {
  @TempDir private Path temp;

  private void pictures(int count) throws IOException {
    Path hardest = temp.resolve("curv_contour_length_14");
    Path metadata = Files.createDirectories(hardest.resolve("metadata"));
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Path folder = Files.createDirectories(hardest.resolve("imgs/" + i % 2));
      BufferedImage image = new BufferedImage(4, 3, BufferedImage.TYPE_BYTE_GRAY);
      for (int p = 0; p < 12; p++) {
        image.getRaster().setSample(p % 4, p / 4, 0, 20 * p + i);
      }
      ImageIO.write(image, "png", folder.resolve("sample_" + i + ".png").toFile());
      lines.add("imgs/" + i % 2 + " sample_" + i + ".png 0 " + i / 2 % 2 + " 1.8 6 14 4");
      if (i == count / 2) {
        Files.write(metadata.resolve("2.npy"), lines);
        lines.clear();
      }
    }
    Files.write(metadata.resolve("10.npy"), lines);
    Files.createDirectories(temp.resolve("curv_baseline/metadata"));
  }

  @Test
  void picturesAreReadRowByRowWithTheirLabels() throws IOException {
    pictures(20);
    assertThat(Loaders.format(temp).kind()).isEqualTo("pathfinder");
    Splits all = Loaders.open(temp, Map.of("split", "0.8/0.1/0.1"), 3);
    assertThat(all.train().size()).isEqualTo(16);
    assertThat(all.validation().size()).isEqualTo(2);
    assertThat(all.test().size()).isEqualTo(2);
    assertThat(all.train().length(0)).isEqualTo(12);
    for (int k = 0; k < 16; k++) {
      float[] pixels = all.train().values(k);
      int i = Math.round((pixels[0] + 1) / 2 * 255);
      assertThat(all.train().label(k)).isEqualTo(i / 2 % 2);
      assertThat(pixels[7]).isEqualTo((float) (((20 * 7 + i) / 255f - 0.5) / 0.5));
    }
    Splits plain = Loaders.open(temp, Map.of("centre", "no", "limit", "10"), 3);
    assertThat(plain.train().size() + plain.validation().size() + plain.test().size())
        .isEqualTo(10);
    assertThat(plain.train().values(0)[11]).isBetween(220 / 255f, 1f);
  }

  @Test
  void newPicturesAreReadTheSameWay() throws IOException {
    pictures(20);
    Meaning fitted = Loaders.open(temp, Map.of(), 3).meaning();
    Path one = temp.resolve("curv_contour_length_14/imgs/1/sample_3.png");
    Inputs inputs = Loaders.inputs(one, fitted);
    assertThat(inputs.values()[0][1]).isEqualTo((float) ((23 / 255f - 0.5) / 0.5));
    assertThat(Loaders.inputs(one.getParent(), fitted).size()).isEqualTo(10);
  }

  @Test
  void coloursAndFewLevelsAreReadAsBrightness() throws IOException {
    BufferedImage colour = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
    colour.setRGB(0, 0, 0xFF0000);
    colour.setRGB(1, 0, 0xFFFFFF);
    Path file = temp.resolve("a.png");
    ImageIO.write(colour, "png", file.toFile());
    assertThat(GreyPicture.read(file).values()).containsExactly(76 / 255f, 1f);
    BufferedImage binary = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_BINARY);
    binary.setRGB(1, 0, 0xFFFFFF);
    ImageIO.write(binary, "png", file.toFile());
    assertThat(GreyPicture.read(file).values()).containsExactly(0f, 1f);
  }

  @Test
  void whatIsWrongIsNamed() throws IOException {
    pictures(8);
    Path list = temp.resolve("curv_contour_length_14/metadata/10.npy");
    Path picture = temp.resolve("curv_contour_length_14/imgs/1/sample_7.png");
    byte[] whole = Files.readAllBytes(picture);
    Files.write(picture, new byte[0]);
    assertThatThrownBy(() -> Loaders.open(temp, Map.of(), 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("sample_7.png: is no readable PNG");
    Files.write(picture, java.util.Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> Loaders.open(temp, Map.of(), 1))
        .hasMessageContaining("sample_7.png: is no readable PNG");
    Files.delete(picture);
    assertThatThrownBy(() -> Loaders.open(temp, Map.of(), 1))
        .hasMessageContaining("10.npy:3: names")
        .hasMessageContaining("which is not there");
    Files.writeString(list, "imgs/1 sample_5.png 0 2 1\n");
    assertThatThrownBy(() -> Loaders.open(temp, Map.of(), 1))
        .hasMessageContaining("10.npy:1: is 'imgs/1 sample_5.png 0 2 1'");
    assertThatThrownBy(() -> Loaders.open(temp, Map.of("difficulty", "curv_baseline"), 1))
        .hasMessageContaining("choose with option difficulty one of: curv_contour_length_14");
  }
}
