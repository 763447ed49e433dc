package dev.backstitch.orchestrator.lease;

import dev.backstitch.orchestrator.database.DatabaseAddress;
import dev.backstitch.orchestrator.database.DatabaseClock;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
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

  static final String UNKNOWN_HOST = "unknown";

  private final Terms terms;
  private final long workerId;
  private final DatabaseClock clock;
  private final WorkerSession session;
  private volatile @Nullable Thread thread;
  private volatile boolean stopping;
  private volatile long currentSinceNanos;
  private volatile int breaksSeen;
  private volatile boolean nobodyElseHasRuns;

  /// How long a lease lasts.
  ///
  /// @param lease after this much silence others may take over
  /// @param beat how often it is renewed
  /// @param lanes how many fence rows
  /// @param queues what the worker serves
  public record Terms(
      String build, Duration lease, Duration beat, int lanes, List<String> queues) {}

  /// What a heartbeat tells.
  ///
  /// @param runs how many runs the worker has in memory
  /// @param room how many more it would take
  public record Load(int runs, int room) {}

  private WorkerLease(
      Terms terms, WorkerSession session, LeaseStore.Registered as, long registeringNanos) {
    this.terms = terms;
    this.session = session;
    this.workerId = as.workerId();
    this.clock = new DatabaseClock(as.now());
    this.currentSinceNanos = registeringNanos;
  }

  /// Registers a new worker.
  ///
  /// @throws JdbiException if the database can't be reached
  public static WorkerLease acquire(DatabaseAddress database, Terms terms) {
    Jdbi sessions = Jdbi.create(() -> database.connect("session"));
    Handle session = sessions.open();
    long registeringNanos = System.nanoTime();
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
                      terms.lanes(),
                      terms.queues())));
      log.info("event=worker_registered worker={}", registered.workerId());
      return new WorkerLease(
          terms,
          new WorkerSession(sessions, registered.workerId(), session),
          registered,
          registeringNanos);
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

  /// Whether the lease can still be counted on, by this process's own measure: less than nine
  /// tenths of it have passed since the last renewal was asked for, and its session has not broken
  /// since: without a session others take it for dead much earlier. A process that was frozen or
  /// cut off finds out by this before it finds out from the database.
  public boolean isCurrent() {
    return session.breaks() == breaksSeen
        && System.nanoTime() - currentSinceNanos < terms.lease().toNanos() / 10 * 9;
  }

  /// The workers of which something is amiss, asked over this worker's own session.
  List<Suspect> suspects() {
    return session.ask(handle -> LeaseStore.suspects(handle, workerId));
  }

  /// For how long the own session, and so the server, has been there without a break.
  Duration calm() {
    return session.unbroken();
  }

  /// Begins to renew.
  ///
  /// @param load what others are told of this worker
  /// @param whenLost called once, from the heartbeat's thread, when others have taken over
  public void start(Supplier<Load> load, Runnable whenLost) {
    thread =
        Thread.ofPlatform()
            .daemon()
            .name("heartbeat")
            .start(() -> beatUntilStopped(load, whenLost));
  }

  /// The other workers that live.
  ///
  /// @throws JdbiException if the database does not answer
  public List<Peer> peers() {
    List<Peer> found = session.ask(handle -> LeaseStore.peers(handle, workerId));
    nobodyElseHasRuns = found.stream().allMatch(peer -> peer.runs() == 0);
    return found;
  }

  /// Whether no other worker that lived had a run when [#peers] was last asked.
  boolean nobodyElseHasRuns() {
    return nobodyElseHasRuns;
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
          session.ask(
              handle -> handle.inTransaction(tx -> LeaseStore.end(tx, workerId, "stopped")));
      log.info("event=worker_stopped worker={} runs_set_free={}", workerId, freed.orElse(0));
    } catch (JdbiException e) {
      // Others will find the lease over.
      log.warn("event=worker_not_ended worker={} reason=\"{}\"", workerId, e.getMessage());
    }
    session.close();
  }

  private void beatUntilStopped(Supplier<Load> load, Runnable whenLost) {
    while (!stopping) {
      try {
        Thread.sleep(terms.beat());
        long asking = System.nanoTime();
        int breaks = session.breaks();
        Optional<Instant> now =
            session.ask(handle -> LeaseStore.beat(handle, workerId, load.get()));
        if (now.isEmpty()) {
          log.warn("event=lease_lost worker={}", workerId);
          whenLost.run();
          return;
        }
        currentSinceNanos = asking;
        breaksSeen = breaks;
        clock.anchor(now.get());
      } catch (InterruptedException e) {
        return;
      } catch (JdbiException e) {
        log.warn("event=heartbeat_failed worker={} reason=\"{}\"", workerId, e.getMessage());
      } catch (RuntimeException e) {
        // Without this thread the lease would run out while the worker lives.
        log.error("event=heartbeat_broken worker={}", workerId, e);
      }
    }
  }

  static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return UNKNOWN_HOST;
    }
  }
}
