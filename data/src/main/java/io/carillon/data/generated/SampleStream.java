package io.carillon.data.generated;

import io.carillon.engine.SeededRandom;
import io.carillon.train.Dataset;
import io.carillon.train.SampleSource;
import io.carillon.train.Seeds;

/**
 * The samples of one part of a task, each drawn when it is asked for: the randomness of sample i of
 * epoch e follows from the seed of the part, e and i alone.
 */
final class SampleStream implements SampleSource {
  private final SampleGenerator generator;
  private final int part;
  private final int size;
  private final long seed;

  /**
   * Samples of a part.
   *
   * @param part 0 training, whose epochs have samples of their own; 1 validation; 2 test
   * @param random gives the seed
   */
  SampleStream(SampleGenerator generator, int part, int size, SeededRandom random) {
    this.generator = generator;
    this.part = part;
    this.size = size;
    this.seed = random.nextLong();
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int minLength() {
    return generator.minLength();
  }

  @Override
  public int maxLength() {
    return generator.maxLength();
  }

  @Override
  public Dataset draw(int epoch, int index) {
    long ofEpoch = Seeds.mix(seed, epoch);
    return generator.sample(part, new SeededRandom(Seeds.mix(ofEpoch, index)));
  }
}
