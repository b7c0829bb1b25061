package io.carillon.core;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;

/**
 * Runs independent tasks on a fixed number of threads. Which thread runs a task is not determined;
 * so a task writes only where no other task writes, and results are the same bits for any number of
 * threads.
 */
public final class Parallel implements AutoCloseable {
  private final int threads;
  private final ExecutorService workers;

  private Parallel(int threads) {
    this.threads = threads;
    this.workers =
        threads == 1
            ? null
            : Executors.newFixedThreadPool(
                threads - 1,
                task -> {
                  Thread thread = new Thread(task, "carillon-worker");
                  thread.setDaemon(true);
                  return thread;
                });
  }

  /**
   * Threads to work with, the calling thread included.
   *
   * @param threads at least 1; 1 runs everything on the calling thread and starts none
   */
  public static Parallel of(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads is " + threads + "; give at least 1");
    }
    return new Parallel(threads);
  }

  /** One thread: the caller's. Needs no closing. */
  public static Parallel serial() {
    return new Parallel(1);
  }

  /** Number of threads, the calling one included. */
  public int threads() {
    return threads;
  }

  /** One task, with the number of the worker that runs it. */
  public interface WorkerBody {
    /**
     * Runs a task.
     *
     * @param worker 0 .. threads−1; no two tasks with the same worker run at the same time
     * @param task which task
     */
    void accept(int worker, int task);
  }

  /**
   * Runs {@code body} for 0 .. tasks-1 and returns when all are done; rethrows a task's exception.
   */
  public void run(int tasks, IntConsumer body) {
    runOnWorkers(tasks, (worker, task) -> body.accept(task));
  }

  /**
   * {@link #run} for tasks that need scratch memory: there need be only as much of it as there are
   * workers. Results must not depend on which worker runs a task.
   */
  public void runOnWorkers(int tasks, WorkerBody body) {
    int helpers = Math.min(threads, tasks) - 1;
    if (helpers < 1) {
      for (int i = 0; i < tasks; i++) {
        body.accept(0, i);
      }
      return;
    }
    Job job = new Job(tasks, helpers, body);
    for (int i = 0; i < helpers; i++) {
      workers.execute(job);
    }
    job.work(0);
    awaitQuietly(job);
    rethrow(job.failure.get());
  }

  /** The tasks of one call; counts down when a helper is done. */
  private static final class Job extends CountDownLatch implements Runnable {
    private final int tasks;
    private final WorkerBody body;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger helper = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    Job(int tasks, int helpers, WorkerBody body) {
      super(helpers);
      this.tasks = tasks;
      this.body = body;
    }

    @Override
    public void run() {
      try {
        work(helper.incrementAndGet());
      } finally {
        countDown();
      }
    }

    void work(int worker) {
      try {
        for (int i = next.getAndIncrement(); i < tasks; i = next.getAndIncrement()) {
          body.accept(worker, i);
        }
      } catch (RuntimeException | Error e) {
        failure.compareAndSet(null, e);
        next.set(tasks);
      }
    }
  }

  private static void awaitQuietly(CountDownLatch done) {
    boolean interrupted = false;
    while (true) {
      try {
        done.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void rethrow(Throwable failure) {
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
  }

  /** Stops the worker threads. */
  @Override
  public void close() {
    if (workers != null) {
      workers.shutdown();
    }
  }
}
