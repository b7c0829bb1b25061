package io.carillon.flink;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource.NumberSequenceSplit;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiter;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;

/**
 * How fast events come: some at once, so that there is something to be lost, then one every 20 ms,
 * so that a fast machine is not done before what a test waits for has happened.
 */
final class Pace implements RateLimiterStrategy<NumberSequenceSplit> {
  private static final long serialVersionUID = 1;
  private static final long MILLISECONDS = 20;

  private final int atOnce;
  private final boolean untilFailure;

  private Pace(int atOnce, boolean untilFailure) {
    this.atOnce = atOnce;
    this.untilFailure = untilFailure;
  }

  /** All at once. */
  static Pace fast() {
    return new Pace(Integer.MAX_VALUE, false);
  }

  /** So many at once after every start of the source, and few after them. */
  static Pace slowAfter(int events) {
    return new Pace(events, false);
  }

  /** So many at once, few after them, and all at once when {@link Jobs.FailsOnce} has failed. */
  static Pace slowUntilFailureAfter(int events) {
    return new Pace(events, true);
  }

  @Override
  public RateLimiter<NumberSequenceSplit> createRateLimiter(int parallelism) {
    return new RateLimiter<>() {
      private int given;

      @Override
      public CompletionStage<Void> acquire(int events) {
        given = Math.min(atOnce, given) + events;
        boolean fast = given <= atOnce || untilFailure && Jobs.FailsOnce.FAILURES.get() > 0;
        return fast
            ? CompletableFuture.completedFuture(null)
            : CompletableFuture.runAsync(
                () -> {}, CompletableFuture.delayedExecutor(MILLISECONDS, TimeUnit.MILLISECONDS));
      }
    };
  }
}
