package io.carillon.papers.datasets;

import io.carillon.data.DataException;
import io.carillon.data.images.Grey;
import io.carillon.data.read.Memory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A batch of CIFAR-10 images: the binary version, where a record is a label byte and {@value
 * #PIXELS} bytes, or the Python version, a pickled map with {@code data} and {@code labels}. The
 * bytes of an image are 1024 of red, 1024 of green and 1024 of blue, each row by row.
 *
 * @param file where it was read from
 * @param images [3][32][32] of each image
 * @param labels class of each image, 0 to 9
 */
record CifarFile(Path file, List<byte[]> images, List<Integer> labels) {
  /** Pixels of an image. */
  static final int PIXELS = 1024;

  private static final int BYTES = 3 * PIXELS;
  private static final int CLASSES = 10;

  /**
   * Reads a batch.
   *
   * @throws DataException if it cannot be read or is none
   */
  static CifarFile read(Path file) {
    try {
      // As read, taken apart, and as numbers.
      Memory.require(6L * Files.size(file), file + ": its images", "Give a smaller batch");
      byte[] bytes = Files.readAllBytes(file);
      boolean pickled = bytes.length > 1 && (bytes[0] & 0xFF) == 0x80 && bytes[1] <= 5;
      return pickled ? ofPickle(file, bytes) : ofRecords(file, bytes);
    } catch (IOException e) {
      throw DataException.unreadable(file, e);
    }
  }

  private static CifarFile ofRecords(Path file, byte[] bytes) {
    if (bytes.length == 0 || bytes.length % (BYTES + 1) != 0) {
      throw new DataException(
          file
              + ": has "
              + bytes.length
              + " bytes; a batch of CIFAR-10 (binary version) has a positive multiple of "
              + (BYTES + 1)
              + ". Copy it again");
    }
    List<byte[]> images = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (int at = 0; at < bytes.length; at += BYTES + 1) {
      labels.add(label(file, images.size(), bytes[at] & 0xFF));
      images.add(Arrays.copyOfRange(bytes, at + 1, at + 1 + BYTES));
    }
    return new CifarFile(file, images, labels);
  }

  private static CifarFile ofPickle(Path file, byte[] bytes) {
    Object content = PlainPickle.read(bytes, file.toString());
    boolean isBatch =
        content instanceof Map<?, ?> map
            && map.get("data") instanceof PlainPickle.Bytes
            && map.get("labels") instanceof List<?>;
    if (!isBatch) {
      throw new DataException(
          file + ": is a pickle, but not a map with an array 'data' and a list 'labels'");
    }
    PlainPickle.Bytes data = (PlainPickle.Bytes) ((Map<?, ?>) content).get("data");
    List<?> given = (List<?>) ((Map<?, ?>) content).get("labels");
    if (!data.shape().equals(List.of(given.size(), BYTES)) || given.isEmpty()) {
      throw new DataException(
          file
              + ": 'data' has the shape "
              + data.shape()
              + " for "
              + given.size()
              + " labels; it must be [labels, "
              + BYTES
              + "]");
    }
    List<byte[]> images = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (Object value : given) {
      int at = images.size() * BYTES;
      labels.add(label(file, images.size(), PlainPickle.whole(value)));
      images.add(Arrays.copyOfRange(data.data(), at, at + BYTES));
    }
    return new CifarFile(file, images, labels);
  }

  private static int label(Path file, int image, long label) {
    if (label < 0 || label >= CLASSES) {
      throw new DataException(
          file
              + ": image "
              + (image + 1)
              + " has label "
              + label
              + "; it must be from 0 to 9. This is no batch of CIFAR-10, or it is damaged");
    }
    return (int) label;
  }

  /**
   * An image as a sequence of pixels, row by row, each divided by 255.
   *
   * @param colour three numbers per pixel (red, green, blue) instead of the brightness
   * @return [1024][3] or [1024]
   */
  float[] pixels(int image, boolean colour) {
    byte[] raw = images.get(image);
    float[] pixels = new float[colour ? BYTES : PIXELS];
    for (int p = 0; p < PIXELS; p++) {
      int red = raw[p] & 0xFF;
      int green = raw[PIXELS + p] & 0xFF;
      int blue = raw[2 * PIXELS + p] & 0xFF;
      if (colour) {
        pixels[3 * p] = red / 255f;
        pixels[3 * p + 1] = green / 255f;
        pixels[3 * p + 2] = blue / 255f;
      } else {
        pixels[p] = Grey.of(red, green, blue) / 255f;
      }
    }
    return pixels;
  }
}
