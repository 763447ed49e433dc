package dev.backstitch.orchestrator.database;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.function.LongSupplier;

/// The database's clock, carried forward between readings by this process's monotonic time.
///
/// It never goes back, and is never ahead of the database (drift between two readings aside): an
/// anchor counts from when its reading *arrived*, which is after the database took it. So a timer
/// judged by it does not fire early. Instants have microseconds, as PostgreSQL's have.
///
/// Safe for any thread.
public final class DatabaseClock implements InstantSource {
  private final LongSupplier nanoTime;
  private Instant anchor;
  private long anchorNanos;
  private Instant latest;

  /// @param reading what the database's clock said
  public DatabaseClock(Instant reading) {
    this(reading, System::nanoTime);
  }

  DatabaseClock(Instant reading, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.anchor = reading;
    this.anchorNanos = nanoTime.getAsLong();
    this.latest = reading;
  }

  /// Takes a new reading that arrived just now.
  public synchronized void anchor(Instant reading) {
    anchor = reading;
    anchorNanos = nanoTime.getAsLong();
  }

  @Override
  public synchronized Instant instant() {
    Instant now =
        anchor.plusNanos(nanoTime.getAsLong() - anchorNanos).truncatedTo(ChronoUnit.MICROS);
    if (now.isAfter(latest)) {
      latest = now;
    }
    return latest;
  }
}
