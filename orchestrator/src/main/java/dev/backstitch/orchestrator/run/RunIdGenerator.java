package dev.backstitch.orchestrator.run;

import java.time.Instant;
import java.time.InstantSource;

/// Makes run ids: 41 bits of milliseconds, 10 bits of the worker, 12 bits that count.
///
/// Two workers whose ids agree in their last 10 bits could make the same id within the same
/// millisecond; the primary key would refuse the second. More than 4,096 ids in one millisecond
/// borrow from the next one. Safe for any thread.
public final class RunIdGenerator {
  private static final long EPOCH_MILLIS = Instant.parse("2024-01-01T00:00:00Z").toEpochMilli();
  private static final int WORKER_BITS = 10;
  private static final int COUNTER_BITS = 12;

  private final InstantSource clock;
  private final long worker;
  private long lastMillis;
  private int counter;

  /// @param clock the database's clock
  /// @param workerId of which the last 10 bits are used
  public RunIdGenerator(InstantSource clock, long workerId) {
    this.clock = clock;
    this.worker = workerId & ((1L << WORKER_BITS) - 1);
  }

  /// A new id, larger than every one before.
  public synchronized RunId next() {
    long millis = clock.instant().toEpochMilli() - EPOCH_MILLIS;
    if (millis > lastMillis) {
      lastMillis = millis;
      counter = 0;
    } else if (++counter == 1 << COUNTER_BITS) {
      lastMillis++;
      counter = 0;
    }
    return new RunId(
        (lastMillis << (WORKER_BITS + COUNTER_BITS)) | (worker << COUNTER_BITS) | counter);
  }
}
