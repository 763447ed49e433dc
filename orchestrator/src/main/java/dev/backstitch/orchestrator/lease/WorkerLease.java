package dev.backstitch.orchestrator.lease;

import dev.backstitch.orchestrator.database.DatabaseAddress;
import dev.backstitch.orchestrator.database.DatabaseClock;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// This process's registration as a worker: keeps the session lock and renews the heartbeat.
///
/// Owns a thread and a connection of its own.
public final class WorkerLease implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(WorkerLease.class);

  private final Jdbi sessions;
  private final Terms terms;
  private final long workerId;
  private final DatabaseClock clock;
  private volatile @Nullable Thread thread;
  private @Nullable Handle session;
  private boolean sessionLocked = true;
  private volatile boolean stopping;

  /// How long a lease lasts.
  ///
  /// @param lease after this much silence others may take over
  /// @param beat how often it is renewed
  /// @param lanes how many fence rows
  public record Terms(String build, Duration lease, Duration beat, int lanes) {}

  private WorkerLease(Jdbi sessions, Terms terms, Handle session, LeaseStore.Registered as) {
    this.sessions = sessions;
    this.terms = terms;
    this.session = session;
    this.workerId = as.workerId();
    this.clock = new DatabaseClock(as.now());
  }

  /// Registers a new worker.
  ///
  /// @throws JdbiException if the database can't be reached
  public static WorkerLease acquire(DatabaseAddress database, Terms terms) {
    Jdbi sessions = Jdbi.create(() -> database.connect("session"));
    Handle session = sessions.open();
    try {
      LeaseStore.Registered registered =
          session.inTransaction(handle ->
              LeaseStore.register(
                  handle,
                  new LeaseStore.Registration(
                      hostName(),
                      ProcessHandle.current().pid(),
                      terms.build(),
                      terms.lease(),
                      terms.lanes())));
      log.info("event=worker_registered worker={}", registered.workerId());
      return new WorkerLease(sessions, terms, session, registered);
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  /// The id, never used before and never again.
  public long workerId() {
    return workerId;
  }

  /// The database's clock, kept right by every heartbeat.
  public DatabaseClock clock() {
    return clock;
  }

  /// Begins to renew.
  ///
  /// @param whenLost called once, from the heartbeat's thread, when others have taken over
  public void start(Runnable whenLost) {
    thread = Thread.ofPlatform().daemon().name("heartbeat").start(() -> beatUntilStopped(whenLost));
  }

  /// Ends the worker in good order: from here on nothing can be written in its name, and the runs
  /// it still has are free.
  @Override
  public void close() {
    stopping = true;
    Thread beating = thread;
    try {
      if (beating != null) {
        beating.interrupt();
        beating.join(Duration.ofSeconds(5));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try {
      Optional<Integer> freed =
          sessions.inTransaction(handle -> LeaseStore.end(handle, workerId, "stopped"));
      log.info("event=worker_stopped worker={} runs_set_free={}", workerId, freed.orElse(0));
    } catch (JdbiException e) {
      // Others will find the lease over.
      log.warn("event=worker_not_ended worker={} reason=\"{}\"", workerId, e.getMessage());
    }
    closeSession();
  }

  private void beatUntilStopped(Runnable whenLost) {
    while (!stopping) {
      try {
        Thread.sleep(terms.beat());
        Optional<Instant> now = LeaseStore.beat(session(), workerId);
        if (now.isEmpty()) {
          log.warn("event=lease_lost worker={}", workerId);
          whenLost.run();
          return;
        }
        clock.anchor(now.get());
      } catch (InterruptedException e) {
        return;
      } catch (JdbiException e) {
        log.warn("event=heartbeat_failed worker={} reason=\"{}\"", workerId, e.getMessage());
        closeSession();
      } catch (RuntimeException e) {
        // Without this thread the lease would run out while the worker lives.
        log.error("event=heartbeat_broken worker={}", workerId, e);
        closeSession();
      }
    }
  }

  private Handle session() {
    Handle open = session;
    if (open == null) {
      open = sessions.open();
      session = open;
      sessionLocked = false;
    }
    if (!sessionLocked) {
      sessionLocked = LeaseStore.tryLockSession(open, workerId);
    }
    return open;
  }

  private void closeSession() {
    Handle open = session;
    session = null;
    if (open != null) {
      try {
        open.getConnection().close();
      } catch (SQLException | JdbiException e) {
        log.debug("event=close_failed worker={}", workerId, e);
      }
    }
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }
}
