package io.carillon.report;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** A picture of numbers, one pixel each, enlarged without smoothing. */
public final class Picture implements Block {
  private static final int MOST_PIXELS = 1 << 20;

  private final String title;
  private final int width;
  private final int height;
  private final int[] rgb;
  private String caption = "";
  private String across = "";
  private String down = "";
  private boolean square;

  private Picture(String title, int width, int height, int[] rgb) {
    this.title = title;
    this.width = width;
    this.height = height;
    this.rgb = rgb;
  }

  /**
   * A picture of a matrix of numbers.
   *
   * @param title what it shows
   * @param width columns
   * @param values [height][width], first row on top
   * @param low number of the palette's first colour
   * @param high number of its last colour, more than low
   * @throws IllegalArgumentException if the sizes do not fit, there are more than 2^20 numbers, or
   *     the bounds are not in order
   */
  public static Picture of(
      String title, int width, float[] values, double low, double high, Palette palette) {
    if (width < 1 || values.length == 0 || values.length % width != 0) {
      throw new IllegalArgumentException(
          "a picture of " + values.length + " numbers cannot be " + width + " wide");
    }
    if (values.length > MOST_PIXELS) {
      throw new IllegalArgumentException(
          "a picture of " + values.length + " numbers is too large; the most is " + MOST_PIXELS);
    }
    if (!(high > low)) {
      throw new IllegalArgumentException(
          "the bounds " + low + " and " + high + " are not in order");
    }
    int[] rgb = new int[values.length];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = palette.rgb((values[i] - low) / (high - low));
    }
    return new Picture(title, width, values.length / width, rgb);
  }

  /** With a sentence under the title: what to see, and the meaning of the colours. */
  public Picture caption(String value) {
    caption = value;
    return this;
  }

  /** With what runs from left to right and from top to bottom. */
  public Picture axes(String leftToRight, String topToBottom) {
    across = leftToRight;
    down = topToBottom;
    return this;
  }

  /** With square pixels, as an image; else the picture is stretched to the size of a chart. */
  public Picture squarePixels() {
    square = true;
    return this;
  }

  @Override
  public void write(StringBuilder html) {
    String data = Base64.getEncoder().encodeToString(png());
    Figures.open(html, title, caption);
    html.append("<div class=\"picture\"><span class=\"down\">")
        .append(Html.escape(down))
        .append("</span><img")
        .append(square ? " class=\"square\"" : "")
        .append(" width=\"")
        .append(width)
        .append("\" height=\"")
        .append(height)
        .append("\" alt=\"")
        .append(Html.escape(title + ". " + caption))
        .append("\" src=\"data:image/png;base64,")
        .append(data)
        .append("\"><span class=\"across\">")
        .append(Html.escape(across))
        .append("</span></div>\n");
    Figures.close(html);
  }

  private byte[] png() {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, width, height, rgb, 0, width);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    ImageWriteParam smallest = writer.getDefaultWriteParam();
    smallest.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    smallest.setCompressionQuality(0);
    // Not ImageIO.write, which keeps what it writes in a file of its own.
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(file)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), smallest);
    } catch (IOException e) {
      throw new UncheckedIOException("a picture cannot be written into memory", e);
    } finally {
      writer.dispose();
    }
    return file.toByteArray();
  }
}
