package dev.backstitch.loadtest.engines;

import java.time.Duration;

/// Holds runs at a step until they may go on. Safe for any thread.
final class Gate {
  private int limit;
  private int arrived;

  /// Returns when steps up to this one may be taken.
  synchronized void pass(int step) throws InterruptedException {
    if (step == limit) {
      arrived++;
      notifyAll();
    }
    while (step >= limit) {
      wait();
    }
  }

  /// Lets steps below a limit be taken.
  ///
  /// @param newLimit above the one before
  synchronized void advance(int newLimit) {
    arrived = 0;
    limit = newLimit;
    notifyAll();
  }

  /// Returns when so many runs have come to the limit.
  ///
  /// @throws IllegalStateException if they do not come in time
  synchronized void await(int runs, Duration patience) throws InterruptedException {
    long until = System.nanoTime() + patience.toNanos();
    while (arrived < runs) {
      long millis = (until - System.nanoTime()) / 1_000_000;
      if (millis <= 0) {
        throw new IllegalStateException(
            "%d of %d runs came to step %d in %s".formatted(arrived, runs, limit, patience));
      }
      wait(millis);
    }
  }

  /// Holds nobody any more.
  synchronized void open() {
    limit = Integer.MAX_VALUE;
    notifyAll();
  }
}
