package io.carillon.examples;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A thread for everyone who is let in. Nobody waits in a queue behind clients that are silent: how
 * many are let in is what is bounded, see {@link Places}.
 */
final class Workers {
  private static final int SECONDS_AT_REST = 30;
  private static final MethodHandle VIRTUAL = virtual();

  private Workers() {}

  /** Virtual threads where the JDK has them (from 21 on), else at most so many ordinary ones. */
  static ExecutorService upTo(int most) {
    if (VIRTUAL != null) {
      try {
        return (ExecutorService) VIRTUAL.invokeExact();
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException("virtual threads cannot be had", e);
      }
    }
    return new ThreadPoolExecutor(
        0, most, SECONDS_AT_REST, TimeUnit.SECONDS, new SynchronousQueue<>());
  }

  private static MethodHandle virtual() {
    try {
      return MethodHandles.publicLookup()
          .findStatic(
              Executors.class,
              "newVirtualThreadPerTaskExecutor",
              MethodType.methodType(ExecutorService.class));
    } catch (NoSuchMethodException | IllegalAccessException e) {
      // A JDK before 21, or one where they are a preview that was not switched on.
      return null;
    }
  }
}
