package dev.backstitch.loadtest.witness;

import java.time.Duration;

/// Notices that this process stood still: frozen, starved of the processor, or collecting garbage.
/// Owns a thread. Safe for any thread.
public final class Pulse implements AutoCloseable {
  private static final long BEAT_MILLIS = 5;
  private static final long REMEMBERED_NANOS = Duration.ofSeconds(3).toNanos();

  private final Thread thread;
  private long lastBeat = System.nanoTime();
  private long longestGap;
  private long longestGapAt = lastBeat;
  private volatile boolean stopping;

  private Pulse() {
    thread = Thread.ofPlatform().daemon().name("pulse").unstarted(this::beat);
  }

  /// Begins to watch.
  public static Pulse start() {
    Pulse pulse = new Pulse();
    pulse.thread.start();
    return pulse;
  }

  /// The longest time that this process stood still in the last three seconds it was awake.
  public synchronized long stalledMillis() {
    measure();
    return longestGap / 1_000_000;
  }

  @Override
  public void close() {
    stopping = true;
    thread.interrupt();
  }

  private void beat() {
    while (!stopping) {
      try {
        Thread.sleep(BEAT_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
      measureAndBeat();
    }
  }

  private synchronized void measureAndBeat() {
    measure();
    lastBeat = System.nanoTime();
  }

  private void measure() {
    long now = System.nanoTime();
    long gap = now - lastBeat;
    if (gap >= longestGap || now - longestGapAt > REMEMBERED_NANOS) {
      longestGap = gap;
      longestGapAt = now;
    }
  }
}
