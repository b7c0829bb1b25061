package io.carillon.examples;

import java.io.IOException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Sees to it that reading from a client and writing to it come to an end. */
final class Deadlines implements AutoCloseable {
  /** Reads or writes. */
  interface Work<T> {
    T run() throws IOException;
  }

  private final ScheduledThreadPoolExecutor clock =
      new ScheduledThreadPoolExecutor(
          1,
          task -> {
            Thread thread = new Thread(task, "deadlines");
            thread.setDaemon(true);
            return thread;
          });

  Deadlines() {
    clock.setRemoveOnCancelPolicy(true);
  }

  /**
   * Does the work in this thread.
   *
   * @param late is run once, in another thread, if the work lasts longer; it must make the work
   *     end, and may do so by interrupting this thread
   * @throws IOException if the work did, or if it was late
   */
  <T> T within(int seconds, Work<T> work, Runnable late) throws IOException {
    Watch watch = new Watch(late);
    Future<?> bell = clock.schedule(watch, seconds, TimeUnit.SECONDS);
    try {
      T result = work.run();
      if (!watch.stop()) {
        throw new IOException("it took longer than " + seconds + " seconds");
      }
      return result;
    } finally {
      if (!watch.stop()) {
        // An interruption belongs to this work, not to what the thread does next.
        Thread.interrupted();
      }
      bell.cancel(false);
    }
  }

  /** Either is stopped or runs; not both. */
  private static final class Watch implements Runnable {
    private final Runnable late;
    private boolean stopped;
    private boolean rang;

    Watch(Runnable late) {
      this.late = late;
    }

    @Override
    public synchronized void run() {
      if (!stopped) {
        rang = true;
        late.run();
      }
    }

    synchronized boolean stop() {
      stopped = true;
      return !rang;
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
