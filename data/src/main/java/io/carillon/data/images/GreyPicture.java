package io.carillon.data.images;

import io.carillon.data.DataException;
import io.carillon.data.Limits;
import io.carillon.data.read.Memory;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * The brightness of a PNG picture's pixels.
 *
 * @param width pixels of a row
 * @param height rows
 * @param values [height][width], from 0 to 1
 */
public record GreyPicture(int width, int height, float[] values) {
  /** Of up to four channels of two bytes, and the brightness. */
  private static final long BYTES_PER_PIXEL = 4 * Short.BYTES + Float.BYTES;

  /** The format's compression makes at most 1032 bytes of one, and of those 8 pixels each. */
  private static final long MOST_PIXELS_A_BYTE = 8 * 1032;

  /**
   * Reads a picture. Grey levels are taken as they are stored; colours become {@link Grey}.
   *
   * @throws DataException if it is no PNG picture of 8-bit channels, or too large
   */
  public static GreyPicture read(Path file) {
    ImageReader reader = ImageIO.getImageReadersByFormatName("png").next();
    try (InputStream in = Files.newInputStream(file);
        MemoryCacheImageInputStream input = new MemoryCacheImageInputStream(in)) {
      // A warning is damage that the reader would rather pass over.
      reader.addIIOReadWarningListener(
          (source, warning) -> {
            throw new IllegalStateException(warning);
          });
      reader.setInput(input, true, true);
      long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
      Limits.PICTURE.require(pixels, file.toString());
      if (pixels > MOST_PIXELS_A_BYTE * Files.size(file)) {
        throw new DataException(
            file
                + ": declares "
                + pixels
                + " pixels, more than its "
                + Files.size(file)
                + " bytes can hold; it is cut off or damaged, copy it again");
      }
      Memory.require(
          BYTES_PER_PIXEL * pixels,
          file + ": its " + pixels + " pixels",
          "Make the picture smaller");
      return of(file, reader.read(0));
    } catch (IOException | RuntimeException e) {
      if (e instanceof DataException known) {
        throw known;
      }
      throw new DataException(
          file + ": is no readable PNG picture (" + e.getMessage() + "); copy it again", e);
    } finally {
      reader.dispose();
    }
  }

  private static GreyPicture of(Path file, BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    float[] values = new float[width * height];
    Raster raster = image.getRaster();
    boolean palette = image.getColorModel() instanceof IndexColorModel;
    boolean grey = raster.getNumBands() <= 2 && !palette;
    if (grey && image.getColorModel().getComponentSize(0) != 8) {
      throw new DataException(
          file
              + ": has "
              + image.getColorModel().getComponentSize(0)
              + " bits per grey level; 8 can be read");
    }
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        values[y * width + x] = level(image, raster, grey, x, y) / 255f;
      }
    }
    return new GreyPicture(width, height, values);
  }

  /** Not through the colour model for grey, which would apply its gamma curve. */
  private static int level(BufferedImage image, Raster raster, boolean grey, int x, int y) {
    if (grey) {
      return raster.getSample(x, y, 0);
    }
    int colour = image.getRGB(x, y);
    return Grey.of(colour >> 16 & 0xFF, colour >> 8 & 0xFF, colour & 0xFF);
  }
}
