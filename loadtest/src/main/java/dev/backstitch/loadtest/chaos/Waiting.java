package dev.backstitch.loadtest.chaos;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/// Waits for something by looking at it.
final class Waiting {
  private static final long LOOK_MILLIS = 20;

  private Waiting() {}

  /// @param what for the message
  /// @throws IllegalStateException if it does not become true in time
  static void until(Duration patience, String what, BooleanSupplier condition) {
    if (!happens(patience, condition)) {
      throw new IllegalStateException("waited " + patience.toSeconds() + " s in vain for " + what);
    }
  }

  /// Whether it becomes true in time.
  static boolean happens(Duration patience, BooleanSupplier condition) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() >= deadline) {
        return false;
      }
      pause(LOOK_MILLIS);
    }
    return true;
  }

  static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
