package dev.backstitch.orchestrator.lease;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one connection that lives as long as the worker: it holds the session lock, and as long as
/// it is unbroken the server has been there all the time.
///
/// Safe for any thread; one question at a time.
final class WorkerSession {
  private static final Logger log = LoggerFactory.getLogger(WorkerSession.class);

  /// An answer takes milliseconds. One that took longer tells of a server or a network in trouble.
  private static final Duration LONG_WAIT = Duration.ofSeconds(1);

  private static final Duration FOR_EVER = Duration.ofDays(36_500);

  private final Jdbi sessions;
  private final long workerId;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Handle open;
  private boolean locked = true;
  private boolean everBroken;
  private long openedNanos;
  private final AtomicInteger breaks = new AtomicInteger();

  /// @param open a connection that holds the worker's session lock
  WorkerSession(Jdbi sessions, long workerId, Handle open) {
    this.sessions = sessions;
    this.workerId = workerId;
    this.open = open;
  }

  /// Asks the database over this connection, on a new one if the last broke.
  ///
  /// @throws JdbiException as the question throws it; the next one is asked on a new connection
  <T> T ask(Function<Handle, T> question) {
    lock.lock();
    try {
      long asking = System.nanoTime();
      T answer = question.apply(connected());
      if (System.nanoTime() - asking > LONG_WAIT.toNanos()) {
        // The server stood still, for the others as well: as good as a break.
        everBroken = true;
        openedNanos = System.nanoTime();
      }
      return answer;
    } catch (RuntimeException e) {
      disconnect();
      throw e;
    } finally {
      lock.unlock();
    }
  }

  /// How often it has broken. Whoever finds the same number again has missed nothing.
  int breaks() {
    return breaks.get();
  }

  /// For how long it has not broken.
  Duration unbroken() {
    lock.lock();
    try {
      if (open == null) {
        return Duration.ZERO;
      }
      return everBroken ? Duration.ofNanos(System.nanoTime() - openedNanos) : FOR_EVER;
    } finally {
      lock.unlock();
    }
  }

  void close() {
    lock.lock();
    try {
      disconnect();
    } finally {
      lock.unlock();
    }
  }

  private Handle connected() {
    Handle handle = open;
    if (handle == null) {
      handle = sessions.open();
      open = handle;
      openedNanos = System.nanoTime();
      locked = false;
    }
    if (!locked) {
      locked = LeaseStore.tryLockSession(handle, workerId);
    }
    return handle;
  }

  private void disconnect() {
    Handle handle = open;
    open = null;
    everBroken = true;
    breaks.incrementAndGet();
    if (handle != null) {
      try {
        handle.getConnection().close();
      } catch (SQLException | JdbiException e) {
        log.debug("event=close_failed worker={}", workerId, e);
      }
    }
  }
}
