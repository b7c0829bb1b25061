package io.carillon.papers.tasks;

import io.carillon.data.Options;
import io.carillon.data.generated.Generator;
import io.carillon.data.generated.Task;
import io.carillon.engine.SeededRandom;
import io.carillon.model.Meaning;
import io.carillon.train.Dataset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * In which order were the bells struck? Every sequence holds one stroke of each of {@code bells}
 * bells, in a random order, far apart and in noise; the class is the order.
 *
 * <p>All sequences contain the same strokes, so whatever a model can say about short pieces of a
 * sequence tells it nothing: it has to carry the earlier strokes through the noise up to the later
 * ones. A model that remembers less than the time between strokes stays at 1/(bells!).
 *
 * <p>Bell k rings as a decaying sine e^(-s/decay) sin(2 pi f_k s + phase), with frequencies spaced
 * by a constant factor between 0.03 and 0.12 cycles per step and a random phase. The sequence is
 * cut into as many equal spans as there are bells, and each stroke begins at a random step in the
 * first two thirds of its span.
 */
final class TonesTask implements Generator {
  private static final double LOWEST = 0.03;
  private static final double HIGHEST = 0.12;
  private static final double DECAY = 24;

  /** Steps after which a stroke is silent: its amplitude is then e^-6. */
  private static final int RING = 144;

  private final int length;
  private final int bells;
  private final double noise;
  private final List<int[]> orders = new ArrayList<>();
  private final List<String> names = new ArrayList<>();

  private TonesTask(Options options) {
    length = options.integer("length", 30, 10_000_000);
    bells = options.integer("bells", 2, 5);
    noise = options.number("noise", 0, 100);
    permute(new int[0]);
  }

  static Task task() {
    return Task.named("tones", TonesTask::new)
        .describe(
            "Three bells are struck once each, far apart and in noise: in which order? Every sequence"
                + " has the same strokes, so only a long memory can tell the six orders apart.")
        .length("512")
        .target("6 classes", "accuracy")
        .option("length", 512, "steps per sequence")
        .option("bells", 3, "number of bells, 2 to 5; the classes are their orders")
        .option("noise", 0.2, "deviation of the noise; a stroke begins with amplitude 1")
        .sizes(4000, 500, 500);
  }

  @Override
  public Dataset draw(String name, int count, SeededRandom random) {
    float[][] values = new float[count][];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = random.nextInt(orders.size());
      values[i] = ring(orders.get(labels[i]), random);
    }
    return Dataset.ofValues(1, values)
        .name(name)
        .classNames(names)
        .labels(names.size(), labels)
        .build();
  }

  @Override
  public Meaning.Builder describe(Meaning.Builder builder) {
    return builder.values(1, List.of("sound"), null).classes(names);
  }

  private float[] ring(int[] order, SeededRandom random) {
    double[] sound = new double[length];
    for (int t = 0; t < length; t++) {
      sound[t] = noise * random.normal();
    }
    double span = (double) length / bells;
    for (int k = 0; k < bells; k++) {
      int start = (int) (span * (k + random.uniform() * 2 / 3));
      double phase = random.uniform(0, 2 * Math.PI);
      double frequency = LOWEST * StrictMath.pow(HIGHEST / LOWEST, order[k] / (bells - 1.0));
      for (int s = 0; s < Math.min(RING, length - start); s++) {
        double angle = 2 * Math.PI * frequency * s + phase;
        sound[start + s] += StrictMath.exp(-s / DECAY) * StrictMath.sin(angle);
      }
    }
    float[] values = new float[length];
    for (int t = 0; t < length; t++) {
      values[t] = (float) sound[t];
    }
    return values;
  }

  /** Lists all orders, each named by the letters of its bells, A for the lowest. */
  private void permute(int[] begun) {
    if (begun.length == bells) {
      orders.add(begun);
      StringBuilder letters = new StringBuilder();
      for (int bell : begun) {
        letters.append((char) ('A' + bell));
      }
      names.add(letters.toString());
      return;
    }
    for (int bell = 0; bell < bells; bell++) {
      boolean free = true;
      for (int before : begun) {
        free &= before != bell;
      }
      if (free) {
        int[] longer = Arrays.copyOf(begun, begun.length + 1);
        longer[begun.length] = bell;
        permute(longer);
      }
    }
  }
}
