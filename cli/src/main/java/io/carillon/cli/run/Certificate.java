package io.carillon.cli.run;

import io.carillon.core.SeededRandom;
import io.carillon.data.Inputs;
import io.carillon.model.Parity;
import io.carillon.model.SequenceModel;
import io.carillon.train.Dataset;
import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * Makes the {@link Parity} of a model on some sequences.
 *
 * @param sequences most sequences to compare on; they are spread evenly over the data
 * @param steps most steps of each, from its start
 * @param tolerance largest difference that counts as rounding
 */
public record Certificate(int sequences, int steps, double tolerance) {
  /** What a training does at its end: a second or two. */
  public static final Certificate OF_TRAINING = new Certificate(4, 400, Parity.TOLERANCE);

  private static final long NOISE_SEED = 1;

  /** On a data set that fits the model. */
  public Parity on(SequenceModel model, Dataset data) {
    return data.isTokens()
        ? tokens(model, data.size(), data::tokens)
        : values(model, data.size(), data::values);
  }

  /** On inputs without targets. */
  public Parity on(SequenceModel model, Inputs inputs) {
    return inputs.tokens() != null
        ? tokens(model, inputs.size(), i -> inputs.tokens()[i])
        : values(model, inputs.size(), i -> inputs.values()[i]);
  }

  /** On normal numbers or uniform tokens, always the same. */
  public Parity onNoise(SequenceModel model) {
    SeededRandom random = new SeededRandom(NOISE_SEED);
    int length = most(model);
    return model.config().vocabulary() > 0
        ? tokens(model, sequences, i -> tokens(random, length, model.config().vocabulary()))
        : values(model, sequences, i -> normal(random, length * model.config().inputSize()));
  }

  private static int[] tokens(SeededRandom random, int length, int vocabulary) {
    int[] tokens = new int[length];
    Arrays.setAll(tokens, t -> random.nextInt(vocabulary));
    return tokens;
  }

  private static float[] normal(SeededRandom random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.normal();
    }
    return values;
  }

  private Parity values(SequenceModel model, int size, IntFunction<float[]> all) {
    float[][] chosen = new float[Math.min(size, sequences)][];
    for (int i = 0; i < chosen.length; i++) {
      float[] whole = all.apply(at(i, size));
      int most = most(model) * model.config().inputSize();
      chosen[i] = Arrays.copyOf(whole, Math.min(whole.length, most));
    }
    return Parity.check(model, tolerance, chosen);
  }

  private Parity tokens(SequenceModel model, int size, IntFunction<int[]> all) {
    int[][] chosen = new int[Math.min(size, sequences)][];
    for (int i = 0; i < chosen.length; i++) {
      int[] whole = all.apply(at(i, size));
      chosen[i] = Arrays.copyOf(whole, Math.min(whole.length, most(model)));
    }
    return Parity.checkTokens(model, tolerance, chosen);
  }

  private int at(int i, int size) {
    return (int) ((long) i * size / Math.min(size, sequences));
  }

  /** A model that answers for the last k steps needs that many. */
  private int most(SequenceModel model) {
    return Math.max(steps, model.config().lastSteps());
  }
}
