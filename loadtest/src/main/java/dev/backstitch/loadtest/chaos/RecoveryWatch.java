package dev.backstitch.loadtest.chaos;

import dev.backstitch.loadtest.chaos.FaultPlan.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Measures, by asking the database again and again, how long it takes until every run of a worker
/// that was struck belongs to another one, or has ended. Safe for any thread.
final class RecoveryWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RecoveryWatch.class);
  private static final long LOOK_MILLIS = 20;
  private static final Duration LONGEST = Duration.ofMinutes(2);

  private final Jdbi jdbi;
  private final RecoveryTimes times;
  private final ConcurrentLinkedQueue<Long> millis = new ConcurrentLinkedQueue<>();
  private volatile boolean stopping;

  /// @param times where what is measured is told, too
  RecoveryWatch(Jdbi jdbi, RecoveryTimes times) {
    this.jdbi = jdbi;
    this.times = times;
  }

  /// A worker and the runs it has, just before it is struck.
  record Before(Kind kind, long workerId, List<Long> runs) {

    Before {
      runs = List.copyOf(runs);
    }
  }

  /// Looks what a process has. Empty if it is no worker now, or the database does not answer.
  Optional<Before> before(Kind kind, WorkerSlot slot) {
    try {
      return jdbi.withHandle(handle ->
          slot.pid()
              .flatMap(pid -> ChaosStore.workerOf(handle, pid))
              .map(worker -> new Before(kind, worker, ChaosStore.owned(handle, worker))));
    } catch (JdbiException e) {
      log.debug("event=recovery_not_measured", e);
      return Optional.empty();
    }
  }

  /// Begins to measure: the fault has just happened.
  void struck(Before before) {
    long began = System.nanoTime();
    Thread.ofVirtual().name("recovery").start(() -> measure(before, began));
  }

  private void measure(Before before, long began) {
    times.began();
    boolean last = false;
    while (!isOwnedAgain(before)) {
      if (last) {
        log.warn("event=recovery_not_seen worker={}", before.workerId());
        return;
      }
      Waiting.pause(LOOK_MILLIS);
      // One look more: what came just before the end has come.
      last = stopping || System.nanoTime() - began > LONGEST.toNanos();
    }
    long took = (System.nanoTime() - began) / 1_000_000;
    millis.add(took);
    times.seen(before.kind(), took);
  }

  private boolean isOwnedAgain(Before before) {
    try {
      return jdbi.withHandle(
              handle -> ChaosStore.stillOrphaned(handle, before.workerId(), before.runs()))
          == 0;
    } catch (JdbiException e) {
      // The database is down, too: that belongs to the time it takes.
      log.debug("event=recovery_look_failed", e);
      return false;
    }
  }

  /// What was measured so far.
  List<Long> millis() {
    return new ArrayList<>(millis);
  }

  @Override
  public void close() {
    stopping = true;
  }
}
