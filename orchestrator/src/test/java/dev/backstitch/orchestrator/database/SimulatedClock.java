package dev.backstitch.orchestrator.database;

import java.time.Instant;
import java.util.function.LongSupplier;

/// The real clock, carried forward by simulated time.
public final class SimulatedClock {
  private SimulatedClock() {}

  public static DatabaseClock on(Instant reading, LongSupplier nanoTime) {
    return new DatabaseClock(reading, nanoTime);
  }
}
