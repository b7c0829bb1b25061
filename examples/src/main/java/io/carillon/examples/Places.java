package io.carillon.examples;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Counts who is inside: no more than fit in all, and no more than are allowed for one client. */
final class Places {
  /** Whether somebody may come in, and if not, why. */
  enum Answer {
    YES,
    CLIENT_HAS_TOO_MANY,
    ALL_ARE_TAKEN
  }

  private final int most;
  private final int mostPerClient;
  private final Map<InetAddress, Integer> taken = new HashMap<>();
  private int all;

  Places(int most, int mostPerClient) {
    this.most = most;
    this.mostPerClient = mostPerClient;
  }

  /** Takes a place if there is one; after YES a {@link #leave} must follow. */
  synchronized Answer enter(InetAddress client) {
    if (taken.getOrDefault(client, 0) >= mostPerClient) {
      return Answer.CLIENT_HAS_TOO_MANY;
    }
    if (all >= most) {
      return Answer.ALL_ARE_TAKEN;
    }
    all++;
    taken.merge(client, 1, Integer::sum);
    return Answer.YES;
  }

  /** Gives a place back. */
  synchronized void leave(InetAddress client) {
    all--;
    // Clients without a place are not remembered.
    taken.computeIfPresent(client, (key, count) -> count == 1 ? null : count - 1);
    if (all == 0) {
      notifyAll();
    }
  }

  /** Waits until all places are free, or until {@link System#nanoTime} is so far. */
  synchronized boolean awaitEmpty(long until) throws InterruptedException {
    for (long left = until - System.nanoTime(); all > 0 && left > 0; ) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
      left = until - System.nanoTime();
    }
    return all == 0;
  }
}
