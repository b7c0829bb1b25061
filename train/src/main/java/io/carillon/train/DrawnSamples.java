package io.carillon.train;

import io.carillon.engine.Parallel;
import java.util.Arrays;
import java.util.function.Function;

/** Samples of an epoch of a source, drawn when they are asked for; they have no gaps or pairs. */
final class DrawnSamples implements Samples {
  private final DatasetForm form;
  private final SampleSource source;
  private final int epoch;

  /** The sample asked for last: what a caller wants to know of a sequence it asks in turn. */
  private volatile Drawn last;

  private record Drawn(int index, Dataset sample) {}

  /** Those of an epoch, counted from 1. */
  DrawnSamples(DatasetForm form, SampleSource source, int epoch) {
    this.form = form;
    this.source = source;
    this.epoch = epoch;
  }

  /** The sample as a data set of one sequence. */
  private Dataset drawn(int i) {
    Drawn known = last;
    if (known == null || known.index != i) {
      known = new Drawn(i, source.draw(epoch, i));
      last = known;
    }
    return known.sample;
  }

  @Override
  public int size() {
    return source.size();
  }

  @Override
  public int length(int i) {
    return minLength() == maxLength() ? maxLength() : drawn(i).length(0);
  }

  @Override
  public int minLength() {
    return source.minLength();
  }

  @Override
  public int maxLength() {
    return source.maxLength();
  }

  @Override
  public float[] values(int i) {
    return drawn(i).values(0);
  }

  @Override
  public int[] tokens(int i) {
    return drawn(i).tokens(0);
  }

  @Override
  public float[] mask(int i) {
    return drawn(i).mask(0);
  }

  @Override
  public boolean timed() {
    return false;
  }

  @Override
  public double[] gaps(int i) {
    return null;
  }

  @Override
  public boolean pairs() {
    return false;
  }

  @Override
  public int firstLength(int i) {
    throw new IllegalStateException("a data set of drawn sequences has no pairs");
  }

  @Override
  public int label(int i) {
    return drawn(i).label(0);
  }

  @Override
  public int[] stepLabels(int i) {
    return drawn(i).stepLabels(0);
  }

  @Override
  public float[] targetValues(int i) {
    return drawn(i).targetValues(0);
  }

  @Override
  public long bytes() {
    return 0;
  }

  @Override
  public DrawnSamples epoch(int number) {
    return number == epoch ? this : new DrawnSamples(form, source, number);
  }

  @Override
  public DrawnSamples subset(int... indices) {
    return new DrawnSamples(form, new Picked(source, indices.clone()), epoch);
  }

  /** Every sample is drawn once. */
  @Override
  public StoredSamples stored(Parallel parallel, int... indices) {
    Dataset[] samples = new Dataset[indices.length];
    parallel.run(samples.length, k -> samples[k] = source.draw(epoch, indices[k]));
    int n = samples.length;
    boolean tokens = form.tokens();
    Dataset.Target target = form.target();
    boolean ofClass = target == Dataset.Target.CLASS;
    boolean ofSteps = target == Dataset.Target.CLASS_PER_STEP;
    return new StoredSamples(
        form.inputSize(),
        tokens ? null : each(samples, s -> s.values(0), new float[n][]),
        tokens ? each(samples, s -> s.tokens(0), new int[n][]) : null,
        each(samples, s -> s.mask(0), new float[n][]),
        null,
        null,
        ofClass ? Arrays.stream(samples).mapToInt(s -> s.label(0)).toArray() : null,
        ofSteps ? each(samples, s -> s.stepLabels(0), new int[n][]) : null,
        ofClass || ofSteps ? null : each(samples, s -> s.targetValues(0), new float[n][]));
  }

  private static <T> T[] each(Dataset[] samples, Function<Dataset, T> part, T[] to) {
    for (int k = 0; k < to.length; k++) {
      to[k] = part.apply(samples[k]);
    }
    return to;
  }

  /** Some sequences of another source. */
  private record Picked(SampleSource from, int[] indices) implements SampleSource {
    @Override
    public int size() {
      return indices.length;
    }

    @Override
    public int minLength() {
      return from.minLength();
    }

    @Override
    public int maxLength() {
      return from.maxLength();
    }

    @Override
    public Dataset draw(int epoch, int index) {
      return from.draw(epoch, indices[index]);
    }
  }
}
