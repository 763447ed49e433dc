package dev.backstitch.orchestrator.worker;

import dev.backstitch.orchestrator.history.HistoryStore;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.run.RunId;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
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
  private final Predicate<RunId> inMemory;
  private final BiConsumer<RunId, Fact> claimed;
  private final LongAdder eventsReplayed = new LongAdder();
  private final Thread thread;
  private volatile boolean stopping;
  private boolean claimInDoubt;

  /// @param workflows what this process can run
  /// @param interval how often it asks when there is nothing to do
  /// @param batch the most runs it takes at once
  /// @param historyLength the most events a run may have to be loaded
  record Limits(List<String> workflows, Duration interval, int batch, int historyLength) {}

  /// @param room how many more runs this worker can have in memory
  /// @param inMemory whether this worker has the run in memory
  /// @param claimed takes a run with its whole history, or with why that can't be had
  Claimer(
      Jdbi jdbi,
      long workerId,
      Limits limits,
      IntSupplier room,
      Predicate<RunId> inMemory,
      BiConsumer<RunId, Fact> claimed) {
    this.jdbi = jdbi;
    this.workerId = workerId;
    this.limits = limits;
    this.room = room;
    this.inMemory = inMemory;
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
    if (!thread.isAlive()) {
      return;
    }
    thread.interrupt();
    try {
      thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void claimUntilStopped() {
    while (!stopping) {
      Duration pause = limits.interval();
      try {
        if (claimInDoubt) {
          loadWhatWasClaimedUnheard();
        }
        int limit = Math.min(limits.batch(), room.getAsInt());
        int taken = limit <= 0 ? 0 : claim(limit);
        if (taken == limits.batch()) {
          continue;
        }
      } catch (JdbiException e) {
        if (stopping) {
          // Interrupted in the middle: what it may have claimed is set free with the worker.
          return;
        }
        log.warn("event=claim_delayed worker={} reason=\"{}\"", workerId, e.getMessage());
        pause = limits.interval().multipliedBy(4);
      } catch (RuntimeException e) {
        // Without this thread no run would ever be loaded again.
        log.error("event=claim_broken worker={}", workerId, e);
        pause = limits.interval().multipliedBy(4);
      }
      try {
        Thread.sleep(pause);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private int claim(int limit) {
    claimInDoubt = true;
    List<RunId> runs =
        jdbi.inTransaction(handle -> ClaimStore.claim(handle, workerId, limits.workflows(), limit));
    runs.forEach(this::load);
    claimInDoubt = false;
    return runs.size();
  }

  /// A claim whose answer was lost may have been committed: its runs are ours, and nobody runs
  /// them. Asked twice, because a run that just leaves memory is still ours the first time; one
  /// that is not in memory and *then* still ours can only be such a run, for only this thread
  /// claims.
  private void loadWhatWasClaimedUnheard() {
    List<RunId> unheard =
        jdbi.withHandle(handle -> ClaimStore.owned(handle, workerId)).stream()
            .filter(Predicate.not(inMemory))
            .toList();
    if (!unheard.isEmpty()) {
      Set<RunId> still = Set.copyOf(jdbi.withHandle(h -> ClaimStore.owned(h, workerId)));
      unheard.stream().filter(still::contains).forEach(this::load);
    }
    claimInDoubt = false;
  }

  /// Reads until it succeeds: a run that is claimed and not loaded would be nobody's.
  private void load(RunId run) {
    while (true) {
      try {
        claimed.accept(run, read(run));
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

  private Fact read(RunId run) {
    int most = limits.historyLength();
    List<RecordedEvent> history;
    try {
      history = jdbi.withHandle(handle -> HistoryStore.read(handle, run, 0, most + 1));
    } catch (IllegalStateException e) {
      return new Fact.Refused("BST-RUN-004: the history can't be read: " + e.getMessage());
    }
    eventsReplayed.add(history.size());
    if (history.isEmpty()) {
      return new Fact.Refused("BST-RUN-004: the history can't be read: it is empty");
    }
    if (history.size() > most) {
      // A part of it would give another run, which would do again what is done already.
      return new Fact.Refused("BST-RUN-005: the history has more than " + most + " events");
    }
    return new Fact.Claimed(history);
  }
}
