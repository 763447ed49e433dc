package dev.backstitch.orchestrator.lease;

import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks for workers that are gone, and takes their runs away from them. Owns a thread.
public final class FailureDetector implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(FailureDetector.class);

  private final Jdbi jdbi;
  private final long self;
  private final Duration interval;
  private final Thread thread;
  private volatile boolean stopping;

  /// @param interval how often it looks
  public FailureDetector(Jdbi jdbi, long self, Duration interval) {
    this.jdbi = jdbi;
    this.self = self;
    this.interval = interval;
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
    thread.interrupt();
  }

  private void watch() {
    while (!stopping) {
      try {
        Thread.sleep(interval);
        look();
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void look() {
    try {
      List<Long> silent = jdbi.inTransaction(handle -> LeaseStore.silent(handle, self));
      for (long workerId : silent) {
        jdbi.inTransaction(handle -> LeaseStore.end(handle, workerId, "taken over by " + self))
            .ifPresent(runs ->
                log.warn("event=worker_taken_over worker={} by={} runs={}", workerId, self, runs));
      }
    } catch (JdbiException e) {
      log.warn("event=failure_detector_delayed reason=\"{}\"", e.getMessage());
    } catch (RuntimeException e) {
      // Without this thread nobody would take over from the dead.
      log.error("event=failure_detector_broken", e);
    }
  }
}
