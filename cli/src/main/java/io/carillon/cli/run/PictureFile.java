package io.carillon.cli.run;

import io.carillon.io.AtomicFile;
import io.carillon.report.console.UsageException;
import io.carillon.train.Dataset;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/**
 * Writes samples that are square grey pictures with a class for every pixel to one PNG: every
 * sample as its picture and, to the right of it, its classes in colours, four such pairs in a row.
 */
final class PictureFile {
  private static final int PAIRS_IN_A_ROW = 4;
  private static final int GAP = 4;
  private static final int PAPER = 0xFFFFFF;

  /** Most pixels of the file, so that it can be looked at. */
  private static final long MOST_PIXELS = 100_000_000;

  /** Background, path, connecting path: told apart by all kinds of colour vision. */
  private static final int[] COLOURS = {0x101018, 0x3C9BD8, 0xF5A623};

  private final Path file;
  private final Dataset data;
  private final int side;

  PictureFile(Path file, Dataset data, int side) {
    this.file = file;
    this.data = data;
    this.side = side;
  }

  /** Writes all of it. */
  void write() throws IOException {
    int columns = Math.min(PAIRS_IN_A_ROW, data.size());
    int rows = (data.size() + PAIRS_IN_A_ROW - 1) / PAIRS_IN_A_ROW;
    long width = (long) columns * 2 * (side + GAP) + GAP;
    long height = (long) rows * (side + GAP) + GAP;
    if (width * height > MOST_PIXELS) {
      throw new UsageException(
          data.size()
              + " pictures of side "
              + side
              + " in one PNG would have "
              + width * height
              + " pixels; the most is "
              + MOST_PIXELS
              + ". Give a smaller --count, or write .safetensors");
    }
    BufferedImage picture =
        new BufferedImage((int) width, (int) height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        picture.setRGB(x, y, PAPER);
      }
    }
    for (int i = 0; i < data.size(); i++) {
      int left = GAP + i % PAIRS_IN_A_ROW * 2 * (side + GAP);
      int top = GAP + i / PAIRS_IN_A_ROW * (side + GAP);
      paint(picture, i, left, top);
    }
    OutputFile.write(file, path -> AtomicFile.write(path, channel -> encode(picture, channel)));
  }

  private static void encode(BufferedImage picture, FileChannel channel) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.setUseCache(false);
    if (!ImageIO.write(picture, "png", bytes)) {
      throw new IOException("this Java cannot write PNG");
    }
    ByteBuffer rest = ByteBuffer.wrap(bytes.toByteArray());
    while (rest.hasRemaining()) {
      channel.write(rest);
    }
  }

  private void paint(BufferedImage picture, int i, int left, int top) {
    float[] pixels = data.values(i);
    int[] classes = data.stepLabels(i);
    for (int k = 0; k < side * side; k++) {
      int grey = Math.max(0, Math.min(255, Math.round((pixels[k] + 1) * 127.5f)));
      picture.setRGB(left + k % side, top + k / side, grey * 0x010101);
      picture.setRGB(left + side + GAP + k % side, top + k / side, COLOURS[classes[k]]);
    }
  }
}
