package io.carillon.cli.run;

import io.carillon.io.SafeTensors;
import io.carillon.io.SafeTensors.Tensor;
import io.carillon.model.Meaning;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Raw outputs as tensor {@code y}, short sequences padded with zeros at their end. */
final class TensorAnswers implements AnswerSink {
  private final int size;
  private final boolean perStep;
  private final List<List<float[]>> outputs = new ArrayList<>();

  TensorAnswers(Meaning meaning) {
    this.size = meaning.outputSize();
    this.perStep = meaning.perStep();
  }

  @Override
  public void add(String name, float[] part, boolean first, boolean last) {
    if (first) {
      outputs.add(new ArrayList<>(1));
    }
    outputs.get(outputs.size() - 1).add(part);
  }

  /** Writes all that was taken. */
  void write(Path path) throws IOException {
    int count = outputs.size();
    int longest = 0;
    long[] lengths = new long[count];
    for (int b = 0; b < count; b++) {
      int length = outputs.get(b).stream().mapToInt(part -> part.length).sum();
      longest = Math.max(longest, length);
      lengths[b] = length / size;
    }
    float[] all = new float[Math.multiplyExact(count, longest)];
    for (int b = 0; b < count; b++) {
      int at = b * longest;
      for (float[] part : outputs.get(b)) {
        System.arraycopy(part, 0, all, at, part.length);
        at += part.length;
      }
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    int[] shape = perStep ? new int[] {count, longest / size, size} : new int[] {count, size};
    tensors.put("y", Tensor.of(shape, all));
    if (perStep) {
      tensors.put("lengths", new Tensor(new int[] {count}, lengths));
    }
    SafeTensors.write(path, tensors, Map.of());
  }
}
