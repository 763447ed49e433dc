package dev.backstitch.loadtest.meter;

import java.time.Duration;
import java.util.Optional;

/// What a [Meter] showed at one moment. Means something only as a difference to another one of the
/// same meter.
public final class Reading {
  private final long nanoTime;
  private final Duration engine;
  private final Optional<Duration> database;
  private final Counters counters;

  /// @param writers the number that the next transaction with writes will get
  record Counters(long walBytes, long writers, long transactions, Rows rows, long storedBytes) {}

  Reading(long nanoTime, Duration engine, Optional<Duration> database, Counters counters) {
    this.nanoTime = nanoTime;
    this.engine = engine;
    this.database = database;
    this.counters = counters;
  }

  /// What it cost from here to a later reading.
  public Cost until(Reading later) {
    return new Cost(
        Duration.ofNanos(later.nanoTime - nanoTime),
        later.engine.minus(engine),
        database.flatMap(before -> later.database.map(after -> after.minus(before))),
        later.counters.walBytes() - counters.walBytes(),
        later.counters.writers() - counters.writers(),
        later.counters.transactions() - counters.transactions(),
        later.counters.rows().minus(counters.rows()),
        later.counters.storedBytes() - counters.storedBytes());
  }
}
