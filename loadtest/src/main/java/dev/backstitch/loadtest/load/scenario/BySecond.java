package dev.backstitch.loadtest.load.scenario;

import dev.backstitch.loadtest.load.arrival.EverySecond;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/// Writes down once a second how far a counter went in that second. Thread-safe.
final class BySecond implements AutoCloseable {
  private final LongSupplier counter;
  private final List<Long> seconds = new ArrayList<>();
  private final EverySecond clock;
  private long before;

  private BySecond(LongSupplier counter) {
    this.counter = counter;
    this.clock = EverySecond.look("by-second", this::look);
  }

  static BySecond of(LongSupplier counter) {
    return new BySecond(counter);
  }

  private synchronized void look() {
    long now = counter.getAsLong();
    seconds.add(now - before);
    before = now;
  }

  synchronized List<Long> soFar() {
    return List.copyOf(seconds);
  }

  @Override
  public void close() {
    clock.close();
  }
}
