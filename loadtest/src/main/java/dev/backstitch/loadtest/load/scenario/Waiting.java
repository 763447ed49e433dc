package dev.backstitch.loadtest.load.scenario;

import dev.backstitch.loadtest.load.arrival.Halt;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/// Waits for something in the database by looking at it.
///
/// @param halt the wish not to wait any longer
/// @param interval how often it is looked
record Waiting(Halt halt, Duration interval) {

  /// Whether it becomes true in time.
  boolean happens(Duration patience, BooleanSupplier condition) throws InterruptedException {
    long until = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (halt.isRequested() || System.nanoTime() >= until) {
        return false;
      }
      Thread.sleep(interval);
    }
    return true;
  }
}
