package dev.backstitch.loadtest.chaos;

import dev.backstitch.loadtest.chaos.FaultPlan.Kind;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Measures, by looking again and again, how long it takes until something has recovered. Safe for
/// any thread.
final class Watch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Watch.class);
  private static final long LOOK_MILLIS = 20;
  private static final Duration LONGEST = Duration.ofMinutes(2);

  private final RecoveryTimes times;
  private final Set<Thread> measuring = ConcurrentHashMap.newKeySet();
  private volatile boolean stopping;

  /// @param times where what is measured is told
  Watch(RecoveryTimes times) {
    this.times = times;
  }

  /// What a look has shown.
  enum Sight {
    /// It has recovered.
    RECOVERED,
    /// It has not, so far.
    NOT_YET,
    /// Nothing is left to recover.
    POINTLESS
  }

  /// Looks.
  @FunctionalInterface
  interface Look {

    /// What is to be seen now.
    ///
    /// @param isOver whether all is over, and this look is the last one
    Sight at(boolean isOver);
  }

  /// Begins to measure: the fault has happened at this instant of [System#nanoTime].
  void measure(Kind kind, long began, Look look) {
    times.began();
    Thread thread = Thread.ofVirtual().name("watch").unstarted(() -> lookUntil(kind, began, look));
    measuring.add(thread);
    thread.start();
  }

  private void lookUntil(Kind kind, long began, Look look) {
    try {
      while (true) {
        boolean isOver = stopping;
        // One look more: what came just before the end has come.
        boolean isLast = isOver || System.nanoTime() - began > LONGEST.toNanos();
        switch (look.at(isOver)) {
          case RECOVERED -> {
            times.seen(kind, (System.nanoTime() - began) / 1_000_000);
            return;
          }
          case POINTLESS -> {
            times.dropped();
            return;
          }
          case NOT_YET -> {
            if (isLast) {
              log.warn("event=recovery_not_seen kind={}", kind);
              return;
            }
          }
        }
        Waiting.pause(LOOK_MILLIS);
      }
    } finally {
      measuring.remove(Thread.currentThread());
    }
  }

  /// Lets each measurement look once more, and waits until all have ended.
  @Override
  public void close() {
    stopping = true;
    Waiting.until(LONGEST, "the last look at what was struck", measuring::isEmpty);
  }
}
