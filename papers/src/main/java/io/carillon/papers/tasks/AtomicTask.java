package io.carillon.papers.tasks;

import io.carillon.data.generated.SampleGenerator;
import io.carillon.engine.SeededRandom;
import io.carillon.model.Meaning;
import io.carillon.train.Dataset;
import io.carillon.train.DatasetBuilder;
import java.util.ArrayList;
import java.util.List;

/**
 * What the atomic tasks of the DLR paper have in common (papers B.5): real inputs with two position
 * features cos(2πi/L'), sin(2πi/L') as the last channels of step i of L', real targets at the last
 * steps, squared error over all target entries, judged by R².
 *
 * <p>A task gives its own channels and computes the target from them, so that the target of any
 * input can be checked.
 */
abstract class AtomicTask implements SampleGenerator {
  /** Steps of an input, L'. */
  abstract int steps();

  /** Steps at the end that are answered; all of them if equal to {@link #steps}. */
  abstract int answered();

  /** Names of the task's own channels. */
  abstract List<String> channels();

  /** Numbers per answer. */
  abstract int outputSize();

  /** Draws the task's own channels, [steps][channels]. */
  abstract float[] inputs(SeededRandom random);

  /** The targets [answered][outputSize] of its own channels [steps][channels]. */
  abstract float[] target(float[] own);

  @Override
  public final int minLength() {
    return steps();
  }

  @Override
  public final int maxLength() {
    return steps();
  }

  @Override
  public final Dataset sample(int part, SeededRandom random) {
    float[] own = inputs(random);
    float[][] values = {withPositions(own)};
    float[][] targets = {target(own)};
    DatasetBuilder data =
        Dataset.ofValues(channels().size() + 2, values).name("sample").metric("r2");
    return answered() == steps()
        ? data.stepTargets(outputSize(), targets).build()
        : data.lastStepTargets(outputSize(), answered(), targets).build();
  }

  @Override
  public final Meaning.Builder describe(Meaning.Builder builder) {
    List<String> inputs = new ArrayList<>(channels());
    inputs.add("cos");
    inputs.add("sin");
    List<String> outputs = new ArrayList<>();
    for (int k = 0; k < outputSize(); k++) {
      outputs.add(outputSize() == 1 ? "y" : "y" + k);
    }
    return builder
        .values(inputs.size(), inputs, null)
        .perStep(true)
        .quantities(outputSize(), outputs, null);
  }

  /** The own channels with the position features after them, [steps][channels + 2]. */
  private float[] withPositions(float[] own) {
    int steps = steps();
    int width = own.length / steps;
    float[] all = new float[steps * (width + 2)];
    for (int i = 0; i < steps; i++) {
      System.arraycopy(own, i * width, all, i * (width + 2), width);
      double angle = 2 * Math.PI * i / steps;
      all[i * (width + 2) + width] = (float) StrictMath.cos(angle);
      all[i * (width + 2) + width + 1] = (float) StrictMath.sin(angle);
    }
    return all;
  }

  /** Normal numbers divided by the largest magnitude among them, in an array of {@code size}. */
  static float[] normalised(SeededRandom random, int count, int size) {
    double[] drawn = new double[count];
    double largest = 0;
    for (int i = 0; i < count; i++) {
      drawn[i] = random.normal();
      largest = Math.max(largest, Math.abs(drawn[i]));
    }
    float[] values = new float[size];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (drawn[i] / largest);
    }
    return values;
  }

  /** A vector of normal numbers divided by its Euclidean length. */
  static double[] unit(SeededRandom random, int size) {
    double[] v = new double[size];
    double squares = 0;
    while (squares == 0) {
      squares = 0;
      for (int i = 0; i < size; i++) {
        v[i] = random.normal();
        squares += v[i] * v[i];
      }
    }
    double length = Math.sqrt(squares);
    for (int i = 0; i < size; i++) {
      v[i] /= length;
    }
    return v;
  }
}
