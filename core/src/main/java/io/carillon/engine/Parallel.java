package io.carillon.engine;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * Runs independent tasks on a fixed number of threads, which start with the first work for them and
 * end when they have had none for a while: those who drop this object need not close it. Which
 * thread runs a task is not determined; so a task writes only where no other task writes, and
 * results are the same bits for any number of threads.
 */
public final class Parallel implements AutoCloseable {
  /** How long a thread without work waits for some before it ends; the next work starts another. */
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final int threads;

  /** The threads besides the calling one, or null. */
  private final Crew crew;

  private Parallel(int threads) {
    this.threads = threads;
    this.crew = threads == 1 ? null : new Crew();
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
   * workers. Results must not depend on which worker runs a task. A call that comes while the
   * threads are busy with another one runs all of its tasks on the calling thread. Allocates
   * nothing.
   */
  public void runOnWorkers(int tasks, WorkerBody body) {
    int helpers = Math.min(threads, tasks) - 1;
    if (helpers < 1 || !crew.start(tasks, helpers, body)) {
      for (int i = 0; i < tasks; i++) {
        body.accept(0, i);
      }
      return;
    }
    crew.work(0);
    rethrow(crew.finish());
  }

  /**
   * Threads that wait for tasks between the calls. What describes a call lies in fields that the
   * next one uses again: a training step makes hundreds of calls.
   */
  private final class Crew {
    private final AtomicInteger next = new AtomicInteger();

    /** Helpers that have not come yet or are not done. */
    private final AtomicInteger running = new AtomicInteger();

    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private int tasks;
    private WorkerBody body;
    private volatile Thread caller;

    // Guarded by this.
    private int alive;
    private boolean closed;
    private boolean busy;
    private int wanted;
    private int joined;

    /** Calls helpers to the tasks, unless they are busy or gone. */
    synchronized boolean start(int newTasks, int helpers, WorkerBody newBody) {
      if (busy || closed) {
        return false;
      }
      startThreads();
      busy = true;
      tasks = newTasks;
      body = newBody;
      caller = Thread.currentThread();
      next.set(0);
      running.set(helpers);
      joined = 0;
      wanted = helpers;
      notifyAll();
      return true;
    }

    private void startThreads() {
      while (alive < threads - 1) {
        Thread thread = new Thread(this::serve, "carillon-worker");
        thread.setDaemon(true);
        thread.start();
        alive++;
      }
    }

    private void serve() {
      for (int worker = join(); worker > 0; worker = join()) {
        work(worker);
        if (running.decrementAndGet() == 0) {
          LockSupport.unpark(caller);
        }
      }
    }

    /** Waits for work and returns the number of the worker, or 0 when there will be none. */
    private synchronized int join() {
      long end = System.nanoTime() + IDLE_NANOS;
      while (wanted == 0) {
        long left = end - System.nanoTime();
        if (closed || left <= 0) {
          alive--;
          return 0;
        }
        try {
          TimeUnit.NANOSECONDS.timedWait(this, left);
        } catch (InterruptedException e) {
          // Nobody has a reason to interrupt a worker; close() is what ends it.
        }
      }
      wanted--;
      return ++joined;
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

    /** Waits until all tasks are done and returns what one of them threw, or null. */
    Throwable finish() {
      synchronized (this) {
        // Those who have not come by now would find nothing to do.
        running.addAndGet(-wanted);
        wanted = 0;
      }
      boolean interrupted = false;
      while (running.get() > 0) {
        LockSupport.park(this);
        interrupted |= Thread.interrupted();
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      synchronized (this) {
        body = null;
        caller = null;
        busy = false;
        return failure.getAndSet(null);
      }
    }

    synchronized void close() {
      closed = true;
      notifyAll();
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

  /** Stops the worker threads; a later call runs its tasks on the calling thread. */
  @Override
  public void close() {
    if (crew != null) {
      crew.close();
    }
  }
}
