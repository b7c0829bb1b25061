package io.carillon.report.console;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Turns Ctrl-C and the usual termination signals into a request to stop: the virtual machine is
 * kept alive until what was reached is saved. A second Ctrl-C ends it at once.
 */
public final class StopRequest implements AutoCloseable {
  private static final int SIGINT_EXIT = 130;

  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread hook;
  private volatile boolean requested;
  private volatile Runnable farewell;

  private StopRequest(Runnable stop) {
    hook =
        new Thread(
            () -> {
              Runnable words = farewell;
              if (words != null) {
                words.run();
                return;
              }
              requested = true;
              stop.run();
              awaitFinished();
            },
            "carillon-stop");
  }

  /**
   * Begins to watch.
   *
   * @param stop told once, on another thread, when the user wants to stop
   */
  public static StopRequest watch(Runnable stop) {
    StopRequest request = new StopRequest(stop);
    Runtime.getRuntime().addShutdownHook(request.hook);
    onInterrupt();
    return request;
  }

  /** Whether the user has asked to stop. */
  public boolean requested() {
    return requested;
  }

  /**
   * From now on nothing is lost when the machine ends at once.
   *
   * @param words told, on another thread, when the user wants to stop
   */
  public void nothingToLose(Runnable words) {
    farewell = words;
  }

  private void awaitFinished() {
    try {
      finished.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Makes the first interrupt an orderly exit and the second an immediate one. The virtual machine
   * alone would ignore the second, and has no public way to see it; where its unofficial one is
   * missing, the first still works.
   */
  private static void onInterrupt() {
    AtomicInteger count = new AtomicInteger();
    Runnable interrupted =
        () -> {
          if (count.incrementAndGet() > 1) {
            Runtime.getRuntime().halt(SIGINT_EXIT);
          }
          Thread exit = new Thread(() -> System.exit(SIGINT_EXIT), "carillon-exit");
          exit.setDaemon(true);
          exit.start();
        };
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              StopRequest.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) -> {
                if (method.getName().equals("handle")) {
                  interrupted.run();
                }
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance("INT"), proxy);
    } catch (ClassNotFoundException
        | NoSuchMethodException
        | InstantiationException
        | IllegalAccessException
        | InvocationTargetException e) {
      // Only the second Ctrl-C loses its effect.
      return;
    }
  }

  /** Everything is saved: lets the virtual machine end if it is about to. */
  @Override
  public void close() {
    finished.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The machine is shutting down already, which is what the hook is for.
      return;
    }
  }
}
