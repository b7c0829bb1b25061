package io.carillon.papers.compare;

import io.carillon.data.Splits;
import io.carillon.model.SequenceModel;
import io.carillon.report.Block;
import io.carillon.report.Blocks;
import io.carillon.report.Palette;
import io.carillon.report.Picture;
import io.carillon.train.Dataset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Predicted masks as pictures: the first test images with the class of every pixel, as it is and as
 * the model sees it. Images are square and read row by row (papers B.7).
 */
final class MaskAnalysis implements Analysis {
  private static final int IMAGES = 4;
  private static final double BRIGHTEST = 255;

  @Override
  public Map<String, Object> measure(SequenceModel model, Splits splits) {
    Dataset test = splits.test();
    Map<String, Object> values = new LinkedHashMap<>();
    for (int i = 0; i < Math.min(IMAGES, test.size()); i++) {
      float[] pixels = test.values(i);
      float[] outputs = model.predict(1, new float[][] {pixels}, null)[0];
      Map<String, Object> image = new LinkedHashMap<>();
      image.put("image", grey(pixels));
      image.put("truth", classes(test.stepLabels(i)));
      image.put("answer", classes(best(outputs, test.outputSize())));
      image.put("classes", test.outputSize());
      values.put("image" + i, image);
    }
    return values;
  }

  /** Pixels scaled to bytes from the darkest to the brightest. */
  private static String grey(float[] pixels) {
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (float pixel : pixels) {
      low = Math.min(low, pixel);
      high = Math.max(high, pixel);
    }
    byte[] bytes = new byte[pixels.length];
    for (int p = 0; p < bytes.length; p++) {
      bytes[p] = (byte) Math.round(BRIGHTEST * (pixels[p] - low) / Math.max(high - low, 1e-9f));
    }
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static String classes(int[] labels) {
    byte[] bytes = new byte[labels.length];
    for (int p = 0; p < bytes.length; p++) {
      bytes[p] = (byte) Math.max(0, labels[p]);
    }
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static int[] best(float[] outputs, int classes) {
    int[] best = new int[outputs.length / classes];
    for (int p = 0; p < best.length; p++) {
      for (int c = 1; c < classes; c++) {
        best[p] = outputs[p * classes + c] > outputs[p * classes + best[p]] ? c : best[p];
      }
    }
    return best;
  }

  @Override
  public String title() {
    return "Predicted masks";
  }

  @Override
  public List<Block> blocks(List<Measured> all) {
    List<Block> blocks = new ArrayList<>();
    for (Measured m : all) {
      List<Block> pictures = new ArrayList<>();
      m.values()
          .forEach(
              (name, value) -> {
                if (value instanceof Map<?, ?> image) {
                  pictures.add(picture("image", image, "image", BRIGHTEST, Palette.GREY));
                  double last = ((Number) image.get("classes")).doubleValue() - 1;
                  pictures.add(picture("true classes", image, "truth", last, Palette.SIZE));
                  pictures.add(picture("predicted classes", image, "answer", last, Palette.SIZE));
                }
              });
      blocks.add(Blocks.heading(m.run().run().title()));
      blocks.add(Blocks.grid(pictures));
    }
    if (!blocks.isEmpty()) {
      blocks.add(
          0,
          Blocks.text(
              "The first images of the test part. Classes from dark to bright: background, a long"
                  + " path that is not the connecting one, the connecting path."));
    }
    return blocks;
  }

  private static Picture picture(
      String title, Map<?, ?> image, String key, double high, Palette palette) {
    byte[] bytes = Base64.getDecoder().decode(String.valueOf(image.get(key)));
    float[] values = new float[bytes.length];
    for (int p = 0; p < bytes.length; p++) {
      values[p] = bytes[p] & 0xff;
    }
    int side = (int) Math.round(Math.sqrt(bytes.length));
    return Picture.of(title, side, values, 0, high, palette).squarePixels();
  }

  @Override
  public void writeCsv(List<Measured> all, Path folder) {
    // Pictures are in the report; their numbers would be of no use in a table.
  }
}
