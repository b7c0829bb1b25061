package io.carillon.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every task runs once, and nobody waits for ever. */
@Timeout(60)
class ParallelTest {
  private static void assertAllOnce(Parallel parallel, int tasks) {
    AtomicIntegerArray runs = new AtomicIntegerArray(tasks);
    parallel.run(tasks, runs::incrementAndGet);
    for (int i = 0; i < tasks; i++) {
      assertThat(runs.get(i)).isEqualTo(1);
    }
  }

  @Test
  void everyTaskRunsOnceForAnyNumberOfThreads() {
    for (int threads = 1; threads <= 5; threads++) {
      try (Parallel parallel = Parallel.of(threads)) {
        for (int round = 0; round < 2000; round++) {
          assertAllOnce(parallel, round % 9);
        }
      }
    }
  }

  /** What a task wrote is seen by the caller and by the tasks of the next call. */
  @Test
  void resultsAreVisibleAfterwards() {
    int[] sums = new int[7];
    try (Parallel parallel = Parallel.of(3)) {
      for (int round = 0; round < 5000; round++) {
        parallel.run(sums.length, i -> sums[i]++);
      }
    }
    assertThat(sums).containsOnly(5000);
  }

  @Test
  void noTwoTasksOfACallShareAWorker() {
    try (Parallel parallel = Parallel.of(4)) {
      for (int round = 0; round < 500; round++) {
        AtomicIntegerArray inside = new AtomicIntegerArray(4);
        parallel.runOnWorkers(
            40,
            (worker, task) -> {
              assertThat(inside.incrementAndGet(worker)).isEqualTo(1);
              inside.decrementAndGet(worker);
            });
      }
    }
  }

  @Test
  void aFailureOfAnyThreadReachesTheCallerAndTheNextCallWorks() {
    try (Parallel parallel = Parallel.of(3)) {
      for (int bad = 0; bad < 20; bad++) {
        int failing = bad;
        assertThatThrownBy(
                () ->
                    parallel.run(
                        20,
                        i -> {
                          if (i == failing) {
                            throw new IllegalStateException("task " + i);
                          }
                        }))
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("task " + failing);
        assertAllOnce(parallel, 20);
      }
    }
  }

  @Test
  void callsFromSeveralThreadsAndFromInsideATaskAreDone() throws Exception {
    ExecutorService callers = Executors.newFixedThreadPool(4);
    try (Parallel parallel = Parallel.of(3)) {
      CountDownLatch together = new CountDownLatch(4);
      Future<?>[] calls = new Future<?>[4];
      for (int c = 0; c < calls.length; c++) {
        calls[c] =
            callers.submit(
                () -> {
                  together.countDown();
                  together.await();
                  for (int round = 0; round < 300; round++) {
                    parallel.run(5, i -> assertAllOnce(parallel, 4));
                  }
                  return null;
                });
      }
      for (Future<?> call : calls) {
        call.get(50, TimeUnit.SECONDS);
      }
    } finally {
      callers.shutdownNow();
    }
  }

  @Test
  void anInterruptedCallerFinishesAndStaysInterrupted() {
    try (Parallel parallel = Parallel.of(2)) {
      Thread.currentThread().interrupt();
      for (int round = 0; round < 200; round++) {
        assertAllOnce(parallel, 8);
      }
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void afterClosingTheCallerWorksAlone() {
    Parallel parallel = Parallel.of(3);
    assertAllOnce(parallel, 10);
    parallel.close();
    Thread caller = Thread.currentThread();
    parallel.run(10, i -> assertThat(Thread.currentThread()).isSameAs(caller));
  }
}
