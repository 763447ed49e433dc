package dev.backstitch.orchestrator.worker;

import dev.backstitch.orchestrator.history.HistoryStore;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.run.RunId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.IntSupplier;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes runs that nobody has and whose time has come, reads their histories, and hands them over.
///
/// Owns a thread. An idle one asks one statement per interval.
final class Claimer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Claimer.class);

  private final Jdbi jdbi;
  private final long workerId;
  private final Limits limits;
  private final IntSupplier room;
  private final BiConsumer<RunId, List<RecordedEvent>> claimed;
  private final LongAdder eventsReplayed = new LongAdder();
  private final Thread thread;
  private volatile boolean stopping;

  /// @param interval how often it asks when there is nothing to do
  /// @param batch the most runs it takes at once
  /// @param historyLength the most events a run may have to be loaded
  record Limits(Duration interval, int batch, int historyLength) {}

  /// @param room how many more runs this worker can have in memory
  /// @param claimed takes a run and its whole history
  Claimer(
      Jdbi jdbi,
      long workerId,
      Limits limits,
      IntSupplier room,
      BiConsumer<RunId, List<RecordedEvent>> claimed) {
    this.jdbi = jdbi;
    this.workerId = workerId;
    this.limits = limits;
    this.room = room;
    this.claimed = claimed;
    this.thread = Thread.ofVirtual().name("claimer").unstarted(this::claimUntilStopped);
  }

  void start() {
    thread.start();
  }

  long eventsReplayed() {
    return eventsReplayed.sum();
  }

  @Override
  public void close() {
    stopping = true;
    thread.interrupt();
    try {
      thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void claimUntilStopped() {
    while (!stopping) {
      try {
        int limit = Math.min(limits.batch(), room.getAsInt());
        int taken = limit <= 0 ? 0 : claim(limit);
        if (taken < limits.batch()) {
          Thread.sleep(limits.interval());
        }
      } catch (InterruptedException e) {
        return;
      } catch (JdbiException e) {
        if (stopping) {
          // Interrupted in the middle: what it may have claimed is set free with the worker.
          return;
        }
        log.warn("event=claim_delayed worker={} reason=\"{}\"", workerId, e.getMessage());
        try {
          Thread.sleep(limits.interval().multipliedBy(4));
        } catch (InterruptedException interrupted) {
          return;
        }
      }
    }
  }

  private int claim(int limit) {
    List<RunId> runs = jdbi.inTransaction(handle -> ClaimStore.claim(handle, workerId, limit));
    for (RunId run : runs) {
      load(run);
    }
    return runs.size();
  }

  /// Reads until it succeeds: a run that is claimed and not loaded would be nobody's.
  private void load(RunId run) {
    while (true) {
      try {
        List<RecordedEvent> history =
            jdbi.withHandle(handle -> HistoryStore.read(handle, run, 0, limits.historyLength()));
        eventsReplayed.add(history.size());
        claimed.accept(run, history);
        return;
      } catch (JdbiException e) {
        log.warn("event=load_delayed run={} reason=\"{}\"", run, e.getMessage());
        if (stopping) {
          return;
        }
        LockSupport.parkNanos(limits.interval().toNanos());
      }
    }
  }
}
