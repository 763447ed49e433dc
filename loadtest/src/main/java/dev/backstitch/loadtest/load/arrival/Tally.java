package dev.backstitch.loadtest.load.arrival;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;

/// What came of operations, also while they go on. Thread-safe.
public final class Tally {
  /// What is longer counts as this.
  private static final long LONGEST_MICROS = TimeUnit.HOURS.toMicros(1);

  private static final int SIGNIFICANT_DIGITS = 3;
  private static final int KEPT_FAILURES = 10;

  private final ConcurrentHistogram micros =
      new ConcurrentHistogram(LONGEST_MICROS, SIGNIFICANT_DIGITS);
  private final LongAdder done = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder notBegun = new LongAdder();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicLong lastEndNanos = new AtomicLong(Long.MIN_VALUE);
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();

  void began() {
    inFlight.incrementAndGet();
  }

  void ended(long intendedNanos, long nowNanos) {
    inFlight.decrementAndGet();
    charge(nowNanos - intendedNanos);
    done.increment();
    lastEndNanos.accumulateAndGet(nowNanos, Math::max);
  }

  void failed(Exception failure) {
    inFlight.decrementAndGet();
    failed.increment();
    if (failures.size() < KEPT_FAILURES) {
      failures.add(failure.toString());
    }
  }

  /// An operation that was wished for and could not begin: it would have taken at least this.
  void notBegun(long waitedNanos) {
    notBegun.increment();
    charge(waitedNanos);
  }

  /// Adds a latency without an operation.
  public void charge(long nanos) {
    micros.recordValue(Math.clamp(TimeUnit.NANOSECONDS.toMicros(nanos), 0L, LONGEST_MICROS));
  }

  /// How many succeeded.
  public long done() {
    return done.sum();
  }

  /// How many failed.
  public long failed() {
    return failed.sum();
  }

  /// How many are on their way.
  public int inFlight() {
    return inFlight.get();
  }

  /// How many were wished for and could not begin in time.
  public long notBegun() {
    return notBegun.sum();
  }

  /// What some of the failures were, the first ones.
  public List<String> failures() {
    return List.copyOf(failures);
  }

  /// The latencies of those that succeeded, and the least that those would have had that could not
  /// begin.
  public Latency latency() {
    return Latency.ofMicros(micros.copy());
  }

  /// When the last one succeeded, on the generator's clock; what was given if none did.
  long lastEndNanos(long otherwise) {
    long last = lastEndNanos.get();
    return last == Long.MIN_VALUE ? otherwise : last;
  }
}
