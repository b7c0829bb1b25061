package io.carillon.train;

import java.util.List;

/**
 * A training that the Java heap cannot hold. It has not been started. The message is complete by
 * itself; {@link #remedies} holds its advice for those who call the settings by other names.
 */
public final class InsufficientMemoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What the memory of a training depends on most. */
  public enum Size {
    /** {@link TrainConfig#shardSize}, with the same batches. */
    SHARD_SIZE,
    /** {@link TrainConfig#batchSize}. */
    BATCH_SIZE,
    /** Steps of the longest sequence. */
    LENGTH,
    /** {@code NetworkConfig.width}. */
    WIDTH,
    /** {@code NetworkConfig.depth}. */
    DEPTH
  }

  /**
   * A change that alone would make the training fit.
   *
   * @param size what is to be made smaller
   * @param value the largest that fits
   * @param bytes what is needed then
   */
  public record Remedy(Size size, int value, long bytes) {}

  private final long needed;
  private final long available;
  private final String option;
  private final transient List<Remedy> remedies;

  InsufficientMemoryException(long needed, long available, String option, List<Remedy> remedies) {
    super(message(needed, available, option, remedies));
    this.needed = needed;
    this.available = available;
    this.option = option;
    this.remedies = remedies;
  }

  private static String message(long needed, long available, String option, List<Remedy> remedies) {
    StringBuilder text = new StringBuilder();
    text.append("this training needs about ").append(mebibytes(needed));
    text.append(" of Java heap beside what is in use, ").append(mebibytes(available));
    text.append(" are free; ");
    for (Remedy remedy : remedies) {
      text.append(
          switch (remedy.size) {
            case SHARD_SIZE -> "shard_size ";
            case BATCH_SIZE -> "batch_size ";
            case LENGTH -> "sequences of at most ";
            case WIDTH -> "width ";
            case DEPTH -> "depth ";
          });
      text.append(remedy.value).append(remedy.size == Size.LENGTH ? " steps" : "");
      text.append(" would fit (").append(mebibytes(remedy.bytes)).append("), or ");
    }
    return text.append("start Java with ").append(option).toString();
  }

  private static String mebibytes(long bytes) {
    return ((bytes + (1 << 20) - 1) >> 20) + " MiB";
  }

  /** Bytes that the training would need beside what is in use. */
  public long needed() {
    return needed;
  }

  /** Bytes that are free. */
  public long available() {
    return available;
  }

  /** What Java would have to be started with: {@code -Xmx…}. */
  public String option() {
    return option;
  }

  /** Changes each of which would be enough, the mildest first; none if no single one is. */
  public List<Remedy> remedies() {
    return remedies == null ? List.of() : remedies;
  }
}
