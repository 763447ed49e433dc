package dev.backstitch.api.sync;

import dev.backstitch.api.sync.FiringStore.Due;
import dev.backstitch.orchestrator.Orchestrator;
import dev.backstitch.orchestrator.StartTimeoutException;
import dev.backstitch.orchestrator.database.SqlState;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Fires the syncs that are due. Every server has one; they share the work by the locks of rows.
///
/// Owns a thread.
public final class SyncTrigger implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SyncTrigger.class);

  /// How long it rests at the most: another server may have taken news in.
  private static final Duration LONGEST_REST = Duration.ofSeconds(5);

  private static final Duration SHORTEST_REST = Duration.ofMillis(20);
  private static final Duration AFTER_TROUBLE = Duration.ofSeconds(2);

  /// How long one waits that could not be fired for a reason nobody foresaw.
  private static final Duration PUT_ASIDE = Duration.ofMinutes(1);

  private final Orchestrator orchestrator;
  private final Semaphore lookNow = new Semaphore(0);
  private final Thread thread;
  private volatile boolean stopping;

  private SyncTrigger(Orchestrator orchestrator) {
    this.orchestrator = orchestrator;
    this.thread = Thread.ofVirtual().name("sync-trigger").unstarted(this::fireUntilStopped);
  }

  /// One that does nothing by itself.
  public static SyncTrigger idle(Orchestrator orchestrator) {
    return new SyncTrigger(orchestrator);
  }

  /// Begins to fire what is due on the database of this engine.
  public static SyncTrigger start(Orchestrator orchestrator) {
    SyncTrigger trigger = idle(orchestrator);
    trigger.thread.start();
    return trigger;
  }

  /// Looks at once: something may have become due earlier.
  public void lookNow() {
    lookNow.release();
  }

  @Override
  public void close() {
    stopping = true;
    lookNow.release();
    try {
      if (!thread.join(Duration.ofSeconds(5))) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void fireUntilStopped() {
    while (!stopping) {
      Duration rest = AFTER_TROUBLE;
      try {
        while (!stopping && fireOne()) {
          // Until nothing is due.
        }
        rest = rest();
      } catch (JdbiException | StartTimeoutException e) {
        LOG.warn("event=syncs_delayed reason=\"{}\"", e.getMessage());
      } catch (RuntimeException e) {
        // Without this thread nothing would ever be fired again.
        LOG.error("event=syncs_broken", e);
      }
      try {
        if (lookNow.tryAcquire(rest.toMillis(), TimeUnit.MILLISECONDS)) {
          lookNow.drainPermits();
        }
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private Duration rest() {
    return orchestrator.inTransaction(t -> {
      Instant now = SyncStore.now(t.handle());
      Duration left =
          FiringStore.next(t.handle())
              .map(next -> Duration.between(now, next))
              .orElse(LONGEST_REST);
      return left.compareTo(SHORTEST_REST) < 0
          ? SHORTEST_REST
          : left.compareTo(LONGEST_REST) > 0 ? LONGEST_REST : left;
    });
  }

  /// Fires one repository that is due, in one transaction.
  ///
  /// @return whether there was one
  boolean fireOne() {
    AtomicReference<@Nullable Due> taken = new AtomicReference<>();
    try {
      return orchestrator.inTransaction(t -> {
        Optional<Due> due = FiringStore.take(t.handle());
        taken.set(due.orElse(null));
        due.ifPresent(row -> new Firing(t, row).fire());
        return due.isPresent();
      });
    } catch (RuntimeException broken) {
      Due row = taken.get();
      if (row == null || isPassing(broken)) {
        throw broken;
      }
      // One that can't be fired must not keep the others from it.
      LOG.error("event=sync_not_fired sync={} repository={}", row.name(), row.repository(), broken);
      orchestrator.inTransaction(t -> {
        FiringStore.hold(t.handle(), row, PUT_ASIDE);
        return true;
      });
      return true;
    }
  }

  private static boolean isPassing(RuntimeException e) {
    return e instanceof StartTimeoutException
        || (e instanceof JdbiException
            && !(e.getCause() instanceof SQLException sql && SqlState.of(sql) == SqlState.REFUSED));
  }
}
