package dev.backstitch.orchestrator.database;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicLong;
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
  private final AtomicLong latestMicros;
  private volatile Anchor anchor;

  /// @param reading what the database's clock said
  public DatabaseClock(Instant reading) {
    this(reading, System::nanoTime);
  }

  DatabaseClock(Instant reading, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.anchor = new Anchor(micros(reading), nanoTime.getAsLong());
    this.latestMicros = new AtomicLong(micros(reading));
  }

  /// @param nanos this process's time when the reading arrived
  private record Anchor(long micros, long nanos) {}

  /// Takes a new reading that arrived just now.
  public void anchor(Instant reading) {
    anchor = new Anchor(micros(reading), nanoTime.getAsLong());
  }

  @Override
  public Instant instant() {
    Anchor from = anchor;
    long now = from.micros() + (nanoTime.getAsLong() - from.nanos()) / 1_000;
    long latest = latestMicros.accumulateAndGet(now, Math::max);
    return Instant.EPOCH.plus(latest, ChronoUnit.MICROS);
  }

  private static long micros(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }
}
