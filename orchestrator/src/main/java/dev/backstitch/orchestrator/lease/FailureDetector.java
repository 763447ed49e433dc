package dev.backstitch.orchestrator.lease;

import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks for workers that are gone, and takes their runs away from them. Owns a thread.
public final class FailureDetector implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(FailureDetector.class);

  /// A flush takes milliseconds; one that holds its fence for longer belongs to a frozen process.
  private static final Duration LONGEST_WAIT = Duration.ofMillis(500);

  /// So many times as seldom it looks while nobody else has anything to lose.
  private static final int NOTHING_TO_LOSE = 4;

  private final Jdbi jdbi;
  private final WorkerLease lease;
  private final Duration interval;
  private final Duration grace;
  private final Runnable whenFreed;
  private final String thisHost = WorkerLease.hostName();
  private final Thread thread;
  private final CountDownLatch stop = new CountDownLatch(1);
  private volatile boolean stopping;

  // Belongs to the thread that looks.
  private final Map<Long, Long> goneSince = new HashMap<>();

  /// How it looks.
  ///
  /// @param interval how often
  /// @param grace how long the living are given to come back after the database was away
  public record Habits(Duration interval, Duration grace) {}

  /// @param whenFreed called after each takeover, when there are runs to be claimed
  public FailureDetector(Jdbi jdbi, WorkerLease lease, Habits habits, Runnable whenFreed) {
    this.jdbi = jdbi;
    this.lease = lease;
    this.interval = habits.interval();
    this.grace = habits.grace();
    this.whenFreed = whenFreed;
    this.thread = Thread.ofVirtual().name("failure-detector").unstarted(this::watch);
  }

  /// Looks once before it returns, so that a restarted process owns its old runs at once.
  public void start() {
    look();
    thread.start();
  }

  @Override
  public void close() {
    stopping = true;
    // Not by an interrupt, which would close the session's socket in the middle of a question.
    stop.countDown();
  }

  private void watch() {
    while (!stopping) {
      try {
        if (stop.await(pause().toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
        look();
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private Duration pause() {
    boolean seldom = lease.nobodyElseHasRuns() && goneSince.isEmpty();
    return interval.multipliedBy(seldom ? NOTHING_TO_LOSE : 1);
  }

  private void look() {
    try {
      List<Suspect> suspects = suspects();
      long now = System.nanoTime();
      goneSince
          .keySet()
          .retainAll(
              suspects.stream()
                  .filter(Suspect::sessionGone)
                  .map(Suspect::workerId)
                  .collect(Collectors.toSet()));
      for (Suspect suspect : suspects) {
        if (suspect.sessionGone()) {
          goneSince.putIfAbsent(suspect.workerId(), now);
        }
        long since = goneSince.getOrDefault(suspect.workerId(), now);
        if (suspect.isDead(Duration.ofNanos(now - since), lease.calm(), grace, thisHost)) {
          takeOverUnlessHindered(suspect.workerId());
        }
      }
    } catch (JdbiException e) {
      if (!stopping) {
        log.warn("event=failure_detector_delayed reason=\"{}\"", e.getMessage());
      }
    } catch (RuntimeException | Error e) {
      // Without this thread nobody would take over from the dead.
      log.error("event=failure_detector_broken", e);
    }
  }

  /// A second time at once if the session has just broken: until there is another one, others take
  /// this worker for dead.
  private List<Suspect> suspects() {
    try {
      return lease.suspects();
    } catch (JdbiException e) {
      log.info("event=session_broken worker={} reason=\"{}\"", lease.workerId(), e.getMessage());
      return lease.suspects();
    }
  }

  /// One that can't be taken over now must not keep the others waiting.
  private void takeOverUnlessHindered(long workerId) {
    try {
      takeOver(workerId);
    } catch (JdbiException e) {
      log.warn("event=takeover_delayed worker={} reason=\"{}\"", workerId, e.getMessage());
    }
  }

  private void takeOver(long workerId) {
    Optional<Integer> freed;
    try {
      freed = end(workerId);
    } catch (JdbiException e) {
      if (!isLockTimeout(e)) {
        throw e;
      }
      int ended = jdbi.withHandle(handle -> LeaseStore.endLanes(handle, workerId));
      log.warn("event=frozen_lanes_ended worker={} sessions={}", workerId, ended);
      freed = end(workerId);
    }
    freed.ifPresent(runs -> {
      log.warn("event=worker_taken_over worker={} by={} runs={}", workerId, lease.workerId(), runs);
      whenFreed.run();
    });
  }

  private Optional<Integer> end(long workerId) {
    return jdbi.inTransaction(handle -> {
      LeaseStore.boundWait(handle, LONGEST_WAIT);
      return LeaseStore.takeOver(handle, workerId, lease.workerId());
    });
  }

  private static boolean isLockTimeout(JdbiException e) {
    return e.getCause() instanceof SQLException sql && "55P03".equals(sql.getSQLState());
  }
}
