package io.carillon.train;

import io.carillon.engine.SeededRandom;
import io.carillon.model.Parity;
import io.carillon.model.Sequence;
import io.carillon.model.SequenceModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Makes the {@link Parity} of a model on some of many sequences. {@link Trainer#fit} does so at its
 * end.
 *
 * @param sequences most sequences to compare on; they are spread evenly over the data
 * @param steps most steps of each, from its start
 * @param tolerance largest difference that counts as rounding
 */
public record Certificate(int sequences, int steps, double tolerance) {
  /** What a training does at its end: a second or two. */
  public static final Certificate OF_TRAINING = new Certificate(4, 400, Parity.TOLERANCE);

  private static final long NOISE_SEED = 1;

  /**
   * On a data set that fits the model, with its missing steps and gaps; on noise where no start of
   * a sequence has any value.
   */
  public Parity on(SequenceModel model, Dataset data) {
    return on(
        model,
        data.size(),
        i ->
            (data.isTokens()
                    ? Sequence.ofTokens(data.tokens(i))
                    : Sequence.ofValues(data.values(i), data.inputSize()))
                .withMask(data.mask(i))
                .withGaps(data.gaps(i)));
  }

  /** On inputs without targets; of a model that compares pairs, the two of each in turn. */
  public Parity on(SequenceModel model, Sequence... all) {
    return on(model, all.length, i -> all[i]);
  }

  /** On normal numbers or uniform tokens, always the same. */
  public Parity onNoise(SequenceModel model) {
    SeededRandom random = new SeededRandom(NOISE_SEED);
    int length = most(model);
    int vocabulary = model.config().vocabulary();
    int size = model.config().inputSize();
    return on(
        model,
        sequences,
        i ->
            vocabulary > 0
                ? Sequence.ofTokens(tokens(random, length, vocabulary))
                : Sequence.ofValues(normal(random, length * size), size));
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

  private Parity on(SequenceModel model, int size, IntFunction<Sequence> all) {
    List<Sequence> chosen = new ArrayList<>();
    int count = Math.min(size, sequences);
    for (int i = 0; i < count; i++) {
      Sequence start = all.apply(at(i, size)).first(most(model));
      // A start without any value says nothing.
      if (start.observedSteps() > 0) {
        chosen.add(start);
      }
    }
    return chosen.isEmpty() ? onNoise(model) : Parity.check(model, tolerance, chosen);
  }

  private int at(int i, int size) {
    return (int) ((long) i * size / Math.min(size, sequences));
  }

  /** A model that answers for the last k steps needs that many. */
  private int most(SequenceModel model) {
    return Math.max(steps, model.config().lastSteps());
  }
}
